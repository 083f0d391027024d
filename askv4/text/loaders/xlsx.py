"""Excel workbooks: each sheet under its name, each row with the labels of its columns, numbers as they are shown."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator
from typing import Any

from askv4.text.loaders.archives import damage_named, open_archive
from askv4.text.loaders.composing import Composer
from askv4.text.loaders.properties import record, sensible_title
from askv4.text.loaders.tables import Row, add_named_sheet
from askv4.types import ParsedText

_MOST_COLUMNS = 1_000
_DECIMALS = re.compile(r"0\.(0+)")


def parse(data: bytes, name: str) -> ParsedText:
    """The rows of all sheets. Raises DocumentUnreadable, DocumentTooLarge, DocumentEncrypted."""
    from openpyxl import load_workbook

    with open_archive(data, name), damage_named(name, "an Excel workbook"):
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        composer = Composer()
        properties = workbook.properties
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # what a file says about its size may be wrong
            add_named_sheet(composer, sheet.title, _rows(sheet))
    notes = () if composer.parsed().text else ("the workbook has no sheets with cells",)
    title = sensible_title(properties.title, None, "")
    return composer.parsed(title=title, notes=notes, metadata=record(properties.creator, properties.created))


def _rows(sheet: Any) -> Iterator[Row]:
    for number, row in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), 1):
        cells = [_shown(cell) for cell in row]
        if any(cells):
            yield next((cell.row for cell in row if getattr(cell, "row", None)), number), cells


def _shown(cell: Any) -> str:
    """A cell's value as a reader of the sheet sees it, as far as that can be told from its format."""
    return shown_value(cell.value, str(getattr(cell, "number_format", "") or ""))


def shown_value(value: Any, shape: str = "") -> str:
    """A value as it is shown in a cell with the number format `shape`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, int | float):
        return _number(value, shape)
    return str(value)


def _number(value: float, shape: str) -> str:
    if shape.endswith("%"):
        found = _DECIMALS.search(shape)
        return f"{value * 100:.{len(found[1]) if found else 0}f}%"
    return str(value) if isinstance(value, int) else f"{value:.12g}"
