"""A follow-up in a model's words: only what the conversation said goes into it."""

from __future__ import annotations

import pytest

from askv4.answer.question.question import Question
from askv4.answer.write.lead import LeadWriter
from askv4.answer.write.restating import restate
from askv4.types import Turn
from tests.unit.answer.scripted import ScriptedModel

ASKED = Question(
    "By when?",
    (Turn("What did the town decide about the ferry?", "“Sandvik orders a ferry.” [1]"), Turn("Who orders it?", "")),
)


@pytest.mark.parametrize(
    "said",
    ["By when did the town decide about the ferry?", "By when does Sandvik order the ferry?"],
)
def test_words_of_the_conversation_will_do(said: str) -> None:
    assert restate(ScriptedModel(said), ASKED) == said


@pytest.mark.parametrize(
    "said",
    [
        "By when is the ferry painted?",  # nobody spoke of paint
        "By when does it come?",  # still points back
        "The town orders the ferry.",  # asks nothing
        "By when?",
    ],
)
def test_anything_else_is_left(said: str) -> None:
    assert restate(ScriptedModel(said), ASKED) is None


def test_what_was_asked_stays_in_it() -> None:
    asked = Question("Is it painted green?", ASKED.history)
    assert restate(ScriptedModel("Is the ferry painted?"), asked) is None
    assert restate(ScriptedModel("Is the ferry painted green?"), asked) == "Is the ferry painted green?"


def test_a_model_elsewhere_is_not_asked() -> None:
    class Remote(ScriptedModel):
        remote = True

    model = Remote("By when did the town decide about the ferry?")
    assert LeadWriter(lambda: model, None, None).restate(ASKED) is None  # type: ignore[arg-type]
    assert model.asked == []
