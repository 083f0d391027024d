"""Whether two sentences that answer with different words contradict each other, by the trained verifier.

Of another year, another thing of the same name, or a part, both may be right. So each sentence is given the other's answer:
only where a source carries its own answer in the other's sentence do both speak of the same thing. And where it carries the
other's answer to the question, too, it says nothing else; of figures and dates that is known exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

from askv4.answer.differences.claims import Claim, comparable
from askv4.answer.verdict import Entailment

CARRIED = 0.35
"""From this probability on a source carries its answer in the other's sentence."""
AGREED = 0.5
"""From this probability on it carries the other's answer."""


def differ(question: str, pairs: Sequence[tuple[Claim, Claim]], entailment: Entailment) -> list[bool]:
    """For each pair whether the two answer differently, in two or four passes. Raises what the verifier raises."""
    directed = [(one, other) for pair in pairs for one, other in (pair, pair[::-1])]
    worded = [(one, other) for one, other in directed if not comparable(one, other)]
    moved = [([one.source], other.with_words(one.words)) for one, other in directed]
    answered = [([one.source], f"{question.rstrip(' ?.!')}? {other.words}.") for one, other in worded]
    likely = [float(one) for one in entailment.verdicts([*moved, *answered])[:, 0]]
    carried = dict(zip(directed, likely, strict=False))
    agreed = dict(zip(worded, likely[len(moved) :], strict=True))
    return [
        max(carried[pair], carried[pair[::-1]]) >= CARRIED
        and max(agreed.get(pair, 0.0), agreed.get(pair[::-1], 0.0)) < AGREED
        for pair in pairs
    ]
