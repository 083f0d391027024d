"""The two answers that need no model: quotations, and the refusal with what came nearest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from askv4.answer.conflicts import as_conflict, find_differences, with_both
from askv4.answer.conversation import Understood
from askv4.answer.evidence import Evidence
from askv4.answer.extractive import REFUSAL, choose, compose, nearest, numbered, quotations
from askv4.types import Answer, Hit, Skipped, Span

if TYPE_CHECKING:
    from collections.abc import Iterable


class Sources(Protocol):
    """What answers need of the catalogue."""

    def text(self, name: str) -> str: ...
    def place(self, document: str, offset: int) -> tuple[int | None, int | None]: ...
    def neighbours(self, document: str, start: int, end: int, before: int, after: int) -> list[Span]: ...
    def skipped(self) -> Iterable[Skipped]: ...


def quote(understood: Understood, evidence: Evidence, sources: Sources, note: str | None = None) -> Answer:
    """The answer in quotations; the evidence must hold at least one sentence."""
    text_of = texts(sources)
    differences = find_differences(understood.question, evidence)
    chosen = with_both(choose(evidence), differences)
    found = quotations(chosen, text_of, lambda hit, span: _before(hit, span, sources, text_of))
    against = frozenset(one.document.document for difference in differences for one in difference.both)
    text, citations = compose(found, text_of, sources.place, against)
    conflicts = tuple(as_conflict(difference, lambda one: numbered(one.scored, found)) for difference in differences)
    return Answer(
        question=understood.asked, status="answered", mode="extractive", model=None, answer=text, citations=citations,
        conflicts=conflicts, skipped=tuple(sources.skipped()), note=note,
        standalone_question=standalone(understood), confidence=round(evidence.confidence, 3),
    )  # fmt: skip


def refuse(understood: Understood, evidence: Evidence, hits: Sequence[Hit], sources: Sources) -> Answer:
    """The sources do not answer; the nearest passages instead."""
    return Answer(
        question=understood.asked, status="not_in_sources", mode="extractive", model=None, answer=REFUSAL,
        nearest=nearest(hits, texts(sources), sources.place), skipped=tuple(sources.skipped()),
        standalone_question=standalone(understood), confidence=round(evidence.confidence, 3),
    )  # fmt: skip


def standalone(understood: Understood) -> str | None:
    """The question as it was understood, where that is not how it was asked."""
    return understood.question if understood.carried else None


def texts(sources: Sources) -> Callable[[str], str]:
    """Document name -> text, each read once."""
    held: dict[str, str] = {}

    def text_of(document: str) -> str:
        if document not in held:
            held[document] = sources.text(document)
        return held[document]

    return text_of


def _before(hit: Hit, span: Span, sources: Sources, text_of: Callable[[str], str]) -> Span | None:
    """The sentence before `span` in the same paragraph."""
    document = hit.document.document
    previous = sources.neighbours(document, span.start, span.end, 1, 0)
    if not previous or text_of(document)[previous[-1].end : span.start].count("\n") > 1:
        return None
    return previous[-1]
