"""All things of a kind, where their places say so: rows and lines with a label of that name, sentences with a date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from askv4.answer.collect.asked import AskedItems, asked_items
from askv4.answer.collect.parts import Passages, passages_of, quoted_from
from askv4.answer.question.asked_place import stems_of
from askv4.answer.question.question import Question
from askv4.answer.quote.extractive import Quotation, compose
from askv4.answer.quote.placed import indexed
from askv4.answer.quote.quoting import texts
from askv4.language import en
from askv4.language.dates import dates
from askv4.language.patterns import Pattern
from askv4.language.tokens import plain
from askv4.language.words import words
from askv4.retrieve.query import fts_query
from askv4.types import Answer, Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from askv4.records import Scope, StoredPassage

MOST_ITEMS = 40
"""Lines of the list; the others are counted."""
MOST_PASSAGES = 500
"""Passages that have the label's word, in which it is looked for."""
LEAST_ITEMS = 2
"""A single line with a label is no list."""
READ = 4
LIKELY = -2.5
"""The reader's logit that the first `READ` of the lines must have on the average where words of the question are not known to mean
documents: they may ask for other things that have such a label."""

_LABEL = Pattern(r"(?:^|;\s)\W{0,3}([^\W\d_][\w /.-]{0,30}?)\s?:\s")


class Labels(Passages, Protocol):
    """What this needs of the catalogue."""

    def match(self, fts_query: str, limit: int, within: Scope | None = None) -> list[tuple[int, float]]: ...
    def passages(self, ids: Sequence[int]) -> dict[int, StoredPassage]: ...


class Scores(Protocol):
    """The reader."""

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]: ...


def items(question: Question, sources: Labels, within: Scope | None, reader: Scores | None = None) -> Answer | None:
    """All things of the kind that a question asks for; None where it asks for something else, or no place says of things that
    they are of this kind. Without a `reader` only where the other words of the question name documents, or there are none."""
    asked = asked_items(question.asked)
    if asked is None:
        return None
    documents = indexed(sources, within)
    meant = asked.among(documents)
    if not meant and reader is None:
        return None
    text_of = texts(sources)
    dated = words(asked.things)[-1] in en.DATED_THINGS
    if dated:
        listed = list(_dated(meant, sources, text_of)) if asked.of or len(documents) == 1 else []
        what = "a date"
    else:
        listed = list(_labelled(asked, meant or documents, sources, within, text_of))
        what = f"the label “{asked.things}”"
    if (
        not listed
        or (len(listed) < LEAST_ITEMS and not dated)
        or (not meant and not _likely(question, listed, reader, text_of))
    ):
        return None
    text, citations = compose(listed[:MOST_ITEMS], text_of, sources.place)
    holding = len({one.hit.document.document for one in listed})
    note = f"{len(listed)} place{'' if len(listed) == 1 else 's'} with {what}, in {holding} document{'' if holding == 1 else 's'}"
    if dated and "dates" not in words(asked.things):
        note = f"{note}, whether or not all are {asked.things}"
    left = len(listed) - MOST_ITEMS
    return Answer(
        question=question.asked, status="answered", mode="extractive", model=None, answer=text, quoted=text,
        citations=citations, skipped=tuple(sources.skipped()),
        note=f"{note}; the last {left} are left out" if left > 0 else f"{note}: all are shown", confidence=1.0,
    )  # fmt: skip


def _dated(meant: Sequence[Document], sources: Labels, text_of: Callable[[str], str]) -> Iterator[Quotation]:
    """The sentences and rows of documents that give a day, or a month."""
    for document in meant:
        text = text_of(document.document)
        for passage in passages_of(document, sources):
            for span in passage.sentences:
                if any(date.days for date in dates(plain(span.of(text)))):
                    yield quoted_from(document, span, passage)


def _labelled(
    asked: AskedItems, meant: Sequence[Document], sources: Labels, within: Scope | None, text_of: Callable[[str], str]
) -> Iterator[Quotation]:
    """The lines and rows that have the things' name as a label, each text once, in the order of the documents."""
    wanted, query = stems_of(words(asked.things)), fts_query(asked.things)
    ids = [one for one, _ in sources.match(query, MOST_PASSAGES, within)] if query else []
    holding = {one.document for one in meant}
    seen: set[str] = set()
    for passage in sorted(sources.passages(ids).values(), key=lambda one: (one.document.document, one.start)):
        for span in passage.sentences if passage.document.document in holding else ():
            said = span.of(text_of(passage.document.document))
            if said not in seen and any(stems_of(words(label)) == wanted for label in _LABEL.findall(said)):
                seen.add(said)
                yield quoted_from(passage.document, span, passage)


def _likely(
    question: Question, listed: Sequence[Quotation], reader: Scores | None, text_of: Callable[[str], str]
) -> bool:
    """Whether the reader thinks that these lines may answer."""
    first = [f"{one.hit.document.title}: {one.span.of(text_of(one.hit.document.document))}" for one in listed[:READ]]
    return reader is not None and float(reader.scores(question.standalone, first).mean()) >= LIKELY
