"""A question on its way to an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from askv4.answer.evidence.assess import Evidence, ScoredSentence
from askv4.answer.evidence.features import covered
from askv4.answer.question.question import Question
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


def in_one(*notes: str | None) -> str | None:
    """Notes on one line; None where there are none."""
    return "; ".join(filter(None, notes)) or None


def sureness(part: Part) -> tuple[bool, bool, float]:
    """Greater where the evidence is surer that it answers."""
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
