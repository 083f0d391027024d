"""The application: themes, styles, the command palette, and the one screen."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen
from textual.theme import Theme

from askv4.tui import workers
from askv4.tui.messages import Told
from askv4.tui.screens.chat import ChatScreen
from askv4.tui.served import chosen
from askv4.tui.session import Session
from askv4.tui.threads import Threads

DARK = Theme(
    name="askv4-dark",
    primary="#7aa2f7",
    secondary="#9d8cd6",
    accent="#e0af68",
    success="#7fb685",
    warning="#e0995e",
    error="#e06c75",
    foreground="#d5d9e4",
    background="#14161d",
    surface="#1a1d26",
    panel="#232733",
    dark=True,
    variables={"scrollbar": "#3a4053", "scrollbar-background": "#1a1d26", "scrollbar-hover": "#4d556d"},
)
LIGHT = Theme(
    name="askv4-light",
    primary="#2f5fc4",
    secondary="#6a4fb3",
    accent="#9a5b00",
    success="#2e7d4f",
    warning="#a8530a",
    error="#b3261e",
    foreground="#1f2430",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e7e4dc",
    dark=False,
    variables={"scrollbar": "#c5c0b3", "scrollbar-background": "#f3f1ec", "scrollbar-hover": "#a9a396"},
)

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("Ask the last question again", "In place of its answer", "ask_again"),
    ("Change the last question", "The new one takes its place", "edit_last"),
    ("New conversation", "What was said is kept", "new_conversation"),
    ("Choose mode and model", "Quotations, or a model of this machine", "choose_model"),
    ("Add a document", "Copy a file or folder into the corpus", "add_document"),
    ("Ask a part of the documents", "A folder, a file, a kind, a time; also: /in *.pdf since 2024", "limit"),
    ("Documents and conversations", "Show or hide the sidebar", "toggle_sidebar"),
    ("Search", "Conversations, or the documents from their list", "search"),
    ("Show the source", "Show or hide the cited document", "toggle_source"),
    ("Show it anyway", "What may answer, or what came nearest, below a refusal", "show_anyway"),
    ("Next source", "Of the selected answer", "next_citation"),
    ("Previous source", "Of the selected answer", "previous_citation"),
    ("Open the file", "At its place: text in $VISUAL or $EDITOR, a PDF at its page where the viewer can", "open_file"),
    ("Copy the answer", "With its sources", "copy_answer"),
    ("Copy the citation", "Title and place of the source", "copy_citation"),
    ("Copy the quotation", "The cited words", "copy_quotation"),
    ("Details of the answer", "What was left out and why, and how long it took", "toggle_details"),
    ("Remove the document", "The one that is open goes to the bin", "remove_document"),
    ("Export the conversation", "As Markdown with sources; as BibTeX or CSL-JSON what is cited", "export"),
    ("Rename the conversation", "Another title for the one that is open", "rename_conversation"),
    ("Delete the conversation", "The one that is open, for good", "delete_conversation"),
    ("Help", "All keys", "help"),
)
"""Name, help and action of everything that the palette offers beside Textual's own commands."""


class ChatApp(App[None]):
    """The terminal chat over one session."""

    TITLE = "askv4"
    CSS_PATH: ClassVar[list[str]] = ["styles/chat.tcss", "styles/dialogues.tcss"]  # type: ignore[assignment]
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", "Quit", priority=True, key_display="^Q")]

    def __init__(self, session: Session, keep_theme: Callable[[str | None], object] | None = None) -> None:
        """`keep_theme` takes the theme that the reader has chosen, None for the usual one, and remembers it."""
        super().__init__()
        self.session = session
        self._keep_theme = keep_theme
        self.threads = Threads()

    def get_driver_class(self) -> type[Driver]:
        return chosen(super().get_driver_class())

    def get_default_screen(self) -> Screen[None]:
        return ChatScreen(self.session, self.threads)

    def on_mount(self) -> None:
        # Threads index and write while this one draws: it should not wait the usual five milliseconds for its turn.
        sys.setswitchinterval(0.001)
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        named = self.session.settings.theme
        self.theme = named if named in self.available_themes else DARK.name
        if named is not None and named != self.theme:
            unknown = f"there is no theme {named}; the command palette (Ctrl+P) has them all"
            self.screen_stack[0].post_message(Told(unknown, trouble=True))
        self._themed = self.theme
        self.theme_changed_signal.subscribe(self, self._remember_theme)

    def _remember_theme(self, theme: Theme) -> None:
        keep = self._keep_theme
        if keep is not None and theme.name != self._themed:
            self._themed = theme.name
            name = None if theme.name == DARK.name else theme.name
            self.threads.start(partial(workers.telling, self.screen_stack[0].post_message, partial(keep, name)))

    async def action_quit(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, ChatScreen):
                screen.answering.end_lead()
        await super().action_quit()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield from super().get_system_commands(screen)
        if isinstance(screen, ChatScreen):
            for name, explanation, action in COMMANDS:
                about = " · ".join(filter(None, [explanation, screen.keys_of(action)]))
                yield SystemCommand(name, about, lambda action=action: screen.run_action(action))
