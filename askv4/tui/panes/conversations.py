"""Past conversations: searched, opened, renamed, exported and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from askv4.answer.conversation.kept import Conversation
from askv4.text.safe import safe_line
from askv4.tui.looks import MUTED
from askv4.tui.messages import News
from askv4.tui.panes.filter import Filter

FRESH_S = 20.0
"""Seconds until the times are shown again."""

Deed = Literal["open", "rename", "export", "delete"]


@dataclass
class ConversationWanted(News):
    """Something is to be done with a conversation."""

    deed: Deed
    id: int
    title: str


class ConversationOption(Option):
    """A conversation as an entry."""

    def __init__(self, conversation: Conversation, *, current: bool) -> None:
        super().__init__(conversation_entry(conversation, current=current), str(conversation.id))
        self.conversation = conversation
        self.current = current


def _is_open(option: Option) -> bool:
    return isinstance(option, ConversationOption) and option.current


class ConversationList(OptionList):
    """One entry for each conversation, the latest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open"),
        Binding("r", "want('rename')", "Rename"),
        Binding("x", "want('export')", "Export"),
        Binding("delete,backspace", "want('delete')", "Delete", key_display="Del"),
    ]

    def on_focus(self) -> None:
        if self.highlighted is None and self.option_count:
            self.highlighted = 0

    def action_want(self, deed: Deed) -> None:
        options = [self.highlighted_option, *(option for option in self.options if _is_open(option))]
        option = next((option for option in options if option is not None), None)
        if isinstance(option, ConversationOption):
            self.post_message(ConversationWanted(deed, option.conversation.id, option.conversation.title))


class ConversationLinks(Static):
    """What can be done with the highlighted conversation, else with the open one, for the mouse."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        deeds: tuple[Deed, ...] = ("rename", "export", "delete")
        super().__init__(Content.from_markup("  ".join(f"[@click=want('{deed}')]{deed}[/]" for deed in deeds)))

    def action_want(self, deed: Deed) -> None:
        self.screen.query_one(ConversationList).action_want(deed)


class ConversationsPane(Vertical):
    """The list, its head and the words to search for."""

    @dataclass
    class SearchChanged(News):
        """Other words are searched for."""

        words: str

    def compose(self) -> ComposeResult:
        yield Static(
            Content.assemble(Content.from_markup("[bold]Conversations[/]  [@click=screen.new_conversation]+ new[/]")),
            classes="pane-head",
        )
        yield Filter(id="conversation-search")
        yield ConversationList()
        yield ConversationLinks()

    def on_mount(self) -> None:
        self.set_interval(FRESH_S, self.freshen)

    def freshen(self) -> None:
        """Say again how long ago each conversation was."""
        entries = self.query_one(ConversationList)
        for position, option in enumerate(entries.options):
            if isinstance(option, ConversationOption):
                entry = conversation_entry(option.conversation, current=option.current)
                if entry != option.prompt:
                    entries.replace_option_prompt_at_index(position, entry)

    def show(self, conversations: Sequence[Conversation], current: int | None) -> None:
        """Show conversations; the open one is marked."""
        entries = self.query_one(ConversationList)
        kept = entries.highlighted_option.id if entries.highlighted_option is not None else None
        entries.set_options([ConversationOption(one, current=one.id == current) for one in conversations])
        self.query_one(ConversationLinks).display = bool(conversations)
        if any(str(conversation.id) == kept for conversation in conversations):
            entries.highlighted = entries.get_option_index(str(kept))

    def title_of(self, number: int) -> str | None:
        """The title of a conversation that is listed."""
        options = self.query_one(ConversationList).options
        listed = (option.conversation for option in options if isinstance(option, ConversationOption))
        return next((one.title for one in listed if one.id == number), None)

    @property
    def words(self) -> str:
        """What is searched for."""
        return self.query_one(Filter).value

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.SearchChanged(event.value))

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        # Posted from here: a message that a child posts on its parent's behalf goes no further than the parent.
        if isinstance(event.option, ConversationOption):
            conversation = event.option.conversation
            self.post_message(ConversationWanted("open", conversation.id, conversation.title))


def conversation_entry(conversation: Conversation, *, current: bool, now: datetime | None = None) -> Content:
    """A conversation in two lines: its title, and below it how long ago and how long it was."""
    ago = age(conversation.updated, now or datetime.now(UTC))
    turns = f"{conversation.turns} question{'' if conversation.turns == 1 else 's'}"
    mark = "● " if current else ""
    return Content.assemble((mark, "$text-accent"), safe_line(conversation.title), "\n", (f"  {ago} · {turns}", MUTED))


def age(then: datetime, now: datetime) -> str:
    """How long ago something was, as people say it."""
    seconds = (now - then).total_seconds()
    if seconds < 90:
        return "now"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min ago"
    if seconds < 36 * 3600:
        return f"{round(seconds / 3600)} h ago"
    if seconds < 14 * 86400:
        return f"{round(seconds / 86400)} days ago"
    return f"{then.astimezone():%d %b %Y}"
