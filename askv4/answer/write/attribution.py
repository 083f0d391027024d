"""Which excerpts carry a written sentence: the fewest that support it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from askv4.answer.question.question import Question
from askv4.answer.write.prompt import source
from askv4.answer.write.pruning import Excerpt
from askv4.answer.write.verifier import Verifier
from askv4.language.en import STOP_WORDS
from askv4.language.words import words

MOST_CARRYING = 2
"""A sentence that needs more excerpts is a summary, which nobody can check at a glance; three "carried" more that is false."""


@dataclass(frozen=True, slots=True)
class Attributed:
    """A written sentence with the excerpts that carry it; with none, it has `problems` instead."""

    text: str
    carried_by: tuple[Excerpt, ...]
    problems: tuple[str, ...] = ()


def attribute(sentence: str, excerpts: Sequence[Excerpt], question: Question, verifier: Verifier) -> Attributed:
    """Find the smallest set of `excerpts` that supports `sentence`.

    Each is tried alone, the likeliest first, then the two likeliest together. The reasons of a sentence that nothing carries
    are those of the last try.
    """
    ranked = _ranked(sentence, excerpts, verifier)
    together = [tuple(one for one in excerpts if one in ranked[:MOST_CARRYING])] if len(ranked) > 1 else []
    against: tuple[str, ...] = ("there is no evidence",)
    for carrying in [*((one,) for one in ranked), *together]:
        against = _problems(sentence, carrying, question, verifier)
        if not against:
            return Attributed(sentence, carrying)
    return Attributed(sentence, (), against)


def _ranked(sentence: str, excerpts: Sequence[Excerpt], verifier: Verifier) -> list[Excerpt]:
    """The likeliest first: by the verifier, then by the words that they share with the sentence."""
    mine = set(words(sentence)) - STOP_WORDS
    likely = verifier.probabilities([([one.text], sentence) for one in excerpts])
    shared = [len(mine & set(words(one.text))) for one in excerpts]
    order = sorted(range(len(excerpts)), key=lambda at: (likely[at], shared[at]), reverse=True)
    return [excerpts[at] for at in order]


def _problems(sentence: str, carrying: Sequence[Excerpt], question: Question, verifier: Verifier) -> tuple[str, ...]:
    known = " ".join(
        [question.standalone, *(f"{source(one.hit.document)} {one.hit.heading or ''}" for one in carrying)]
    )
    return verifier.problems([one.text for one in carrying], sentence, known)
