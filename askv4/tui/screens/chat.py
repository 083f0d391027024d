"""The chat: a question goes to the session, what comes back is shown."""

from __future__ import annotations

import threading
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from askv4.tui import files, garbage, workers
from askv4.tui.messages import Answered, DocumentsListed, Failed, LeadFollows, ModelChanged, PassagesFound, Told
from askv4.tui.panes.activity import Activity
from askv4.tui.panes.conversation import ConversationPane
from askv4.tui.panes.conversations import ConversationsPane
from askv4.tui.panes.documents import DocumentsPane
from askv4.tui.panes.keys import KeysLine
from askv4.tui.panes.prompt import Prompt
from askv4.tui.panes.source import SourcePane
from askv4.tui.panes.status import Status, StatusLine
from askv4.tui.panes.turn import TurnView
from askv4.tui.screens.help import HelpScreen
from askv4.tui.screens.keeping import KeepingScreen
from askv4.tui.screens.models import ModelScreen, Pick

NO_MODEL = "Quoting the sources. For answers in its own words askv4 needs a model: F4, or `askv4 models` in a shell."


class ChatScreen(KeepingScreen):
    """Conversation, source, documents and prompt."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "escape", "Stop", priority=True, key_display="Esc"),
        Binding("n", "next_citation", "Next"),
        Binding("p", "previous_citation", "Previous"),
        Binding("o", "open_file", "Open file"),
        Binding("y", "copy_quotation", "Copy quote"),
        Binding("c", "copy_answer", "Copy answer"),
        Binding("f1,question_mark", "help", "Help", key_display="F1"),
        Binding("f2,d", "toggle_sidebar", "Docs", key_display="F2"),
        Binding("f3", "toggle_source", "Source", key_display="F3"),
        Binding("f4,m", "choose_model", "Model", key_display="F4"),
        Binding("ctrl+n", "new_conversation", "New", key_display="^N"),
        # The application's own, here so that it stands before those that a narrow window has no room for.
        Binding("ctrl+q", "app.quit", "Quit", priority=True, key_display="^Q"),
        Binding("f5,r", "ask_again", "Again", key_display="F5"),
        # A text area takes F6 for itself.
        Binding("f6", "edit_last", "Edit", key_display="F6", priority=True),
        Binding("e", "edit_last", show=False),
        *(Binding(str(n), f"open_citation({n})", show=False) for n in range(1, 10)),
        Binding("left_square_bracket", "other_turn(-1)", show=False),
        Binding("right_square_bracket", "other_turn(1)", show=False),
        Binding("C", "copy_citation", "Copy citation", show=False),
        Binding("v", "toggle_details", "Details", show=False),
        Binding("a", "add_document", "Add", show=False),
        Binding("i", "focus_prompt", show=False),
        Binding("x", "export", "Export", show=False),
    ]

    def compose(self) -> ComposeResult:
        yield StatusLine(id="status")
        with Horizontal(id="body"):
            with Vertical(id="sidebar"):
                yield DocumentsPane(id="documents")
                yield ConversationsPane(id="conversations")
            yield ConversationPane(id="conversation")
            yield SourcePane(id="source")
        yield Activity(id="activity")
        yield Prompt(id="prompt")
        yield KeysLine(self.offers, id="keys")

    def on_mount(self) -> None:
        self._last_number = 0
        self._busy: int | None = None
        self._stop = threading.Event()
        self._replacing = False
        self._replacements: set[int] = set()
        """Numbers of turns that take the place of a kept one when they are kept."""
        self._watching = threading.Event()
        self._status = Status(self.corpus, mode=self.session.settings.mode, within=self.session.settings.within)
        self.status_line.status = self._status
        self.conversation.greet(None)
        self.prompt.focus()
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        """Open everything behind a screen that can be typed in already."""
        post = self.post_message
        self.in_thread(workers.load_widgets)
        self.in_thread(partial(workers.start, self.session, post))
        self.in_thread(partial(workers.watch, self.session, post, self._watching))
        self.in_thread(partial(workers.recall_questions, self.session, post))
        self.list_conversations()
        settings = self.session.settings
        if settings.mode != "extractive":
            self._load_model(Pick(settings.mode, settings.model, settings.llm_url))

    def on_unmount(self) -> None:
        self._watching.set()
        self._stop.set()
        self.session.closing.set()
        garbage.leave()

    # Asking

    @on(Prompt.Submitted)
    async def _submit(self, event: Prompt.Submitted) -> None:
        paths = files.paths_in(event.text)
        if paths:
            self.prompt.text = ""
            self.add_paths(paths)
            return
        missing = files.missing_path(event.text)
        if missing is not None:
            self.tell(f"there is no file or folder {missing}; correct the path, or ask in words", trouble=True)
            return
        if self._busy is not None:
            if self._written is None:
                self.tell("an answer is being made; Esc stops it")
                return
            # Who asks on does not wait for the lead.
            self.end_lead()
        self.prompt.text = ""
        self.prompt.remember(event.text)
        await self.ask(event.text)

    @on(Prompt.Shortcut)
    def _use_shortcut(self, event: Prompt.Shortcut) -> None:
        if event.key == "?":
            self.action_help()
        else:
            self.action_open_citation(int(event.key))

    async def ask(self, question: str) -> None:
        """Ask a question, in place of the last one when that is being changed."""
        question = question.encode("utf-8", "replace").decode("utf-8")
        replacing = self._replacing and await self._take_back_last()
        self._replacing = False
        history = self.conversation.history
        if self.has_class("-narrow"):
            self.source_open = False
            self.sidebar_open = None
        if self.session.in_step.is_set():
            self.tell("")
        self._busy = self.next_number(1)
        if replacing:
            self._replacements.add(self._busy)
        self._stop = threading.Event()
        turn = await self.conversation.add(self._busy, question)
        if not self.session.in_step.is_set():
            turn.show_waiting("waiting for the index…")
        work = partial(workers.ask, self.session, self.post_message, self._busy, question, history, self._stop)
        self.in_thread(work)
        self.request_sync()
        self.refresh_bindings()

    async def _take_back_last(self) -> bool:
        """Take the last turn off the screen; whether it is kept and must be replaced there too."""
        turns = self.conversation.turns
        if not turns:
            return False
        last = turns[-1]
        await last.remove()
        return last.answer is not None or last.number in self._replacements

    def next_number(self, count: int) -> int:
        first = self._last_number + 1
        self._last_number += count
        return first

    @on(PassagesFound)
    def _show_found(self, event: PassagesFound) -> None:
        turn = self.conversation.turn(event.turn)
        if turn is not None:
            turn.show_found(event.retrieved, event.seconds)

    @on(LeadFollows)
    async def _show_quoted(self, event: LeadFollows) -> None:
        turn = self.conversation.turn(event.turn)
        if turn is not None:
            await turn.show_quoted(event.answer, event.contents)
            self._settle(turn)

    @on(Answered)
    async def _show_answer(self, event: Answered) -> None:
        turn = self.conversation.turn(event.turn)
        if turn is None or not turn.waiting:
            # It was taken away, or its lead came too late.
            self._free(event.turn)
            return
        was_open = turn.current
        await turn.show_answer(event.answer, event.contents)
        self._free(event.turn)
        self._settle(turn)
        if self.source_open and turn.current != was_open:
            self.read_source(turn, turn.current)
        self._keep_turn(turn)
        self._set_status(speed=event.tokens_per_second)
        self.call_after_refresh(garbage.settle)

    def _settle(self, turn: TurnView) -> None:
        """Bring an answer into view, unless another one is being read, and offer its sources."""
        turn.watch_selected(turn.selected)
        if turn.selected:
            self.call_after_refresh(self.conversation.follow, turn)
        self._offer_digits()

    def _keep_turn(self, turn: TurnView) -> None:
        if turn.answer is not None:
            self.keep(turn.answer, turn.contents, replacing=turn.number in self._replacements)
            self._replacements.discard(turn.number)

    @on(Failed)
    def _show_failure(self, event: Failed) -> None:
        self._free(event.turn)
        turn = self.conversation.turn(event.turn)
        if turn is not None:
            turn.show_failure(event.line)
            self.call_after_refresh(self.conversation.follow, turn)

    def _free(self, turn: int) -> None:
        if self._busy == turn:
            self._busy = None
            self.refresh_bindings()

    def stop_answering(self, *, keeping: bool = True) -> None:
        self.end_lead(keeping=keeping)
        self._busy = None
        self.refresh_bindings()

    def end_lead(self, *, keeping: bool = True) -> None:
        """Stop the writing; where the quotations are there, they are the answer."""
        self._stop.set()
        turn = self._written
        if turn is not None:
            self._free(turn.number)
            turn.end_writing()
            if keeping:
                self._keep_turn(turn)

    @property
    def _written(self) -> TurnView | None:
        """The turn whose quotations are there and whose lead is being written."""
        turn = self.conversation.turn(self._busy) if self._busy is not None else None
        return turn if turn is not None and turn.answer is not None else None

    def action_ask_again(self) -> None:
        """Ask the last question again, in place of its answer."""
        turns = self.conversation.turns
        if not turns or self._busy is not None:
            self.tell("there is no question to ask again" if not turns else "an answer is being made; Esc stops it")
            return
        self._replacing = True
        # Not awaited here: the turn that is taken away may be where the click came from, and would wait for itself.
        self.call_later(self.ask, turns[-1].question)

    def action_edit_last(self) -> None:
        """Bring the last question back to be changed; the new one takes its place."""
        turns = self.conversation.turns
        if not turns:
            self.tell("there is no question to change")
            return
        self._replacing = True
        self.prompt.fill(turns[-1].question)
        self.prompt.focus()
        self.tell("Enter asks this in place of the last question; Esc leaves that as it is")

    # Who answers

    def action_choose_model(self) -> None:
        """Choose mode and model."""

        def use(pick: Pick | None) -> None:
            if pick is not None:
                self._load_model(pick)

        self.app.push_screen(ModelScreen(self.session, self.threads), use)

    def _load_model(self, pick: Pick) -> None:
        self.end_lead()
        self._set_status(loading="loading the model…" if pick.mode != "extractive" else None)
        chosen = (pick.mode, pick.model, pick.server)
        self.in_thread(partial(workers.use_model, self.session, self.post_message, *chosen))

    @on(ModelChanged)
    def _change_model(self, event: ModelChanged) -> None:
        self._set_status(mode=self.session.settings.mode)
        remote = self.session.settings.llm_url if self.session.model is not None and self.session.model.remote else None
        self._set_status(model=event.name, loading=None, speed=None, remote=remote)
        if event.line:
            self.tell(event.line, trouble=True)
        elif event.name is None and self.session.settings.mode == "auto":
            self.tell(NO_MODEL)

    # Lines and keys

    def offers(self, action: str) -> bool:
        """Whether an action means something at the moment, so that the footer shows its key."""
        turn = self.conversation.selected
        reading = not any(pane.has_focus_within for pane in (self.documents_pane, self.conversations_pane))
        name = action.split("(")[0]
        if name == "escape":
            return self._busy is not None
        if name in ("next_citation", "previous_citation"):
            return reading and turn is not None and len(turn.citations) > self.source_open
        if name in ("open_file", "copy_quotation"):
            return reading and self._citation is not None
        if name == "copy_answer":
            return reading and turn is not None and turn.answer is not None
        return bool(self.conversation.turns) if name in ("ask_again", "edit_last") else True

    @on(Told)
    def _tell_line(self, event: Told) -> None:
        self.tell(event.line, trouble=event.trouble)

    @on(DocumentsListed)
    def _count_documents(self, event: DocumentsListed) -> None:
        skipped = sum(document.state == "skipped" for document in event.documents)
        self._set_status(documents=len(event.documents) - skipped, skipped=skipped)

    def keys_of(self, action: str) -> str:
        """The keys of an action as the reader knows them; empty where it has none of its own."""
        bindings = [binding for binding in self.BINDINGS if isinstance(binding, Binding) and binding.action == action]
        keys = [key for binding in bindings for key in binding.key.split(",")]
        return " or ".join(self.app.get_key_display(Binding(key, action)) for key in keys)

    def _set_status(self, **changes: object) -> None:
        from dataclasses import replace

        self._status = replace(self._status, **changes)  # type: ignore[arg-type]
        self.status_line.status = self._status

    def action_escape(self) -> None:
        """Stop an answer; else leave what is open; else go between question and answers."""
        if self._busy is not None:
            self.end_lead()
        elif self._replacing:
            self._replacing = False
            self.prompt.text = ""
            self.tell("")
        elif self.source_open:
            self.source_open = False
            self.prompt.focus()
        elif self.sidebar_open and self.has_class("-narrow"):
            self.sidebar_open = None
            self.prompt.focus()
        elif self.focused is self.prompt and self.conversation.turns:
            self.conversation.focus()
        else:
            self.prompt.focus()

    def action_focus_prompt(self) -> None:
        """Go to the question."""
        self.prompt.focus()

    def action_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(HelpScreen())


__all__ = ["ChatScreen", "TurnView"]
