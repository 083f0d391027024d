"""The footer: the keys that mean something where the focus is, as many as there is room for."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Footer
from textual.widgets._footer import FooterKey


class KeysLine(Footer):
    """Keys that do not fit are left out whole; the help and the command palette have them all."""

    def __init__(self, offers: Callable[[str], bool]) -> None:
        """`offers` says whether an action means something at the moment."""
        super().__init__(compact=True)
        self._offers = offers

    def compose(self) -> ComposeResult:
        # Textual puts keys in the order in which widgets define them, though another widget may take them over.
        order = [binding.action for binding in self.screen.BINDINGS if isinstance(binding, Binding)]
        keys = [key for key in super().compose() if isinstance(key, FooterKey)]
        keys.sort(key=lambda key: order.index(key.action) if key.action in order else -1)
        palette = [key for key in keys if key.has_class("-command-palette")]
        room = self.size.width - sum(_cells(key) for key in palette)
        for key in keys:
            if key in palette:
                yield key
            elif self._offers(key.action) and _cells(key) <= room:
                room -= _cells(key)
                yield key

    def on_resize(self, _event: events.Resize) -> None:
        self.call_after_refresh(self.recompose)


def _cells(key: FooterKey) -> int:
    """Columns of a key, what it does, and the space after it."""
    return cell_len(f"{key.key_display} {key.description} ")
