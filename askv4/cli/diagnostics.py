"""The one place that writes stderr: errors, notices, details for -v, and progress."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from askv4.cli.terminal import is_terminal
from askv4.errors import Askv4Error
from askv4.text.safe import safe, safe_line

if TYPE_CHECKING:
    from askv4.cli.counting import CountBar
    from askv4.cli.sync_bar import SyncBar
    from askv4.cli.transfer import TransferBar


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
        from askv4.cli.sync_bar import SyncBar  # rich, which is loaded when there is a bar to show

        return SyncBar(sys.stderr, color=self.color, say=self.notice)

    def transfer_bar(self) -> TransferBar:
        """A progress bar in bytes; use it as a context manager and call it with (done, total)."""
        from askv4.cli.transfer import TransferBar  # as above

        return TransferBar(sys.stderr, color=self.color)

    def count_bar(self, doing: str) -> CountBar:
        """A progress bar that counts; use it as a context manager and call it with (done, total)."""
        from askv4.cli.counting import CountBar  # as above

        return CountBar(sys.stderr, doing, color=self.color)

    def confirm(self, question: str) -> bool | None:
        """Ask a person for a yes; None when there is nobody to ask. Raises click.Abort when the person leaves."""
        if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
            return None
        import click

        return click.confirm(safe_line(question), err=True)

    @staticmethod
    def _write(text: str) -> None:
        # Without a stderr (`2>&-`), or with one that takes nothing more, there is nobody to tell.
        if sys.stderr is not None:
            with suppress(OSError):
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
