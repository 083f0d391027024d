"""A verdict on a yes/no question, before the quotations: the trained verifier weighs "QUESTION? Yes." and "QUESTION? No.".

Precision goes before recall: where no quotation is clear, or one speaks against another, there is no verdict. How often it
speaks and is right from which probability on, scripts/bench/verdicts.py measures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from askv4.answer.question.question import Question
from askv4.answer.quote.listing import OPENINGS
from askv4.answer.quote.voice import needs_lead, source_name
from askv4.language.en import OPENING_A_DOUBT
from askv4.language.patterns import Pattern
from askv4.types import Document, Verdict

WEIGHED = 3
"""Quotations weighed, the best first, in two passes each."""
CLEAR = 0.95
"""From this probability on a quotation says yes or no, or the best one that it is not said (docs/verifier.md)."""
AGAINST = 0.5
"""Where another quotation says the opposite with this probability, there is no verdict."""
LEFT_OPEN, TAKEN_BACK = 0.6, 0.2
"""What stands behind "whether" would say yes or no with the first probability, and its sentence does by so much less."""
_WHETHER = Pattern(
    rf"[^.!?;]*?(?P<part>[^.!?;,]*\w\s+(?:{OPENING_A_DOUBT})\s+(?!or\b)(?P<clause>[^.!?;]+)[.!?;]?)", re.I
)
SAYS: tuple[Verdict, ...] = ("yes", "no", "not_stated")


class Entailment(Protocol):
    """What a verdict needs of the trained verifier."""

    def verdicts(self, pairs: Sequence[tuple[Sequence[str], str]]) -> NDArray[np.float32]:
        """[len(pairs), 3]: how likely the premises entail, leave open and contradict the statement."""
        ...


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the sources say to a yes/no question."""

    verdict: Verdict
    line: str
    """As it is shown, with whose word it is where that matters."""


def weigh(question: Question, said: Sequence[tuple[Document, str]], entailment: Entailment) -> Weighed | None:
    """The verdict of quotations, the best one first, each with its document; None where they give none.

    Raises what the verifier raises.
    """
    if not said or not question.is_yes_no or question.is_choice:
        return None
    likely = chances(question, [text for _, text in said[:WEIGHED]], entailment)
    yes, no, neither = likely.T
    clear = [i for i in range(len(likely)) if max(yes[i], no[i]) >= CLEAR]
    if not clear:
        open_ = neither[0] >= CLEAR or any(leaves_open(question, text, entailment) for _, text in said[:WEIGHED])
        return Weighed("not_stated", f"{OPENINGS['not_stated']}.") if open_ else None
    says = [int(no[i] > yes[i]) for i in clear]
    opposite = likely[:, 1 - says[0]]
    if opposite.max() >= AGAINST:
        return None
    # The word of a source that stands for itself goes before that of a rumour.
    documents = sorted((said[i][0] for i in clear), key=_is_a_voice)
    whose = f", according to {source_name(documents[0])}" if _is_a_voice(documents[0]) else ""
    verdict = SAYS[says[0]]
    return Weighed(verdict, f"{OPENINGS[verdict]}{whose}.")


def chances(question: Question, texts: Sequence[str], entailment: Entailment) -> NDArray[np.float32]:
    """[len(texts), 3]: how likely each says yes, no, or neither; `Q? Yes.` and `Q? No.` have equal weight."""
    weighed = entailment.verdicts([([text], question.answered_by(said)) for text in texts for said in ("Yes", "No")])
    yes, no = weighed[0::2], weighed[1::2]
    return np.asarray((yes[:, [0, 2, 1]] + no[:, [2, 0, 1]]) / 2, dtype=np.float32)


def has_doubt(text: str) -> bool:
    """Whether a sentence says of something "whether" it is so."""
    return _WHETHER.search(text) is not None


def leaves_open(question: Question, text: str, entailment: Entailment) -> bool:
    """Whether a sentence says of just this that it is not known, as "they did not disclose whether it was".

    The clause behind "whether", taken for a statement, answers; with the rest of its sentence, or of its part of a sentence that does
    not answer either, it does so far less.
    """
    for match in _WHETHER.finditer(text):
        clause, sentence, part = chances(question, [f"{match['clause']}.", match[0], match["part"]], entailment)
        answer = int(clause[:2].argmax())
        said = min(sentence[answer], part[answer]) if sentence[answer] < LEFT_OPEN else sentence[answer]
        if clause[answer] >= LEFT_OPEN and clause[answer] - said >= TAKEN_BACK:
            return True
    return False


def leaving_open(question: Question, texts: Sequence[str], entailment: Entailment) -> list[int]:
    """Which of the texts leave a yes/no question open; none where one of them clearly answers it."""
    if not question.is_yes_no or question.is_choice:
        return []
    leaving = [at for at, text in enumerate(texts) if leaves_open(question, text, entailment)]
    clear = leaving and chances(question, texts, entailment)[:, :2].max() >= CLEAR
    return [] if clear else leaving


def _is_a_voice(document: Document) -> bool:
    return needs_lead(document, [document])
