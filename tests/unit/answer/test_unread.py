"""A question about a document that was not read is told so."""

from __future__ import annotations

import pytest

from askv4.answer.question.question import Question
from askv4.answer.quote.unread import unread_note
from askv4.types import Skipped


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("what does the harbour handbook say about fees?", "rules/harbour-handbook.pdf"),
        ("How high are the mooring fees?", "Mooring_fees_2024.pdf"),
        ("what is in the invoice?", "invoices 2023.pdf"),
    ],
)
def test_a_name_in_the_question_is_told(question: str, document: str) -> None:
    note = unread_note(Question(question), [Skipped("other thing.pdf", "torn"), Skipped(document, "torn")])
    assert note is not None
    assert document in note
    assert "other thing.pdf" not in note


@pytest.mark.parametrize(
    ("question", "document"),
    [("what does it cost?", "harbour-handbook.pdf"), ("who won in 2024?", "2024.pdf"), ("is a cat big?", "a cat.pdf")],
)
def test_other_names_are_not(question: str, document: str) -> None:
    assert unread_note(Question(question), [Skipped(document, "torn")]) is None
