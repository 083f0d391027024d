"""The status line: where answers come from, and that nothing leaves the machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from askv4.text.safe import safe_line, safe_name
from askv4.tui.looks import HEADING, MUTED
from askv4.types import Mode


@dataclass(frozen=True, slots=True)
class Status:
    """What the line says."""

    corpus: Path
    documents: int | None = None
    """None while the index is not open."""
    skipped: int = 0
    model: str | None = None
    """The chat model; None for quotations."""
    loading: str | None = None
    """What is being loaded."""
    speed: float | None = None
    """Tokens per second of the last answer."""
    remote: str | None = None
    """The machine that questions are sent to; None while all stays here."""
    mode: Mode = "extractive"
    """What the reader has chosen; with "auto" it is told, because the machine decides then."""
    within: str | None = None
    """The part of the corpus to which questions are limited."""
    workspace: str | None = None
    """The name of the corpus."""


class StatusLine(Static):
    """One line; its parts can be clicked. The less important ones go first when it is narrow."""

    ALLOW_SELECT = False
    status: reactive[Status | None] = reactive(None)

    def change(self, **changes: object) -> None:
        """Say something else in these parts."""
        if self.status is not None:
            self.status = replace(self.status, **changes)  # type: ignore[arg-type]

    def watch_status(self) -> None:
        self._show()

    def on_resize(self, _event: events.Resize) -> None:
        self._show()

    def _show(self) -> None:
        if self.status is not None and self.size.width:
            self.update(status_content(self.status, self.size.width))


def status_content(status: Status, width: int) -> Content:
    """The line in `width` cells: on the left what is asked, on the right where it stays."""
    right = (
        ("● online: " + safe_line(status.remote), "$text-warning bold")
        if status.remote
        else ("● offline", "$text-success")
    )
    room = width - cell_len(right[0]) - 1
    left: list[tuple[str, str]] = []
    used = 0
    for text, style in _parts(status):
        piece = text if not left else f"  {text}"
        if used + cell_len(piece) <= room:
            left.append((piece, style))
            used += cell_len(piece)
    gap = " " * max(1, width - used - cell_len(right[0]))
    return Content.assemble(*left, gap, right)


def _parts(status: Status) -> list[tuple[str, str]]:
    """What the line says, most important first; clicks are actions of the screen."""
    answers = status.loading or (safe_line(status.model) if status.model else "quotations")
    if status.mode == "auto" and not status.loading:
        answers = f"auto: {answers}"
    where = f"{safe_name(status.workspace)}: " if status.workspace else ""
    parts = [("askv4", HEADING), (where + _short(status.corpus), "@click=screen.show_documents() $text")]
    if status.within:
        parts.append((f"in {safe_name(status.within)}", "@click=screen.limit() $text-accent"))
    if status.documents is not None:
        count = f"{status.documents} document{'' if status.documents == 1 else 's'}"
        parts.append((count, "@click=screen.show_documents() $foreground 60%"))
    parts.append((answers, "@click=screen.choose_model() $text-accent"))
    if status.skipped:
        parts.append((f"{status.skipped} not read", "@click=screen.show_documents() $text-warning"))
    if status.speed:
        parts.append((f"{status.speed:.0f} tokens/s", MUTED))
    return parts


def _short(path: Path) -> str:
    """A path with ~ for the home folder, its end if it is long."""
    try:
        shown = "~/" + path.relative_to(Path.home()).as_posix()
    except (ValueError, RuntimeError):
        shown = str(path)
    shown = safe_name(shown)
    return shown if len(shown) <= 32 else "…" + shown[-31:]
