"""Conversations: begun, opened, renamed, exported, deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from askv4.answer.conversation.export import exported, format_of, write_new
from askv4.answer.conversation.kept import KeptTurn, title_of
from askv4.sync.index import known_dates
from askv4.tui import workers
from askv4.tui.controllers.answering import Answering
from askv4.tui.controllers.checking import Checking
from askv4.tui.controllers.documents import Documents
from askv4.tui.messages import ConversationLoaded, ConversationsListed, QuestionsRecalled
from askv4.tui.panes.conversations import ConversationsPane, ConversationWanted, Deed
from askv4.tui.screens.base import PanesScreen, Takers
from askv4.tui.screens.dialogues import ConfirmScreen, LineScreen
from askv4.tui.session import OpenConversation


class Conversations:
    """The past, and which conversation goes on."""

    def __init__(self, view: PanesScreen, answering: Answering, checking: Checking, documents: Documents) -> None:
        self._view = view
        self._answering = answering
        self._checking = checking
        self._documents = documents

    def takers(self) -> Takers:
        """What this controller takes."""
        return (
            (ConversationsPane.SearchChanged, lambda _: self.list()),
            (ConversationsListed, self._show_list),
            (QuestionsRecalled, lambda news: self._view.prompt.recall(news.questions)),
            (ConversationWanted, self._do_what_is_wanted),
            (ConversationLoaded, self._show),
        )

    def list(self) -> None:
        """List the conversations that hold the words searched for."""
        view = self._view
        words = view.conversations_pane.words
        view.in_thread(partial(workers.list_conversations, view.session, view.post_message, words))

    def _show_list(self, news: ConversationsListed) -> None:
        pane = self._view.conversations_pane
        if news.words == pane.words:
            pane.show(news.conversations, self._answering.conversation.number)
        else:
            # Listed before other words were typed, or by someone who knows of none.
            self.list()

    def _do_what_is_wanted(self, news: ConversationWanted) -> None:
        deeds = {"open": self._open, "rename": self._rename, "export": self._export, "delete": self._delete}
        deeds[news.deed](news.id, news.title)

    def _open(self, number: int, _title: str) -> None:
        view = self._view
        view.in_thread(partial(workers.load_conversation, view.session, view.post_message, number))

    async def _show(self, news: ConversationLoaded) -> None:
        self._answering.stop()
        await self._go_on_with(OpenConversation(news.conversation.id), news.turns)
        self._documents.mark_changes()
        asked_of = news.conversation.corpus
        if asked_of != self._view.corpus:
            self._view.tell(f"this was asked of {asked_of}; new questions go to {self._view.corpus}")

    async def begin(self) -> None:
        """Begin anew; what was said is kept."""
        self._answering.stop()
        await self._go_on_with(OpenConversation(), [])
        self._view.tell("")

    async def _go_on_with(self, conversation: OpenConversation, turns: Sequence[KeptTurn]) -> None:
        view = self._view
        view.source_open = False
        self._answering.conversation = conversation
        await view.conversation.show(turns)
        self._checking.offer_digits()
        self.list()
        if view.is_narrow:
            view.sidebar_open = None
        view.prompt.focus()

    def _rename(self, number: int, title: str) -> None:
        def rename(new: str) -> str:
            self._view.session.conversations.rename(number, new)
            return f"renamed to {title_of(new)}"

        self._ask_line(LineScreen("Rename the conversation", value=title), rename)

    def _export(self, number: int, title: str) -> None:
        def export(named: str) -> str:
            session, path = self._view.session, Path(named).expanduser()
            kept, form = session.conversations.get(number), format_of(path)
            dates = {} if form == "markdown" else known_dates(session.settings.data_dir, kept.corpus)
            write_new(path, exported(kept, session.conversations.turns(number), form, dates))
            return f"written to {path}"

        name = " ".join("".join(c if c.isalnum() or c in " -" else " " for c in title).split())
        suggested = str(Path.cwd() / f"{name[:60] or 'conversation'}.md")
        hint = "Markdown with the sources of each answer; named .bib or .json what is cited, as BibTeX or CSL-JSON."
        self._ask_line(LineScreen("Export the conversation to", hint, suggested), export)

    def _ask_line(self, screen: LineScreen, deed: Callable[[str], str]) -> None:
        """Ask for a line, and do something with it in a thread."""

        def do(line: str | None) -> None:
            if line is not None:
                self._do(partial(deed, line))

        self._view.app.push_screen(screen, do)

    def _do(self, deed: Callable[[], str]) -> None:
        view = self._view
        words = view.conversations_pane.words
        view.in_thread(partial(workers.do, view.session, view.post_message, deed, words))

    def _delete(self, number: int, title: str) -> None:
        def delete() -> str:
            self._view.session.conversations.delete(number)
            return f"deleted {title}"

        def agreed(sure: bool | None) -> None:
            if sure and self._answering.conversation.number == number:
                self._answering.stop(keeping=False)
                self._view.run_worker(self.begin())
            if sure:
                self._do(delete)

        self._view.app.push_screen(ConfirmScreen(f"Delete the conversation “{title}” for good?", "Delete"), agreed)

    def do_with_open(self, deed: Deed) -> None:
        """Do something with the open conversation."""
        view, number = self._view, self._answering.conversation.number
        if number is None:
            view.tell(f"there is no conversation to {deed} yet")
        else:
            title = view.conversations_pane.title_of(number) or view.conversation.turns[0].question
            self._do_what_is_wanted(ConversationWanted(deed, number, title))
