"""OpenDocument: texts, spreadsheets by sheet and row, presentations by slide. Read from the XML of the format itself:
the library for it, odfpy, has had no release since 2020.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from zipfile import ZipFile

from askv4.errors import DocumentEncrypted
from askv4.text.loaders.archives import damage_named, open_archive, parse_xml
from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.markup import tag_of
from askv4.text.loaders.sheets import Merged, Row, add_named_sheet
from askv4.text.loaders.tables import add_table
from askv4.types import ParsedText

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_MANIFEST = "META-INF/manifest.xml"
_MOST_COLUMNS = 1_000
_MOST_REPEATED = 1_000
"""A sheet may say of an empty row or cell that it is repeated a million times."""
_UNSEEN = frozenset({"tracked-changes", "annotation", "sequence-decls", "forms", "scripts"})


def parse(data: bytes, name: str) -> ParsedText:
    """The text of an OpenDocument file. Raises DocumentUnreadable, DocumentTooLarge, DocumentEncrypted."""
    with open_archive(data, name) as archive, damage_named(name, "an OpenDocument file"):
        if _MANIFEST in archive.namelist() and b"encryption-data" in archive.read(_MANIFEST):
            raise DocumentEncrypted(f"{name} is encrypted")
        root = parse_xml(archive.read("content.xml"))
        composer = Composer()
        body = next((one for one in root.iter() if tag_of(one) == "body"), root)
        _Walk(composer, is_sheet=any(tag_of(one) == "spreadsheet" for one in body)).visit(body)
        title = _title(archive)
    return composer.parsed(title=title)


def _title(archive: ZipFile) -> str | None:
    if "meta.xml" not in archive.namelist():
        return None
    root = parse_xml(archive.read("meta.xml"))
    return next((one_line(one.text or "") or None for one in root.iter() if tag_of(one) == "title"), None)


class _Walk:
    def __init__(self, composer: Composer, *, is_sheet: bool) -> None:
        self._composer = composer
        self._is_sheet = is_sheet
        self._titles = False

    def visit(self, element: _Element, *, in_list: bool = False) -> None:
        tag = tag_of(element)
        if not tag or tag in _UNSEEN:
            return
        if tag == "h":
            level = element.get(f"{_TEXT}outline-level") or "1"
            self._composer.heading(_text(element), int(level) if level.isdecimal() else 1)
        elif tag == "p":
            self._paragraph(element, in_list)
        elif tag == "table":
            self._table(element)
        elif tag == "notes":
            self._notes(element)
        else:
            if tag == "page":
                self._composer.page()
            was, self._titles = self._titles, self._titles or element.get(f"{_PRESENTATION}class") == "title"
            for child in element:
                self.visit(child, in_list=in_list or tag == "list-item")
            self._titles = was

    def _paragraph(self, element: _Element, in_list: bool) -> None:
        text = _text(element)
        if self._titles:
            self._composer.heading(text, 1)
        elif in_list:
            self._composer.item(text)
        else:
            self._composer.paragraph(text)

    def _notes(self, element: _Element) -> None:
        texts = [_text(one) for one in element.iter() if tag_of(one) == "p"]
        if any(text.strip() for text in texts):
            self._composer.heading("Speaker notes", 2)
            for text in texts:
                self._composer.paragraph(text)

    def _table(self, table: _Element) -> None:
        if self._is_sheet:
            merged = Merged()
            add_named_sheet(self._composer, table.get(f"{_TABLE}name") or "Sheet", merged.fill(_rows(table, merged)))
        else:
            add_table(self._composer, [row.cells for row in _rows(table, Merged())])


def _rows(table: _Element, merged: Merged) -> Iterator[Row]:
    """The rows; one stands for any number of blank ones. What is merged is told to `merged` before its first row."""
    number = 1
    for row in table.iter(f"{_TABLE}table-row"):
        cells: list[str] = []
        for cell in row:
            if tag_of(cell) in ("table-cell", "covered-table-cell") and len(cells) < _MOST_COLUMNS:
                text = " ".join(_text(one) for one in cell if tag_of(one) in ("p", "h", "list"))
                right, bottom = len(cells) + _count(cell, "columns-spanned"), number + _count(cell, "rows-spanned")
                merged.add(number, bottom - 1, len(cells), right - 1)
                repeats = _count(cell, "columns-repeated")
                cells += [text] * min(repeats, _MOST_COLUMNS - len(cells) if text else 100)
        repeats = _count(row, "rows-repeated")
        for offset in range(min(repeats, _MOST_REPEATED if any(cells) else 1)):
            yield Row(number + offset, cells)
        number += repeats


def _count(element: _Element, what: str) -> int:
    written = element.get(f"{_TABLE}number-{what}") or "1"
    return max(1, int(written)) if written.isdecimal() and len(written) < 9 else 1


def _text(element: _Element) -> str:
    """The visible text of a paragraph, with the spaces that are written as elements; notes at its end."""
    parts = [element.text or ""]
    for child in element:
        tag = tag_of(child)
        if tag in ("s", "tab", "line-break"):
            parts.append(" ")
        elif tag == "note":
            body = next((one for one in child if tag_of(one) == "note-body"), None)
            parts.append(f" ({_text(body).strip()})" if body is not None else "")
        elif tag and tag not in _UNSEEN:
            apart = " " if tag in ("p", "h", "frame", "list-item") else ""  # a frame anchored in the paragraph
            parts.append(f"{apart}{_text(child)}{apart}")
        parts.append(child.tail or "")
    return "".join(parts)
