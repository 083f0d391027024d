"""The answers that need no model: quotations, a candidate where it is uncertain, the refusal with what came nearest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Protocol

from askv4.answer.conflict.conflicts import Difference, as_conflict, find_differences, with_both, with_other_side
from askv4.answer.evidence.assess import Evidence, ScoredSentence
from askv4.answer.question.question import Question
from askv4.answer.quote.asked_cell import in_asked_cell
from askv4.answer.quote.extractive import (
    BRIEF,
    REFUSAL,
    Length,
    Quotation,
    choose,
    compose,
    nearest,
    numbered,
    quotations,
    shown,
    without_heads,
)
from askv4.answer.quote.listing import MAYBE, unmarked
from askv4.answer.quote.verdict import Entailment, weigh
from askv4.errors import VerifierMissing
from askv4.language.ticks import MARKS, ticked_part
from askv4.language.words import asks, words
from askv4.types import Answer, Document, Hit, Skipped, Span

if TYPE_CHECKING:
    from collections.abc import Iterable


MARKED_SHARE = 0.5
"""The words of a sentence that answer are marked when its probability is at least this share of the best one's,"""
SURE_SPAN = -4.0
"""and the reader points at them at least so much surer, in logits, than at nothing."""


Unasked = Callable[[Question, Evidence, Sequence[ScoredSentence]], list[Difference]]
"""What other documents say against sentences that were chosen."""


class Sources(Protocol):
    """What answers need of the catalogue."""

    def text(self, name: str) -> str: ...
    def place(self, document: str, offset: int) -> tuple[int | None, int | None]: ...
    def neighbours(self, document: str, start: int, end: int, before: int, after: int) -> list[Span]: ...
    def skipped(self) -> Iterable[Skipped]: ...


def answer_of(
    question: Question,
    evidence: Evidence,
    hits: Sequence[Hit],
    sources: Sources,
    entailment: Entailment | None,
    length: Length,
    unasked: Unasked,
) -> Answer:
    """Quotations, a candidate or a refusal, as the evidence has it."""
    if evidence.status == "not_in_sources":
        return refuse(question, evidence, hits, sources)
    try:
        if evidence.status == "answered":
            return quote(question, evidence, sources, entailment, length, unasked)
        differing = both_sides(question, evidence, sources, entailment, unasked)
        return differing or offer(question, evidence, hits, sources)
    except VerifierMissing as error:  # the quotations stand without verdict and conflicts
        if evidence.status == "uncertain":
            return offer(question, evidence, hits, sources)
        note = f"Not weighed against each other: {error}"
        return replace(quote(question, evidence, sources, length=length), note=note)


def quote(
    question: Question,
    evidence: Evidence,
    sources: Sources,
    entailment: Entailment | None = None,
    length: Length = BRIEF,
    unasked: Unasked = lambda _question, _evidence, _chosen: [],
) -> Answer:
    """The answer in quotations; the evidence must hold at least one sentence.

    `entailment` weighs where documents differ, and yes/no questions; what it raises is raised. `unasked` gives differences that
    the question's wording does not bring out.
    """
    text_of = texts(sources)
    differences = find_differences(question, evidence, entailment) if entailment else []
    chosen = with_both(without_heads(choose(evidence, length), text_of), differences)
    if entailment and not differences:
        differences = unasked(question, evidence, chosen)
        chosen = with_other_side(chosen, differences, length.sentences)
    return _quoted(question, evidence, sources, entailment, chosen, differences)


def both_sides(
    question: Question, evidence: Evidence, sources: Sources, entailment: Entailment | None, unasked: Unasked
) -> Answer | None:
    """Both sides of what documents say differently to a yes/no question that none of them clearly answers; None where they do not."""
    if not question.is_yes_no:
        return None
    differences = unasked(question, evidence, choose(evidence))
    chosen = with_other_side([], differences, 0)
    return _quoted(question, evidence, sources, entailment, chosen, differences) if differences else None


def _quoted(
    question: Question,
    evidence: Evidence,
    sources: Sources,
    entailment: Entailment | None,
    chosen: Sequence[ScoredSentence],
    differences: Sequence[Difference],
) -> Answer:
    text_of = texts(sources)
    beside = Beside(sources, text_of)

    def marks(quotation: Quotation, text: str) -> tuple[Span, ...]:
        return marks_of(evidence, quotation, text)

    quoted = quotations(chosen, text_of, beside.before, beside.after, question)
    against = frozenset(one.document.document for difference in differences for one in difference.both)
    text, citations = compose(quoted, text_of, sources.place, marks, against)
    conflicts = tuple(as_conflict(one, [numbered(side.scored, quoted) for side in one.both]) for one in differences)
    # Where one source denies what another says, neither a "yes" nor "the sources do not say" is true of all.
    denied = any(one.sort == "denial" for one in differences)
    said = [_read_out(one, text_of) for one in quoted]
    weighed = weigh(question, said, entailment) if entailment and not denied else None
    told = f"{weighed.line}\n{text}" if weighed else text
    return Answer(
        question=question.asked, status="answered", mode="extractive", model=None,
        answer=told, quoted=told, verdict=weighed.verdict if weighed else None, citations=citations,
        conflicts=conflicts, skipped=tuple(sources.skipped()),
        standalone_question=question.resolved, confidence=round(evidence.confidence, 3),
    )  # fmt: skip


