"""The one place that writes stderr: errors, notices, details for -v, and progress."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from askv4.cli.terminal import is_terminal, shows_color
from askv4.errors import Askv4Error
from askv4.text.safe import safe, safe_line, safe_name

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from askv4.cli.counting import CountBar
    from askv4.cli.draft import Draft
    from askv4.cli.transfer import TransferBar
    from askv4.types import SyncProgress


class Diagnostics:
    """Narration of one run. `verbose` and `color` may be set late: options are read after the first thing goes wrong."""

    def __init__(self) -> None:
        self.verbose = False
        self.color = True

    def error(self, error: BaseException) -> None:
        """What happened and what to do, in one line; where in the code only with -v."""
        if self.verbose:
            self._write(safe("".join(traceback.format_exception(error)).rstrip("\n")))
        self.notice(error_line(error))

    def notice(self, text: str) -> None:
        """One line that everybody should see."""
        self._write(f"askv4: {safe_line(text)}")

    def detail(self, text: str) -> None:
        """One line that only -v shows."""
        if self.verbose:
            self._write(safe_line(text))

    def timings(self, timings_ms: Mapping[str, float]) -> None:
        """How long each step took, for -v."""
        if timings_ms:
            self.detail("time: " + ", ".join(f"{step} {took:.0f} ms" for step, took in timings_ms.items()))

    def sync_bar(self) -> SyncBar:
        """A progress bar for a sync; use it as a context manager and call it with each event."""
        return SyncBar(sys.stderr, color=self.color)

    def draft(self, *, enabled: bool) -> Draft:
        """What a model writes, while it writes; use it as a context manager and call it with each piece of text."""
        from askv4.cli.draft import Draft

        return Draft(sys.stderr, enabled=enabled, color=self.color)

    def transfer_bar(self) -> TransferBar:
        """A progress bar in bytes; use it as a context manager and call it with (done, total)."""
        from askv4.cli.transfer import TransferBar

        return TransferBar(sys.stderr, color=self.color)

    def count_bar(self, doing: str) -> CountBar:
        """A progress bar that counts; use it as a context manager and call it with (done, total)."""
        from askv4.cli.counting import CountBar

        return CountBar(sys.stderr, doing, color=self.color)

    def confirm(self, question: str) -> bool | None:
        """Ask a person for a yes; None when there is nobody to ask. Raises click.Abort when the person leaves."""
        if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
            return None
        import click

        return click.confirm(safe_line(question), err=True)

    @staticmethod
    def _write(text: str) -> None:
        # Without a stderr (`2>&-`) there is nobody to tell.
        if sys.stderr is not None:
            print(text, file=sys.stderr, flush=True)


def error_line(error: BaseException) -> str:
    """An error as one line: what happened; what to do next."""
    if isinstance(error, Askv4Error):
        return error.line
    what = str(error) or type(error).__name__
    if isinstance(error, MemoryError):
        return "the machine has not enough memory for this; close other programs and try again"
    if isinstance(error, OSError):
        what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or what
        return f"{what}; check the disk and the permissions, then try again"
    return f"unexpected {type(error).__name__}: {what}; run it again with -v and report what it shows"


_DOING = {"documents": "indexing", "vectors": "saving"}


class SyncBar:
    """Shows on a terminal how far a sync is, once it has taken `delay` seconds; elsewhere it stays silent."""

    def __init__(self, stream: TextIO | None, *, color: bool = True, delay: float = 1.0) -> None:
        self._stream = stream
        self._color = color
        self._active = is_terminal(stream)
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

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            self._active = False
            if self._bar is not None:
                self._bar.stop()
                self._bar = None

    def __call__(self, progress: SyncProgress) -> None:
        """Take in where the sync stands."""
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
                passages=last.passages,
                document=safe_name(last.document),
                visible=True,
            )


def _make_bar(stream: TextIO | None, color: bool) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Column

    color = color and shows_color(stream)
    console = Console(file=stream, color_system="standard" if color else None, no_color=not color, highlight=False)
    return Progress(
        TextColumn("{task.fields[doing]}", style="none"),
        # Named colours: rich's own are fixed RGB values, not the terminal's palette.
        BarColumn(bar_width=24, style="none", complete_style="cyan", finished_style="cyan", pulse_style="cyan"),
        TextColumn("{task.completed:.0f}/{task.total:.0f}", style="none"),
        TextColumn("{task.fields[passages]} passages", style="none"),
        TimeRemainingColumn(compact=True),
        TextColumn(
            "{task.fields[document]}",
            style="none",
            markup=False,
            table_column=Column(no_wrap=True, overflow="ellipsis"),
        ),
        console=console,
        transient=True,
    )
