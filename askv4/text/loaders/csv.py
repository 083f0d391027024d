"""Comma-separated values and their kin: each row with the labels of its columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from askv4.errors import DocumentUnreadable
from askv4.text.loaders.composing import Composer
from askv4.text.loaders.decoding import decode
from askv4.text.loaders.sheets import Row, add_sheet
from askv4.types import ParsedText

_SAMPLE = 64 * 1024
_LONGEST_CELL = 4 << 20


def parse(data: bytes, name: str) -> ParsedText:
    """The rows of the table. Raises DocumentUnreadable when it is no text."""
    decoded = decode(data, name)
    text = decoded.text.replace("\0", "")
    composer = Composer()
    csv.field_size_limit(_LONGEST_CELL)
    comments, table, lines = _without_comments(text)
    composer.plain(comments)
    try:
        dialect = _dialect(table, name)
        add_sheet(composer, _rows(table, dialect, lines), level=2)
    except csv.Error as error:
        raise DocumentUnreadable(f"{name} is not a table of separated values: {error}") from error
    return composer.parsed(encoding=decoded.encoding, notes=decoded.notes)


def _without_comments(text: str) -> tuple[str, str, int]:
    """The comment above a table without its signs, the table, and how many lines the comment takes.

    One line that begins with `#` is more often the labels of the columns.
    """
    lines = text[:_SAMPLE].splitlines(keepends=True)
    count = next((number for number, line in enumerate(lines) if not line.startswith("#")), 0)
    if count < 2:
        return "", text, 0
    comment = "".join(line.lstrip("#").removeprefix(" ") for line in lines[:count])
    return comment, text[sum(map(len, lines[:count])) :], count


def _rows(text: str, dialect: type[csv.Dialect] | csv.Dialect, above: int) -> Iterator[Row]:
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), dialect), above + 1):
        if any(cells) or not cells:  # a record without a value is no blank line
            yield Row(number, cells)


def _dialect(text: str, name: str) -> type[csv.Dialect] | csv.Dialect:
    """What separates the cells; the suffix decides for .tsv, and a comma does where nothing can be told."""
    if name.lower().endswith((".tsv", ".tab")):
        return csv.excel_tab
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    counts = {mark: [line.count(mark) for line in sample.splitlines()[:50] if line.strip()] for mark in ",;\t|"}
    # The separator is in every line, and about as often.
    best = max(counts, key=lambda mark: (min(counts[mark], default=0), sum(counts[mark])))

    class Separated(csv.excel):
        delimiter = best if sum(counts[best]) else ","

    return Separated
