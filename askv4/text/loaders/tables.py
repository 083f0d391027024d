"""Rows of tables as text that can be read alone: each cell with its column's label, "Name: Ada; Year: 1815"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, zip_longest

from askv4.text.loaders.composing import Composer, one_line

_NUMBER = re.compile(r"[-+−(]?[$€£¥]?\s?\d[\d\s.,:/%'’-]*(?:[)%€$£kKmMbB]|bn|mn)?\Z")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_LABEL = 80


def add_table(composer: Composer, rows: Iterable[Sequence[str]], *, headed: int | None = None) -> None:
    """A table that stands in a text. `headed` says how many of its first rows hold the labels, where the format knows.

    A cell that spans several columns or rows stands in each of them.
    """
    cleaned = [[one_line(cell) for cell in row] for row in rows]
    cleaned = [row for row in cleaned if any(row)]
    heads = headed
    if heads is None or heads == 1:  # a format may mark the first of two rows alone
        heads = max(heads or 0, _heads(cleaned))
    heads = min(heads, max(0, len(cleaned) - 1))
    labels = [cell.rstrip(" :") for cell in joined(cleaned[:heads])]
    for row in cleaned[heads:]:
        composer.row(labelled(labels, row))


def _heads(rows: Sequence[Sequence[str]]) -> int:
    """How many of the first rows look like labels: two where a label of the first spans several of the second."""
    if len(rows) > 2 and any(one and one == other for one, other in pairwise(rows[0])):
        labels = joined(rows[:2])
        if all(map(is_label, filter(None, [*rows[0], *rows[1]]))) and are_labels(labels, len(labels)):
            return 2
    return int(is_headed(rows))


def joined(heads: Sequence[Sequence[str]]) -> list[str]:
    """The labels of several rows as one, column by column: "Price", "per month" are "Price per month"."""
    columns = zip_longest(*heads, fillvalue="")
    return [" ".join(dict.fromkeys(cell for cell in column if cell)) for column in columns]


def is_headed(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row looks like labels. Two columns are more often names and values, unless the second is one of
    numbers under a word."""
    width = max((filled(row) for row in rows), default=0)
    if len(rows) < 2 or not are_labels(rows[0], width):
        return False
    numbers = [row[1] for row in rows[1:] if len(row) > 1 and row[1]]
    return width > 2 or (width == 2 and bool(numbers) and all(map(_NUMBER.match, numbers)))


def labelled(header: Sequence[str], cells: Sequence[str]) -> str:
    """A row as text; empty cells are left out, and columns without a label have none."""
    if not header:
        filled = [cell for cell in cells if cell]
        if len(filled) == 2:
            return f"{filled[0].rstrip(' :')}: {filled[1]}"
        # A cell that ends with a colon is the label of the next.
        joined = "".join(cell + (" " if cell.endswith(":") else "; ") for cell in filled[:-1])
        return joined + "".join(filled[-1:])
    labels = [*header, *[""] * (len(cells) - len(header))]
    return "; ".join(f"{label}: {cell}" if label else cell for label, cell in zip(labels, cells, strict=False) if cell)


def filled(cells: Sequence[str]) -> int:
    """How many cells have something in them."""
    return sum(bool(cell) for cell in cells)


def is_number(cell: str) -> bool:
    """Whether a cell holds a number, an amount or a date in figures."""
    return _NUMBER.match(cell) is not None


def is_label(cell: str) -> bool:
    """Whether a cell may be a column's label: words, or a year."""
    return len(cell) <= _LONGEST_LABEL and (not is_number(cell) or _YEAR.fullmatch(cell) is not None)


def are_labels(cells: Sequence[str], width: int) -> bool:
    """Whether a row looks like the labels of a table of `width` columns."""
    written = [cell for cell in cells if cell]
    return (
        len(written) >= max(1, (width + 1) // 2)
        and all(map(is_label, written))
        and not all(map(is_number, written))
        and len({cell.casefold() for cell in written}) == len(written)
    )
