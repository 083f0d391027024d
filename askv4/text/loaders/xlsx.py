"""Excel workbooks: each sheet under its name, each row with the labels of its columns, numbers as they are shown."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any

from askv4.text.loaders.archives import damage_named, open_archive
from askv4.text.loaders.composing import Composer
from askv4.text.loaders.properties import record, sensible_title
from askv4.text.loaders.sheets import Merged, Row, add_named_sheet
from askv4.types import ParsedText

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_MOST_COLUMNS = 1_000
_MOST_ROWS = 1 << 20
"""As Excel has them."""
_MOST_NAMED = 5
"""Cells that a note names."""
_DECIMALS = re.compile(r"0\.(0+)")


def parse(data: bytes, name: str) -> ParsedText:
    """The rows of all sheets. Raises DocumentUnreadable, DocumentTooLarge, DocumentEncrypted."""
    from openpyxl import load_workbook

    with open_archive(data, name) as archive, damage_named(name, "an Excel workbook"):
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        composer = Composer()
        properties = workbook.properties
        unknown: list[str] = []
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # what a file says about its size may be wrong
            with archive.open(sheet._worksheet_path) as part:
                merged, formulas = _look_ahead(part)
            unknown += [f"{sheet.title} {cell}" for cell in formulas]
            add_named_sheet(composer, sheet.title, merged.fill(_rows(sheet)))
    notes = _notes(unknown) if composer.parsed().text else ("the workbook has no sheets with cells",)
    title = sensible_title(properties.title, None, "")
    return composer.parsed(title=title, notes=notes, metadata=record(properties.creator, properties.created))


def _look_ahead(part: IO[bytes]) -> tuple[Merged, list[str]]:
    """What openpyxl does not tell of a sheet that it reads row by row: the merged cells, and the cells with a formula whose
    value is not stored."""
    from lxml.etree import iterparse
    from openpyxl.utils.cell import range_boundaries

    merged = Merged()
    valueless: list[str] = []
    formulas: list[_Element] = []
    tags = ("{*}row", "{*}f", "{*}mergeCell")
    for _, element in iterparse(part, tag=tags, resolve_entities=False, no_network=True, recover=True):
        if element.tag.endswith("}f"):
            formulas.append(element.getparent())
        elif element.tag.endswith("}mergeCell"):
            left, top, right, bottom = range_boundaries(element.get("ref", ""))
            merged.add(top, bottom, left - 1, right - 1)
        else:
            valueless += [cell.get("r", "") for cell in formulas if _lacks_value(cell)]
            formulas.clear()
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return merged, valueless


def _lacks_value(cell: _Element) -> bool:
    value = cell.find("{*}v")
    return cell.get("t") != "str" and (value is None or not value.text)


def _notes(unknown: Sequence[str]) -> tuple[str, ...]:
    """What is to be said of cells with formulas whose values are not in the file."""
    if not unknown:
        return ()
    named = ", ".join(unknown[:_MOST_NAMED]) + (", …" if len(unknown) > _MOST_NAMED else "")
    what = "the value of 1 formula is" if len(unknown) == 1 else f"the values of {len(unknown)} formulas are"
    return (f"{what} not stored in the file ({named}); save it with a spreadsheet program to have them read",)


def _rows(sheet: Any) -> Iterator[Row]:
    """The rows; one stands for any number of blank ones, which openpyxl gives up to whatever number a row claims to have."""
    blank = False
    for number, row in enumerate(sheet.iter_rows(max_row=_MOST_ROWS), 1):
        cells = [_shown(cell) for cell in row[:_MOST_COLUMNS]] if row else []
        if any(cells):
            yield Row(next((cell.row for cell in row if getattr(cell, "row", None)), number), cells)
        elif not blank:
            yield Row(number, [])
        blank = not any(cells)


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
        match = _DECIMALS.search(shape)
        return f"{value * 100:.{len(match[1]) if match else 0}f}%"
    return str(value) if isinstance(value, int) else f"{value:.12g}"
