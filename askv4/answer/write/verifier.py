"""Whether sources support a statement: what must be exact by rules, what is meant by a trained model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from askv4.answer.write.grounding import problems
from askv4.language.guess import script_of
from askv4.language.patterns import Pattern
from askv4.language.words import words
from askv4.neural.verifier import Checked
from askv4.neural.verifier import Verifier as Entailment

SUPPORTED = 0.7
"""From this probability on a statement is supported (docs/verifier.md has the rates of error). A model whose sentence is
accused wrongly gets to try again, so that the stricter threshold costs few leads (docs/written.md)."""
SUPPORTED_SHORT = 0.2
"""The same for what answers in at most `SHORT` words, of which the model is less sure."""
SHORT = 4
_ASKED = Pattern(r"^The answer to “.+” is (?=\S)", re.I)
"""To repeat the question is no claim: what follows is weighed alone."""


class Verifier(Protocol):
    """Holds statements against sentences of the sources."""

    def probabilities(self, pairs: Sequence[Checked]) -> Sequence[float]:
        """For each (premises, statement): of the statement following from the premises, in their order."""
        ...

    def verdicts(self, pairs: Sequence[Checked]) -> NDArray[np.float32]:
        """[len(pairs), 3]: how likely the premises entail, leave open and contradict the statement."""
        ...

    def problems(self, premises: Sequence[str], statement: str, known: str = "") -> tuple[str, ...]:
        """What speaks against it, in words of users; empty when it is supported.

        `known` need not be proven: the question, titles and kinds of the sources.
        """
        ...


class StatementVerifier:
    """The trained verifier, and rules for numbers, dates and names."""

    def __init__(self, entailment: Entailment) -> None:
        self._entailment = entailment

    def probabilities(self, pairs: Sequence[Checked]) -> Sequence[float]:
        return [float(one) for one in self._entailment.probabilities(pairs)]

    def verdicts(self, pairs: Sequence[Checked]) -> NDArray[np.float32]:
        return self._entailment.verdicts(pairs)

    def supports(self, premises: Sequence[str], statement: str, known: str = "") -> bool:
        return not self.problems(premises, statement, known)

    def problems(self, premises: Sequence[str], statement: str, known: str = "") -> tuple[str, ...]:
        if script_of(statement) not in (script_of(known), script_of(" ".join(premises))):
            return ("it is written in another script than the question and its source",)
        said = _ASKED.sub("", statement)
        exact = problems(said, premises, allowed=known)
        if exact:
            return exact
        likely = self.likely(premises, statement)
        return () if likely >= enough(statement) else (f"the source does not say that (likely by {likely:.2f})",)

    def likely(self, premises: Sequence[str], statement: str) -> float:
        """How likely the statement follows from all premises together, or from one alone: the others may hide it."""
        said = _ASKED.sub("", statement)
        apart = [([premise], said) for premise in premises] if len(premises) > 1 else []
        return max(self.probabilities([(premises, said), *apart]))


def enough(statement: str) -> float:
    """How likely a statement must be to be supported."""
    return SUPPORTED_SHORT if len(words(_ASKED.sub("", statement))) <= SHORT else SUPPORTED


def open_verifier(data_dir: Path) -> Verifier:
    """The verifier that leads are checked with. `data_dir` keeps it as prepared for this machine; nothing is loaded yet."""
    return StatementVerifier(Entailment(data_dir))
