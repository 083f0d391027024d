"""Sheets of rows become text: blank rows end a table, labels of two rows are joined, merged cells hold for all their rows.

Rows are written under headings that name them, "rows 12–17", and their table where a title stands above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from typing import NamedTuple

from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.tables import are_labels, filled, is_headed, is_label, is_number, joined, labelled

_LOOKED_AT = 20
_GROUP_CHARACTERS = 500
"""Rows under one heading: about what fits into a passage, so that a citation names the rows that it shows."""
_LONGEST_TITLE = 80

Columns = tuple[int, int]
"""The first of some columns, from 0, and the one after the last."""


class Row(NamedTuple):
    """A row as it stands in a sheet."""

    number: int
    """As the reader counts."""
    cells: Sequence[str]
    wide: Sequence[Columns] = ()
    """Cells that are merged over several columns."""


class Merged:
    """The merged cells of a sheet: what stands in the first holds for those below it."""

    def __init__(self) -> None:
        self._wide: dict[int, list[Columns]] = {}
        self._tall: dict[int, list[tuple[int, int]]] = {}

    def add(self, top: int, bottom: int, left: int, right: int) -> None:
        """A merged range: rows as the reader counts, columns from 0, all inclusive. It is told before its first row."""
        if right > left:
            self._wide.setdefault(top, []).append((left, right + 1))
        if bottom > top:
            self._tall.setdefault(top, []).append((left, bottom))

    def fill(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, with what is merged downwards in each of its rows; rows with nothing else stay as they are."""
        open_: dict[int, tuple[int, str]] = {}
        for row in rows:
            cells = list(row.cells)
            if any(cells):
                for column, (bottom, text) in list(open_.items()):
                    if bottom < row.number:
                        del open_[column]
                    elif column >= len(cells) or not cells[column]:
                        cells += [""] * (column + 1 - len(cells))
                        cells[column] = text
            for column, bottom in self._tall.get(row.number, ()):
                if column < len(cells) and cells[column]:
                    open_[column] = bottom, cells[column]
            yield Row(row.number, cells, self._wide.get(row.number, ()))


def add_named_sheet(composer: Composer, name: str, rows: Iterable[Row]) -> None:
    """A sheet of a workbook: a page under its name. One without cells is a page with nothing on it."""
    composer.page()
    iterator = iter(rows)
    first = next((row for row in iterator if any(row.cells)), None)
    if first is not None:
        composer.heading(name, 1)
        add_sheet(composer, chain([first], iterator), level=2)


def add_sheet(composer: Composer, rows: Iterable[Row], *, level: int) -> None:
    """A sheet of rows, those of one passage under a heading that names them."""
    sheet = _Sheet(composer, level)
    cleaned = (row._replace(cells=[one_line(cell) for cell in row.cells]) for row in rows)
    for has_cells, run in groupby(cleaned, key=lambda row: any(row.cells)):
        if has_cells:
            sheet.add(run)
    sheet.end()


