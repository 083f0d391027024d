"""The help: every key, in a screen's length."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from askv4.tui.looks import HEADING, MARKER

KEYS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Asking",
        (
            ("Enter", "ask"),
            ("Ctrl+J", "begin a new line"),
            ("↑ ↓", "earlier questions"),
            ("Esc", "stop the answer; else between question and answers"),
            ("F5 or r", "ask the last question again"),
            ("F6 or e", "change the last question"),
            ("/in …", "ask a part: a folder, *.pdf, a kind, since 2024; /in alone, all"),
            ("Ctrl+N", "new conversation"),
            ("F4 or m", "mode and model"),
        ),
    ),
    (
        "Checking",
        (
            ("1 … 9", "open a source; before the first question, ask what is suggested"),
            ("n p", "next and previous source"),
            ("[ ]", "previous and next answer"),
            ("F3", "show or hide the source"),
            ("o", "open the file at its place, in your editor or viewer"),
            ("c", "copy the answer"),
            ("C", "copy the citation: title and place"),
            ("y", "copy the quotation"),
            ("s", "show the likeliest sentences of a refusal"),
            ("v", "show or hide how the answer was made"),
        ),
    ),
    (
        "Documents and conversations",
        (
            ("F2 or d", "show or hide them"),
            ("a", "add a file or a folder; or paste its path as a question"),
            ("Delete", "remove the document, delete the conversation"),
            ("/", "search conversations, or the documents from their list"),
            ("r x", "rename, export: Markdown, BibTeX, CSL-JSON (in the list)"),
        ),
    ),
    (
        "Everywhere",
        (
            ("Ctrl+P", "all commands, and themes"),
            ("Tab", "next part of the screen"),
            ("F1 or ?", "this help"),
            ("Ctrl+Q", "quit"),
        ),
    ),
)


class HelpScreen(ModalScreen[None]):
    """What can be done, and by which key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f1,question_mark", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialogue", id="help"):
            with VerticalScroll():
                yield Static(help_content())
            yield Static(Content.from_markup("[@click=screen.dismiss]Esc closes[/]"), classes="dialogue-hint")


def help_content() -> Content:
    """All keys in groups."""
    parts: list[str | tuple[str, str]] = []
    for group, keys in KEYS:
        parts.append((f"{group}\n", HEADING))
        for key, what in keys:
            parts += [(f"  {key:<9}", MARKER), f" {what}\n"]
        parts.append("\n")
    return Content.assemble(*parts).rstrip()
