"""Real files of every format, each with facts that stand nowhere else, and where a reader finds them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any


@dataclass(frozen=True)
class Sample:
    """A file, a question that only it answers, words of the answer, and the answer's place."""

    name: str
    data: bytes
    question: str
    words: str
    page: int | None = None
    heading: str | None = None
    """A part of the citation's heading."""
    line: int | None = None


def pdf(pages: list[list[tuple[str, str]]], **options: Any) -> bytes:
    """A PDF by reportlab: for each page, (style, text) with a style of reportlab's sample sheet."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

    styles = getSampleStyleSheet()
    story: list[Any] = []
    for page in pages:
        story += [Paragraph(text, styles[style]) for style, text in page]
        story.append(PageBreak())
    out = io.BytesIO()
    SimpleDocTemplate(out, **options).build(story[:-1])
    return out.getvalue()


def drawn_pdf(pages: list[list[tuple[float, float, str]]], *, size: float = 11) -> bytes:
    """A PDF in which each (x, y, text) is drawn where it says, in that order."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    for page in pages:
        canvas.setFont("Helvetica", size)
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scan(pages: int = 2) -> bytes:
    """A PDF of pictures alone."""
    from PIL import Image

    out = io.BytesIO()
    pictures = [Image.new("L", (200, 280), 128 + number) for number in range(pages)]
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:])
    return out.getvalue()


def docx() -> bytes:
    from docx import Document

    document = Document()
    document.core_properties.title = "Harbour handbook"
    document.add_heading("Rules", 1)
    document.add_paragraph("Boats must keep their lamps lit after dusk.")
    document.add_heading("Mooring fees", 2)
    document.add_paragraph("A sloop pays eleven crowns for each night at the quay.", style="List Bullet")
    table = document.add_table(rows=1, cols=3)
    for cell, text in zip(table.rows[0].cells, ("Keeper", "Tower", "Height"), strict=True):
        cell.text = text
    for row in (("Osric Penhale", "Gannet Rock", "41 m"), ("Una Trewin", "Black Head", "37 m")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pptx() -> bytes:
    from pptx import Presentation

    presentation = Presentation()
    for title, lines in (
        ("Welcome", ["Ballooning for beginners"]),
        ("Safety", ["The burner valve of the balloon is made of brass.", "Never fly in a storm."]),
    ):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        frame = slide.placeholders[1].text_frame
        frame.text = lines[0]
        for line in lines[1:]:
            frame.add_paragraph().text = line
    presentation.slides[1].notes_slide.notes_text_frame.text = "Remind them that the basket is woven from rattan."
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


def xlsx() -> bytes:
    import datetime

    from openpyxl import Workbook

    workbook = Workbook()
    first = workbook.active
    assert first is not None
    first.title = "Orchard"
    first.append(["Tree", "Planted", "Yield"])
    first.append(["Quince", datetime.date(1998, 4, 2), 0.125])
    first["C2"].number_format = "0.0%"
    second = workbook.create_sheet("Beehives")
    second.append(["Hive", "Queen", "Honey in kg"])
    for number in range(1, 40):
        second.append([f"Hive {number}", f"Queen {number} of the northern meadow line", 10 + number])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def epub() -> bytes:
    from ebooklib import epub as books

    book = books.EpubBook()
    book.set_identifier("lantern")
    book.set_title("The lantern maker")
    book.set_language("en")
    chapters = []
    for number, (title, text) in enumerate(
        (
            ("The workshop", "Ilse opened the workshop in the spring."),
            ("The lens", "The lens of the great lantern was ground in Ostrava."),
        ),
        1,
    ):
        chapter = books.EpubHtml(title=title, file_name=f"chapter{number}.xhtml")
        chapter.content = f"<html><body><h1>{title}</h1><p>{text}</p></body></html>"
        book.add_item(chapter)
        chapters.append(chapter)
    book.toc = chapters
    book.spine = ["nav", *chapters]
    book.add_item(books.EpubNcx())
    book.add_item(books.EpubNav())
    out = io.BytesIO()
    books.write_epub(out, book)
    return out.getvalue()


def odt() -> bytes:
    from odf.opendocument import OpenDocumentText
    from odf.text import H, P

    document = OpenDocumentText()
    for outline, text in ((1, "Ferries"), (2, "Winter timetable")):
        document.text.addElement(H(outlinelevel=outline, text=text))
    document.text.addElement(P(text="The winter ferry to Lundy sails only on Thursdays."))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def eml() -> bytes:
    message = EmailMessage()
    message["From"] = "Prudence Okoro <prudence@example.org>"
    message["To"] = "Choir <choir@example.org>"
    message["Date"] = "Tue, 04 Mar 2025 09:30:00 +0100"
    message["Subject"] = "Rehearsal of the choir"
    message.set_content(
        "Dear all,\n\nthe choir rehearses in the boathouse because the chapel is being painted.\n\nPrudence\n"
    )
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="score.pdf")
    return message.as_bytes()


