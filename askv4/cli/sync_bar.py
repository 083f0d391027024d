"""How far a sync is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from askv4.cli.terminal import is_terminal, shows_color
from askv4.cli.wording import counted
from askv4.text.safe import safe_name

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from askv4.types import SyncProgress

_DOING = {"documents": "indexing", "vectors": "saving"}
_FIRST_LINE_S, _LINES_APART_S = 10.0, 30.0
_WORTH_A_LINE = 20
"""Of fewer documents nobody wants to hear how many are done."""


class SyncBar:
    """Shows on a terminal how far a sync is, once it has taken `delay` seconds. Elsewhere `say` gets, of many documents,
    a line after ten seconds, one every half minute, and one at the end if there was any."""

    def __init__(
        self,
        stream: TextIO | None,
        *,
        color: bool = True,
        delay: float = 1.0,
        say: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._color = color
        self._active = is_terminal(stream)
        self._say = None if self._active else say
        self._clock = clock
        self._next_line = clock() + _FIRST_LINE_S
        self._said = False
        self._overdue = False
        self._lock = threading.Lock()
        # A timer, not a look at the clock at each event: one document can take longer than a person's patience.
        self._timer = threading.Timer(delay, self._run_out)
        self._timer.daemon = True
        self._last: SyncProgress | None = None
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> SyncBar:
        if self._active:
            self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._timer.cancel()
        if self._said and self._say is not None and kind is None:
            self._say("the index is up to date")
        with self._lock:
            self._active = False
            if self._bar is not None:
                self._bar.stop()
                self._bar = None

    def __call__(self, progress: SyncProgress) -> None:
        """Take in where the sync stands."""
        if self._say is not None and self._clock() >= self._next_line and progress.total >= _WORTH_A_LINE:
            self._next_line = self._clock() + _LINES_APART_S
            self._said = True
            self._say(f"{_DOING[progress.phase]}: {progress_line(progress)}")
        with self._lock:
            self._last = progress
            self._show()

    def _run_out(self) -> None:
        with self._lock:
            self._overdue = True
            self._show()

    def _show(self) -> None:
        """Called with the lock held. Nothing is shown before the first event: then there may be nothing to do."""
        last = self._last
        if not self._active or not self._overdue or last is None:
            return
        if self._bar is None:
            self._bar = _make_bar(self._stream, self._color)
            self._task = self._bar.add_task("", visible=False)
            self._bar.start()
        if self._task is not None:
            self._bar.update(
                self._task,
                completed=last.done,
                total=last.total,
                doing=_DOING[last.phase],
                pace=", ".join(_pace(last)),
                document=safe_name(last.document),
                visible=True,
            )


def progress_line(progress: SyncProgress) -> str:
    """Where a sync stands, in words."""
    what = "documents" if progress.phase == "documents" else "vectors"
    return ", ".join([f"{progress.done} of {progress.total} {what}", *_pace(progress)])


def _pace(progress: SyncProgress) -> list[str]:
    """How long it will go on and how fast it goes, as far as that can be told."""
    if progress.seconds < 1 or progress.seconds_left is None:
        return [counted(progress.passages, "passage")]
    parts = [f"{_duration(progress.seconds_left)} left"]
    if progress.phase == "documents":
        parts.append(f"{progress.done / progress.seconds:.1f} documents/s")
        parts.append(f"{progress.passages / progress.seconds:.1f} passages/s")
    return parts


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _make_bar(stream: TextIO | None, color: bool) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn
    from rich.table import Column

    color = color and shows_color(stream)
    console = Console(file=stream, color_system="standard" if color else None, no_color=not color, highlight=False)
    return Progress(
        TextColumn("{task.fields[doing]}", style="none"),
        # Named colours: rich's own are fixed RGB values, not the terminal's palette.
        BarColumn(bar_width=16, style="none", complete_style="cyan", finished_style="cyan", pulse_style="cyan"),
        TextColumn("{task.completed:.0f}/{task.total:.0f}", style="none"),
        TextColumn("{task.fields[pace]}", style="none", table_column=Column(no_wrap=True)),
        TextColumn(
            "{task.fields[document]}",
            style="none",
            markup=False,
            table_column=Column(no_wrap=True, overflow="ellipsis"),
        ),
        console=console,
        transient=True,
    )
