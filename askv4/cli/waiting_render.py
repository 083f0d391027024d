"""The quotations on a terminal while a model writes above them, and the seconds that it has taken; gone when the answer is printed.

The part that is drawn anew is never higher than the screen: what had scrolled away could not be taken back, and would stand
there twice.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from types import FrameType
from typing import TYPE_CHECKING, Any

from rich.text import Text

from askv4.cli.terminal import WIDEST, is_terminal

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.live import Live

QUIET = "dim"


class Waiting:
    """Shows lines until it is left. The first Ctrl-C sets `stop`, the second one interrupts."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self.stop = threading.Event()
        self._console = console
        self._clock = clock
        self._since = clock()
        self._live: Live | None = None
        self._lines: Callable[[int], Iterable[Text]] = lambda _width: ()
        self._before: Any = None

    def __enter__(self) -> Waiting:
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None

    def show(self, lines: Callable[[int], Iterable[Text]]) -> None:
        """Show the lines for the width at hand, below the seconds from now on."""
        from rich.live import Live

        self._lines = lines
        self._since = self._clock()
        if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
            self._before = signal.signal(signal.SIGINT, self._interrupt)
        # Otherwise a notice on stderr would land in the part that is redrawn.
        beside = is_terminal(sys.stderr)
        self._live = Live(
            self, console=self._console, transient=True, refresh_per_second=2, redirect_stdout=False, redirect_stderr=beside
        )  # fmt: skip
        self._live.start(refresh=True)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self.stop.is_set():
            signal.default_int_handler(number, frame)
        self.stop.set()

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        seconds = f"{self._clock() - self._since:.0f} s"
        hint = "the quotations are kept" if self.stop.is_set() else "Ctrl-C keeps the quotations"
        yield Text(f"writing the answer … {seconds}, {hint}", style=QUIET, no_wrap=True, overflow="ellipsis")
        yield Text()
        lines = list(self._lines(min(options.max_width, WIDEST)))
        room = max(options.size.height - 3, 1)
        cut = len(lines) - room + 1 if len(lines) > room else 0
        yield from lines[: len(lines) - cut]
        if cut:
            yield Text(f"… {cut} more lines", style=QUIET)
