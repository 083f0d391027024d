"""Answers as they are read: several questions at once, a direct yes or no, tables whole, long answers, follow-ups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from askv4.neural.encoder import Encoder
from askv4.neural.reader import Reader
from askv4.sync.index import Index
from askv4.types import Answer, Turn
from tests.functional.assisting import answered, indexed

FERRY = """# The Valletta ferry

The Valletta ferry was launched in 1998 by Marta Lindqvist. It carries 450 passengers on two decks.

The launch was delayed by three months because of a strike at the yard.

| Route | Fare |
|---|---|
| Gozo | 4.65 euros |
| Comino | 10 euros |

The ferry is not open on Sundays. The owners did not say whether the ferry runs at Easter.
"""


Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Index]:
    with indexed(tmp_path_factory.mktemp("reading"), encoder, {"ferry.md": FERRY}) as index:
        yield index


@pytest.fixture(scope="module")
def ask(index: Index, encoder: Encoder, reader: Reader) -> Ask:
    return partial(answered, index, encoder, reader)


def test_two_questions_are_answered_one_after_the_other(ask: Ask) -> None:
    answer = ask("By how long was the launch delayed, and why?")
    assert answer.question == "By how long was the launch delayed, and why?"
    assert answer.answer.startswith("By how long was the launch delayed?\n“The launch was delayed by three months")
    _, why = answer.answer.split("\n\nWhy?\n")
    assert why.endswith("a strike at the yard” [1]")
    [first, *_] = answer.citations
    how_long, reason = (FERRY[a:b] for a, b in first.answers)
    assert how_long.removeprefix("by ") == "three months"
    assert reason.endswith("a strike at the yard")
    assert why == f"“{reason}” [1]"
    assert [part.status for part in answer.parts] == ["answered", "answered"]


def test_what_is_not_answered_of_two_questions_is_said(ask: Ask) -> None:
    answer = ask("Who launched the Valletta ferry? And what is the capital of France?")
    assert answer.status == "answered"
    assert "by Marta Lindqvist" in answer.answer
    assert answer.answer.endswith("\n\nThe sources do not answer: And what is the capital of France?")
    assert [(part.question, part.status) for part in answer.parts] == [
        ("Who launched the Valletta ferry?", "answered"),
        ("What is the capital of France?", "not_in_sources"),
    ]


def test_two_questions_without_an_answer_are_one_refusal(ask: Ask) -> None:
    answer = ask("What is the capital of France? And who was Napoleon's doctor?")
    assert (answer.status, answer.parts, bool(answer.nearest)) == ("not_in_sources", (), True)


def test_a_row_is_shown_with_its_labels_and_cited_without(ask: Ask) -> None:
    answer = ask("Which fare in euros does the Valletta ferry take on the route to Comino?")
    assert "[Route] Comino | [Fare] 10 euros" in answer.answer
    assert all("[Fare]" not in citation.quote for citation in answer.citations)


def test_a_long_answer_quotes_more(ask: Ask) -> None:
    brief, long = (ask("Tell me about the Valletta ferry", long=one) for one in (False, True))
    assert sum(len(c.quote) for c in long.citations) >= sum(len(c.quote) for c in brief.citations)


def test_a_follow_up_is_about_what_was_asked_before(ask: Ask) -> None:
    before = Turn("When was the Valletta ferry launched?", "In 1998.")
    answer = ask("And who launched it?", before)
    assert "Marta Lindqvist" in answer.answer
    assert answer.standalone_question == "And who launched it? (Valletta ferry)"
