"""A question that names a clause, a page, a slide or a row is answered from it, in documents as programs write them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.documents import pdf

LEASE = """Garage lease

§ 1 Object
(1) The landlord lets garage no. 14.
(2) Keys are handed over on the first day.

§ 2 Rent
(1) The rent is 75 euros a month.
(2) It is due on the third working day. Notice of an increase needs six weeks.
(3) Interest is 4 percent.

§ 9 Form
Changes must be made in writing.
"""


def _word() -> bytes:
    from docx import Document

    document = Document()
    document.add_heading("Boat rules", 0)
    for text in ("Booking", "Damage"):
        document.add_paragraph(text, style="List Number")
    document.add_heading("Putting away", 1)
    document.add_paragraph("Step 1: Rinse the hull.")
    document.add_paragraph("Step 2: Hang up the oars. They are wet.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _slides() -> bytes:
    from pptx import Presentation

    deck = Presentation()
    for title, body in (("Harvest", "Nine tonnes of plums."), ("Outlook", "A new press comes in May.")):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, body
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _sheet() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(["Name", "Town", "Dues"])
    for number in range(2, 30):
        sheet.append([f"Member {number}", "Ghent", number * 3])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "lease_garage.txt": LEASE.encode,
    "boat_rules.docx": _word,
    "harvest.pptx": _slides,
    "members.xlsx": _sheet,
    "survey.pdf": lambda: pdf([[("Title", "Soil survey"), ("Normal", "Clay all over.")], [("Normal", "Lime is missing in plot six.")]]),
}  # fmt: skip

ASKED = [
    ("What does § 2 (2) say?", "lease_garage.txt", "(2) It is due on the third working day. Notice of an increase needs six weeks."),
    ("What does § 2 say about an increase?", "lease_garage.txt", "Notice of an increase needs six weeks."),
    ("Was steht in § 1 Abs. 1 des lease?", "lease_garage.txt", "(1) The landlord lets garage no. 14."),
    ("What is step 2?", "boat_rules.docx", "Step 2: Hang up the oars. They are wet."),
    ("What is on page 2 of the survey?", "survey.pdf", "Lime is missing in plot six."),
    ("What does slide 2 say?", "harvest.pptx", "Outlook\n\nA new press comes in May."),
    ("What is in row 14 of the members?", "members.xlsx", "Name: Member 14; Town: Ghent; Dues: 42"),
]  # fmt: skip
MISSING = [
    ("What does § 7 say?", "There is no § 7 in any of the 5 documents."),
    ("What does § 3 say?", "There is no § 3 in any of the 5 documents."),
    ("What is on page 9 of the survey?", "There is no page 9 in survey.pdf."),
    ("What does slide 12 say?", "There is no slide 12 in any of the 5 documents."),
]
BOTH = "What do § 1 (1) and § 2 (3) of the lease say?"


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory, make_program: Callable[..., Any], encoder_dir: Path) -> Any:
    """Question -> answer; all are asked in one run, those of `MISSING`, too."""
    folder = tmp_path_factory.mktemp("places")
    (folder / "corpus" / "signed").mkdir(parents=True)
    for name, make in FILES.items():
        (folder / "corpus" / name).write_bytes(make())
    (folder / "data").mkdir()
    (folder / "data" / "encoders").symlink_to(encoder_dir / "encoders", target_is_directory=True)
    program = make_program(folder, folder, ASKV4_DATA_DIR=str(folder / "data"))
    questions = [*(question for question, *_ in (*ASKED, *MISSING)), BOTH]
    run = program("ask", "--batch", "-", "--mode", "extractive", stdin="\n".join(questions).encode())
    assert run.status == 0, run.stderr
    by_question = dict(zip(questions, map(json.loads, run.out.splitlines()), strict=True))
    texts = {name: program("docs", "--text", name).out for name in FILES}
    return by_question, texts, program, folder


@pytest.mark.parametrize(("question", "name", "words"), ASKED)
def test_the_place_is_quoted_exactly(question: str, name: str, words: str, answers: Any) -> None:
    by_question, texts, *_ = answers
    answer = by_question[question]
    assert answer["status"] == "answered", answer
    assert [(one["document"], one["quote"]) for one in answer["citations"]] == [(name, words)]
    for cited in answer["citations"]:
        assert texts[name][cited["start"] : cited["end"]] == cited["quote"]


@pytest.mark.parametrize(("question", "said"), MISSING)
def test_a_place_that_is_not_there_is_said_to_be_missing(question: str, said: str, answers: Any) -> None:
    answer = answers[0][question]
    assert (answer["status"], answer["answer"], answer["citations"]) == ("not_in_sources", said, [])


def test_two_places_are_both_quoted(answers: Any) -> None:
    answer = answers[0][BOTH]
    quotes = [one["quote"] for one in answer["citations"]]
    assert quotes == ["(1) The landlord lets garage no. 14.", "(3) Interest is 4 percent."]


def test_in_a_folder_its_places_alone_are_found(answers: Any) -> None:
    _, _, program, folder = answers
    (folder / "corpus" / "signed" / "second lease.txt").write_text(LEASE.replace("75", "80"))
    asked = program("ask", "--json", "--mode", "extractive", "--in", "signed", "What does § 2 (1) say?")
    assert [one["quote"] for one in json.loads(asked.out)["citations"]] == ["(1) The rent is 80 euros a month."]
    both = program("ask", "--json", "--mode", "extractive", "What does § 2 (1) say?")
    assert len(json.loads(both.out)["citations"]) == 2
    (folder / "corpus" / "signed" / "second lease.txt").unlink()
