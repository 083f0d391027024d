"""The parts of documents, as their headings name them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from askv4.answer.collect.asked import asked_parts
from askv4.answer.question.question import Question
from askv4.answer.quote.extractive import Quotation, compose
from askv4.answer.quote.placed import Listing, indexed
from askv4.answer.quote.quoting import Sources, texts
from askv4.language.patterns import Pattern
from askv4.text.places import PATH_SEPARATOR
from askv4.types import Answer, Document, Hit, Span

if TYPE_CHECKING:
    from askv4.records import Scope, StoredPassage

_ROWS = Pattern(r"rows? \d+(?:–\d+)?.*")
"""What stands above the rows of a sheet is askv4's own."""
MOST_PARTS = 60
"""Headings that are listed; the others are counted."""
MOST_DOCUMENTS = 8
"""Documents whose headings are listed, where no document is named."""


class Passages(Sources, Listing, Protocol):
    """What collecting needs of the catalogue."""

    def passages_between(self, document: str, start: int, end: int, most: int = -1) -> list[StoredPassage]: ...


def parts(question: Question, sources: Passages, within: Scope | None) -> Answer | None:
    """The chapters or sections that a question asks for; None where it asks for something else, or there are no headings."""
    asked = asked_parts(question.asked)
    if asked is None:
        return None
    meant = asked.among(indexed(sources, within))
    text_of = texts(sources)
    headed = [(one, marks) for one in meant if (marks := headings(text_of(one.document), passages_of(one, sources)))]
    if not headed:
        return None
    quoted = [quoted_from(one, *mark) for one, marks in headed[:MOST_DOCUMENTS] for mark in marks]
    text, citations = compose(quoted[:MOST_PARTS], text_of, sources.place)
    notes = []
    if len(quoted) > MOST_PARTS:
        notes.append(f"{len(quoted) - MOST_PARTS} more headings are left out")
    if len(headed) > MOST_DOCUMENTS:
        notes.append(f"{len(headed) - MOST_DOCUMENTS} more documents have headings: name the one you mean")
    if len(meant) > len(headed):
        bare = [one.document for one in meant if one not in [document for document, _ in headed]]
        notes.append(
            f"without headings: {', '.join(bare[:MOST_DOCUMENTS])}{' ...' if len(bare) > MOST_DOCUMENTS else ''}"
        )
    return Answer(
        question=question.asked, status="answered", mode="extractive", model=None, answer=text, quoted=text,
        citations=citations, skipped=tuple(sources.skipped()),
        note="; ".join(notes) or None, confidence=1.0,
    )  # fmt: skip


def passages_of(document: Document, sources: Passages) -> list[StoredPassage]:
    """All passages of a document, in reading order."""
    return sources.passages_between(document.document, 0, 1 << 62)


def headings(text: str, passages: Sequence[StoredPassage]) -> list[tuple[Span, StoredPassage]]:
    """The headings of a text in order, each once, with the first passage below it; those whose words do not stand in it are left out."""
    listed: list[tuple[Span, StoredPassage]] = []
    above: list[str] = []
    done = 0
    for passage in passages:
        path = [one for one in (passage.heading or "").split(PATH_SEPARATOR) if one and not _ROWS.fullmatch(one)]
        same = next((depth for depth, (one, other) in enumerate(zip(path, above, strict=False)) if one != other), None)
        end, spans = passage.start, []
        for heading in reversed(path[min(len(path), len(above)) if same is None else same :]):
            if (at := text.rfind(heading, done, end)) >= 0:
                spans.append(Span(at, at + len(heading)))
                end = at
        listed += [(span, passage) for span in reversed(spans)]
        done, above = max([done, *(span.end for span in spans)]), path
    return listed


def quoted_from(document: Document, span: Span, passage: StoredPassage) -> Quotation:
    """A span of a document as a quotation of its own, found through one of its passages."""
    hit = Hit(
        rank=1, score=1.0, passage_id=passage.passage_id, document=document, start=passage.start, end=passage.end,
        line=passage.line, page=passage.page, heading=None, text=passage.text, sentences=passage.sentences,
    )  # fmt: skip
    return Quotation(hit, span, 1.0, (), (span,))
