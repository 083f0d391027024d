"""The chat's panes, as controllers work on them: which are open, where the keys go, and a line for the reader."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import OptionList

from askv4.tui import workers
from askv4.tui.panes.activity import Activity
from askv4.tui.panes.conversation import ConversationPane
from askv4.tui.panes.conversations import ConversationsPane
from askv4.tui.panes.documents import DocumentsPane
from askv4.tui.panes.filter import Filter
from askv4.tui.panes.prompt import Prompt
from askv4.tui.panes.source import SourcePane, SourceText
from askv4.tui.panes.status import StatusLine
from askv4.tui.session import Session
from askv4.tui.threads import Threads

NARROW, MEDIUM, WIDE = 0, 100, 140
"""Columns from which one, two or three panes stand side by side."""


Takers = Sequence[tuple[type[Message], Callable[[Any], Awaitable[None] | None]]]
"""Messages, and who takes each."""


class PanesScreen(Screen[None]):
    """The panes, which of them are open, and where the keys go."""

    HORIZONTAL_BREAKPOINTS = [(NARROW, "-narrow"), (MEDIUM, "-medium"), (WIDE, "-wide")]  # noqa: RUF012  Textual declares it so

    source_open = reactive(False, init=False)
    sidebar_open: reactive[bool | None] = reactive(None, init=False)
    """None while the reader has not said: it is then open where there is room for three panes."""

    def __init__(self, session: Session, threads: Threads) -> None:
        super().__init__()
        self.session = session
        self.threads = threads

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

    @property
    def corpus(self) -> Path:
        """The folder of documents."""
        return self.session.settings.corpus

    @property
    def conversation(self) -> ConversationPane:
        return self.query_one(ConversationPane)

    @property
    def source(self) -> SourcePane:
        return self.query_one(SourcePane)

    @property
    def documents_pane(self) -> DocumentsPane:
        return self.query_one(DocumentsPane)

    @property
    def conversations_pane(self) -> ConversationsPane:
        return self.query_one(ConversationsPane)

    @property
    def prompt(self) -> Prompt:
        return self.query_one(Prompt)

    @property
    def activity(self) -> Activity:
        return self.query_one(Activity)

    @property
    def status_line(self) -> StatusLine:
        return self.query_one(StatusLine)

    def tell(self, line: str, *, trouble: bool = False) -> None:
        """Show a line above the prompt."""
        self.activity.tell(line, trouble=trouble)

    def in_thread(self, work: Callable[[], object]) -> None:
        """Do what takes its time beside the screen; it posts messages, and what goes wrong becomes a line."""
        self.threads.start(partial(workers.telling, self.post_message, work))

    @property
    def is_narrow(self) -> bool:
        """Whether there is room for one pane alone."""
        return self.has_class("-narrow")

    @property
    def sidebar_shown(self) -> bool:
        """Whether the sidebar can be seen."""
        return self.has_class("-wide") if self.sidebar_open is None else self.sidebar_open

    def watch_source_open(self, is_open: bool) -> None:
        self.set_class(is_open, "-source-open")
        if not is_open:
            turn = self.conversation.selected
            if turn is not None:
                turn.current = 0
            if self.focused is None or not self.focused.display or isinstance(self.focused, SourceText):
                self.prompt.focus()

    def watch_sidebar_open(self, is_open: bool | None) -> None:
        self.set_class(is_open is True, "-sidebar-open")
        self.set_class(is_open is False, "-sidebar-closed")

    def action_toggle_sidebar(self) -> None:
        """Show or hide documents and conversations."""
        opening = not self.sidebar_shown
        # Closed in a narrow window, it is there again when the window is wide.
        self.sidebar_open = opening or (False if self.has_class("-wide") else None)
        if opening:
            if self.is_narrow:
                self.source_open = False
            self.call_after_refresh(self.documents_pane.query_one(OptionList).focus)
        else:
            self.prompt.focus()

    def action_search(self) -> None:
        """Search the documents from their list, else the conversations."""
        if self.documents_pane.has_focus_within:
            self.documents_pane.search()
            return
        if not self.sidebar_shown:
            self.sidebar_open = True
            self.source_open = self.source_open and not self.is_narrow
        self.conversations_pane.query_one(Filter).focus()

    def action_show_documents(self) -> None:
        """Go to the documents."""
        if self.sidebar_shown:
            self.documents_pane.query_one(OptionList).focus()
        else:
            self.action_toggle_sidebar()
