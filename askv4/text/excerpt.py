"""A part of a longer text, in one line, where there is no room for all of it."""

from __future__ import annotations

from askv4.text.safe import safe_line
from askv4.types import Citation

GAP = "…"
"""Stands for what is left out."""
_LONGEST_WORD = 40
"""A cut that would take more than this to reach the edge of a word is made where it falls: not every script has spaces."""


def shortened(citation: Citation, size: int) -> str:
    """The quote in one line, fit for a terminal; where that has over `size` characters a part of so many, with gap marks.

    From its beginning where that shows the likeliest sentence; else so that it is shown, or as much of it as has room.
    """
    line = safe_line(citation.quote)
    if len(line) <= size:
        return line
    likely = citation.likely or (citation.start, citation.start)
    start, end = (_in_line(citation.quote, place - citation.start) for place in likely)
    begin = _word_from(line, min(start, len(line) - size), start) if end > size else 0
    # Some sentences end within what looks like a word.
    said = cut(line[begin:], size, least=end - begin if end - begin <= size else 0)
    before, after = f"{GAP} " if begin else "", f" {GAP}" if begin + len(said) < len(line) else ""
    return f"{before}{said}{after}"


def cut(line: str, size: int, least: int = 0) -> str:
    """The first `size` characters of a line, or fewer but at least `least`, so that no word is parted."""
    if len(line) <= size:
        return line
    space = line.rfind(" ", max(least, size - _LONGEST_WORD), size + 1)
    return line[: space if space > 0 else size]


def _in_line(text: str, place: int) -> int:
    """Where `place`, the beginning or end of some words of `text`, lies in its line."""
    return len(safe_line(text[:place] + "|")) - 1


def _word_from(line: str, at: int, last: int) -> int:
    """Where the first word from `at` on begins, if not behind `last`; else `at`."""
    space = line.find(" ", at - 1, min(last, at + _LONGEST_WORD)) if at else -1
    return space + 1 if space >= 0 else at
