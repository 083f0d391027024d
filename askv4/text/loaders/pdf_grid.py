"""Tables of PDF pages whose cells run over several lines, drawn cell after cell, from left to right and row by row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from askv4.text.loaders.pdf_lines import PdfLine
from askv4.text.loaders.pdf_order import Row
from askv4.text.loaders.tables import are_labels, filled, is_number

_FEWEST_COLUMNS = 3
_LINE_STEP = 1.6
"""Font sizes between the baselines of a cell's lines at most."""
_MOST_LINES = 12
"""Font sizes that a row's next cell may begin above its others; what came of it is checked when the row is whole."""
_OTHER_SIZE = 0.12
_CLEARLY = 2.0
"""How many times as far from a column as its own label every other must be."""
_OPEN = re.compile("[(（]")
_CLOSED = re.compile("[)）]")


@dataclass(slots=True)
class _GridRow:
    cells: dict[int, list[PdfLine]] = field(default_factory=dict)

    def takes(self, column: int, line: PdfLine) -> bool:
        """Whether a line goes on with the row: in its last cell, or beside what it holds."""
        if not self.cells:
            return True
        current = max(self.cells)
        if column == current:
            last = self.cells[current][-1]
            return 0 < last.y0 - line.y0 <= _LINE_STEP * line.size
        held = [one for lines in self.cells.values() for one in lines]
        near = _MOST_LINES * line.size
        beside = line.y0 < max(one.y1 for one in held) + near and line.y1 > min(one.y0 for one in held) - near
        return column > current and beside

    def is_level(self) -> bool:
        """Whether every cell stands beside the tallest one."""
        spans = [(lines[-1].y0, lines[0].y1) for lines in self.cells.values()]
        low, high = max(spans, key=lambda span: span[1] - span[0])
        return all(low <= (bottom + top) / 2 <= high for bottom, top in spans)


def wrapped_table(rows: Sequence[Row]) -> tuple[list[list[list[PdfLine]]], int] | None:
    """The table that begins with the first of `rows`, its labels: rows of cells of lines, and how many of `rows` it took.

    None where nothing is wrapped, and where a row lacks a cell, since it is then not sure which lines are one.
    """
    head = rows[0].lines
    if len(head) < _FEWEST_COLUMNS:
        return None
    grid: list[_GridRow] = []
    taken = complete = 1
    for row in rows[1:]:
        places = [_column(head, line) for line in row.lines]
        if None in places:
            break
        for place, (column, line) in enumerate(zip(places, row.lines, strict=True)):
            if column is None:
                break
            if not grid or not grid[-1].takes(column, line):
                if place:
                    return None
                if grid and len(grid[-1].cells) < len(head):
                    return _read(head, grid[:-1], complete)
                complete = taken
                grid.append(_GridRow())
            grid[-1].cells.setdefault(column, []).append(line)
        taken += 1
    if grid and len(grid[-1].cells) < len(head):
        return _read(head, grid[:-1], complete)
    return _read(head, grid, taken)


def _read(
    head: Sequence[PdfLine], grid: Sequence[_GridRow], taken: int
) -> tuple[list[list[list[PdfLine]]], int] | None:
    if not any(len(lines) > 1 for row in grid for lines in row.cells.values()) or not all(
        row.is_level() for row in grid
    ):
        return None
    cells = [[row.cells[column] for column in range(len(head))] for row in grid]
    return [[[label] for label in head], *cells], taken


def under_labels(head: Row, rows: Sequence[Row]) -> list[list[str]] | None:
    """The labels, and below them the cells of `rows`, those of each column under its label; empty where a row has none.

    The first column may have no label. None where a column has no label clearly nearest to it, or two have the same; where a row
    lacks its first cell; and where the labels may be none.
    """
    columns = _columns(rows)
    places = _places(columns, head.lines)
    if places is None or not all(len(_OPEN.findall(one.text)) == len(_CLOSED.findall(one.text)) for one in head.lines):
        return None
    corner = places[0] < 0
    table = [[""] * corner + [label.text for label in head.lines]]
    for row in rows:
        cells = [""] * len(table[0])
        for cell in row.lines:
            place = places[next(n for n, (_, right) in enumerate(columns) if cell.x0 < right)] + corner
            if cells[place]:
                return None
            cells[place] = cell.text
        if not cells[0] or filled(cells) < 2:
            return None
        table.append(cells)
    apart = [
        place
        for place, (left, right) in zip(places, columns, strict=True)
        if place >= 0 and _gap(head.lines[place], left, right)
    ]
    if not all(is_number(row[place + corner]) for row in table[1:] for place in apart if row[place + corner]):
        return None
    return table if len(table[0]) > 2 and _may_be_labels(table) else None


def _columns(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """From where to where each column goes: what no white space that runs down all rows divides."""
    columns: list[tuple[float, float]] = []
    for left, right in sorted((cell.x0, cell.x1) for row in rows for cell in row.lines):
        if columns and left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


def _places(columns: Sequence[tuple[float, float]], labels: Sequence[PdfLine]) -> list[int] | None:
    """The number of the label of each column, -1 for a first one that stands left of all labels; None where that is not sure."""
    places = []
    for left, right in columns:
        nearest = sorted((_gap(label, left, right), number) for number, label in enumerate(labels))
        if len(nearest) > 1 and nearest[1][0] <= _CLEARLY * nearest[0][0]:
            return None
        places.append(nearest[0][1])
    if len(places) > 1 and places[0] == places[1] == 0 and columns[0][1] <= labels[0].x0:
        places[0] = -1
    return places if places and len(set(places)) == len(places) else None


def _gap(label: PdfLine, left: float, right: float) -> float:
    """How far a label stands beside a column; 0 where it stands over it."""
    return max(0.0, label.x0 - right, left - label.x1)


def _may_be_labels(table: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has the labels: all different, unless those that are not stand over numbers alone."""
    named = [label for label in table[0] if label]
    repeated = [place for place, label in enumerate(table[0]) if named.count(label) > 1]
    numbers = all(is_number(row[place]) for row in table[1:] for place in repeated if row[place])
    different = dict.fromkeys(named)
    if not table[0][0]:  # only over figures is a shorter row surely one of labels
        numbers = numbers and all(is_number(cell) for row in table[1:] for cell in row[1:] if cell)
    return numbers and are_labels(list(different), len(different)) and len(different) > 1


def _column(head: Sequence[PdfLine], line: PdfLine) -> int | None:
    """The one label that a line stands under, or begins under."""
    if abs(line.size - head[0].size) > _OTHER_SIZE * head[0].size or line.y1 > head[0].y1:
        return None
    under = [place for place, label in enumerate(head) if line.x0 < label.x1 and label.x0 < line.x1]
    return under[0] if len(under) == 1 else None