def notebook() -> bytes:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Tides\n", "\n", "## Method\n", "\n", "The tide gauge was calibrated against a mercury column."]},
        {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": ["gauge_offset_mm = 17"],
         "outputs": [{"output_type": "stream", "name": "stdout", "text": ["offset applied\n"]}]},
    ]  # fmt: skip
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


HTML = b"""<!DOCTYPE html><html><head><title>The glass museum</title>
<meta property="article:published_time" content="2024-06-11T08:00:00Z"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/shop">Shop</a></li></ul></nav>
<article><h1>The glass museum</h1>
<p>The museum shows four hundred years of glass, from drinking vessels to the lamps of ships and the panes of
greenhouses. It was founded by a guild of glaziers and is open on every day but Monday.</p>
<h2>The furnace</h2><p>The furnace of the glass museum is fired with beech wood. Visitors may watch from the gallery.</p>
</article><script>track("nobody")</script><footer>Cookie settings</footer></body></html>"""

RTF = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}
\f0\fs24 The clockmaker\par\par The pendulum of the town clock weighs ninety pounds. It was cast in Malm\'f6.\par}"""

RST = b"""Weaving
=======

.. image:: loom.png
   :alt: a loom

Dyes
----

The blue dye of the weavers comes from woad.

.. a comment that nobody sees
"""

SOURCE = b"""import time

# The anemometer is read twice per second because gusts are short.
INTERVAL = 0.5


def read_anemometer(port):
    return port.read()
"""

SRT = b"""1
00:00:05,000 --> 00:00:09,000
Welcome to the cheese cellar.

2
00:12:30,500 --> 00:12:34,000
The cheese is turned every nine days

3
00:12:34,000 --> 00:12:37,000
<i>by a monk called Anselm.</i>
"""

CSV = "Stamp;Country;Price in euros\nBlue swallow;Finland;120\nRed heron;Japan;340\n".encode("cp1252")
JSONL = b'{"bridge": "Stone arch", "river": "Teme", "built": 1774}\n{"bridge": "Iron span", "river": "Clun", "built": 1881}\n'
JSON = json.dumps(
    {"kennel": {"dogs": [{"name": "Bramble", "breed": "otterhound"}, {"name": "Pike", "breed": "whippet"}]}}
).encode()


def _pdf_report() -> bytes:
    filler = "The expedition kept a careful record of the weather and of the animals that it met. " * 4
    return pdf(
        [
            [("Title", "The expedition"), ("Heading2", "Departure"), ("BodyText", filler)],
            [("Heading2", "The crossing"), ("BodyText", filler)],
            [("Heading2", "The glacier"), ("BodyText", "The sledge dogs of the expedition were fed on dried halibut."), ("BodyText", filler)],
        ],
        title="The expedition",
    )  # fmt: skip


_MAKERS: tuple[Callable[[], Sample], ...] = (
    lambda: Sample("expedition.pdf", _pdf_report(), "What were the sledge dogs fed on?", "dried halibut", 3, "The glacier"),
    lambda: Sample("harbour.docx", docx(), "What does a sloop pay for a night at the quay?", "eleven crowns", None, "Mooring fees"),
    lambda: Sample("towers.docx", docx(), "Which tower does Osric Penhale keep?", "Gannet Rock"),
    lambda: Sample("balloon.pptx", pptx(), "What is the burner valve of the balloon made of?", "brass", 2, "Safety"),
    lambda: Sample("farm.xlsx", xlsx(), "How much honey in kg does Hive 33 give?", "Hive: Hive 33", 2, "Beehives"),
    lambda: Sample("lantern.epub", epub(), "Where was the lens of the great lantern ground?", "Ostrava", None, "The lens"),
    lambda: Sample("ferries.odt", odt(), "On which day does the winter ferry to Lundy sail?", "Thursdays", None, "Winter timetable"),
    lambda: Sample("clock.rtf", RTF, "How much does the pendulum of the town clock weigh?", "ninety pounds"),
    lambda: Sample("museum.html", HTML, "What is the furnace of the glass museum fired with?", "beech wood", None, "The furnace"),
    lambda: Sample("choir.eml", eml(), "Why does the choir rehearse in the boathouse?", "the chapel is being painted"),
    lambda: Sample("tides.ipynb", notebook(), "What was the tide gauge calibrated against?", "mercury column", None, "Method"),
    lambda: Sample("weaving.rst", RST, "Where does the blue dye of the weavers come from?", "woad", None, "Dyes", 10),
    lambda: Sample("gusts.py", SOURCE, "Why is the anemometer read twice per second?", "gusts are short", None, None, 3),
    lambda: Sample("cellar.srt", SRT, "How often is the cheese turned?", "nine days", None, "00:00:05"),
    lambda: Sample("stamps.csv", CSV, "What is the price of the Red heron stamp?", "Price in euros: 340", None, "rows 2–3"),
    lambda: Sample("bridges.jsonl", JSONL, "When was the Iron span bridge built?", "built: 1881", None, "lines 1–2"),
    lambda: Sample("kennel.json", JSON, "Which breed is the dog Bramble?", "otterhound", None, "kennel"),
)  # fmt: skip


def samples() -> list[Sample]:
    """One for each family of formats, made anew."""
    return [make() for make in _MAKERS]
