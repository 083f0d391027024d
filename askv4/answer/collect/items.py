"""All things of a kind, where their places say so: rows and lines with a label of that name, sentences with a date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from askv4.answer.collect.asked import AskedItems, asked_items
from askv4.answer.collect.parts import Passages, passages_of, quoted_from
from askv4.answer.evidence.gather import heading_of
from askv4.answer.question.asked_place import stems_of
from askv4.answer.question.question import Question
from askv4.answer.quote.completing import ITEM
from askv4.answer.quote.extractive import Quotation, compose
from askv4.answer.quote.placed import indexed
from askv4.answer.quote.quoting import texts
from askv4.language import en
from askv4.language.dates import dates
from askv4.language.patterns import Pattern
from askv4.language.tokens import plain
from askv4.language.words import words
from askv4.retrieve.query import fts_query
from askv4.text.line_blocks import heads
from askv4.types import Answer, Document, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from askv4.records import Scope, StoredPassage

MOST_ITEMS = 40
"""Lines of the list; the others are counted."""
MOST_HEADED = 15
"""Sentences below a heading of the things' name that are a list of them; more are a text about them."""
MOST_DOCUMENTS = 12
"""Documents that are read whole for dates."""
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
    holding = _holding(asked.things, meant or documents, sources, within)
    headed = _headed(asked.things, holding, text_of)
    sure = bool(meant)
    if LEAST_ITEMS <= len(headed) <= MOST_HEADED:
        listed, what, dated, sure = headed, f"the heading “{asked.things}”", False, True
    elif dated:
        if not asked.of and len(documents) > 1 and reader is None:
            return None  # first what is asked may be said somewhere in so many words
        listed, what, sure = _dated(asked, meant, documents, sources, within, text_of), "a date", True
    else:
        listed, what = list(_labelled(asked.things, holding, text_of)), f"the label “{asked.things}”"
    if not listed or (len(listed) < LEAST_ITEMS and not dated):
        return None
    if not sure and not _likely(question, listed, reader, text_of):
        return None
    text, citations = compose(listed[:MOST_ITEMS], text_of, sources.place)
    among = len({one.hit.document.document for one in listed})
    note = f"{len(listed)} place{'' if len(listed) == 1 else 's'} with {what}, in {among} document{'' if among == 1 else 's'}"
    if dated and "dates" not in words(asked.things):
        note = f"{note}, whether or not all are {asked.things}"
    left = len(listed) - MOST_ITEMS
    return Answer(
        question=question.asked, status="answered", mode="extractive", model=None, answer=text, quoted=text,
        citations=citations, skipped=tuple(sources.skipped()),
        note=f"{note}; the last {left} are left out" if left > 0 else f"{note}: all are shown", confidence=1.0,
    )  # fmt: skip


def _holding(things: str, documents: Sequence[Document], sources: Labels, within: Scope | None) -> list[StoredPassage]:
    """The passages of documents that have a word of the things' name, in the order of the documents."""
    query = fts_query(things)
    ids = [one for one, _ in sources.match(query, MOST_PASSAGES, within)] if query else []
    names = {one.document for one in documents}
    held = [one for one in sources.passages(ids).values() if one.document.document in names]
    return sorted(held, key=lambda one: (one.document.document, one.start))


def _headed(things: str, passages: Sequence[StoredPassage], text_of: Callable[[str], str]) -> list[Quotation]:
    """What stands below the headings that are called as the things are; where it has a list, the items of the list."""
    wanted = stems_of(word for word in words(things) if word not in en.DETERMINERS)
    below = [
        one for passage in passages if stems_of(words(heading_of(passage))) == wanted for one in _sentences(passage)
    ]
    return [one for one in below if _is_item(one.span, text_of(one.hit.document.document))] or below


def _is_item(span: Span, text: str) -> bool:
    """Whether a sentence begins an item of a list."""
    return ITEM.fullmatch(text[text.rfind("\n", 0, span.start) + 1 : span.start]) is not None


def _sentences(passage: StoredPassage) -> list[Quotation]:
    return [quoted_from(passage.document, span, passage) for span in passage.sentences]


def _dated(
    asked: AskedItems,
    meant: Sequence[Document],
    documents: Sequence[Document],
    sources: Labels,
    within: Scope | None,
    text_of: Callable[[str], str],
) -> list[Quotation]:
    """The sentences and rows that give a day, or a month: of the documents that are `meant`, or of what stands below the heading
    that is named."""
    if meant and len(meant) <= MOST_DOCUMENTS:
        passages = [one for document in meant for one in passages_of(document, sources)]
        places = [one for passage in passages for one in _sentences(passage)]
    else:
        places = _headed(asked.of, _holding(asked.of, documents, sources, within), text_of) if asked.of else []
    said = (plain(one.span.of(text_of(one.hit.document.document))) for one in places)
    return [one for one, text in zip(places, said, strict=True) if any(date.days for date in dates(text))]


def _labelled(things: str, passages: Sequence[StoredPassage], text_of: Callable[[str], str]) -> Iterator[Quotation]:
    """The lines and rows that have the things' name as a label, each once of each thing."""
    wanted = stems_of(words(things))
    seen: set[tuple[str | None, str]] = set()
    for passage in passages:
        text = text_of(passage.document.document)
        about = heads(text, passage.sentences)
        for place, span in enumerate(passage.sentences):
            head, said = about.get(place), span.of(text)
            if (head, said) not in seen and any(stems_of(words(label)) == wanted for label in _LABEL.findall(said)):
                seen.add((head, said))
                notes = ((span.start, f"{head}:"),) if head else ()
                yield replace(quoted_from(passage.document, span, passage), notes=notes)


def _likely(
    question: Question, listed: Sequence[Quotation], reader: Scores | None, text_of: Callable[[str], str]
) -> bool:
    """Whether the reader thinks that these lines may answer."""
    first = [f"{one.hit.document.title}: {one.span.of(text_of(one.hit.document.document))}" for one in listed[:READ]]
    return reader is not None and float(reader.scores(question.standalone, first).mean()) >= LIKELY
