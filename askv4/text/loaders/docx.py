"""Word documents: headings by their styles, lists with their numbers, the rows of tables with their labels, headers and
footers. What is deleted or struck through is left out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from askv4.language.ticks import TICKED, UNTICKED, symbol
from askv4.text.loaders.archives import damage_named, open_archive, parse_xml
from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.docx_margins import margins, numbers_pages
from askv4.text.loaders.docx_numbers import Numbers, W
from askv4.text.loaders.properties import record, sensible_title
from askv4.text.loaders.tables import add_table
from askv4.types import ParsedText

if TYPE_CHECKING:
    from zipfile import ZipFile

    from docx.document import Document as Docx
    from docx.table import Table
    from docx.text.paragraph import Paragraph
    from lxml.etree import _Element  # type: ignore[import-untyped]

_HEADING = re.compile(r"heading\s*(\d)", re.IGNORECASE)
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOTES = {"word/footnotes.xml": "Notes", "word/endnotes.xml": "Notes", "word/comments.xml": "Comments"}
_IN_FORMULAS = {f"{_M}den": "/", f"{_M}sup": "^", f"{_M}sub": "_"}
_WRAPPERS = (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}smartTag", f"{W}ins", f"{W}moveTo")
"""What stands around paragraphs, tables, rows and cells without being seen: content controls, accepted changes."""

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MOST_COLUMNS = 100
_OFF = frozenset({"0", "false", "off"})
_UNSEEN = frozenset({f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}txbxContent", _MC_FALLBACK})


def parse(data: bytes, name: str) -> ParsedText:
    """The text of a Word document. Raises DocumentUnreadable, DocumentTooLarge, DocumentEncrypted."""
    from docx import Document
    from docx.exceptions import PythonDocxError

    with open_archive(data, name) as archive, damage_named(name, "a Word document", PythonDocxError):
        document = Document(io.BytesIO(data))
        composer = Composer()
        properties, title = document.core_properties, ""
        numbers = Numbers(document)
        for part in _parts(document):
            title = _add(composer, part, title, numbers)
        _add_margins(composer, document)
        _add_notes(composer, archive)
        struck = any(_is_struck(run) for run in document.element.body.iter(f"{W}r"))
    return composer.parsed(
        title=sensible_title(properties.title, title or None, composer.parsed().text),
        metadata=record(properties.author, properties.created),
        notes=("struck-through text was left out",) if struck else (),
    )


def _parts(document: Docx) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables in order, those in content controls included, which python-docx passes over."""
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    body = document._body
    for element in _unwrapped(body._body):
        if element.tag == f"{W}p":
            yield Paragraph(element, body)
        elif element.tag == f"{W}tbl":
            yield Table(element, body)


def _unwrapped(parent: _Element) -> Iterator[Any]:
    """The children of an element, with the content of wrappers in their place."""
    stack = list(reversed(parent))
    while stack:
        element = stack.pop()
        if element.tag in _WRAPPERS:
            stack.extend(reversed(element))
        else:
            yield element


def _add(composer: Composer, part: Paragraph | Table, title: str, numbers: Numbers) -> str:
    """Adds a paragraph or a table; gives the title, which a paragraph may be."""
    from docx.table import Table

    if isinstance(part, Table):
        _add_table(composer, part)
        return title
    text = _text(part._p)
    number = numbers.of(part) if text.strip() else None  # Word numbers an empty paragraph, and nobody refers to it
    text = f"{number} {text}" if number else text
    style = (part.style.name or "") if part.style is not None else ""
    if style.lower() == "title":
        composer.heading(text, 1)
        return title or one_line(text)
    if match := _HEADING.match(style):
        composer.heading(text, int(match[1]))
    elif style.lower().startswith("list") or number is not None:
        composer.item(text)
    else:
        composer.paragraph(text)
    for box in _boxes(part._p):
        composer.paragraph(_text(box))
    return title


def _is_struck(run: _Element) -> bool:
    marks = (run.find(f"{W}rPr/{W}{mark}") for mark in ("strike", "dstrike"))
    return any(mark is not None and mark.get(f"{W}val") not in _OFF for mark in marks)


