"""A document's text as rows of a given width: exact offsets, so that a cited span is found again on the screen."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len

from askv4.text.safe import safe_lines

_WORD = re.compile(r"\S+\s*|\s+")
_TAB = "    "


@dataclass(frozen=True, slots=True)
class Mark:
    """A cited span; `n` is the number of its citation."""

    start: int
    end: int
    n: int
    strong: bool = False
    """Whether it is only the words that answer most directly, inside the span of citation `n`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row on the screen: text[start:end], the number of its line where it begins one, else 0."""

    start: int
    end: int
    line: int


def displayed(text: str, marks: Sequence[Mark]) -> tuple[str, tuple[Mark, ...]]:
    """The text as a terminal may show it, and the marks in it: making a character visible may make it longer."""
    borders = sorted({0, len(text), *(edge for mark in marks for edge in (mark.start, mark.end))})
    borders = [border for border in borders if 0 <= border <= len(text)]
    pieces, moved, length = [], {0: 0}, 0
    for start, end in itertools.pairwise(borders):
        piece = safe_lines(text[start:end]).replace("\t", _TAB)
        pieces.append(piece)
        length += len(piece)
        moved[end] = length
    return "".join(pieces), tuple(
        replace(mark, start=moved[mark.start], end=moved[mark.end])
        for mark in marks
        if 0 <= mark.start <= mark.end <= len(text)
    )


def rows_of(text: str, width: int, first_line: int = 1) -> list[Row]:
    """`text` in rows of at most `width` cells, broken between words where that is possible.

    The rows cover the text in order; only the line breaks lie between them. A character wider than `width` has a row
    of its own.
    """
    rows: list[Row] = []
    start = 0
    for number, line in enumerate(text.split("\n"), first_line):
        for position, (begin, end) in enumerate(_broken(line, max(width, 1))):
            rows.append(Row(start + begin, start + end, number if position == 0 else 0))
        start += len(line) + 1
    return rows


def _broken(line: str, width: int) -> Iterator[tuple[int, int]]:
    if len(line) <= width and (line.isascii() or cell_len(line) <= width):
        yield 0, len(line)
        return
    begin, used = 0, 0
    for word in _words(line, width):
        cells = _cells(line[word[0] : word[1]].rstrip())
        if used and used + cells > width:
            yield begin, word[0]
            begin, used = word[0], 0
        used += _cells(line[word[0] : word[1]])
    yield begin, len(line)


def _words(line: str, width: int) -> Iterator[tuple[int, int]]:
    """Words with the space after them; those that fit no row in pieces that do."""
    for match in _WORD.finditer(line):
        start, end = match.span()
        while _cells(line[start:end].rstrip()) > width:
            cut = start + 1
            while cut < end and _cells(line[start : cut + 1]) <= width:
                cut += 1
            yield start, cut
            start = cut
        if start < end:
            yield start, end


def _cells(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)
