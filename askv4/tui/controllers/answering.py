"""A question goes to the session, what comes back is shown and kept."""

from __future__ import annotations

import re
import threading
from functools import partial

from askv4.tui import files, garbage, workers
from askv4.tui.controllers.checking import Checking
from askv4.tui.controllers.documents import Documents
from askv4.tui.messages import Answered, Failed, LeadFollows, PassagesFound
from askv4.tui.panes.prompt import Prompt
from askv4.tui.panes.turn import TurnView
from askv4.tui.screens.base import PanesScreen, Takers
from askv4.tui.session import OpenConversation

_LIMIT = re.compile(r"/in(?:\s+(\S.*))?")
"""What limits questions to a part of the documents, instead of asking one."""


class Answering:
    """At most one question is being answered; the next may be asked while its lead is written."""

    def __init__(self, view: PanesScreen, checking: Checking, documents: Documents) -> None:
        self._view = view
        self._checking = checking
        self._documents = documents
        self.conversation = OpenConversation()
        """Where turns are kept."""
        self._busy: int | None = None
        self._stop = threading.Event()
        self.replacing = False
        """Whether the next question takes the place of the last one."""
        self._replacements: set[int] = set()
        """Numbers of turns that take the place of a kept one when they are kept."""

    def takers(self) -> Takers:
        """What this controller takes."""
        return (
            (Prompt.Submitted, self._submit),
            (PassagesFound, self._show_found),
            (LeadFollows, self._show_quoted),
            (Answered, self._show_answer),
            (Failed, self._show_failure),
        )

    @property
    def busy(self) -> bool:
        """Whether an answer is being made."""
        return self._busy is not None

    async def _submit(self, news: Prompt.Submitted) -> None:
        view = self._view
        limit = _LIMIT.fullmatch(news.text)
        if limit is not None:
            view.prompt.text = ""
            self._documents.look_in(limit[1] or "")
            return
        paths = files.paths_in(news.text)
        if paths:
            view.prompt.text = ""
            self._documents.add(paths)
            return
        missing = files.missing_path(news.text)
        if missing is not None:
            view.tell(f"there is no file or folder {missing}; correct the path, or ask in words", trouble=True)
            return
        if self.busy:
            if self._written is None:
                view.tell("an answer is being made; Esc stops it")
                return
            # Who asks on does not wait for the lead.
            self.end_lead()
        view.prompt.text = ""
        view.prompt.remember(news.text)
        await self.ask(news.text)

    async def ask(self, question: str) -> None:
        """Ask a question, in place of the last one when that is being changed."""
        view = self._view
        question = question.encode("utf-8", "replace").decode("utf-8")
        replacing = self.replacing and await self._take_back_last()
        self.replacing = False
        history = view.conversation.history
        if view.is_narrow:
            view.source_open = False
            view.sidebar_open = None
        if view.session.in_step.is_set():
            view.tell("")
        self._stop = threading.Event()
        turn = await view.conversation.add(question)
        self._busy = turn.number
        if replacing:
            self._replacements.add(turn.number)
        if not view.session.in_step.is_set():
            turn.show_waiting("waiting for the index…")
        work = partial(workers.ask, view.session, view.post_message, turn.number, question, history, self._stop)
        view.in_thread(work)
        self._documents.request_sync()
        view.refresh_bindings()

    async def _take_back_last(self) -> bool:
        """Take the last turn off the screen; whether it is kept and must be replaced there too."""
        turns = self._view.conversation.turns
        if not turns:
            return False
        last = turns[-1]
        await last.remove()
        return last.answer is not None or last.number in self._replacements

    def _show_found(self, news: PassagesFound) -> None:
        turn = self._view.conversation.turn(news.turn)
        if turn is not None:
            turn.show_found(news.retrieved, news.seconds)

    async def _show_quoted(self, news: LeadFollows) -> None:
        turn = self._view.conversation.turn(news.turn)
        if turn is not None:
            await turn.show_quoted(news.answer, news.contents)
            self._settle(turn)

    async def _show_answer(self, news: Answered) -> None:
        view = self._view
        turn = view.conversation.turn(news.turn)
        if turn is None or not turn.waiting:
            # It was taken away, or its lead came too late.
            self._free(news.turn)
            return
        was_open = turn.current
        await turn.show_answer(news.answer, news.contents)
        self._free(news.turn)
        self._settle(turn)
        if view.source_open and turn.current != was_open:
            self._checking.read_source(turn, turn.current)
        self._keep(turn)
        view.status_line.change(speed=news.tokens_per_second)
        view.call_after_refresh(garbage.settle)

    def _settle(self, turn: TurnView) -> None:
        """Bring an answer into view, unless another one is being read, and offer its sources."""
        turn.watch_selected(turn.selected)
        if turn.selected:
            self._view.call_after_refresh(self._view.conversation.follow, turn)
        self._checking.offer_digits()

    def _keep(self, turn: TurnView) -> None:
        if turn.answer is None:
            return
        view, replacing = self._view, turn.number in self._replacements
        self._replacements.discard(turn.number)
        kept = (self.conversation, turn.answer, turn.contents, replacing)
        view.in_thread(partial(workers.keep, view.session, view.post_message, *kept))

    def _show_failure(self, news: Failed) -> None:
        self._free(news.turn)
        turn = self._view.conversation.turn(news.turn)
        if turn is not None:
            turn.show_failure(news.line)
            self._view.call_after_refresh(self._view.conversation.follow, turn)

    def _free(self, turn: int) -> None:
        if self._busy == turn:
            self._busy = None
            self._view.refresh_bindings()

    def stop(self, *, keeping: bool = True) -> None:
        """End the answer that is being made; if its quotations are there, they are the answer and are kept."""
        self.end_lead(keeping=keeping)
        self._busy = None
        self._view.refresh_bindings()

    def end_lead(self, *, keeping: bool = True) -> None:
        """Stop the writing; where the quotations are there, they are the answer."""
        self._stop.set()
        turn = self._written
        if turn is not None:
            self._free(turn.number)
            turn.end_writing()
            if keeping:
                self._keep(turn)

    @property
    def _written(self) -> TurnView | None:
        """The turn whose quotations are there and whose lead is being written."""
        turn = self._view.conversation.turn(self._busy) if self._busy is not None else None
        return turn if turn is not None and turn.answer is not None else None

    def ask_again(self) -> None:
        """Ask the last question again, in place of its answer."""
        view, turns = self._view, self._view.conversation.turns
        if not turns or self.busy:
            view.tell("there is no question to ask again" if not turns else "an answer is being made; Esc stops it")
            return
        self.replacing = True
        # Not awaited here: the turn that is taken away may be where the click came from, and would wait for itself.
        view.call_later(self.ask, turns[-1].question)

    def edit_last(self) -> None:
        """Bring the last question back to be changed; the new one takes its place."""
        view, turns = self._view, self._view.conversation.turns
        if not turns:
            view.tell("there is no question to change")
            return
        self.replacing = True
        view.prompt.fill(turns[-1].question)
        view.prompt.focus()
        view.tell("Enter asks this in place of the last question; Esc leaves that as it is")

    def leave_last(self) -> None:
        """Do not change the last question after all."""
        self.replacing = False
        self._view.prompt.text = ""
        self._view.tell("")

    def close(self) -> None:
        """The chat ends."""
        self._stop.set()
