"""Small questions to the reader: a yes or no, a line of text."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from askv4.text.safe import safe_line


class ConfirmScreen(ModalScreen[bool]):
    """A question to be answered with yes or no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape", "answer(False)", "No"),
    ]

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question = question
        self._yes = yes

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialogue"):
            yield Static(Content(safe_line(self._question)), classes="dialogue-title")
            with Horizontal(classes="buttons"):
                yield Button(f"{self._yes} (y)", variant="error", id="yes", compact=True)
                yield Button("Cancel (n)", id="no", compact=True)

    def on_mount(self) -> None:
        self.query_one("#no").focus()

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")


class LineScreen(ModalScreen[str | None]):
    """A line of text is asked for; None when the reader does not want to."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    def __init__(self, title: str, hint: str = "", value: str = "", *, empty: bool = False) -> None:
        """`empty`: whether an empty line is an answer, too."""
        super().__init__()
        self._empty = empty
        self._title = title
        self._hint = hint
        self._value = value

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialogue"):
            yield Static(Content(safe_line(self._title)), classes="dialogue-title")
            yield Input(self._value, select_on_focus=False)
            yield Static(Content(safe_line(self._hint)), classes="dialogue-hint")
            with Horizontal(classes="buttons"):
                yield Button("OK (Enter)", variant="primary", id="ok", compact=True)
                yield Button("Cancel (Esc)", id="cancel", compact=True)

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def action_cancel(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        self._end(event.value)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "ok":
            self._end(self.query_one(Input).value)
        else:
            self.dismiss(None)

    def _end(self, line: str) -> None:
        self.dismiss(line.strip() if self._empty else line.strip() or None)
