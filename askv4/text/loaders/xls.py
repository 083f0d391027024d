"""Old and binary Excel workbooks (.xls, .xlsb), through calamine: each sheet under its name, rows with their labels.

Numbers are shown as they are stored: calamine does not give the formats of cells.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from askv4.errors import DocumentEncrypted, DocumentUnreadable
from askv4.text.loaders.archives import open_archive
from askv4.text.loaders.composing import Composer
from askv4.text.loaders.compound import chains_end
from askv4.text.loaders.sheets import Merged, Row, add_named_sheet
from askv4.text.loaders.xlsx import shown_value
from askv4.types import ParsedText

_MOST_COLUMNS = 1_000


def parse(data: bytes, name: str) -> ParsedText:
    """The rows of all sheets. Raises DocumentUnreadable, DocumentTooLarge, DocumentEncrypted."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    if data.startswith(b"PK"):
        open_archive(data, name).close()
    elif not chains_end(data):
        raise DocumentUnreadable(
            f"{name} is damaged: what is in it leads in circles", "open it with its program and save it as .xlsx"
        )
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


def _rows(sheet: Any) -> Iterator[Row]:
    left = sheet.start[1] if sheet.start else 0  # calamine leaves out the empty columns on the left, not the rows above
    merged = Merged()
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
        merged.add(top + 1, bottom + 1, first - left, last - left)
    rows = enumerate(sheet.iter_rows(), 1)
    return merged.fill(Row(number, [shown_value(value) for value in row[:_MOST_COLUMNS]]) for number, row in rows)
