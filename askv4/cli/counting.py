"""A progress bar that counts things, such as questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from askv4.cli.terminal import is_terminal, shows_color

if TYPE_CHECKING:
    from rich.progress import Progress


class CountBar:
    """Shows on a terminal how many of all are done; elsewhere it stays silent. Call it with (done, total)."""

    def __init__(self, stream: TextIO | None, doing: str, *, color: bool = True) -> None:
        """`doing` says what is done, such as "asking"."""
        self._stream = stream
        self._doing = doing
        self._color = color
        self._bar: Progress | None = None

    def __enter__(self) -> CountBar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def __call__(self, done: int, total: int) -> None:
        """Take in how far it is."""
        if not is_terminal(self._stream):
            return
        if self._bar is None:
            self._bar = _make_bar(self._stream, self._color)
            self._bar.add_task(self._doing, total=total)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done, total=total)


def _make_bar(stream: TextIO | None, color: bool) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    color = color and shows_color(stream)
    console = Console(file=stream, color_system="standard" if color else None, no_color=not color, highlight=False)
    return Progress(
        TextColumn("{task.description}", style="none", markup=False),
        # Named colours: rich's own are fixed RGB values, not the terminal's palette.
        BarColumn(bar_width=24, style="none", complete_style="cyan", finished_style="cyan", pulse_style="cyan"),
        TextColumn("{task.completed:.0f}/{task.total:.0f}", style="none"),
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
    )
