"""Tables in a document's text: the rows under one line of labels, as loaders write them, or as Markdown has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from askv4.language.patterns import Pattern
from askv4.types import Span

_LABEL = Pattern(r"(?:^|; )([^:;|]{1,80}): ")
_RULE = Pattern(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_PIPE = Pattern(r"(?<!\\)\|")
_LINE = Pattern(r"[^\n]+")
_PART = Pattern(r"(?:(?P<title>.+): )?rows? (?P<first>\d+)(?:–(?P<last>\d+))?")
"""What loaders write above each part of a long sheet."""
_FEWEST_ROWS = 2
_CONTEXT = 2
"""Lines above a table that may say what it is about."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: the words of its cells by their columns' labels, and where it stands."""

    cells: dict[str, str]
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under one line of labels, in order."""

    labels: tuple[str, ...]
    rows: tuple[TableRow, ...]
    context: str
    """The lines above it."""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    begins: bool
    """Whether a heading before it begins another table."""


def tables(text: str) -> Iterator[Table]:
    """The tables of a text that have labels and at least two columns and rows."""
    lines = list(_lines(text))
    at = 0
    while at < len(lines):
        piped = _piped(lines, at)
        rows = piped or _labelled(lines, at)
        if len(rows) >= _FEWEST_ROWS:
            before = [line.text for line in lines[max(0, at - _CONTEXT) : at]]
            title = text[: rows[0].span.start].rstrip().rpartition("\n")[2]
            fullest = max(rows, key=lambda row: len(row.cells))
            yield Table(tuple(fullest.cells), tuple(rows), "\n".join([*before, title]))
        at += max(1, len(rows) + (2 if piped else 0))


def _lines(text: str) -> Iterator[_Line]:
    """The lines but those above the parts of a long sheet, which go on counting its rows within one table."""
    last: tuple[str | None, int] = None, 0
    begins = False
    for match in _LINE.finditer(text):
        if part := _PART.fullmatch(match[0]):
            title, first = part["title"] or "", int(part["first"])
            begins = last != (title, first - 1)
            last = title, int(part["last"] or first)
        else:
            yield _Line(match.start(), match[0], begins)
            begins = False


def _labelled(lines: Sequence[_Line], at: int) -> list[TableRow]:
    """The rows from a line on that have labels of the same table; an empty cell is left out of its row."""
    labels: list[str] = []
    rows: list[TableRow] = []
    for place in range(at, len(lines)):
        line = lines[place]
        own = _LABEL.findall(line.text) if _LABEL.match(line.text) else []
        if (len(own) < 2 and not (rows and own)) or (rows and line.begins):
            break
        if not rows:
            labels = own
        elif not _is_part(own, labels):
            if (both := _together(labels, own)) is None:
                break
            labels = both
        rows.append(TableRow(_cells(line.text, own), Span(line.start, line.start + len(line.text))))
    return rows


def _is_part(own: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether a row's labels are labels of the table, in its order."""
    order = iter(labels)
    return len(set(own)) == len(own) and all(label in order for label in own)


def _together(labels: Sequence[str], own: Sequence[str]) -> list[str] | None:
    """The labels of rows that lack different ones, in the order of both; None where they are of different tables."""
    common = [label for label in own if label in labels]
    others = [label for label in labels if label in own]
    if len(set(own)) < len(own) or common != others or len(common) < 2 or own[0] != labels[0]:
        return None
    made: list[str] = []
    begin = start = 0
    for label in common:
        at, mine = labels.index(label), own.index(label)
        made += [*labels[begin:at], *own[start:mine], label]
        begin, start = at + 1, mine + 1
    return [*made, *labels[begin:], *own[start:]]


def cells_of(line: str) -> dict[str, str]:
    """Label -> cell of a row as loaders write it; empty for other lines, and where a label comes twice."""
    own = _LABEL.findall(line) if _LABEL.match(line) else []
    return _cells(line, own) if own and len(set(own)) == len(own) else {}


def _cells(line: str, labels: Sequence[str]) -> dict[str, str]:
    cells, begin = {}, len(labels[0]) + 2
    for label, after in zip(labels, [*labels[1:], None], strict=True):
        end = len(line) if after is None else line.index(f"; {after}: ", begin)
        cells[label] = line[begin:end].strip()
        begin = end + len(after or "") + 4
    return cells


def _piped(lines: Sequence[_Line], at: int) -> list[TableRow]:
    if at + 1 >= len(lines) or "|" not in lines[at].text or not _RULE.fullmatch(lines[at + 1].text):
        return []
    labels = _between_pipes(lines[at].text)
    rows: list[TableRow] = []
    for start, line in (
        ((one.start, one.text) for one in lines[at + 2 :]) if len(set(labels)) == len(labels) > 1 else ()
    ):
        values = _between_pipes(line)
        if "|" not in line or len(values) != len(labels):
            break
        cells = {label: value for label, value in zip(labels, values, strict=True) if value}
        indent = len(line) - len(line.lstrip())
        rows.append(TableRow(cells, Span(start + indent, start + len(line.rstrip()))))
    return rows


def _between_pipes(line: str) -> list[str]:
    cells = [cell.strip().strip("*_`").replace("\\|", "|") for cell in _PIPE.split(line.strip())]
    return cells[line.strip().startswith("|") : len(cells) - line.strip().endswith("|")]
