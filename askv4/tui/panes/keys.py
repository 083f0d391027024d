"""The line at the foot: the keys that mean something where the focus is, as many as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.app import App
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widgets import Static


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the line shows it."""

    key: str
    """Its name in Textual."""
    shown: str
    does: str

    @property
    def cells(self) -> int:
        """Columns that it takes, with the space after it."""
        return cell_len(self.shown) + cell_len(self.does) + 2


class KeysLine(Static):
    """One widget in place of Textual's Footer, which makes a dozen anew whenever the focus moves.

    Keys that do not fit are left out whole; the help and the command palette have them all. A click presses the key.
    """

    ALLOW_SELECT = False

    def __init__(self, offers: Callable[[str], bool], *, id: str) -> None:
        """`offers` says whether an action means something at the moment."""
        super().__init__(id=id)
        self._offers = offers

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._show)

    def on_resize(self, _event: events.Resize) -> None:
        self._show(self.screen)

    def _show(self, _screen: Screen[object]) -> None:
        if self.size.width:
            palette = self._palette()
            self.update(keys_content(list(self._keys()), palette, self.size.width))

    def _keys(self) -> Iterator[Key]:
        """Those of the focus first, then those of the screen in the order in which it names them."""
        order = [binding.action for binding in self.screen.BINDINGS if isinstance(binding, Binding)]
        active = {active.binding.action: active.binding for active in reversed(self.screen.active_bindings.values())}
        shown = [binding for action, binding in reversed(active.items()) if binding.show and self._offers(action)]
        shown.sort(key=lambda binding: order.index(binding.action) if binding.action in order else -1)
        yield from (self._key(binding) for binding in shown)

    def _palette(self) -> Key | None:
        active = self.screen.active_bindings.get(App.COMMAND_PALETTE_BINDING)
        return self._key(active.binding) if active is not None else None

    def _key(self, binding: Binding) -> Key:
        return Key(binding.key, self.app.get_key_display(binding), binding.description)

    def on_click(self, event: events.Click) -> None:
        key = event.style.meta.get("key")
        if key is not None:
            self.app.simulate_key(key)


def keys_content(keys: list[Key], palette: Key | None, width: int) -> Content:
    """The line in `width` cells: keys on the left, that of the command palette on the right."""
    room = width - (palette.cells if palette is not None else 0)
    parts: list[Content] = []
    for key in keys:
        if key.cells <= room:
            parts.append(_content(key))
            room -= key.cells
    if palette is not None:
        parts += [Content(" " * room), _content(palette)]
    return Content.assemble(*parts)


def _content(key: Key) -> Content:
    # Not a link: that would have one colour.
    shown = Content.assemble((key.shown, "bold $footer-key-foreground"), f" {key.does} ")
    return shown.stylize(Style.from_meta({"key": key.key}))
