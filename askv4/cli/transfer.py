"""A progress bar in bytes: for downloads, and for reading a large file through."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from askv4.cli.terminal import is_terminal, shows_color

if TYPE_CHECKING:
    from rich.progress import Progress


class TransferBar:
    """Shows on a terminal how many bytes are done; elsewhere it stays silent. Call it with (done, total)."""

    def __init__(self, stream: TextIO | None, *, color: bool = True) -> None:
        self._stream = stream
        self._color = color
        self._bar: Progress | None = None

    def __enter__(self) -> TransferBar:
        return self

    def __exit__(self, *_: object) -> None:
        self.pause()

    def __call__(self, done: int, total: int) -> None:
        """Take in how far it is."""
        if not is_terminal(self._stream):
            return
        if self._bar is None:
            self._bar = _make_bar(self._stream, self._color)
            self._bar.add_task("", total=total, completed=done)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done, total=total)

    def pause(self) -> None:
        """Take the bar off the screen, for a line of text or for good; the next call brings it back."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _make_bar(stream: TextIO | None, color: bool) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    color = color and shows_color(stream)
    console = Console(file=stream, color_system="standard" if color else None, no_color=not color, highlight=False)
    return Progress(
        # Named colours: rich's own are fixed RGB values, not the terminal's palette.
        BarColumn(bar_width=24, style="none", complete_style="cyan", finished_style="cyan", pulse_style="cyan"),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
    )
