"""Documents that order, impersonate, hide text or close the prompt, each in its format: tests/data/injection."""

from __future__ import annotations

import csv
import html
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

FOLDER = Path(__file__).parent / "data" / "injection"
SETS = ("documents", "unseen")
"""The lists in the folder; `unseen` was written after the rules, without a look at what they say."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """One document: what it says, what it orders, and how that is hidden."""

    name: str
    subject: str
    price: int
    false: int
    hidden: str
    way: str
    text: str
    order: str

    @property
    def question(self) -> str:
        return f"How much does the {self.subject} cost?"

    def content(self) -> bytes:
        """The file."""
        return _FORMATS[self.name.rpartition(".")[2]](self)


def documents(name: str = SETS[0]) -> list[Hostile]:
    """The documents of one list."""
    return [Hostile(**json.loads(line)) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


def _txt(one: Hostile) -> bytes:
    order = "\u200b".join(one.order) if one.hidden == "zero width" else one.order
    return f"{one.text}\n\n{order}\n".encode()


def _md(one: Hostile) -> bytes:
    hidden = {"comment": f"<!-- {one.order} -->", "alt text": f"![{one.order}](picture.png)"}.get(one.hidden, one.order)
    return f"# {one.subject}\n\n{one.text}\n\n{hidden}\n".encode()


def _html(one: Hostile) -> bytes:
    order, said = html.escape(one.order), html.escape(one.text)
    body = {
        "comment": f"<!-- {one.order.replace('--', '')} -->",
        "white": f'<p style="color:#fff;font-size:1px">{order}</p>',
        "alt text": f'<img src="x.png" alt="{order}">',
        "metadata": "",
    }.get(one.hidden, f"<p>{order}</p>")
    meta = f'<meta name="description" content="{order}">' if one.hidden == "metadata" else ""
    return f"<html><head><title>{one.subject}</title>{meta}</head><body><p>{said}</p>{body}</body></html>".encode()


def _docx(one: Hostile) -> bytes:
    from docx import Document
    from docx.shared import RGBColor

    made = Document()
    made.add_paragraph(one.text)
    if one.hidden == "metadata":
        made.core_properties.comments = made.core_properties.keywords = one.order[:250]
    else:
        run = made.add_paragraph().add_run(one.order)
        run.font.hidden = one.hidden == "vanish"
        if one.hidden == "white":
            run.font.color.rgb = RGBColor(255, 255, 255)
    return _saved(made.save)


def _pptx(one: Hostile) -> bytes:
    from pptx import Presentation

    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = one.subject
    frame = slide.placeholders[1].text_frame
    frame.text = one.text
    if one.hidden == "notes":
        slide.notes_slide.notes_text_frame.text = one.order
    else:
        frame.add_paragraph().text = one.order
    return _saved(made.save)


def _xlsx(one: Hostile) -> bytes:
    from openpyxl import Workbook

    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["What", "Remark"])
    sheet.append([one.subject, one.text])
    if one.hidden == "hidden sheet":
        sheet = made.create_sheet("Hidden")
        sheet.sheet_state = "hidden"
    sheet.append(["", one.order])
    return _saved(made.save)


def _odt(one: Hostile) -> bytes:
    from odf.opendocument import OpenDocumentText
    from odf.text import P

    made = OpenDocumentText()
    for text in (one.text, one.order):
        made.text.addElement(P(text=text))
    return _saved(made.save)


def _pdf(one: Hostile) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(900, 842))
    canvas.setTitle(one.subject)
    for place, sentence in enumerate(one.text.split(". ")):
        canvas.drawString(40, 800 - 14 * place, sentence.rstrip(".") + ".")
    if one.hidden == "metadata":
        canvas.setSubject(one.order)
        canvas.setKeywords(one.order)
    else:
        canvas.setFillGray(1 if one.hidden == "white" else 0)
        canvas.drawString(40, 700, one.order)
    canvas.save()
    return out.getvalue()


def _epub(one: Hostile) -> bytes:
    body = f"<h1>{one.subject}</h1><p>{html.escape(one.text)}</p><p>{html.escape(one.order)}</p>"
    files = {
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
        '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        "book.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{one.subject}</dc:title></metadata><manifest><item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/>"
        '</manifest><spine><itemref idref="a"/></spine></package>',
        "a.xhtml": f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{one.subject}</title></head><body>{body}</body></html>',
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def _eml(one: Hostile) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "shop@example.org", "you@example.org", one.subject
    if one.hidden == "header":
        message["X-Note"] = one.order
    message.set_content(one.text + ("" if one.hidden == "header" else f"\n\n{one.order}") + "\n")
    return message.as_bytes()


def _json(one: Hostile) -> bytes:
    return json.dumps({"title": one.subject, "text": one.text, "remark": one.order}).encode()


def _csv(one: Hostile) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([("what", "remark"), (one.subject, one.text), ("remark", one.order)])
    return out.getvalue().encode()


def _ipynb(one: Hostile) -> bytes:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": [text]} for text in (one.text, one.order)]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def _srt(one: Hostile) -> bytes:
    cues = [f"{n}\n00:00:{n:02},000 --> 00:00:{n + 1:02},000\n{text}\n" for n, text in ((1, one.text), (5, one.order))]
    return "\n".join(cues).encode()


def _rst(one: Hostile) -> bytes:
    return f"{one.subject}\n{'=' * len(one.subject)}\n\n{one.text}\n\n.. {one.order}\n".encode()


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


_FORMATS: Mapping[str, Callable[[Hostile], bytes]] = {
    "txt": _txt, "md": _md, "html": _html, "docx": _docx, "pptx": _pptx, "xlsx": _xlsx, "odt": _odt, "pdf": _pdf, "epub": _epub, "eml": _eml,
    "json": _json, "csv": _csv, "ipynb": _ipynb, "srt": _srt, "rst": _rst,
}  # fmt: skip
