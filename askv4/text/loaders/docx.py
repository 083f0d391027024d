"""Word documents: headings by their styles, lists, and the rows of tables with their labels."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from askv4.text.loaders.archives import damage_named, open_archive, parse_xml
from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.tables import add_table
from askv4.types import ParsedText

if TYPE_CHECKING:
    from zipfile import ZipFile

    from docx.table import Table
    from docx.text.paragraph import Paragraph
    from lxml.etree import _Element  # type: ignore[import-untyped]

_HEADING = re.compile(r"heading\s*(\d)", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")


def parse(data: bytes, name: str) -> ParsedText:
    """The text of a Word document. Raises DocumentUnreadable, DocumentTooLarge, DocumentEncrypted."""
    from docx import Document

    with open_archive(data, name) as archive, damage_named(name, "a Word document"):
        document = Document(io.BytesIO(data))
        composer = Composer()
        title = one_line(document.core_properties.title or "")
        for part in document.iter_inner_content():
            title = _add(composer, part, title)
        _add_notes(composer, archive)
    return composer.parsed(title=title or None)


def _add(composer: Composer, part: Paragraph | Table, title: str) -> str:
    """Adds a paragraph or a table; gives the title, which a paragraph may be."""
    from docx.table import Table

    if isinstance(part, Table):
        _add_table(composer, part)
        return title
    text = _text(part._p)
    style = (part.style.name or "") if part.style is not None else ""
    if style.lower() == "title":
        composer.heading(text, 1)
        return title or one_line(text)
    if found := _HEADING.match(style):
        composer.heading(text, int(found[1]))
    elif style.lower().startswith("list") or _is_numbered(part):
        composer.item(text)
    else:
        composer.paragraph(text)
    return title


def _is_numbered(paragraph: Paragraph) -> bool:
    properties = paragraph._p.pPr
    return properties is not None and properties.numPr is not None


def _text(element: _Element) -> str:
    """The visible text of a paragraph, that of links, text boxes and accepted insertions included."""
    parts: list[str] = []
    stack: list[Any] = [element]
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag == f"{_W}t":
            parts.append(node.text or "")
        elif tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            parts.append(" ")
        elif tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif tag not in (f"{_W}del", f"{_W}pPr", f"{_W}rPr", _MC_FALLBACK):
            if tag == f"{_W}p" and parts:
                parts.append(" ")
            stack.extend(reversed(list(node)))
    return "".join(parts)


def _add_table(composer: Composer, table: Table) -> None:
    rows = []
    for row in table._tbl.tr_lst:
        rows.append([" ".join(_text(paragraph) for paragraph in cell.iter(f"{_W}p")) for cell in row.tc_lst])
    if len(rows) == 1 or max(map(len, rows), default=0) == 1:
        for cells in rows:  # a frame around text
            for cell in cells:
                composer.paragraph(cell)
    else:
        marked = table._tbl.tr_lst[0].find(f"{_W}trPr/{_W}tblHeader") is not None
        add_table(composer, rows, headed=True if marked else None)


def _add_notes(composer: Composer, archive: ZipFile) -> None:
    """Footnotes and endnotes, which python-docx does not know."""
    headed = False
    for part in _NOTES:
        if part not in archive.namelist():
            continue
        for note in parse_xml(archive.read(part)):
            text = one_line(_text(note))
            if text and note.get(f"{_W}type") is None:
                if not headed:
                    composer.heading("Notes", 1)
                    headed = True
                composer.paragraph(text)
