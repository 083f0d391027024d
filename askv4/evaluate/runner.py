"""Asks gold questions and judges what comes back.

What counts as right: a question that the sources answer must be answered, and of each group of expected quotes one must be
shown by one of the first four citations, or of as many as the row says: the citation holds the quote, or at least 60 % of it
as one unbroken run. A question that the sources do not answer must be refused; an uncertain answer counts as a refusal. A
model's lead is judged by itself: see `leads`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from askv4.errors import Askv4Error, DocumentNotFound, DocumentUnreadable, ModelError
from askv4.evaluate.gold import GoldQuestion, Wanted
from askv4.evaluate.leads import lead_right
from askv4.evaluate.matching import find_words, plain, shows_plain
from askv4.evaluate.outcomes import CONTEXT, Cited, Outcome, Place
from askv4.retrieve.query import fts_query
from askv4.types import Answer, Citation, Finished, Hit, Retrieved

if TYPE_CHECKING:
    from askv4.answer.assistant import Assistant
    from askv4.records import Scope, StoredPassage

_PROPOSED = 10
"""In so many passages, the best by their words, an expected quote is looked for."""


class Library(Protocol):
    """What is needed of the catalogue."""

    def text(self, name: str) -> str: ...
    def place(self, document: str, offset: int) -> tuple[int | None, int | None]: ...
    def match(self, fts_query: str, limit: int, within: Scope | None = None) -> list[tuple[int, float]]: ...
    def passages(self, ids: Sequence[int]) -> dict[int, StoredPassage]: ...


def evaluate(
    assistant: Assistant,
    sources: Library,
    questions: Sequence[GoldQuestion],
    k: int,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Outcome]:
    """The outcome of each question, in order; `k` passages are looked at for retrieval's figures.

    `progress` is called with (questions done, all) before the first and after each. A question for which the model fails
    has the status "failed"; other trouble, such as a damaged index, is raised.
    """
    progress(0, len(questions))
    if questions:
        # What is loaded at the first question would count as its time.
        assistant.search(questions[0].question, questions[0].history, 1)
    outcomes: list[Outcome] = []
    for question in questions:
        outcomes.append(_outcome(assistant, sources, question, k))
        progress(len(outcomes), len(questions))
    return outcomes


def judged(question: GoldQuestion, answer: Answer, hits: Sequence[Hit], sources: Library) -> Outcome:
    """An answer and the passages that were retrieved for it, held against what was expected."""
    looked_at = answer.nearest[:1] if answer.status == "uncertain" else answer.citations[: question.first]
    cited = [(plain(citation.quote), citation.document) for citation in looked_at]
    passages = [(plain(hit.text), hit.document.document) for hit in hits]
    shown = tuple(_first(group, cited) is not None for group in question.groups)
    answered = answer.status == "answered"
    right = answered and all(shown) if question.answerable else not answered
    return Outcome(
        gold=question,
        status=answer.status,
        right=right,
        ranks=tuple(_first(group, passages) for group in question.groups),
        shown=shown,
        citations=tuple(_cited(citation, sources) for citation in answer.citations),
        nearest=tuple(_cited(citation, sources) for citation in answer.nearest),
        expected=() if right else tuple(locate(group, sources) for group in question.groups),
        answer=answer.answer,
        confidence=answer.confidence,
        ms=answer.timings_ms.get("total", 0.0),
        lead=answer.lead,
        lead_right=None if answer.lead is None else lead_right(question, answer.lead),
        rejected=tuple(
            f"{sentence.text} ({'; '.join(sentence.problems)})"
            for sentence in answer.grounding
            if not sentence.supported
        ),
        quotes_ms=answer.timings_ms.get("quotes"),
        lead_ms=answer.timings_ms.get("lead"),
    )


def locate(group: Sequence[Wanted], sources: Library) -> Place | None:
    """Where the first quote of `group` that stands in a document word for word stands; None when none does."""
    for wanted in group:
        for document in _documents_for(wanted, sources):
            try:
                text = sources.text(document)
            except (DocumentNotFound, DocumentUnreadable):
                continue
            if wanted.quote is None:
                return Place(document, *sources.place(document, 0), "", "", text[:CONTEXT])
            span = find_words(text, wanted.quote)
            if span is not None:
                before, after = text[max(0, span.start - CONTEXT) : span.start], text[span.end : span.end + CONTEXT]
                return Place(document, *sources.place(document, span.start), before, span.of(text), after)
    return None


def _outcome(assistant: Assistant, sources: Library, question: GoldQuestion, k: int) -> Outcome:
    hits: tuple[Hit, ...] = ()
    answer: Answer | None = None
    try:
        for event in assistant.ask(question.question, question.history):
            if isinstance(event, Retrieved):
                hits = event.hits
            elif isinstance(event, Finished):
                answer = event.answer
    except ModelError as error:
        return _failed(question, hits[:k], error)
    assert answer is not None, "the assistant's events ended without an answer"
    if len(hits) < k:
        hits = tuple(assistant.search(question.question, question.history, k))
    return judged(question, answer, hits[:k], sources)


def _failed(question: GoldQuestion, hits: Sequence[Hit], error: Askv4Error) -> Outcome:
    passages = [(plain(hit.text), hit.document.document) for hit in hits]
    ranks = tuple(_first(group, passages) for group in question.groups)
    return Outcome(question, "failed", False, ranks, tuple(False for _ in ranks), error=error.line)


def _first(group: Sequence[Wanted], texts: Sequence[tuple[str, str]]) -> int | None:
    """The place, from 1, of the first of `texts` (plain text, document) that shows one of the group; None when none does."""
    quotes = [(None if wanted.quote is None else plain(wanted.quote), wanted.document) for wanted in group]
    for place, (text, document) in enumerate(texts, 1):
        for quote, owner in quotes:
            if owner in (None, document) and (quote is None or shows_plain(text, quote)):
                return place
    return None


def _cited(citation: Citation, sources: Library) -> Cited:
    exact = sources.text(citation.document)[citation.start : citation.end] == citation.quote
    return Cited(citation.document, citation.title, citation.line, citation.page, citation.quote, exact)


def _documents_for(wanted: Wanted, sources: Library) -> Iterator[str]:
    """In which documents the quote is looked for: the one that is named, else those that share most with it."""
    if wanted.document is not None:
        yield wanted.document
        return
    query = fts_query(wanted.quote or "")
    ids = [passage for passage, _ in sources.match(query, _PROPOSED)] if query else []
    stored = sources.passages(ids)
    yield from dict.fromkeys(stored[passage].document.document for passage in ids if passage in stored)
