"""The chat's screen: keys and messages, handed to the controllers."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from askv4.tui import garbage, workers
from askv4.tui.controllers.answering import Answering
from askv4.tui.controllers.checking import Checking
from askv4.tui.controllers.conversations import Conversations
from askv4.tui.controllers.documents import Documents
from askv4.tui.controllers.models import Models
from askv4.tui.messages import News, Told
from askv4.tui.panes.filter import Filter
from askv4.tui.panes.keys import KeysLine
from askv4.tui.panes.prompt import Prompt
from askv4.tui.panes.status import Status
from askv4.tui.screens.base import PanesScreen
from askv4.tui.screens.help import HelpScreen
from askv4.tui.session import Session
from askv4.tui.threads import Threads


class ChatScreen(PanesScreen):
    """Conversation, source, documents and prompt, and the controllers that work on them."""

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
        Binding("s", "show_anyway", "Show anyway"),
        Binding("a", "add_document", "Add", show=False),
        Binding("i", "focus_prompt", show=False),
        Binding("x", "export", "Export", show=False),
        Binding("slash", "search", "Search", key_display="/"),
    ]

    def __init__(self, session: Session, threads: Threads) -> None:
        super().__init__(session, threads)
        self.checking = Checking(self)
        self.documents = Documents(self)
        self.answering = Answering(self, self.checking, self.documents)
        self.conversations = Conversations(self, self.answering, self.checking, self.documents)
        self.models = Models(self, self.answering)
        self._takers: dict[type[Message], list[Callable[[Any], Awaitable[None] | None]]] = defaultdict(list)
        for controller in (self.checking, self.documents, self.answering, self.conversations, self.models):
            for kind, take in controller.takers():
                self._takers[kind].append(take)
        self._watching = threading.Event()

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield KeysLine(self.offers, id="keys")

    def on_mount(self) -> None:
        settings = self.session.settings
        self.status_line.status = Status(self.corpus, mode=settings.mode, workspace=settings.workspace)
        self.conversation.greet(None)
        self.prompt.focus()
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        """Open everything behind a screen that can be typed in already."""
        post = self.post_message
        self.in_thread(partial(workers.start, self.session, post))
        self.in_thread(partial(workers.watch, self.session, post, self._watching))
        self.in_thread(partial(workers.recall_questions, self.session, post))
        self.conversations.list()
        self.models.start()

    def on_unmount(self) -> None:
        self._watching.set()
        self.answering.close()
        self.session.closing.set()
        garbage.leave()

    @on(News)
    async def _pass_on(self, news: News) -> None:
        for take in self._takers[type(news)]:
            taken = take(news)
            if taken is not None:
                await taken

    @on(Told)
    def _tell(self, news: Told) -> None:
        self.tell(news.line, trouble=news.trouble)

    @on(Prompt.Shortcut)
    def _use_shortcut(self, event: Prompt.Shortcut) -> None:
        if event.key == "?":
            self.action_help()
        elif not self.conversation.turns:
            self.action_ask_suggested(int(event.key))
        else:
            self.checking.open_number(int(event.key))

    @property
    def syncing(self) -> bool:
        """Whether the index is being brought in step with the folder."""
        return self.documents.syncing

    # What keys offer

    def offers(self, action: str) -> bool:
        """Whether an action means something at the moment, so that the footer shows its key."""
        turn = self.conversation.selected
        reading = not any(pane.has_focus_within for pane in (self.documents_pane, self.conversations_pane))
        name = action.split("(")[0]
        if name == "escape":
            return self.answering.busy
        if name == "search":
            return not reading
        if name in ("next_citation", "previous_citation"):
            return reading and turn is not None and len(turn.citations) > self.source_open
        if name in ("open_file", "copy_quotation"):
            return reading and self.checking.citation is not None
        if name == "show_anyway":
            return reading and turn is not None and turn.can_show_anyway
        if name == "copy_answer":
            return reading and turn is not None and turn.answer is not None
        return bool(self.conversation.turns) if name in ("ask_again", "edit_last") else True

    def keys_of(self, action: str) -> str:
        """The keys of an action as the reader knows them; empty where it has none of its own."""
        bindings = [binding for binding in self.BINDINGS if isinstance(binding, Binding) and binding.action == action]
        keys = [key for binding in bindings for key in binding.key.split(",")]
        return " or ".join(self.app.get_key_display(Binding(key, action)) for key in keys)

    # What keys, clicks and the palette do

    def action_escape(self) -> None:
        """Stop an answer; else leave what is open; else go between question and answers."""
        if self.answering.busy:
            self.answering.end_lead()
        elif isinstance(self.focused, Filter):
            self.focused.clear_and_leave()
        elif self.answering.replacing:
            self.answering.leave_last()
        elif self.source_open:
            self.source_open = False
            self.prompt.focus()
        elif self.sidebar_open and self.is_narrow:
            self.sidebar_open = None
            self.prompt.focus()
        elif self.focused is self.prompt and self.conversation.turns:
            self.conversation.focus()
        else:
            self.prompt.focus()

    def action_focus_prompt(self) -> None:
        self.prompt.focus()

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen())

    def action_ask_again(self) -> None:
        self.answering.ask_again()

    def action_edit_last(self) -> None:
        self.answering.edit_last()

    def action_choose_model(self) -> None:
        self.models.choose()

    def action_open_citation(self, n: int) -> None:
        self.checking.open_number(n)

    def action_next_citation(self) -> None:
        self.checking.step(1)

    def action_previous_citation(self) -> None:
        self.checking.step(-1)

    def action_other_turn(self, by: int) -> None:
        self.checking.select_other(by)

    def action_toggle_source(self) -> None:
        self.checking.toggle_source()

    def action_close_source(self) -> None:
        self.source_open = False

    async def action_toggle_details(self) -> None:
        await self.checking.toggle_details()

    async def action_show_anyway(self) -> None:
        await self.checking.show_anyway()

    def action_copy_answer(self) -> None:
        self.checking.copy_answer()

    def action_copy_citation(self) -> None:
        self.checking.copy_citation()

    def action_copy_quotation(self) -> None:
        self.checking.copy_quotation()

    def action_open_file(self) -> None:
        self.checking.open_file()

    def action_add_document(self) -> None:
        self.documents.ask_for_path()

    def action_ask_suggested(self, n: int) -> None:
        """Ask one of the questions that the start screen suggests."""
        suggested = self.conversation.suggested
        if 0 < n <= len(suggested):
            self.call_later(self.answering.ask, suggested[n - 1])

    def action_limit(self) -> None:
        self.documents.ask_for_scope()

    def action_remove_document(self) -> None:
        self.documents.remove_open()

    async def action_new_conversation(self) -> None:
        await self.conversations.begin()

    def action_export(self) -> None:
        self.conversations.do_with_open("export")

    def action_rename_conversation(self) -> None:
        self.conversations.do_with_open("rename")

    def action_delete_conversation(self) -> None:
        self.conversations.do_with_open("delete")
