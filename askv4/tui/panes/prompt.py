"""Where questions are typed: several lines, with the questions before at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from askv4.tui.messages import News

NEW_LINE_KEYS = ("ctrl+j", "shift+enter", "alt+enter")
"""Terminals tell few of these apart from Enter; Ctrl+J is told apart by all."""
HOLD_S = 0.25
"""A digit in an empty prompt waits so long for another letter: "2024 ..." and "5G ..." are questions."""


class Prompt(TextArea):
    """Enter asks, Ctrl+J begins a new line, Up and Down at the edges go through earlier questions.

    In an empty prompt a digit on its own opens a citation and `?` the help.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Ask"),
        Binding(",".join(NEW_LINE_KEYS), "newline", "New line", show=False),
        Binding("up", "earlier", show=False),
        Binding("down", "later", show=False),
        Binding("ctrl+l", "clear", "Clear", show=False),
    ]

    @dataclass
    class Submitted(News):
        """A question, or the path of a document."""

        text: str

    @dataclass
    class Shortcut(Message):
        """A key that means something else than text in an empty prompt."""

        key: str

    def __init__(self, *, id: str) -> None:
        super().__init__(
            id=id, compact=True, highlight_cursor_line=False, placeholder="Ask your documents", tab_behavior="focus"
        )
        self.shortcuts: frozenset[str] = frozenset({"?"})
        """Keys that are shortcuts while the prompt is empty."""
        self._held = ""
        """A shortcut that becomes text if something else is typed at once."""
        self._history: list[str] = []
        self._position = 0
        self._unsent = ""

    def remember(self, question: str) -> None:
        """Add a question to those that Up brings back."""
        if question and self._history[-1:] != [question]:
            self._history.append(question)
        self._position = len(self._history)

    def recall(self, questions: Sequence[str]) -> None:
        """Put questions of earlier days, oldest first, before those of today."""
        self._history[:0] = questions
        self._position += len(questions)

    def fill(self, text: str) -> None:
        """Put a text in, ready to be changed."""
        self.text = text
        self.move_cursor(self.document.end)

    def action_submit(self) -> None:
        if self.text.strip():
            self.post_message(self.Submitted(self.text.strip()))

    def action_newline(self) -> None:
        self.insert("\n")

    def action_clear(self) -> None:
        self.text = ""

    def action_earlier(self) -> None:
        if not self.cursor_at_first_line or self._position == 0:
            self.action_cursor_up()
            return
        if self._position == len(self._history):
            self._unsent = self.text
        self._position -= 1
        self.fill(self._history[self._position])

    def action_later(self) -> None:
        if not self.cursor_at_last_line or self._position >= len(self._history):
            self.action_cursor_down()
            return
        self._position += 1
        self.fill(self._history[self._position] if self._position < len(self._history) else self._unsent)

    def _let_go(self) -> None:
        """What was held is a shortcut."""
        held, self._held = self._held, ""
        if held:
            self.post_message(self.Shortcut(held))

    async def _on_key(self, event: events.Key) -> None:
        if self._held and event.is_printable:
            self.insert(self._held)
            self._held = ""
        self._let_go()
        if not self.text and event.character in self.shortcuts:
            event.stop()
            event.prevent_default()
            self._held = str(event.character)
            if self._held == "?":
                self._let_go()
            else:
                self.set_timer(HOLD_S, self._let_go)
            return
        # Not a priority binding: that would run before the keys typed just before it have arrived here.
        deed = {"enter": self.action_submit, **dict.fromkeys(NEW_LINE_KEYS, self.action_newline)}.get(event.key)
        if deed is not None:
            event.stop()
            event.prevent_default()
            deed()
            return
        await super()._on_key(event)