@dataclass(slots=True)
class _Table:
    """What is known of the table that is being written."""

    labels: Sequence[str]
    title: str = ""
    fewest: int = 0
    """Cells in the row that has fewest, those with one cell aside."""
    numeric: dict[int, bool] = field(default_factory=dict)
    """Whether all cells of a column were numbers."""

    def take(self, cells: Sequence[str]) -> None:
        """Another row is of this table."""
        if (count := filled(cells)) > 1:
            self.fewest = min(self.fewest or count, count)
        for column, cell in enumerate(cells):
            if cell:
                self.numeric[column] = self.numeric.get(column, True) and is_number(cell)

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether a row after a blank one has what the rows of this table have, in the same columns."""
        return filled(cells) >= max(2, self.fewest) and all(
            column in self.numeric and (is_number(cell) or not self.numeric[column])
            for column, cell in enumerate(cells)
            if cell
        )


class _Sheet:
    """Takes the runs of rows between blank ones."""

    def __init__(self, composer: Composer, level: int) -> None:
        self._composer = composer
        self._level = level
        self._table = _Table(())
        self._waiting: Row | None = None
        """A row that stands alone and may hold the labels of what comes after the blank row."""
        self._title = ""
        self._group: list[tuple[int, str]] = []
        self._size = 0

    def add(self, run: Iterator[Row]) -> None:
        """Rows without a blank one between them."""
        head = list(islice(run, _LOOKED_AT))
        waiting, self._waiting = self._waiting, None
        cells = [row.cells for row in head]
        labels, before, taken = _labels(head)
        if self._table.labels and all(map(self._table.fits, cells)):
            if len(cells) > 1 and not any(self._table.numeric.values()):
                labels, before, taken = [], 0, 0  # a table of words: the next part of it, or another one
            else:
                self._write(waiting)
                self._rows(chain(head, run))
                return
        if not labels and waiting is not None and is_headed([waiting.cells, *cells]):
            labels, waiting = _trimmed(waiting.cells), None
        self._write(waiting)
        if not labels and len(head) == 1 and filled(cells[0]) > 1 and are_labels(cells[0], filled(cells[0])):
            self._waiting = head[0]
            return
        if labels or any(filled(row) > 1 for row in cells):
            for row in head[:before]:
                self._paragraph(row)
            self._begin(labels)
            self._rows(chain(head[before + taken :], run))
        else:
            self._flush()
            for row in chain(head, run):
                self._paragraph(row)

    def end(self) -> None:
        """There are no more rows."""
        self._write(self._waiting)
        self._flush()

    def _write(self, waiting: Row | None) -> None:
        """A row that stood alone and was no row of labels."""
        if waiting is not None:
            self._begin(())
            self._rows([waiting])

    def _begin(self, labels: Sequence[str]) -> None:
        """What comes next is of another table."""
        self._flush()
        self._table = _Table(labels, self._title if labels else "")
        self._title = ""

    def _paragraph(self, row: Row) -> None:
        """A line that is no row of a table; the last one above a table is its title."""
        self._flush()
        text = "; ".join(cell for cell in row.cells if cell)
        self._composer.paragraph(text)
        self._title = text if len(text) <= _LONGEST_TITLE else ""

    def _rows(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._table.take(row.cells)
            text = labelled(self._table.labels, row.cells)
            if self._group and self._size + len(text) > _GROUP_CHARACTERS:
                self._flush()
            self._group.append((row.number, text))
            self._size += len(text)

    def _flush(self) -> None:
        if not self._group:
            return
        first, last = self._group[0][0], self._group[-1][0]
        numbers = f"row {first}" if first == last else f"rows {first}–{last}"
        self._composer.heading(f"{self._table.title}: {numbers}" if self._table.title else numbers, self._level)
        for _, text in self._group:
            self._composer.row(text)
        self._group, self._size = [], 0


def _labels(head: Sequence[Row]) -> tuple[list[str], int, int]:
    """The labels of a table's columns (none when no row looks like them), how many rows stand above them, and how many
    rows they take."""
    width = max((filled(row.cells) for row in head), default=0)
    for position, row in enumerate(head):
        if filled(row.cells) == 1 and width > 1:
            continue  # a title above the table
        if joined := _joined_of_three(head[position : position + 4], width):
            return joined, position, 3
        if len(head) > position + 2 and (joined := _joined(head[position : position + 3], width)):
            return joined, position, 2
        rest = [one.cells for one in head[position:]]
        first = position == 0 and not _is_pair(row.cells, width)
        if len(rest) > 1 and are_labels(row.cells, width) and (first or is_headed(rest)):
            return _trimmed(row.cells), position, 1
        break
    return [], 0, 0


def _is_pair(cells: Sequence[str], width: int) -> bool:
    """Whether a row is a name and its value rather than two labels: "Late return", "12 per hour begun"."""
    value = cells[1] if width == 2 and len(cells) > 1 else ""
    return value[:1].isdigit() and not value.isdigit()


def _joined_of_three(four: Sequence[Row], width: int) -> list[str]:
    """The labels of three rows as one, "Staff 2023 May", where cells of the first two are merged over others; else none."""
    if len(four) < 4 or not four[0].wide or not four[1].wide:
        return []
    lower = _joined(four[1:], width)
    return _joined([four[0], Row(four[1].number, lower), four[3]], width) if lower else []


def _joined(three: Sequence[Row], width: int) -> list[str]:
    """The labels of two rows as one, "Staff 2023"; none when the second is not one of labels.

    It is when a label of the first spans several of the second, and either nothing else stands beside these, or what comes
    below them are numbers.
    """
    size = max(len(row.cells) for row in three[:2])
    above, below, rows = (list(row.cells) + [""] * (size - len(row.cells)) for row in three)
    spans = [(first, last) for first, last in three[0].wide or _spans(above) if filled(below[first:last]) > 1]
    spanned = [column for first, last in spans for column in range(first, min(last, size))]
    words = [cell for row in (above, below) for cell in row if cell]
    if not spans or not all(map(is_label, words)):
        return []
    alone = [column for column in range(size) if above[column] and column not in spanned]
    lone = bool(alone) and all(below[column] in ("", above[column]) for column in alone)
    numbers = any(is_number(rows[column]) and not is_number(below[column]) for column in spanned)
    if not (lone or numbers):
        return []
    for first, last in spans:
        above[first:last] = [above[first]] * (min(last, size) - first)
    labels = joined([above, below])
    return _trimmed(labels) if are_labels(labels, width) else []


def _spans(cells: Sequence[str]) -> list[Columns]:
    """Labels with nothing to the right of them: they may be centred over several columns."""
    starts = [column for column, cell in enumerate(cells) if cell]
    return list(zip(starts, [*starts[1:], len(cells)], strict=True))


def _trimmed(cells: Sequence[str]) -> list[str]:
    return [cell.rstrip(" :") for cell in cells]
