"""The labels of a row's cells, in tables of Markdown and in those made of spaces or tabs, which stand above the rows alone.

Other formats have their labels in the row already, as text/loaders/tables.py writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from askv4.language.patterns import Pattern
from askv4.text.lines import line_above, line_at, line_below
from askv4.types import Span

_RULE = Pattern(r"[ \t>]*\|?[ \t]*:?-{1,}:?[ \t]*(?:\|[ \t]*:?-{1,}:?[ \t]*)*\|?[ \t]*")
_PIPE = Pattern(r"(?<!\\)\|")
_COLUMN = Pattern(r"\S+(?: \S+)*")
"""Cells are parted by two spaces or more, or by a tab."""
_BLANK = Pattern(r"\n[^\S\n]*\n")
_VALUE = Pattern(r"[^\w]?\d|[$€£¥]")
"""How a cell begins that has a figure."""
_MOST_ROWS = 500
_LONGEST_LINE = 500
_LONGEST_LABEL = 30
_FEWEST_COLUMNS = 2
_MOST_BETWEEN = 3
"""Lines, blank or not, between the parts of a table that has its labels once."""

Label = tuple[int, str]
"""(offset in the text, words): the label of the cell that begins at the offset."""


def row_labels(text: str, span: Span) -> tuple[Label, ...]:
    """The labels of the cells within a span that is a table's row; empty for what is none below a line of labels."""
    line = line_at(text, span.start)
    if span.end > line.end:
        return ()
    labels = _of_pipes(text, line) if _PIPE.search(line.of(text)) else _of_columns(text, line)
    return tuple((at, label) for at, label in labels if span.start <= at < span.end)


def cells_below(labels: Sequence[Label], row: Span) -> list[Span]:
    """The cell of each label of a row, as far as the next one."""
    starts = [at for at, _ in labels]
    return [Span(start, end) for start, end in pairwise([*starts, row.end])]


def is_table_head(text: str, span: Span) -> bool:
    """Whether a span is the line of labels of a table, which says nothing without a row."""
    line = line_at(text, span.start)
    below = line_below(text, line)
    if span.end > line.end or below is None:
        return False
    if _PIPE.search(line.of(text)):
        return bool(_PIPE.search(below.of(text)) and _RULE.fullmatch(below.of(text)))
    above = line_above(text, line)
    if above is not None and len(_columns(text, above)) >= _FEWEST_COLUMNS:
        return False
    return _is_head(text, line)


def _of_pipes(text: str, line: Span) -> list[Label]:
    above = line_above(text, line)
    for _ in range(_MOST_ROWS):
        if above is None or not _PIPE.search(above.of(text)):
            return []
        if _RULE.fullmatch(above.of(text)):
            break
        above = line_above(text, above)
    head = line_above(text, above) if above is not None else None
    if head is None or not _PIPE.search(head.of(text)):
        return []
    labels = [cell.of(text).strip() for cell in _cells(text, head)]
    return [
        (cell.start + len(cell.of(text)) - len(cell.of(text).lstrip()), label)
        for label, cell in zip(labels, _cells(text, line), strict=False)
        if label and cell.of(text).strip()
    ]


def _cells(text: str, line: Span) -> list[Span]:
    cuts = [line.start - 1, *(line.start + match.start() for match in _PIPE.finditer(line.of(text))), line.end]
    cells = [Span(one + 1, other) for one, other in pairwise(cuts) if one + 1 <= other]
    if cells and not cells[0].of(text).strip(" \t>"):
        cells = cells[1:]
    return cells[:-1] if cells and not cells[-1].of(text).strip() else cells


def _of_columns(text: str, line: Span) -> list[Label]:
    own = _columns(text, line)
    head = _head_of(text, line) if len(own) >= _FEWEST_COLUMNS else None
    if head is None:
        return []
    labels = _columns(text, head)
    named = _indent(text, head) > _indent(text, line) + 1  # a row's name has no label above it
    values = own[1:] if named else own
    if len(values) < len(labels) and _BLANK.search(text, head.end, line.start):
        return []  # a sum below the columns is of none of them
    if len(values) == len(labels):
        return [(cell.start, label.of(text)) for cell, label in zip(values, labels, strict=True)]
    told = []
    for cell in own:
        over = [label for label in labels if _overlap(label, head, cell, line) > 0]
        if over:
            best = max(over, key=lambda label: _overlap(label, head, cell, line))
            told.append((cell.start, best.of(text)))
    return told


def _head_of(text: str, line: Span) -> Span | None:
    """The nearest line of labels above a row, at the top of its table or of a part of the table before it."""
    top, above, between = line, line_above(text, line), 0
    for _ in range(_MOST_ROWS):
        if above is None or between > _MOST_BETWEEN:
            break
        if len(_columns(text, above)) >= _FEWEST_COLUMNS:
            top, between = above, 0
        else:
            if not between and top != line and _is_head(text, top):
                return top
            between += 1  # "Winter", between the rows of summer and those of winter
        above = line_above(text, above)
    return top if top != line and _is_head(text, top) else None


def _is_head(text: str, line: Span) -> bool:
    return _are_labels(text, _columns(text, line), [_columns(text, one) for one in _rows_below(text, line)])


def _rows_below(text: str, line: Span) -> list[Span]:
    rows: list[Span] = []
    below = line_below(text, line)
    while below is not None and len(rows) < _MOST_ROWS and len(_columns(text, below)) >= _FEWEST_COLUMNS:
        rows.append(below)
        below = line_below(text, below)
    return rows


def _columns(text: str, line: Span) -> list[Span]:
    """The cells of a line of columns."""
    if line.end - line.start > _LONGEST_LINE:
        return []
    matches = _COLUMN.finditer(line.of(text))
    return [Span(line.start + one.start(), line.start + one.end()) for one in matches]


def _are_labels(text: str, head: Sequence[Span], rows: Sequence[Sequence[Span]]) -> bool:
    """Whether a line has words where the rows below it have figures."""
    if len(head) < _FEWEST_COLUMNS or not rows:
        return False
    plain = all(not _VALUE.match(one.of(text)) and one.end - one.start <= _LONGEST_LABEL for one in head)
    figures = [any(_VALUE.match(cell.of(text)) for cell in row[1:]) for row in rows]
    return plain and 2 * sum(figures) > len(rows)


def _indent(text: str, line: Span) -> int:
    said = line.of(text)
    return len(said) - len(said.lstrip())


def _overlap(label: Span, head: Span, cell: Span, line: Span) -> int:
    """The columns that a label and a cell have in common."""
    first = max(label.start - head.start, cell.start - line.start)
    return min(label.end - head.start, cell.end - line.start) - first
