"""A question, alone and in its conversation: what later steps read of it."""

from __future__ import annotations

import pytest

from askv4.answer.question.question import Question
from askv4.types import Turn

HISTORY = (Turn("Who runs the ferry to the island?", "“The town runs it.” [1]"),)


def test_a_question_without_history_is_taken_as_asked() -> None:
    question = Question("  Who runs\nthe ferry? ")
    assert question.standalone == question.asked == "Who runs the ferry?"
    assert question.wordings == ()
    assert question.resolved is None


def test_a_follow_up_carries_over_what_it_lacks() -> None:
    question = Question("And how much does it cost?", HISTORY)
    assert question.standalone == "And how much does it cost? (runs ferry island)"
    assert question.resolved == question.standalone
    assert question.wordings == (
        "Who runs the ferry to the island? The town runs it. And how much does it cost?",
        question.standalone,
    )


def test_what_the_last_question_asked_for_is_not_carried_over() -> None:
    question = Question("Probate?", (Turn("How long can I have long-term care arrangements?", "Sorry."),))
    assert question.standalone == "Probate? (long-term care arrangements)"


def test_a_question_that_stands_alone_stays_alone() -> None:
    asked = "Which architect designed the main railway station building?"
    assert Question(asked, HISTORY).standalone == asked


@pytest.mark.parametrize(
    ("text", "names", "identifiers"),
    [
        ("Does the X-9000 or the MB12 reach Oslo in 2021?", {"x", "9000", "mb12", "oslo", "2021"}, {"mb12"}),
        ("Who runs the ferry?", set(), set()),
        ("WHO RUNS THE FERRY TO OSLO?", set(), set()),
        ("iPhone or McAdam", {"iphone", "mcadam"}, set()),
    ],
)
def test_names_are_words_whose_place_does_not_explain_a_capital(
    text: str, names: set[str], identifiers: set[str]
) -> None:
    question = Question(text)
    assert (question.names, question.identifiers) == (names, identifiers)


def test_years_words_and_statement() -> None:
    question = Question("Did the mill burn in 1921 or in May 1923?")
    assert question.years == {1921, 1923}
    assert question.content_words == ("mill", "burn", "1921", "1923")
    assert question.content_stems < question.stems
    assert (question.is_yes_no, question.is_choice) == (True, True)
    assert question.answered_by("No") == "Did the mill burn in 1921 or in May 1923? No."


def test_a_question_is_a_value() -> None:
    assert Question("Who?", HISTORY) == Question("Who?", HISTORY)
    assert len({Question("Who?"), Question("Who?"), Question("Why?")}) == 2


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("Which companies use it?", True),
        ("what AI chips does it sell", True),
        ("So which of the old parts are sold?", True),
        ("Which company makes chips?", False),
        ("Which bus goes there?", False),
        ("What does it cost?", False),
        ("What is its address?", False),
    ],
)
def test_whether_several_things_are_asked_for(text: str, several: bool) -> None:
    assert Question(text).wants_several is several


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("What does E2 mean?", ("e2",)),
        ("what does it mean when E2 blinks", ("e2", "blinks")),
        ("E2 meaning", ("e2",)),
        ("what does LDW stand for?", ("ldw",)),
        ("What is the mean temperature?", ("mean", "temperature")),
        ("What means of payment are taken?", ("means", "payment", "taken")),
    ],
)
def test_words_that_ask_for_a_meaning_are_no_content(text: str, content: tuple[str, ...]) -> None:
    assert Question(text).content_words == content
