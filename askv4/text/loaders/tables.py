"""Rows of tables as text that can be read alone: each cell with its column's label, "Name: Ada; Year: 1815"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from askv4.text.loaders.composing import Composer, one_line

_NUMBER = re.compile(r"[-+−(]?[$€£¥]?\s?\d[\d\s.,:/%'’-]*(?:[)%€$£kKmMbB]|bn|mn)?\Z")
_LOOKED_AT = 20
_GROUP_CHARACTERS = 500
"""Rows under one heading: about what fits into a passage, so that a citation names the rows that it shows."""
_LONGEST_LABEL = 80

Row = tuple[int, Sequence[str]]
"""A row's number as the reader counts, and its cells."""


def add_table(composer: Composer, rows: Iterable[Sequence[str]], *, headed: bool | None = None) -> None:
    """A table that stands in a text. `headed` says whether its first row holds the labels, where the format knows."""
    cleaned = [[one_line(cell) for cell in row] for row in rows]
    cleaned = [row for row in cleaned if any(row)]
    if headed is None:
        headed = _is_headed(cleaned)
    if headed and len(cleaned) > 1:
        labels = [cell.rstrip(" :") for cell in cleaned[0]]
        for row in cleaned[1:]:
            composer.row(labelled(labels, row))
        return
    for row in cleaned:
        composer.row(labelled((), row))


def _is_headed(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row looks like labels. Two columns are more often names and values, unless the second is one of
    numbers under a word."""
    width = max((_filled(row) for row in rows), default=0)
    if len(rows) < 2 or not _are_labels(rows[0], width):
        return False
    numbers = [row[1] for row in rows[1:] if len(row) > 1 and row[1]]
    return width > 2 or (width == 2 and bool(numbers) and all(map(_NUMBER.match, numbers)))


def add_named_sheet(composer: Composer, name: str, rows: Iterable[Row]) -> None:
    """A sheet of a workbook: a page under its name. One without cells is a page with nothing on it."""
    composer.page()
    iterator = iter(rows)
    first = list(islice(iterator, 1))
    if first:
        composer.heading(name, 1)
        add_sheet(composer, chain(first, iterator), level=2)


def add_sheet(composer: Composer, rows: Iterable[Row], *, level: int, noun: str = "row") -> None:
    """A sheet of rows, those of one passage under a heading that names them: "rows 12–17"."""
    cleaned = ((number, [one_line(cell) for cell in cells]) for number, cells in rows)
    header, before, body = _split(cleaned)
    for _, cells in before:
        composer.paragraph("; ".join(filter(None, cells)))
    group: list[tuple[int, str]] = []
    size = 0
    for number, cells in body:
        text = labelled(header, cells)
        if not text:
            continue
        if group and size + len(text) > _GROUP_CHARACTERS:
            _add_group(composer, group, level, noun)
            group, size = [], 0
        group.append((number, text))
        size += len(text)
    _add_group(composer, group, level, noun)


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


def _add_group(composer: Composer, group: Sequence[tuple[int, str]], level: int, noun: str) -> None:
    if not group:
        return
    first, last = group[0][0], group[-1][0]
    composer.heading(f"{noun} {first}" if first == last else f"{noun}s {first}–{last}", level)
    for _, text in group:
        composer.row(text)


def _split(rows: Iterable[tuple[int, list[str]]]) -> tuple[list[str], list[Row], Iterator[Row]]:
    """The labels (none when no row looks like them), what stands above them, and the rows."""
    iterator = ((number, cells) for number, cells in rows if any(cells))
    head = list(islice(iterator, _LOOKED_AT))
    width = max((_filled(cells) for _, cells in head), default=0)
    for position, (_, cells) in enumerate(head):
        if _filled(cells) == 1 and width > 1:
            continue  # a title above the table
        rest = [row for _, row in head[position:]]
        if position + 1 < len(head) and _are_labels(cells, width) and (position == 0 or _is_headed(rest)):
            labels = [cell.rstrip(" :") for cell in cells]
            return labels, list(head[:position]), chain(head[position + 1 :], iterator)
        break
    return [], [], chain(head, iterator)


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell) for cell in cells)


def _are_labels(cells: Sequence[str], width: int) -> bool:
    filled = [cell for cell in cells if cell]
    texts = [cell for cell in filled if not _NUMBER.match(cell) or re.fullmatch(r"(?:19|20)\d\d", cell)]
    return (
        len(filled) >= max(1, (width + 1) // 2)
        and len(texts) == len(filled)
        and any(not _NUMBER.match(cell) for cell in filled)
        and len({cell.casefold() for cell in filled}) == len(filled)
        and all(len(cell) <= _LONGEST_LABEL for cell in filled)
    )
