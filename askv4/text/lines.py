"""The lines of a text around an offset."""

from __future__ import annotations

from askv4.types import Span


def line_at(text: str, at: int) -> Span:
    """The line in which an offset lies, without its end."""
    end = text.find("\n", at)
    return Span(text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end)


def line_above(text: str, line: Span) -> Span | None:
    """The line before a line; None above the first."""
    return line_at(text, line.start - 1) if line.start > 0 else None


def line_below(text: str, line: Span) -> Span | None:
    """The line behind a line; None below the last."""
    return line_at(text, line.end + 1) if line.end + 1 < len(text) else None
