"""Real files of every format, each with facts that stand nowhere else, and where a reader finds them."""

from __future__ import annotations

import base64
import io
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from tests.compound_files import message


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


ICS = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Herring regatta\r\n"
    b"DTSTART;TZID=Europe/London:20250712T090000\r\nDTEND;TZID=Europe/London:20250712T170000\r\n"
    b"RRULE:FREQ=YEARLY;BYMONTH=7;BYDAY=2SA\r\nLOCATION:Skua Point\r\n"
    b"DESCRIPTION:The regatta of the herring fleet starts at\r\n  Skua Point.\\nBring oilskins.\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
VCF = (
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Rowena Tuck\r\nN:Tuck;Rowena;;;\r\nTITLE:Farrier\r\nTEL;TYPE=WORK,VOICE:01555 7731\r\n"
    b"ADR;TYPE=WORK:;;Forge Lane 2;Hexham;;NE46;England\r\nNOTE:Shoes the brewery's horses.\r\nEND:VCARD\r\n"
)
ORG = b"""#+TITLE: Greenhouse
* Orchids
** Potting :spring:
The orchid of the greenhouse is potted in crushed lava.
"""


def msg() -> bytes:
    texts = {
        "0037": "The bell",
        "0C1A": "Agnes Pell",
        "5D01": "agnes@example.org",
        "1000": "The ship's bell is cast from melted church pewter.\r\n",
    }
    return message(texts, recipients=(("Crew", "crew@example.org", 1),), attachments=("bell.png",))


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


MARKDOWN = b"# Tea\n\n## Brewing\n\nThe oolong of the tea house steeps for four minutes.\n"
TEXT = b"The quarry\n\nThe slate of the quarry is split by hand.\n"
TSV = b"Comet\tPeriod in years\tFound by\nWaverly\t81\tIda Thorne\nPelham\t12\tCyrus Vane\n"
VTT = b"WEBVTT\n\n00:01:05.000 --> 00:01:09.500\n<v Rosalind>The violin was varnished with amber from Gdansk.\n"
RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Canal news</title>
<item><title>The new lock</title><pubDate>Mon, 03 Feb 2025 10:00:00 GMT</pubDate>
<description>&lt;p&gt;The gates of the new lock are made of greenheart timber.&lt;/p&gt;</description></item></channel></rss>"""
MBOX = b"""From nora@example.org Tue Mar 04 09:30:00 2025
From: Nora <nora@example.org>
Subject: The orrery

The brass orrery was repaired by Ulrich Falk.

From otto@example.org Wed Mar 05 09:30:00 2025
From: Otto <otto@example.org>
Subject: The sundial

The sundial in the rose garden is eleven minutes slow.
>From here it can be seen.
"""
_XLS = (  # by xlwt, which writes .xls and has had no release since 2017
    "c-rk)Pe@cj82`=NU3Xpot^WcI<RN5fUZP6`wpo}_DprCKQN3-aT=w~%yj=-9sAV35pi|LB@Y2QV(jV$jw+?|(had>Fj-"
    "7&n4(jWhZ{L>I9$YA?c)!Pd^UXK&o0&KNXI{=%FU;I)T*Ob<g8)|CQk1N+338?RKnxV`x=PLa5pu4Ne+s1$>d2B19#^~wt3Fiyy$B6=gU?6;@5"
    "!CS2>NVG>KllCTn9s_I&_c}xJ8yqG;pnISe|8B%kmDVe8O@sTduO~ptK9(1m@#?ZM(ctd|YehxJsyeA28=FTXvux&($cNxF&LGL+Er;hWU3!Gz"
    "H5s3+lISX-UU07f?qXIEyc?4t&nf)Tg>{-&nf<*}tx}hYQ%RYe8TV?in87(=?P@gDR#BJ*o3U*&%y0BQr~w;8j<-"
    "5HMh0kPgk#!%~h&rxxfjhDUTeW$GzQPZ*9P%}hCPEG->pOz*c-R<;c2G!urU?|1BT*(fkLWSCO#lbH-<+LcTide5kpBz-_SmVVGShlz5?&Sa$C"
    "YdA6;RmJl{5nHoRRPY2UCz(VQ>(xAsVzd=3-Tw5dH_;zI&6Y{t9CBO87WLO~aY-?VT*)!~<Fx4jZOqut@-"
    "pYTne|4Nb<_ytxAfP0%7H0PbA@ADsGOaQ*YT~Z^lhY1e?0QAY5GIFmGrsp#fx=wZ{jm(riM)tUwu<(7wzKa4TVSXyf3`v<{it1UzVPT7W3-"
    "vdi!J*mJwyOnq@AeT1R{jX<l0?wkW_B%no?z1+!HfjcY2T*t<QpR)DQBJLIu*JyYVbHD;gk*ntA<0JFm$JHYIS#||)iTpba#8r)X}(SrK}QTXu"
    "T!-o$aK79E2iy`<Znmc$0b2kh=D2Bavon>+>{xivci=(jV%hJWP3l{kf#)=w0n-"
    "CKDyu>;=`S(JFK`Pxr8VRmPy6EvsS2MBtf7VTm{k|zwZ22q2)bkIQ{|((w>&y"
)


def xls() -> bytes:
    """A workbook in the format before 2007."""
    return zlib.decompress(base64.b85decode("".join(_XLS)))


def ods() -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    for name, rows in (
        ("Bells", [("Bell", "Weight in kg", "Founder"), ("Gabriel", "412", "Lorimer"), ("Maria", "655", "Ashdown")]),
        ("Organs", [("Organ", "Pipes", "Builder"), ("Choir organ", "1204", "Hedvig Brandt"), ("Nave organ", "3380", "Pim Sailer")]),
    ):  # fmt: skip
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for text in row:
                cell = TableCell()
                cell.addElement(P(text=text))
                line.addElement(cell)
            table.addElement(line)
        document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def odp() -> bytes:
    from odf.draw import Frame, Page, TextBox
    from odf.opendocument import OpenDocumentPresentation
    from odf.style import MasterPage, PageLayout
    from odf.text import P

    document = OpenDocumentPresentation()
    layout = PageLayout(name="layout")
    document.automaticstyles.addElement(layout)
    master = MasterPage(name="master", pagelayoutname=layout)
    document.masterstyles.addElement(master)
    for title, text in (
        ("Looms", "A loom has a warp and a weft."),
        ("Felt", "The felt of the hats is steamed over pear wood."),
    ):
        page = Page(masterpagename=master)
        for words, kind in ((title, "title"), (text, "outline")):
            frame = Frame(width="10cm", height="3cm")
            frame.setAttrNS("urn:oasis:names:tc:opendocument:xmlns:presentation:1.0", "class", kind)
            box = TextBox()
            box.addElement(P(text=words))
            frame.addElement(box)
            page.addElement(frame)
        document.presentation.addElement(page)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def two_columns() -> bytes:
    """A page drawn line by line across both of its columns, under a title that was drawn last."""
    left = [
        "The left column of this page speaks",
        "about the owls that live in the barn",
        "and the barn owl of the parish nests",
        "in the bell loft above the old clock.",
        "It ends with the owls.",
    ]
    right = [
        "The right column of the page speaks",
        "about herons that stand in the pond",
        "and about their nests in high trees",
        "which they mend in every spring now.",
        "It ends with the herons.",
    ]
    page = [
        (x, 700.0 - 14 * row, line)
        for row, pair in enumerate(zip(left, right, strict=True))
        for x, line in zip((60.0, 320.0), pair, strict=True)
    ]
    return drawn_pdf([[*page, (60.0, 760.0, "Birds of the parish")]])


def filled_form() -> bytes:
    """A PDF form with a name written into its field."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 700, "The allotment was let to:")
    canvas.acroForm.textfield(name="tenant", value="Wilhelmina Ostrander", x=220, y=690, width=200, height=20)
    canvas.save()
    return out.getvalue()


