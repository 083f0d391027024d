"""Words that a list is narrowed down to."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList


class Filter(Input):
    """A line above a list, which shows what holds its words while they are typed; Enter and Down go to the list."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,down", "leave", "To the list", show=False)]

    def __init__(self, *, id: str) -> None:
        super().__init__(placeholder="search", compact=True, id=id)

    def action_leave(self) -> None:
        entries = self.parent.query_one(OptionList) if self.parent is not None else None
        if entries is not None:
            entries.focus()

    def clear_and_leave(self) -> None:
        """Show everything again."""
        self.value = ""
        self.action_leave()
