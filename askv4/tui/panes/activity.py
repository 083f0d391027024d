"""What is going on: a bar while documents are indexed, and the last line that somebody should read."""

from __future__ import annotations

import time

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import ProgressBar, Static

from askv4.text.safe import safe_line, safe_name
from askv4.types import SyncProgress

SETTLING_S = 2.0
"""So long the pace of a sync is watched before the time that is left is told."""


class Activity(Vertical):
    """Takes no room while there is nothing to say."""

    line = ""
    """What was told last."""
    _begun: tuple[str, float, int] | None = None
    """Phase of the sync, when it was first seen, and how much was done by then."""

    def compose(self) -> ComposeResult:
        with Horizontal(id="progress"):
            yield Static(id="progress-doing")
            yield ProgressBar(show_eta=False, show_percentage=False)
            yield Static(id="progress-document")
        yield Static(id="notice")

    def on_mount(self) -> None:
        self.end_progress()
        self.tell("")

    def show_progress(self, progress: SyncProgress) -> None:
        """Show how far a sync is."""
        self.query_one("#progress").display = True
        doing = "indexing" if progress.phase == "documents" else "saving"
        self.query_one("#progress-doing", Static).update(Content(f"{doing} {progress.done}/{progress.total}"))
        self.query_one(ProgressBar).update(total=max(progress.total, 1), progress=progress.done)
        what = f"{progress.passages} passages" if progress.passages else ""
        parts = [self._time_left(progress), what, safe_name(progress.document)]
        self.query_one("#progress-document", Static).update(Content("  ".join(filter(None, parts))))

    def _time_left(self, progress: SyncProgress) -> str:
        """How long this phase will take, once that can be told."""
        now = time.monotonic()
        if self._begun is None or self._begun[0] != progress.phase or progress.done < self._begun[2]:
            self._begun = (progress.phase, now, progress.done)
        _, then, first = self._begun
        if now - then < SETTLING_S or progress.done <= first:
            return ""
        seconds = (now - then) / (progress.done - first) * (progress.total - progress.done)
        return f"{seconds / 60:.0f} min left" if seconds >= 90 else f"{seconds:.0f} s left"

    def end_progress(self) -> None:
        """Take the bar away."""
        self.query_one("#progress").display = False
        self._begun = None

    def tell(self, line: str, *, trouble: bool = False) -> None:
        """Show a line until the next one; an empty one takes it away."""
        self.line = line
        notice = self.query_one("#notice", Static)
        notice.update(Content(safe_line(line)))
        notice.display = bool(line)
        notice.set_class(trouble, "-trouble")
