"""Words of a question that speak of the documents are told from those of its subject."""

import pytest

from askv4.answer.question.in_documents import without_documents
from askv4.answer.question.question import Question


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("Which firms are named in the sources?", "Which firms are there?"),
        ("which firms are mentioned?", "which firms are there?"),
        ("What penalty is stated in my contract?", "What penalty is there?"),
        ("which firms does the annual report name?", "which firms are there?"),
        ("What do tenants pay according to clause 4 in these documents?", "What do tenants pay according to clause 4?"),
    ],
)
def test_what_is_said_of_documents_is_left_out(asked: str, subject: str) -> None:
    assert without_documents(asked) == subject


@pytest.mark.parametrize(
    "asked",
    [
        "Which firms are there?",
        "Who signed the lease?",
        "Where is the spare key kept?",
        "Is the deposit included in the rent?",
    ],
)
def test_a_question_about_its_subject_alone_is_left_as_it_is(asked: str) -> None:
    assert without_documents(asked) is None


def test_a_question_needs_a_subject() -> None:
    assert Question("What is mentioned in the documents?").on_subject is None
    assert Question("Which firms are mentioned?").on_subject == "Which firms are there?"
