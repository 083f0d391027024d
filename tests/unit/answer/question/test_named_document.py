"""A question that names a document by its file's name, in words side by side."""

from __future__ import annotations

import pytest

from askv4.answer.question.named_document import named_document

FILES = ["lease_mill_lane.docx", "notes/Harbour plan 2024.txt", "harbour budget.xlsx", "rope.md"]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What is the rent at 17 Mill Lane?", ("lease_mill_lane.docx", "What is the rent?")),
        ("rent mill lane", ("lease_mill_lane.docx", "rent")),
        ("Who drew the harbour plan?", ("notes/Harbour plan 2024.txt", "Who drew it?")),
        ("What does the harbour budget say about ropes?", ("harbour budget.xlsx", "What does it say about ropes?")),
    ],
)
def test_the_name_is_taken_out(question: str, named: tuple[str, str]) -> None:
    assert named_document(question, FILES) == named


@pytest.mark.parametrize(
    "question",
    [
        "How long is the rope?",
        "Where is the harbour?",
        "Where is Mill Lane?",
        "Is there a lane by the mill?",
        "What is it?",
    ],
)
def test_a_single_word_or_nothing_besides_names_none(question: str) -> None:
    assert named_document(question, FILES) is None


def test_two_files_of_the_same_words_are_none() -> None:
    assert named_document("What is the rent at Mill Lane?", ["a/mill lane.txt", "b/mill lane.txt"]) is None
