"""Verdicts on yes/no questions: the real verifier on pairs of questions and sentences, and what is made of its figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from askv4.answer.question.question import Question
from askv4.answer.quote.verdict import Weighed, leaves_open, weigh
from askv4.neural.verifier import Verifier
from tests.unit.answer.builders import document

_LINES = Path(__file__).with_name("yesno_pairs.txt").read_text(encoding="utf-8").splitlines()
PAIRS = [line.split(" | ") for line in _LINES if line and not line.startswith("#")]
NOTICE, RUMOUR = document("a.md", kind="notice"), document("b.md", kind="rumours", context="before the release")


class Says:
    """A verifier by whom each text says yes, no or neither, as a word in it tells; it keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def verdicts(self, pairs: Sequence[tuple[Sequence[str], str]]) -> NDArray[np.float32]:
        self.asked += [statement for _, statement in pairs]
        chance = {"sure": 0.98, "likely": 0.7}
        rows = []
        for (text,), statement in pairs:
            how, what = text.split()
            wanted = "Yes." if what == "yes" else "No."
            high, low = chance[how], (1 - chance[how]) / 2
            place = 1 if what == "neither" else 0 if statement.endswith(wanted) else 2
            rows.append([high if at == place else low for at in range(3)])
        return np.array(rows, dtype=np.float32)


def verdict(*said: tuple[object, str], question: str = "Is it open?") -> str | None:
    weighed = weigh(Question(question), said, Says())  # type: ignore[arg-type]
    return weighed.line if weighed else None


def test_what_is_clear_is_said() -> None:
    assert weigh(Question("Is it open?"), [(NOTICE, "sure no")], Says()) == Weighed("no", "No.")
    assert verdict((NOTICE, "sure yes")) == "Yes."
    assert verdict((NOTICE, "likely yes")) is None
    assert verdict((NOTICE, "sure neither"), (NOTICE, "sure yes")) == "Yes."


def test_a_verdict_falls_where_another_quotation_says_otherwise() -> None:
    assert verdict((NOTICE, "sure yes"), (NOTICE, "likely no")) is None
    assert verdict((NOTICE, "sure yes"), (NOTICE, "likely yes"), (NOTICE, "sure neither")) == "Yes."


def test_a_rumour_s_word_is_said_to_be_one_unless_another_says_the_same() -> None:
    assert verdict((RUMOUR, "sure no")) == "No, according to a rumour before the release."
    assert verdict((RUMOUR, "sure no"), (NOTICE, "sure no")) == "No."


def test_three_quotations_are_weighed_and_nothing_for_other_questions() -> None:
    entailment = Says()
    weigh(Question("Is it open"), [(NOTICE, "sure yes")] * 5, entailment)
    assert entailment.asked == ["Is it open? Yes.", "Is it open? No."] * 3
    for question in ("When is it open?", "Is it red or blue?", "Can you tell me when it opens?", ""):
        assert weigh(Question(question), [(NOTICE, "sure yes")], entailment) is None
    assert len(entailment.asked) == 6


@pytest.mark.parametrize("question", ["Is it?", "and was it built in 1900", "Isn't it open?", "So, can it swim?"])
def test_questions_for_yes_or_no(question: str) -> None:
    assert Question(question).is_yes_no


def test_the_real_verifier_is_seldom_wrong_where_it_speaks(encoder_dir: Path) -> None:
    verifier, said, right, could = Verifier(encoder_dir), 0, 0, 0
    for label, question, sentence, *_ in PAIRS:
        weighed = weigh(Question(question), [(NOTICE, sentence)], verifier)
        said += weighed is not None
        right += weighed is not None and weighed.verdict == label
        could += label != "-"
    assert right >= 0.85 * said
    assert said >= 0.3 * could


@pytest.mark.parametrize(
    ("question", "sentence", "says"),
    [
        (
            "Was the mill driven by water?",
            "The owner said the mill was busy, but never told whether it was driven by water.",
            True,
        ),
        ("Is the warehouse insured?", "The broker declined to say whether the warehouse is insured.", True),
        (
            "Did the storm sink the barge?",
            "The storm also sank part of the fleet's boats, while the owner did not say whether the barge itself was sunk by the storm "
            "or by ice.",
            True,
        ),
        (
            "Was the heat pump bought?",
            "The heat pump was bought, although it was not decided whether the shed is to be torn down.",
            False,
        ),
        ("Is entry free?", "Whether you are a member or not, entry is free.", False),
        ("Is a ticket the same as a pass?", "Each leg needs a pass, whether or not a ticket was shown.", False),
        ("Is the pump running?", "The pump is running.", False),
    ],
)
def test_a_sentence_that_asks_itself_whether_leaves_it_open(
    encoder_dir: Path, question: str, sentence: str, says: bool
) -> None:
    assert leaves_open(Question(question), sentence, Verifier(encoder_dir)) is says
