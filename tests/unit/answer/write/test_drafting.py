"""What is taken down of a model's words, and when it is stopped early."""

from __future__ import annotations

import threading

import pytest

from askv4.answer.write.drafting import MOST_SENTENCES, draft
from askv4.answer.write.prompt import REPORT, SYSTEM
from askv4.llm.chat import Message
from tests.unit.answer.scripted import ScriptedModel

MESSAGES = [Message("system", SYSTEM), Message("user", "From “Ferry”:\nThe ferry sails at nine.\n\nQuestion: When?")]


def drafted(*lines: str, begin: str = "") -> tuple[str, ...]:
    return draft(ScriptedModel(*lines), MESSAGES, begin).sentences


def test_sentences_are_taken_one_by_one_and_no_more_than_asked_for() -> None:
    assert drafted("It sails at nine. It is red. Dogs travel free. Bread is dear.") == (
        "It sails at nine.",
        "It is red.",
    )
    assert MOST_SENTENCES == 2


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("Answer: It sails at nine.", "It sails at nine."),
        ("- **It sails** at `nine`. [2]", "It sails at nine."),
        ("it sails at nine.", "It sails at nine."),
        ("It sails at nine.\n\nQuestion: What else?", "It sails at nine."),
        ("It sails at nine. It sails at nine.", "It sails at nine."),
        ("It cost U.S. $4.50 in 2024.", "It cost U.S. $4.50 in 2024."),
        ("It sails\x1b at nine.", "It sails at nine."),
    ],
)
def test_plain_text_comes_of_what_models_write(written: str, sentence: str) -> None:
    (line,) = drafted(written)
    assert line.replace("␛", "") == sentence


@pytest.mark.parametrize(
    "written", ["it sails at nine.", f"{REPORT} it sails at nine.", f"{REPORT}: It sails at nine."]
)
def test_the_beginning_is_taken_off_whether_it_comes_or_not(written: str) -> None:
    assert drafted(written, begin=REPORT) == ("It sails at nine.",)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("It sails at 九点钟出发前往岛屿的渡轮。", "script"),
        ("Answer the question in one or two short sentences, using only the excerpts.", "instructions"),
        ("the ferry sails at nine and " * 9, "circles"),
    ],
)
def test_a_model_that_goes_astray_is_stopped_early(written: str, reason: str) -> None:
    model = ScriptedModel(written + " and so on" * 50)
    lead = draft(model, MESSAGES)
    assert lead.sentences == ()
    assert lead.astray is not None
    assert reason in lead.astray


def test_a_script_that_the_evidence_has_is_no_drift() -> None:
    messages = [MESSAGES[0], Message("user", "From “渡轮”:\n渡轮九点开船。\n\nQuestion: 什么时候开船?")]
    assert draft(ScriptedModel("渡轮九点开船。"), messages).sentences == ("渡轮九点开船。",)


def test_what_the_user_stops_is_nothing() -> None:
    stop = threading.Event()
    stop.set()
    lead = draft(ScriptedModel("It sails at nine."), MESSAGES, stop=stop)
    assert (lead.sentences, lead.stopped) == ((), True)


def test_nothing_is_written_at_all() -> None:
    assert drafted("") == ()
    assert drafted("\n\n") == ()
