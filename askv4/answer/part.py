"""A question on its way to an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from askv4.answer.evidence.assess import Evidence, ScoredSentence
from askv4.answer.evidence.features import covered
from askv4.answer.question.question import Question
from askv4.language.tokens import fold, stem
from askv4.language.words import words
from askv4.types import Answer, Hit, Status

MENTIONED = 0.5
"""Share of the question's weight that a sentence which speaks of it covers."""


@dataclass(frozen=True, slots=True)
class Part:
    """A question with its passages and evidence."""

    question: Question
    note: str | None
    """How it was read, where a typing error was mended."""
    hits: list[Hit]
    evidence: Evidence | None
    answer: Answer | None = None
    """Where it is known without more judging."""
    overview: bool = False
    """Whether it is an overview, whose lead rests on its quotations."""

    @property
    def status(self) -> Status:
        known = self.answer or self.evidence
        return known.status if known else "not_in_sources"

    @property
    def grounds(self) -> tuple[Evidence, ...]:
        """What a lead may rest on."""
        return (self.evidence,) if self.evidence and self.evidence.status == "answered" else ()


@dataclass(frozen=True, slots=True)
class Made:
    """An answer in quotations, and what a lead over them would rest on."""

    answer: Answer
    question: Question
    evidence: tuple[Evidence, ...]
    """Of each question that is answered."""
    overview: bool = False


def sureness(part: Part) -> tuple[bool, bool, float]:
    """Greater where the evidence is surer that it answers; least where it answers the question before."""
    if part.evidence is not None and not _speaks_of_it(part.question, part.evidence):
        return False, False, 0.0
    confidence = part.evidence.confidence if part.evidence else 0.0
    return part.status == "answered", part.status != "not_in_sources", confidence


def or_mentioned(evidence: Evidence) -> Evidence:
    """The evidence of a source that is asked what it says of something: uncertain where a sentence speaks of that, which is
    the first then."""
    asked = evidence.gathered.encoded

    def speaks(one: ScoredSentence) -> bool:
        stems = one.candidate.stems
        return asked.names <= stems if asked.names else covered(asked, stems) >= MENTIONED

    if evidence.status != "not_in_sources" or not any(map(speaks, evidence.sentences)):
        return evidence
    ordered = sorted(evidence.sentences, key=speaks, reverse=True)
    return replace(evidence, sentences=tuple(ordered), status="uncertain")


def _speaks_of_it(question: Question, evidence: Evidence) -> bool:
    """Whether the best sentence, with the one before it, its title and heading, has what a follow-up put in another's place."""
    if not question.own_stems or not evidence.sentences:
        return True
    best = evidence.sentences[0].candidate
    before = best.hit.sentences[max(0, best.position - 1)]
    read = best.hit.text[before.start - best.hit.start : best.span.end - best.hit.start]
    said = words(f"{best.hit.document.title} {best.hit.heading or ''} {read}")
    return question.own_stems <= {stem(fold(word)) for word in said}
