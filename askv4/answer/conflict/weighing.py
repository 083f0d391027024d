"""Whether two sentences that answer with different words contradict each other, by the trained verifier.

Of another year, another thing of the same name, or a part, both may be right. So each sentence is given the other's answer:
only where a source carries its own answer in the other's sentence do both speak of the same thing. And where it carries the
other's answer to the question, too, it says nothing else; of figures and dates that is known exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from askv4.answer.conflict.claims import Claim, comparable
from askv4.answer.question.question import Question
from askv4.answer.quote.verdict import Entailment

CARRIED = 0.2
"""From this probability on a source carries its answer in the other's sentence."""
AGREED = 0.5
"""From this probability on it carries the other's answer."""

Pair = tuple[Claim, Claim]


def differing(question: Question, pairs: Sequence[Pair], entailment: Entailment) -> list[Pair]:
    """The pairs that answer differently; two passes for each, four where only words can tell them apart.

    Raises what the verifier raises.
    """
    moved = _surer(pairs, lambda one, other: ([one.source], other.with_words(one.words)), entailment)
    kept = [pair for pair, carried in zip(pairs, moved, strict=True) if carried >= CARRIED]
    worded = [pair for pair in kept if not comparable(*pair)]
    agreed = _surer(worded, lambda one, other: ([one.source], question.answered_by(other.words)), entailment)
    same = [pair for pair, carried in zip(worded, agreed, strict=True) if carried >= AGREED]
    return [pair for pair in kept if pair not in same]


def _surer(
    pairs: Sequence[Pair], check: Callable[[Claim, Claim], tuple[Sequence[str], str]], entailment: Entailment
) -> list[float]:
    """For each pair the higher one of both directions' probabilities that the statement is carried."""
    if not pairs:
        return []
    verdicts = entailment.verdicts([check(*way) for pair in pairs for way in (pair, pair[::-1])])
    return [float(carried) for carried in verdicts[:, 0].reshape(len(pairs), 2).max(axis=1)]
