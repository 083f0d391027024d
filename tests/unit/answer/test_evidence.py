"""Answered, uncertain, refused: by two confidences, and by what stops an answer whatever the confidence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from askv4.answer.evidence.assess import judge, load_model
from askv4.answer.evidence.gather import gather
from askv4.answer.question.question import Question
from askv4.neural.reader import Reader
from askv4.types import Status
from tests.unit.answer.builders import hit_of
from tests.unit.answer.test_assistant import Nothing

FERRY = "The ferry to Gozo leaves at nine. The crossing is short."
QUESTION = "When does the ferry to Gozo leave?"


def status(encoder: Any, reader: Reader, question: str, text: str, answered: float, uncertain: float) -> Status:
    """What becomes of a question to a passage of Nadia's, with these confidences as thresholds."""
    hit = replace(hit_of(text.replace("?", ".")), text=text, cosine=0.5, bm25=1.0, heading="Nadia Ferrari")
    gathered = gather(Question(question), [hit], encoder, Nothing())  # type: ignore[arg-type]
    return judge(gathered, replace(load_model(), answered_from=answered, uncertain_from=uncertain), reader).status


@pytest.mark.parametrize(
    ("answered", "uncertain", "expected"),
    [(0.0, 0.0, "answered"), (2.0, 0.0, "uncertain"), (2.0, 2.0, "not_in_sources")],
)
def test_two_thresholds_part_three_answers(
    encoder: Any, reader: Reader, answered: float, uncertain: float, expected: str
) -> None:
    assert status(encoder, reader, QUESTION, FERRY, answered, uncertain) == expected


def test_a_name_of_letters_and_digits_that_nothing_has_is_a_refusal(encoder: Any, reader: Reader) -> None:
    assert status(encoder, reader, "When does the X9000 ferry leave?", FERRY, 0, 0) == "not_in_sources"


def test_a_question_of_the_document_s_own_is_no_candidate(encoder: Any, reader: Reader) -> None:
    assert status(encoder, reader, QUESTION, QUESTION, 0, 0) == "not_in_sources"


@pytest.mark.parametrize(("below", "expected"), [("Nadia", "not_in_sources"), ("At nine.", "answered")])
def test_the_name_under_a_question_does_not_answer_it(encoder: Any, reader: Reader, below: str, expected: str) -> None:
    assert status(encoder, reader, QUESTION, f"{QUESTION} {below}", 0, 0) == expected


def test_the_thresholds_that_come_with_askv4_leave_room_between_them() -> None:
    model = load_model()
    assert 0 < model.uncertain_from < model.answered_from < 1