def _text(element: _Element) -> str:
    """The valid text of a paragraph, that of links, formulas and accepted insertions included; not what is struck through,
    nor that of text boxes in it."""
    parts: list[str] = []
    stack: list[Any] = [element]
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag in (f"{W}t", f"{_M}t"):
            parts.append(node.text or "")
        elif tag in (f"{W}tab", f"{W}br", f"{W}cr"):
            parts.append(" ")
        elif tag == f"{W}noBreakHyphen":
            parts.append("-")
        elif tag in _BOXED:
            parts.append(_BOXED[tag](node))
        elif tag == f"{W}r" and _is_struck(node):
            continue
        elif tag == f"{W}sdt" and (box := node.find(f"{W}sdtPr/{_W14}checkbox")) is not None:
            parts.append(_mark(box.find(f"{_W14}checked"), f"{_W14}val"))
        elif node is element or tag not in _UNSEEN:
            if tag == f"{W}p" and parts:
                parts.append(" ")
            parts.append(_IN_FORMULAS.get(tag, ""))
            stack.extend(reversed(list(node)))
    return "".join(parts)


def _mark(state: _Element | None, value: str) -> str:
    """The mark of a box by the element that says whether it is ticked, which it is where that has no value."""
    return UNTICKED if state is None or (state.get(value) or "1") in _OFF else TICKED


def _field_mark(field: _Element) -> str:
    """The mark of a form's box of old; what was set counts, else what it was at first."""
    states = (field.find(f"{W}{name}") for name in ("checked", "default"))
    return _mark(next((state for state in states if state is not None), None), f"{W}val")


def _symbol(node: _Element) -> str:
    return symbol(chr(int(node.get(f"{W}char") or "0", 16)))


_BOXED = {f"{W}sym": _symbol, f"{W}checkBox": _field_mark}
"""What shows a box besides letters."""


def _boxes(element: _Element) -> Iterator[_Element]:
    """The text boxes that are anchored in a paragraph, once each."""
    stack: list[Any] = [element]
    while stack:
        node = stack.pop()
        if node.tag == f"{W}txbxContent":
            yield node
        elif node.tag != _MC_FALLBACK:
            stack.extend(reversed(list(node)))


def _add_table(composer: Composer, table: Table) -> None:
    rows: list[list[str]] = []
    for row in _unwrapped(table._tbl):
        if row.tag == f"{W}tr" and row.find(f"{W}trPr/{W}del") is None:
            rows.append(_cells(row, rows[-1] if rows else []))
    if len(rows) == 1 or max(map(len, rows), default=0) == 1:
        for cells in rows:  # a frame around text
            for cell in cells:
                composer.paragraph(cell)
    else:
        marked = (row.find(f"{W}trPr/{W}tblHeader") is not None for row in table._tbl.tr_lst)
        add_table(composer, rows, headed=sum(1 for _ in takewhile(bool, marked)) or None)


def _cells(row: _Element, above: Sequence[str]) -> list[str]:
    """The texts of a row, by column: a cell that spans columns stands in each, one that goes on from the row above has its text."""
    texts: list[str] = []
    cells = [cell for cell in _unwrapped(row) if cell.tag == f"{W}tc"]
    for cell in cells:
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        written = "1" if span is None else span.get(f"{W}val") or "1"
        across = min(int(written), _MOST_COLUMNS) if written.isdecimal() and len(cells) > 1 else 1
        if merge is not None and merge.get(f"{W}val") != "restart":
            texts += [*above[len(texts) : len(texts) + across], *[""] * across][:across]
        else:
            # A text box in a cell has paragraphs of its own, which are met here like the others.
            texts += [" ".join(_text(paragraph) for paragraph in _paragraphs(cell))] * across
    return texts


def _paragraphs(cell: _Element) -> Iterator[_Element]:
    """The paragraphs in a cell, those of tables and text boxes in it included."""
    stack: list[Any] = [cell]
    while stack:
        node = stack.pop()
        if node.tag == f"{W}p":
            yield node
            stack.extend(_boxes(node))
        elif node.tag != _MC_FALLBACK:
            stack.extend(reversed(list(node)))


def _add_margins(composer: Composer, document: Docx) -> None:
    """Headers and footers after the body, each text once."""
    told: set[str] = set()
    headed = ""
    for heading, element in margins(document):
        for paragraph in _paragraphs(element):
            text = one_line(_text(paragraph))
            if not text or text in told or numbers_pages(paragraph, text):
                continue
            told.add(text)
            if headed != heading:
                composer.heading(heading, 1)
                headed = heading
            composer.paragraph(text)


def _add_notes(composer: Composer, archive: ZipFile) -> None:
    """Footnotes, endnotes and comments, which stand in parts of their own."""
    headed = ""
    for part, heading in _NOTES.items():
        if part not in archive.namelist():
            continue
        for note in parse_xml(archive.read(part)):
            text = one_line(_text(note))
            if text and note.get(f"{W}type") is None:
                if headed != heading:
                    composer.heading(heading, 1)
                    headed = heading
                composer.paragraph(text)
