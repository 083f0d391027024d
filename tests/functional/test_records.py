"""What documents are, asked as people ask it: who wrote one, when, how many pages it has, how many there are."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.documents import pdf


def _paper() -> bytes:
    """A paper whose record has a title that stands nowhere in it, and no author."""
    first = [
        ("Title", "Peat: a slow fire below the moor"), ("Normal", "Ottoline Brack"), ("Normal", "brack@moor.example"),
        ("Normal", "Peat burns below the ground for months, and no rain of a week puts it out."),
    ]  # fmt: skip
    return pdf([first, [("Normal", "The second page tells how wells are dug.")]], title="System Model")


def _invoice(number: int, day: str) -> bytes:
    lines = [
        f"Invoice {number}",
        "Bill to: Nadia Vance, 4 Quay Street",
        f"Invoice date: {day}",
        "One lamp is sold for 30 euros.",
    ]
    return pdf([[("Title", lines[0]), *(("Normal", line) for line in lines[1:])]])


def _word() -> bytes:
    from docx import Document

    document = Document()
    document.core_properties.author, document.core_properties.title = "Ruben Castile", "Microsoft Word - final2.doc"
    document.add_heading("Report on the ferry", 0)
    document.add_paragraph("The ferry needs new ropes.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _mail() -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Ada Quill <ada@quill.example>", "Bo Reed <bo@reed.example>"
    message["Date"], message["Subject"] = "Tue, 05 Mar 2024 10:00:00 +0000", "Keys of the boathouse"
    message.set_content("The keys hang behind the door.\n")
    return bytes(message)


def _sheet() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Boat", "Length", "Berths"])
    book.active.append(["Heron", 7, 2])
    book.active.append(["Egret", 9, 4])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "scan0017.pdf": _paper,
    "invoice_81.pdf": lambda: _invoice(81, "3 April 2024"),
    "invoice_82.pdf": lambda: _invoice(82, "19 May 2023"),
    "ferry.docx": _word,
    "keys.eml": _mail,
    "boats.xlsx": _sheet,
}
ASKED = [
    ("Who wrote the peat paper?", "Author of scan0017.pdf: Ottoline Brack", {"scan0017.pdf": "Ottoline Brack"}),
    ("What is the title of scan0017.pdf?", "Peat: a slow fire below the moor", {"scan0017.pdf": "Peat: a slow fire below the moor"}),
    ("How many pages has the peat paper?", "Pages of scan0017.pdf: 2", {"scan0017.pdf": "Peat: a slow fire below the moor"}),
    ("Wie viele Seiten hat scan0017.pdf?", "Pages of scan0017.pdf: 2", {"scan0017.pdf": "Peat: a slow fire below the moor"}),
    ("Who wrote the report on the ferry?", "Ruben Castile", {"ferry.docx": "Report on the ferry"}),
    ("To whom was the mail about the keys sent?", "Bo Reed", {"keys.eml": "Bo Reed <bo@reed.example>"}),
    ("Who wrote the mail about the keys?", "Ada Quill", {"keys.eml": "Ada Quill <ada@quill.example>"}),
    ("How many invoices are there?", "2 documents: invoice_81.pdf, invoice_82.pdf", {"invoice_81.pdf": "Invoice 81", "invoice_82.pdf": "Invoice 82"}),
    ("Which invoices are from 2024?", "1 document: invoice_81.pdf", {"invoice_81.pdf": "Invoice date: 3 April 2024"}),
    ("Which documents are from 2023?", "1 document: invoice_82.pdf", {"invoice_82.pdf": "Invoice date: 19 May 2023"}),
    ("How many PDFs are there?", "3 documents: ", None),
    ("Which documents are by Ada Quill?", "1 document: keys.eml", {"keys.eml": "Ada Quill <ada@quill.example>"}),
]  # fmt: skip
OTHER = [
    "How many boats are there?",
    "How many letters are there?",
    "Who wrote Hamlet?",
    "What does a lamp cost?",
    "When was the ferry built?",
]


@pytest.fixture(scope="module")
def answers(
    tmp_path_factory: pytest.TempPathFactory, make_program: Callable[..., Any], encoder_dir: Path
) -> dict[str, Any]:
    """Question -> answer; all are asked in one run."""
    folder = tmp_path_factory.mktemp("records")
    (folder / "corpus").mkdir()
    for name, make in FILES.items():
        (folder / "corpus" / name).write_bytes(make())
    (folder / "data").mkdir()
    (folder / "data" / "encoders").symlink_to(encoder_dir / "encoders", target_is_directory=True)
    program = make_program(folder, folder, ASKV4_DATA_DIR=str(folder / "data"))
    questions = [*(question for question, *_ in ASKED), *OTHER]
    run = program("ask", "--batch", "-", "--mode", "extractive", stdin="\n".join(questions).encode())
    assert run.status == 0, run.stderr
    texts = {name: program("docs", "--text", name).out for name in FILES}
    answers = dict(zip(questions, map(json.loads, run.out.splitlines()), strict=True))
    for answer in answers.values():
        for one in answer["citations"]:
            assert texts[one["document"]][one["start"] : one["end"]] == one["quote"]
    return answers


@pytest.mark.parametrize(("question", "said", "quotes"), ASKED)
def test_what_a_document_is_answers(
    question: str, said: str, quotes: dict[str, str] | None, answers: dict[str, Any]
) -> None:
    answer = answers[question]
    assert answer["status"] == "answered", answer
    assert said in answer["answer"]
    if quotes is not None:
        assert {one["document"]: one["quote"] for one in answer["citations"]} == quotes


@pytest.mark.parametrize("question", OTHER)
def test_other_questions_are_not_taken(question: str, answers: dict[str, Any]) -> None:
    answer = answers[question]
    assert "document: " not in answer["answer"]
    assert "documents: " not in answer["answer"]
    assert "Author of" not in answer["answer"]
    assert "Date of" not in answer["answer"]