def marks_of(evidence: Evidence, quotation: Quotation, text: str) -> tuple[Span, ...]:
    """The words of a quotation that answer, in the reader's eyes; of a question that it begins with, those behind it."""
    if quotation.probability < MARKED_SHARE * evidence.sentences[0].probability:
        return ()
    answered = asks(quotation.sentences[0].of(text))
    question = evidence.gathered.question
    return tuple(
        _ticked(question, text, one.candidate.span, in_asked_cell(question, text, one.candidate.span, one.answer))
        for one in evidence.sentences
        if one.answer is not None
        and one.answer_score >= SURE_SPAN
        and (answered or one.probability >= MARKED_SHARE * evidence.sentences[0].probability)
        and quotation.holds(one)
        and not asks(one.candidate.text)
    )


def _ticked(question: Question, text: str, sentence: Span, answer: Span) -> Span:
    """The words that answer; the ticked option of the line where they are an unticked one that the question does not name."""
    boxes = MARKS.finditer(sentence.of(text))
    before = [match for match in boxes if sentence.start + match.start() <= answer.start]
    named = set(words(answer.of(text))) <= set(words(question.standalone))
    whole = sentence if before and before[-1]["off"] and not named else answer
    part = ticked_part(whole.of(text))
    return answer if part is None else Span(whole.start + part.start, whole.start + part.stop)


def _read_out(quotation: Quotation, text_of: Callable[[str], str]) -> tuple[Document, str]:
    """A quotation with its document, and with the title that tells what it is about."""
    document = quotation.hit.document
    return document, f"{document.title}: {shown(quotation, text_of(document.document))}"


def offer(question: Question, evidence: Evidence, hits: Sequence[Hit], sources: Sources) -> Answer:
    """The likeliest sentence as what may answer, and the other passages that came near. The evidence must hold a sentence."""
    text_of = texts(sources)
    beside = Beside(sources, text_of)
    best = without_heads(choose(evidence), text_of)[:1]
    quoted = quotations(best, text_of, beside.before, beside.after, question)
    line, candidates = compose(quoted, text_of, sources.place, lambda one, text: marks_of(evidence, one, text))
    others = [hit for hit in hits if hit.passage_id != best[0].candidate.hit.passage_id]
    return Answer(
        question=question.asked, status="uncertain", mode="extractive", model=None,
        answer=f"{MAYBE}\n{unmarked(line)}", quoted=f"{MAYBE}\n{line}",
        nearest=(*candidates, *nearest(others, evidence.sentences, text_of, sources.place, first=2)),
        skipped=tuple(sources.skipped()), standalone_question=question.resolved,
        confidence=round(evidence.confidence, 3),
    )  # fmt: skip


def refuse(question: Question, evidence: Evidence, hits: Sequence[Hit], sources: Sources) -> Answer:
    """The sources do not answer; the nearest passages instead."""
    return Answer(
        question=question.asked, status="not_in_sources", mode="extractive", model=None, answer=REFUSAL,
        nearest=nearest(hits, evidence.sentences, texts(sources), sources.place), skipped=tuple(sources.skipped()),
        standalone_question=question.resolved, confidence=round(evidence.confidence, 3),
    )  # fmt: skip


def decline(question: Question, said: str, hits: Sequence[Hit], sources: Sources) -> Answer:
    """A refusal in its own words, where nothing was judged."""
    return Answer(
        question=question.asked, status="not_in_sources", mode="extractive", model=None, answer=said,
        nearest=nearest(hits, (), texts(sources), sources.place), skipped=tuple(sources.skipped()),
        standalone_question=question.resolved, confidence=0.0,
    )  # fmt: skip


def texts(sources: Sources) -> Callable[[str], str]:
    """Document name -> text, each read once."""
    return cache(sources.text)


class Beside:
    """The sentence before or after a span in the same paragraph; behind a question also that of the next one."""

    def __init__(self, sources: Sources, text_of: Callable[[str], str]) -> None:
        self._sources = sources
        self._text_of = text_of

    def before(self, hit: Hit, span: Span) -> Span | None:
        return self._near(hit, span, 1, 0)

    def after(self, hit: Hit, span: Span) -> Span | None:
        return self._near(hit, span, 0, 1)

    def _near(self, hit: Hit, span: Span, before: int, after: int) -> Span | None:
        document = hit.document.document
        near = self._sources.neighbours(document, span.start, span.end, before, after)
        if not near:
            return None
        text = self._text_of(document)
        between = text[slice(*((near[0].end, span.start) if before else (span.end, near[0].start)))]
        same = between.count("\n") <= 1 or (after and asks(span.of(text)) and not words(between))
        return near[0] if same else None
