"""What a question asks of documents as documents, and what it does not."""

from __future__ import annotations

import pytest

from askv4.answer.question.asked_record import asked_records


@pytest.mark.parametrize(
    ("question", "what", "said"),
    [
        ("Who wrote the peat paper?", "author", {"of": "the peat paper"}),
        ("Who is the letter from?", "author", {"of": "the letter"}),
        ("Wer hat den Brief geschrieben?", "author", {"of": "den Brief"}),
        ("Qui a écrit la lettre ?", "author", {"of": "la lettre"}),
        ("¿Quién escribió la carta?", "author", {"of": "la carta"}),
        ("How many pages does the lease have?", "pages", {"of": "the lease"}),
        ("How many pages has the lease?", "pages", {"of": "the lease"}),
        ("Wie viele Seiten hat der Vertrag?", "pages", {"of": "der Vertrag"}),
        ("How many invoices are there?", "count", {"kind": "invoices"}),
        ("How many invoices from 2024 are there?", "count", {"kind": "invoices", "when": "2024"}),
        ("Which documents are from 2024?", "list", {"kind": "documents", "when": "2024"}),
        ("Which letters are dated March 2024?", "list", {"kind": "letters", "when": "March 2024"}),
        ("Welche Dokumente sind von 2024?", "list", {"kind": "Dokumente", "when": "2024"}),
        ("What is the title of scan0017.pdf?", "title", {"of": "scan0017.pdf"}),
    ],
)
def test_it_asks_for_the_record(question: str, what: str, said: dict[str, str]) -> None:
    assert (what, said) in [(one.what, dict(one.said)) for one in asked_records(question)]


@pytest.mark.parametrize(
    "question",
    ["What type of cells are white?", "How many seasons of it are there in the north?", "When does the lease end?", "Which trees are in the park?"],
)  # fmt: skip
def test_it_asks_for_what_is_in_them(question: str) -> None:
    assert asked_records(question) == []


def test_which_document_is_meant_is_said_without_words_for_any() -> None:
    (asked,) = asked_records("Who wrote the peat paper?")
    assert asked.wanted == {"peat"}
    assert asked.names_a_document
    (other,) = asked_records("Who wrote Hamlet?")
    assert not other.names_a_document
