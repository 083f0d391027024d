"""Which questions ask for an overview, and of which documents."""

from __future__ import annotations

from dataclasses import replace

import pytest

from askv4.answer.overview.asked import asked_overview
from askv4.answer.question.question import Question
from askv4.types import Document
from tests.unit.answer.builders import document

DOCUMENTS = [
    replace(document("lease.pdf", kind="contract"), title="Lease of Mill Lane 4"),
    replace(document("minutes-march.md", kind="minutes"), title="Minutes of March"),
    replace(document("bees.md", kind="article"), title="Bees of the north"),
    replace(document("handbook.md"), title="Kestrel 300: handbook of the mixer"),
]


def meant(question: str, documents: list[Document] = DOCUMENTS) -> list[str] | None:
    overview = asked_overview(Question(question))
    return [one.document for one in overview.among(documents)] or None if overview else None


@pytest.mark.parametrize(
    "question",
    [
        "What is this corpus about?", "what are these documents about", "Summarize everything", "TL;DR", "give me an overview please",
        "List the main arguments.", "what are the key points?", "Which topics do the documents cover?", "so what's it all about?",
        "Can you summarise this for me?", "Fasse die Dokumente zusammen", "résumé des documents", "What are the main themes of the corpus?",
    ],
)  # fmt: skip
def test_all_documents_are_meant_where_none_is_named(question: str) -> None:
    assert meant(question) == [one.document for one in DOCUMENTS]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Summarize the lease", "lease.pdf"), ("what is the contract about?", "lease.pdf"), ("what is bees.md about?", "bees.md"),
        ("main points of the minutes of March", "minutes-march.md"), ("What does the article say?", "bees.md"),
        ("an overview of the bees article", "bees.md"), ("What topics do the minutes cover?", "minutes-march.md"),
        ("What is the handbook all about?", "handbook.md"), ("What does our handbook say?", "handbook.md"),
    ],
)  # fmt: skip
def test_a_document_is_named_by_title_kind_or_file(question: str, name: str) -> None:
    assert meant(question) == [name]


@pytest.mark.parametrize(
    "question",
    [
        "What does the lease say about pets?", "What are bees about?", "What is the north about?", "main arguments for beekeeping",
        "What do bees say?", "Who summarized the findings?", "What is the rent?", "summary of the treaty", "", "about", "what about it?",
        "What are the main points against the plan?",
    ],
)  # fmt: skip
def test_other_questions_ask_for_none(question: str) -> None:
    assert meant(question) is None


def test_the_only_document_is_meant_by_the_document() -> None:
    assert meant("What is the paper about?", DOCUMENTS[:1]) == ["lease.pdf"]
    assert meant("What is the paper about?") is None
