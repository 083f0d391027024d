"""What a model writes, while it writes: a preview on the terminal, gone when the checked answer is printed.

The checked answer may differ from the draft (a sentence that its source does not support is written anew), so the draft
is narration and stays off stdout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from askv4.cli.terminal import is_terminal, shows_color
from askv4.text.safe import safe

if TYPE_CHECKING:
    from rich.live import Live


class Draft:
    """Shows the text that it is called with, piece by piece; elsewhere than on a terminal it stays silent."""

    def __init__(self, stream: TextIO | None, *, enabled: bool = True, color: bool = True) -> None:
        self._stream = stream
        self._enabled = enabled and is_terminal(stream)
        self._color = color
        self._text = ""
        self._live: Live | None = None

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def __call__(self, text: str) -> None:
        """Take in some more of the draft."""
        if not self._enabled:
            return
        from rich.text import Text

        self._text += text
        if self._live is None:
            self._live = _make_live(self._stream, self._color)
            self._live.start()
        self._live.update(Text(safe(self._text).strip(), style="dim"))


def _make_live(stream: TextIO | None, color: bool) -> Live:
    from rich.console import Console
    from rich.live import Live

    color = color and shows_color(stream)
    console = Console(file=stream, color_system="standard" if color else None, no_color=not color, highlight=False)
    return Live(console=console, transient=True, refresh_per_second=10, redirect_stdout=False, redirect_stderr=False)
