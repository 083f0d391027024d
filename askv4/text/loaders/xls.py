"""Old and binary Excel workbooks (.xls, .xlsb), through calamine: each sheet under its name, rows with their labels.

Numbers are shown as they are stored: calamine does not give the formats of cells.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

from askv4.errors import DocumentEncrypted, DocumentUnreadable
from askv4.text.loaders.archives import open_archive
from askv4.text.loaders.composing import Composer
from askv4.text.loaders.compound import streams
from askv4.text.loaders.sheets import Merged, Row, add_named_sheet
from askv4.text.loaders.xlsx import shown_value
from askv4.types import ParsedText

_MOST_COLUMNS = 1_000
_ROWS, _COLUMNS = 65_536, 256
"""Of a sheet of an old workbook, at most."""
_FILE_IS_ENCRYPTED, _DIMENSIONS = 0x2F, 0x200
_SIZES = {10: struct.Struct("<4H"), 14: struct.Struct("<2I2H")}
"""Bytes of the record of a sheet's dimensions -> its first row, the row behind the last, and so the columns."""
_CELLS = frozenset({0x06, 0xBD, 0xBE, 0xD6, 0xFD, 0x201, 0x203, 0x204, 0x205, 0x206, 0x27E})
"""Records of [MS-XLS] that begin with a cell's row and column."""


def parse(data: bytes, name: str) -> ParsedText:
    """The rows of all sheets. Raises DocumentUnreadable, DocumentTooLarge, DocumentEncrypted."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    if data.startswith(b"PK"):
        open_archive(data, name).close()
    else:
        _check(data, name)
    composer = Composer()
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in workbook.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet:
                add_named_sheet(composer, sheet.name, _rows(workbook.get_sheet_by_name(sheet.name)))
    except PasswordError as error:
        raise DocumentEncrypted(f"{name} needs a password") from error
    except (CalamineError, ValueError, OSError) as error:
        raise DocumentUnreadable(
            f"{name} is damaged or not really an Excel workbook: {error}", "save it as .xlsx"
        ) from error
    except BaseException as error:  # what a panic in Rust arrives as is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise DocumentUnreadable(f"{name} is damaged", "open it with its program and save it as .xlsx") from error
    return composer.parsed()


def _check(data: bytes, name: str) -> None:
    """Raise DocumentUnreadable for damage at which calamine 0.9 fills the memory or ends the process."""
    try:
        parts = streams(data)
        for book in (parts[part] for part in ("Workbook", "Book") if part in parts):
            _check_sizes(book)
    except ValueError as error:
        raise DocumentUnreadable(
            f"{name} is damaged: {error}", "open it with its program and save it as .xlsx"
        ) from error


def _check_sizes(book: bytes) -> None:
    """Raise ValueError for a sheet larger than any: calamine makes room for every cell that it is said to have."""
    at = 0
    while at + 8 <= len(book):
        kind, length, _row, column = struct.unpack_from("<4H", book, at)
        if kind == _FILE_IS_ENCRYPTED:
            return
        if kind in _CELLS and column >= _COLUMNS:
            raise ValueError(f"a cell of it lies in column {column + 1}")
        if kind == _DIMENSIONS and (layout := _SIZES.get(length)) and at + 4 + length <= len(book):
            first_row, row, first_column, column = layout.unpack_from(book, at + 4)
            rows, columns = (row - first_row - 1) % (1 << 32) + 1, (column - first_column - 1) % (1 << 32) + 1
            if row and column and rows * columns > _ROWS * _COLUMNS:
                raise ValueError("a sheet of it is larger than sheets can be")
        at += 4 + length


def _rows(sheet: Any) -> Iterator[Row]:
    left = sheet.start[1] if sheet.start else 0  # calamine leaves out the empty columns on the left, not the rows above
    merged = Merged()
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
        merged.add(top + 1, bottom + 1, first - left, last - left)
    rows = enumerate(sheet.iter_rows(), 1)
    return merged.fill(Row(number, [shown_value(value) for value in row[:_MOST_COLUMNS]]) for number, row in rows)
