"""Whether a proposed question is one that its own sentence surely answers: what reader and verifier say of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from askv4.answer.evidence.gather import SentenceReader
from askv4.answer.question.question import Question
from askv4.answer.quote.verdict import Entailment, chances
from askv4.evaluate.proposing import Proposal
from askv4.language import en
from askv4.language.patterns import Pattern
from askv4.types import Judgement

SURE = 3.0
"""The reader's logit from which a sentence surely answers: odds of 20 to 1."""
POINTS = 3.0
"""By so many logits the words that answer must be likelier than none."""
CARRIED = 0.5
"""So likely must question and answer follow from the sentence."""
CLEAR = 0.9
"""The same for a yes or a no."""
MOST_WORDS = 24
_ASKING = Pattern(rf"(?:(?:{en.BEFORE_QUESTION_WORDS})\s)?(?:{en.QUESTION_WORDS}|{en.AUXILIARIES})\b", re.I)
_POINTING = Pattern(rf"\b(?:{en.PRONOUNS}|{en.POINTING}|sentence|text|passage|excerpt)\b", re.I)


class Checker:
    """Lets only those questions pass that are answered surely."""

    def __init__(self, reader: SentenceReader, entailment: Entailment, is_word: Callable[[str], bool]) -> None:
        """`is_word` knows the words of the language."""
        self._reader = reader
        self._entailment = entailment
        self.is_word = is_word

    def sure(self, proposal: Proposal, sentence: str) -> Proposal | None:
        """The proposal, with the better of its question words; None where it is not surely answered by `sentence`.

        One without an answer, which a model wrote, gets the words that the reader points at.
        """
        if Question(proposal.question).is_yes_no:
            return proposal if self._says(proposal, sentence) else None
        wordings = [proposal.question, *filter(None, [proposal.instead])]
        read = [(wording, self._reader.read(wording, [sentence])[0]) for wording in wordings]
        question, judged = max(read, key=lambda pair: pair[1].logit)
        said = judged.span.of(sentence) if judged.span else ""
        written = not proposal.answer
        fits = _well_formed(question, said) if written else _same(said, proposal.answer)
        if not fits or not _surely(judged):
            return None
        best = replace(proposal, question=question, answer=proposal.answer or said)
        statement = Question(question).answered_by(best.answer)
        return best if float(self._entailment.verdicts([([sentence], statement)])[0, 0]) >= CARRIED else None

    def best(self, question: str, sentences: Sequence[str]) -> int | None:
        """The place of the sentence that surely answers, best; None where none does."""
        read = self._reader.read(question, sentences)
        place = max(range(len(read)), key=lambda at: read[at].logit, default=None)
        return place if place is not None and _surely(read[place]) else None

    def _says(self, proposal: Proposal, sentence: str) -> bool:
        """Whether a sentence says yes or no clearly, and as is expected where something is."""
        if not proposal.answer and not _well_formed(proposal.question, sentence):
            return False
        yes, no, _ = (float(one) for one in chances(Question(proposal.question), [sentence], self._entailment)[0])
        return {"Yes": yes, "No": no}.get(proposal.answer, max(yes, no)) >= CLEAR


def _surely(judged: Judgement) -> bool:
    return judged.logit >= SURE and judged.span_score >= POINTS


def _same(said: str, answer: str) -> bool:
    """Whether two answers have most words of the shorter one in common."""
    one, other = set(said.lower().split()), set(answer.lower().split())
    return bool(one) and 2 * len(one & other) > min(len(one), len(other))


def _well_formed(question: str, said: str) -> bool:
    """Whether what a model wrote has the form of a question, is understood by itself, and does not hold its answer."""
    return (
        len(question.split()) <= MOST_WORDS
        and _ASKING.match(question) is not None
        and _POINTING.search(question) is None
        and bool(said)
        and said.lower() not in question.lower()
    )
