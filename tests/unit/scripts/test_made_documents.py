"""Documents made from templates: the same for a seed, no two alike, half of the questions unanswered, words that stand there."""

from __future__ import annotations

import pytest

from scripts.training.made_documents import made_documents
from scripts.training.made_drafts import MadeDocument


@pytest.fixture(scope="module")
def made() -> list[MadeDocument]:
    return made_documents(7, 500)


def test_the_same_seed_makes_the_same_documents(made: list[MadeDocument]) -> None:
    assert made_documents(7, 40) == made[:40]
    assert made_documents(8, 40) != made[:40]


def test_no_two_documents_are_alike(made: list[MadeDocument]) -> None:
    assert len({document.lines for document in made}) == len(made)


def test_the_words_that_answer_stand_in_the_lines_that_answer(made: list[MadeDocument]) -> None:
    for document in made:
        for question, places, answer in document.questions:
            assert bool(places) == bool(answer), question
            assert all(answer in document.lines[place] for place in places), question


def test_about_half_of_the_questions_are_not_answered(made: list[MadeDocument]) -> None:
    asked = [places for document in made for _, places, _ in document.questions]
    assert 0.4 < sum(not places for places in asked) / len(asked) < 0.6


def test_no_slot_stays_unfilled(made: list[MadeDocument]) -> None:
    for document in made:
        text = " ".join(
            (document.title, document.heading, *document.lines, *(asked[0] for asked in document.questions))
        )
        assert not set("{}«»") & set(text), text
