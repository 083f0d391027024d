"""Whether sources support a statement: what must be exact by rules, what is meant by a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from askv4.answer.facts.language import script_of
from askv4.answer.grounding import problems

if TYPE_CHECKING:
    from askv4.answer.gather import StateEncoder


class Verifier(Protocol):
    """Holds statements against sentences of the sources."""

    def probability(self, premises: Sequence[str], statement: str) -> float:
        """Of `statement` following from `premises`, which stand in the order of their document."""
        ...

    def supports(self, premises: Sequence[str], statement: str, known: str = "") -> bool: ...

    def problems(self, premises: Sequence[str], statement: str, known: str = "") -> tuple[str, ...]:
        """What speaks against it, in words of users; empty when it is supported. `known` is what need not be proven: the
        question, titles and kinds of the sources."""
        ...


class RuleVerifier:
    """By rules alone."""

    def __init__(self, encoder: StateEncoder) -> None:
        self._encoder = encoder

    def probability(self, premises: Sequence[str], statement: str) -> float:
        return float(self.supports(premises, statement))

    def supports(self, premises: Sequence[str], statement: str, known: str = "") -> bool:
        return not self.problems(premises, statement, known)

    def problems(self, premises: Sequence[str], statement: str, known: str = "") -> tuple[str, ...]:
        if script_of(statement) not in (script_of(known), script_of(" ".join(premises))):
            return ("it is written in another script than the question and its source",)
        states = self._encoder.encode_states([statement, *premises, " ".join(premises)])
        mine, *theirs = (state.vector for state in states)
        similarity = max(float(mine @ other) for other in theirs)
        found = problems(statement, premises, similarity=similarity, allowed=known)
        return tuple(problem.message for problem in found)


def open_verifier(encoder: StateEncoder) -> Verifier:
    """The verifier that leads are checked with."""
    return RuleVerifier(encoder)
