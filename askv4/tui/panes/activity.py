"""What is going on: a bar while documents are indexed, and the last line that somebody should read."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import ProgressBar, Static

from askv4.text.safe import safe_line, safe_name
from askv4.types import SyncProgress


class Activity(Vertical):
    """Takes no room while there is nothing to say."""

    def compose(self) -> ComposeResult:
        with Horizontal(id="progress"):
            yield Static(id="progress-doing")
            yield ProgressBar(show_eta=True, show_percentage=False)
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
        name = safe_name(progress.document)
        self.query_one("#progress-document", Static).update(Content("  ".join(filter(None, [what, name]))))

    def end_progress(self) -> None:
        """Take the bar away."""
        self.query_one("#progress").display = False

    def tell(self, line: str, *, trouble: bool = False) -> None:
        """Show a line until the next one; an empty one takes it away."""
        notice = self.query_one("#notice", Static)
        notice.update(Content(safe_line(line)))
        notice.display = bool(line)
        notice.set_class(trouble, "-trouble")
