"""Whether two sentences that answer with different words speak of the same thing, by the trained verifier.

Of another year, or another thing of the same name, both may be right. So each sentence is given the other's answer: where a
source carries its own answer in the other's sentence, both speak of the same; where it contradicts that, they do not.
"""

from __future__ import annotations

from collections.abc import Sequence

from askv4.answer.differences.claims import Claim
from askv4.answer.verdict import Entailment

CARRIED = 0.35
"""From this probability on a source carries its answer in the other's sentence."""
CONTRADICTED = 0.8
"""Where neither does, and one contradicts that with this probability, they speak of different things."""


def of_one_thing(pairs: Sequence[tuple[Claim, Claim]], entailment: Entailment) -> list[bool]:
    """For each pair whether the two may be held against each other. Raises what the verifier raises."""
    moved = [([one.source], other.with_words(one.words)) for pair in pairs for one, other in (pair, pair[::-1])]
    found = entailment.verdicts(moved).reshape(len(pairs), 2, 3).max(axis=1)
    return [bool(carried >= CARRIED or contradicted < CONTRADICTED) for carried, _, contradicted in found]
