"""Boxes of forms: what is ticked is answered, and what is not is never quoted as chosen."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.text.paragraph import Paragraph
from reportlab.pdfgen.canvas import Canvas

from askv4.neural.encoder import Encoder
from askv4.neural.reader import Reader
from askv4.sync.index import Index
from askv4.text.loaders import load
from askv4.types import Answer
from tests.functional.assisting import answered, indexed

_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)
BERTHS = (("Visitor berth", False), ("Annual berth", True), ("Winter storage", False))


def _pdf() -> bytes:
    data = io.BytesIO()
    canvas = Canvas(data)
    form = canvas.acroForm
    canvas.setFont("Helvetica", 10)
    canvas.drawString(60, 790, "Application to the harbour master")
    canvas.drawString(60, 750, "Type of berth")
    for number, (label, ticked) in enumerate(BERTHS):
        form.checkbox(name=f"berth{number}", checked=ticked, x=60, y=727 - 22 * number, size=14)
        canvas.drawString(82, 730 - 22 * number, label)
    canvas.drawString(60, 640, "Payment")
    for number, (label, ticked) in enumerate((("Cash", False), ("Bank transfer", True))):
        form.radio(name="payment", value=label, selected=ticked, x=130 + 100 * number, y=637, size=14)
        canvas.drawString(150 + 100 * number, 640, label)
    canvas.drawString(60, 600, "I agree to the harbour rules")
    form.checkbox(name="agreed", checked=True, x=210, y=597, size=14)
    form.checkbox(name="news", tooltip="Newsletter by mail", checked=False, x=300, y=500, size=14)
    canvas.save()
    return data.getvalue()


def _control(ticked: bool) -> str:
    return (
        f'<w:sdt {_NAMES}><w:sdtPr><w14:checkbox><w14:checked w14:val="{int(ticked)}"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent><w:r><w:t>{'☒' if ticked else '☐'}</w:t></w:r></w:sdtContent></w:sdt>"
    )


def _field(paragraph: Paragraph, ticked: bool) -> None:
    state = "<w:checked/>" if ticked else ""
    for inner in (
        '<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:sizeAuto/><w:default w:val="0"/>'
        f"{state}</w:checkBox></w:ffData></w:fldChar>",
        '<w:instrText xml:space="preserve"> FORMCHECKBOX </w:instrText>',
        '<w:fldChar w:fldCharType="end"/>',
    ):
        paragraph._p.append(parse_xml(f"<w:r {_NAMES}>{inner}</w:r>"))


def _word() -> bytes:
    document = Document()
    document.add_paragraph("Insurance of the boat:")
    for label, ticked in (("Third party only", True), ("Fully comprehensive", False)):
        paragraph = document.add_paragraph()
        paragraph._p.append(parse_xml(_control(ticked)))
        paragraph.add_run(f" {label}")
    document.add_paragraph("Colour of the sticker:")
    for label, ticked in (("Yellow", False), ("Green", True)):
        paragraph = document.add_paragraph()
        _field(paragraph, ticked)
        paragraph.add_run(f" {label}")
    paragraph = document.add_paragraph()
    paragraph._p.append(parse_xml(f'<w:r {_NAMES}><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'))
    paragraph.add_run(" Copy to the treasurer")
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


TEXT = "Survey of the moorings\n\nCondition of the chain:\n☐ Good\n☑ Worn\n\nBuoy: [ ] Replace [x] Clean\n"
TASKS = "# Spring work\n\n- [x] Paint the shed\n- [ ] Mend the slipway\n"


def test_boxes_are_marks_before_their_labels() -> None:
    lines = load(_pdf(), "berths.pdf").text.split("\n")
    assert {"[ ] Visitor berth", "[x] Annual berth", "[ ] Winter storage"} < set(lines)
    assert "Payment; [ ] Cash; [x] Bank transfer" in lines
    assert "[x] I agree to the harbour rules" in lines
    assert "[ ] Newsletter by mail" in lines
    lines = load(_word(), "boat.docx").text.split("\n")
    assert {"[x] Third party only", "[ ] Fully comprehensive", "[ ] Yellow", "[x] Green"} < set(lines)
    assert "[x] Copy to the treasurer" in lines


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Index]:
    documents = {"berths.pdf": _pdf(), "boat.docx": _word(), "survey.txt": TEXT, "spring.md": TASKS}
    with indexed(tmp_path_factory.mktemp("ticked"), encoder, documents) as index:
        yield index


@pytest.fixture(scope="module")
def ask(index: Index, encoder: Encoder, reader: Reader) -> Callable[..., Answer]:
    return partial(answered, index, encoder, reader)


@pytest.mark.parametrize(
    ("question", "ticked", "unticked"),
    [
        ("What type of berth is it?", "[x] Annual berth", "[ ] Visitor"),
        ("Which type of berth is ticked?", "[x] Annual berth", "[ ] Winter"),
        ("Which payment is ticked?", "[x] Bank transfer", "[ ] Cash"),
        ("Which insurance of the boat is ticked?", "[x] Third party only", "[ ] Fully"),
        ("Which colour of the sticker is ticked?", "[x] Green", "[ ] Yellow"),
        ("What is the condition of the chain?", "☑ Worn", "☐ Good"),
    ],
)
def test_the_ticked_option_is_quoted(ask: Callable[..., Answer], question: str, ticked: str, unticked: str) -> None:
    answer = ask(question)
    assert answer.status == "answered"
    assert ticked in answer.citations[0].quote
    assert all(ticked in one.quote for one in answer.citations if unticked in one.quote)
    marked = [one.quote[start - one.start : end - one.start] for one in answer.citations for start, end in one.answers]
    assert marked
    assert not any(unticked.split()[-1] in words for words in marked)


def test_an_option_that_is_named_is_quoted_with_its_mark(ask: Callable[..., Answer]) -> None:
    answer = ask("Is it a visitor berth?")
    assert any("[ ] Visitor berth" in one.quote for one in answer.citations)


def test_tasks_that_are_open_are_answers_too(ask: Callable[..., Answer]) -> None:
    answer = ask("Is the slipway to be mended?")
    assert any("Mend the slipway" in one.quote for one in (*answer.citations, *answer.nearest))