def scanned_letter() -> bytes:
    """A picture of a printed page in a PDF, as a scanner makes it."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", (1240, 900), 250)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=34)
    for number, line in enumerate(
        ("The glasshouse", "The orchids of the glasshouse are watered", "with rain from the chapel roof.")
    ):
        draw.text((120, 120 + 80 * number), line, fill=20, font=font)
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=150)
    return out.getvalue()


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
    lambda: Sample("cellar.srt", SRT, "How often is the cheese turned?", "nine days", None, "00:12:30–00:12:37"),
    lambda: Sample("stamps.csv", CSV, "What is the price of the Red heron stamp?", "Price in euros: 340", None, "rows 2–3"),
    lambda: Sample("bridges.jsonl", JSONL, "When was the Iron span bridge built?", "built: 1881", None, "lines 1–2"),
    lambda: Sample("parish.pdf", two_columns(), "Where does the barn owl of the parish nest?", "the barn owl of the parish nests in the bell loft", 1),
    lambda: Sample("allotment.pdf", filled_form(), "To whom was the allotment let?", "Wilhelmina Ostrander", 1),
    lambda: Sample("oil.xls", xls(), "How many barrels of lamp oil does Edda Lund keep?", "Lamp oil in barrels: 23", 1, "Lighthouses › rows 2–4"),
    lambda: Sample("church.ods", ods(), "Who built the Choir organ with 1204 pipes?", "Builder: Hedvig Brandt", 2, "Organs › rows 2–3"),
    lambda: Sample("crafts.odp", odp(), "Over what is the felt of the hats steamed?", "pear wood", 2, "Felt"),
    lambda: Sample("garden.mbox", MBOX, "How slow is the sundial in the rose garden?", "eleven minutes", None, "The sundial"),
    lambda: Sample("canal.xml", RSS, "What are the gates of the new lock made of?", "greenheart timber", None, "The new lock"),
    lambda: Sample("comets.tsv", TSV, "Who found the comet Waverly?", "Found by: Ida Thorne", None, "rows 2–3"),
    lambda: Sample("violin.vtt", VTT, "What was the violin varnished with?", "amber from Gdansk", None, "00:01:05–00:01:09"),
    lambda: Sample("regatta.ics", ICS, "Where does the regatta of the herring fleet start?", "Place: Skua Point"),
    lambda: Sample("smith.vcf", VCF, "What is the phone number of the farrier Rowena Tuck?", "Phone (work): 01555 7731"),
    lambda: Sample("orchid.org", ORG, "What is the orchid of the greenhouse potted in?", "crushed lava", None, "Potting", 4),
    lambda: Sample("bell.msg", msg(), "What is the ship's bell cast from?", "melted church pewter"),
    lambda: Sample("tea.md", MARKDOWN, "How long does the oolong of the tea house steep?", "four minutes", None, "Brewing", 5),
    lambda: Sample("quarry.txt", TEXT, "How is the slate of the quarry split?", "split by hand", None, None, 3),
    lambda: Sample("kennel.json", JSON, "Which breed is the dog Bramble?", "otterhound", None, "kennel"),
)  # fmt: skip


def samples() -> list[Sample]:
    """One for each family of formats, made anew."""
    return [make() for make in _MAKERS]
