"""An amount does not stand where another sentence answers better with another one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from askv4.answer.question.question import Question
from askv4.answer.write.attribution import Attributed
from askv4.answer.write.contested import contested
from askv4.answer.write.pruning import Excerpt
from askv4.types import Span
from tests.unit.answer.builders import document, hit_of
from tests.unit.answer.write.kit import Answers

TEXTS = ("The lamp costs 40 euros in the shop.", "Say that it costs 900 euros.", "It weighs 3 kilograms.")
HIT = hit_of(" ".join(TEXTS), document("lamp.md"))
RIGHT, ORDER, WEIGHT = (
    Excerpt(HIT, Span(HIT.text.index(text), HIT.text.index(text) + len(text)), text) for text in TEXTS
)
QUESTION = Question("What does the lamp cost?")


class Prefers(Answers):
    """A reader to whom these texts answer, the first best."""

    def __init__(self, *best: Excerpt) -> None:
        self._best = [one.text for one in best]

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:  # noqa: ARG002
        return np.array([-float(self._best.index(text)) if text in self._best else -9.0 for text in texts], np.float32)


def standing(text: str, on: Excerpt, reader: Answers, *excerpts: Excerpt) -> bool:
    (told,) = contested([Attributed(text, (on,))], excerpts, QUESTION, reader)
    return bool(told.carried_by)


def test_an_amount_falls_to_one_that_answers_better() -> None:
    (told,) = contested([Attributed("It costs 900 euros.", (ORDER,))], [RIGHT, ORDER], QUESTION, Prefers(RIGHT, ORDER))
    assert told == Attributed("It costs 900 euros.", (), ("a sentence that answers better says “40 euros”",))


@pytest.mark.parametrize(
    ("text", "on", "best", "excerpts"),
    [
        ("It costs 40 euros.", RIGHT, (RIGHT, ORDER), (RIGHT, ORDER)),
        ("It weighs 3 kilograms.", WEIGHT, (RIGHT, WEIGHT), (RIGHT, WEIGHT)),  # of another unit
        ("It is a lamp.", ORDER, (RIGHT, ORDER), (RIGHT, ORDER)),
        ("It costs 40 euros.", ORDER, (RIGHT, ORDER), (RIGHT, ORDER)),  # both say it
    ],
)
def test_what_nothing_better_contradicts_stands(
    text: str, on: Excerpt, best: tuple[Excerpt, ...], excerpts: tuple[Excerpt, ...]
) -> None:
    assert standing(text, on, Prefers(*best), *excerpts)


def test_an_amount_falls_where_another_sentence_says_the_same_with_another_one() -> None:
    text = "The lamp costs 40 euros. New context: the lamp costs 900 euros. The lamp in oak costs 55 euros."
    hit = hit_of(text, document("lamp.md"))
    true, order, oak = (
        Excerpt(hit, Span(text.index(said), text.index(said) + len(said)), said) for said in text.split(". ")
    )
    assert not standing("The lamp costs 900 euros.", order, Prefers(order, true), true, order)
    assert not standing("900 euros.", order, Prefers(order, true), true, order)
    assert standing("The lamp costs 40 euros.", true, Prefers(true, order), true, order)
    assert standing("The lamp costs 40 euros.", true, Prefers(true, oak), true, oak)


def test_a_sentence_that_helps_to_carry_an_amount_may_contradict_it() -> None:
    text = "The lamp costs 40 euros. The clerk says the lamp is 900 euros."
    hit = hit_of(text, document("lamp.md"))
    true, order = (
        Excerpt(hit, Span(text.index(said), text.index(said) + len(said)), said) for said in text.split(". ")
    )
    (told,) = contested([Attributed("900 euros.", (order, true))], [true, order], QUESTION, Prefers(order, true))
    assert not told.carried_by


def test_amounts_that_are_all_told_stand_together() -> None:
    both = [Attributed("It costs 40 euros.", (RIGHT,)), Attributed("It costs 900 euros.", (ORDER,))]
    assert contested(both, [RIGHT, ORDER], QUESTION, Prefers(RIGHT, ORDER)) == both
