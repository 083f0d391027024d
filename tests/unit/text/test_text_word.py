"""Word documents by python-docx: numbers, headers, struck-through text."""

from __future__ import annotations

import io

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from askv4.text.loaders import load
from askv4.text.places import Headings


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def element(tag: str, **values: str):
    made = OxmlElement(tag)
    for name, value in values.items():
        made.set(qn(f"w:{name}"), value)
    return made


def numbered(document, levels: list[tuple[str, str]]) -> None:
    """A list of the number 77 whose levels are (format, text)."""
    definition = element("w:abstractNum", abstractNumId="77")
    for depth, (shape, text) in enumerate(levels):
        level = element("w:lvl", ilvl=str(depth))
        level.extend([element("w:start", val="1"), element("w:numFmt", val=shape), element("w:lvlText", val=text)])
        definition.append(level)
    root = document.part.numbering_part.element
    root.insert(0, definition)
    number = element("w:num", numId="77")
    number.append(element("w:abstractNumId", val="77"))
    root.append(number)


def add(document, depth: int, text: str) -> None:
    properties = element("w:numPr")
    properties.extend([element("w:ilvl", val=str(depth)), element("w:numId", val="77")])
    document.add_paragraph(text)._p.get_or_add_pPr().append(properties)


def test_automatic_numbers_are_shown():
    document = Document()
    numbered(document, [("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"), ("upperRoman", "%4)")])
    for depth, text in [(0, "Use"), (1, "Keys"), (1, "Doors"), (2, "front"), (2, "back"), (3, "hinge"), (0, "End"), (1, "Late")]:  # fmt: skip
        add(document, depth, text)
    text = load(saved(document), "a.docx").text
    assert text.splitlines() == [
        "1. Use", "1.1 Keys", "1.2 Doors", "(a) front", "(b) back", "I) hinge", "2. End", "2.1 Late",
    ]  # fmt: skip


def test_bullets_have_no_number():
    document = Document()
    document.add_paragraph("Rope", style="List Bullet")
    document.add_paragraph("First", style="List Number")
    document.add_paragraph("Second", style="List Number")
    assert load(saved(document), "a.docx").text.splitlines() == ["Rope", "1. First", "2. Second"]


def test_headers_and_footers_are_read_once():
    document = Document()
    document.add_paragraph("The body.")
    document.sections[0].header.paragraphs[0].text = "Customer 44-1"
    document.sections[0].footer.paragraphs[0].text = "Questions to Mr Ek"
    document.add_section()
    parsed = load(saved(document), "a.docx")
    assert parsed.text.count("Customer 44-1") == 1
    assert Headings.of(parsed).at(parsed.text.index("Mr Ek")) == "Page footer"


def test_what_is_struck_through_is_left_out_and_said():
    document = Document()
    paragraph = document.add_paragraph("It goes to ")
    paragraph.add_run("Oslo ").font.strike = True
    paragraph.add_run("Bergen.").font.strike = False
    parsed = load(saved(document), "a.docx")
    assert parsed.text == "It goes to Bergen."
    assert parsed.notes == ("struck-through text was left out",)


def test_a_page_keeps_its_footer_and_a_menu_is_none():
    body = "<p>" + "The mill grinds rye and spelt for the bakers of the valley since the spring. " * 12 + "</p>"
    page = f"""<html><body><nav><a href=/>Home</a></nav><main><h1>Mill</h1>{body}</main>
        <footer><address>Mill Lane 4. Phone 0800 12.</address></footer><footer><a href=/x>Imprint</a></footer></body></html>"""
    text = load(page.encode(), "a.html").text
    assert "Phone 0800 12." in text
    assert "Imprint" not in text


def test_what_is_named_wrongly_or_torn_is_read_as_what_it_is():
    assert load(b"<html><body><p>Gateway error.</p></body></html>", "a.pdf").text == "Gateway error."
    torn = load(b"The log was cut.\0\0\0 The event was 13.\n\0It went on.", "a.txt")
    assert "The event was 13." in torn.text
