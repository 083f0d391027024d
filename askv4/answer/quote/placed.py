"""Answers from a place that the question names by number: a clause, a step, a page, a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol

from askv4.answer.question.asked_place import AskedPlace, asked_place, further_words, names_place, stems_of
from askv4.answer.question.question import Question
from askv4.answer.quote.extractive import Quotation, compose
from askv4.answer.quote.quoting import Sources, texts
from askv4.language.words import words
from askv4.text.loaders import format_of
from askv4.types import Answer, Document, Hit, Numbered, Span

if TYPE_CHECKING:
    from askv4.records import Scope, StoredPassage

MOST_PLACES = 4
"""Places of one number that are shown; the others are counted."""
MOST_CHARACTERS = 4_000
"""Of a longer place its beginning is quoted."""
_CLAUSES = frozenset({"section", "clause", "article"})
"""What one contract calls a clause another calls a section."""
_PAGED = {"page": ("PDF", "plain text", "PowerPoint", "OpenDocument"), "slide": ("PowerPoint", "OpenDocument")}


class Listing(Protocol):
    """What knows all files of the corpus."""

    def documents(self, within: Scope | None = None) -> list[Document]: ...


class Places(Sources, Listing, Protocol):
    """What this needs of the catalogue."""

    def numbered(self, numbers: Sequence[str], within: Scope | None = None) -> list[tuple[str, Numbered]]: ...
    def sorts(self, within: Scope | None = None) -> dict[str, frozenset[str]]: ...
    def pages(self, document: str) -> tuple[int, ...]: ...
    def passages_between(self, document: str, start: int, end: int) -> list[StoredPassage]: ...


@dataclass(frozen=True, slots=True)
class _Place:
    document: Document
    span: Span
    rank: int
    """How well it fits what was asked, 0 best."""


class _Inside:
    """Sources whose sentences have neighbours in the same place alone."""

    def __init__(self, sources: Sources, places: Sequence[_Place]) -> None:
        self._sources, self._places = sources, places
        self.text, self.place, self.skipped = sources.text, sources.place, sources.skipped

    def neighbours(self, document: str, start: int, end: int, before: int, after: int) -> list[Span]:
        """As those of the catalogue."""
        near = self._sources.neighbours(document, start, end, before, after)
        inside = [one.span for one in self._places if one.document.document == document]
        return [span for span in near if any(one.start <= span.start and span.end <= one.end for one in inside)]


class PlaceFinder:
    """Finds the place that one question names, among the documents in a folder of the corpus (None: in all)."""

    def __init__(self, question: Question, asked: AskedPlace, sources: Places, within: Scope | None) -> None:
        self._question, self._asked, self._sources, self._within = question, asked, sources, within
        self._text_of = texts(sources)
        self._further = further_words(asked.rest)
        self._documents = {one.document: one for one in indexed(sources, within)}
        self._places = self._chosen()

    @classmethod
    def of(cls, question: Question, sources: Places, within: Scope | None) -> PlaceFinder | None:
        """A finder for a question that names a place; None for one that does not."""
        asked = asked_place(question.asked)
        return None if asked is None else cls(question, asked, sources, within)

    @property
    def exists(self) -> bool:
        """Whether there is such a place."""
        return bool(self._places)

    @property
    def rest(self) -> Question:
        """What is asked about the place, as a question of its own."""
        return Question(self._asked.rest, self._question.history)

    def whole(self) -> Answer | None:
        """The place quoted in full; None when something in it or beside it is asked for."""
        asks_more = any(self._further - own_words(one.document) for one in self._places)
        return None if not self._places or asks_more or self._asked.beside else self._quoted(self._places)

    def with_words(self) -> Answer | None:
        """The sentences of the place that have all the words that the question has besides; None where there are none."""
        holding = []
        for place in self._places if not self._asked.beside else ():
            text, wanted = self._text_of(place.document.document), self._further - own_words(place.document)
            sentences = [span for hit in self._hits_of(place) for span in hit.sentences]
            holding += [replace(place, span=one) for one in sentences if wanted <= stems_of(words(one.of(text)))]
        return self._quoted(holding) if holding and self._further else None

    @property
    def sources(self) -> Sources:
        """The sources, of which nothing beside the place is brought along."""
        return _Inside(self._sources, self._places)

    def hits(self) -> list[Hit]:
        """The passages of the place, cut to it."""
        hits = [hit for place in self._places for hit in self._hits_of(place)]
        return [replace(hit, rank=rank) for rank, hit in enumerate(hits, 1)]

    def missing(self, hits: Iterable[Hit]) -> str | None:
        """That there is no such place, in a sentence; None where the question may mean something else.

        `hits` are what a search found for the question: where their text speaks of the place, that may be the answer.
        """
        asked = self._asked
        if self._places or not any(map(str.isdigit, asked.numbers[0])) or not asked.sort:
            return None
        about = [one for one in self._documents.values() if self._further <= own_words(one)]
        if (self._further and not about) or any(names_place(hit.text, asked) for hit in hits):
            return None
        known = self._sources.sorts(self._within)
        family = {"", *_CLAUSES} if asked.sort in _CLAUSES else {"", asked.sort}
        if not any(self._has_pages(one) or not family.isdisjoint(known.get(one.document, ())) for one in about):
            return None
        where = about[0].document if len(about) == 1 else f"any of the {len(about)} documents"
        return f"There is no {asked.said} in {where}."

    def _chosen(self) -> list[_Place]:
        """The places that fit best: of the documents that the question names, where it names one that has it."""
        places = [*self._paged(), *self._numbered()]
        named = {one.document.document: len(self._further & own_words(one.document)) for one in places}
        most = max(named.values(), default=0)
        places = [one for one in places if named[one.document.document] == most]
        best = min((one.rank for one in places), default=0)
        return [one for one in places if one.rank == best]

    def _numbered(self) -> list[_Place]:
        asked = self._asked
        kept: dict[tuple[str, int, int], _Place] = {}
        for name, one in self._sources.numbered(asked.numbers, self._within):
            rank = _rank(asked, one)
            if rank is None or name not in self._documents:
                continue
            place = _Place(self._documents[name], one.span, rank)
            # A table of contents has the number, too. Steps of several lists are all steps.
            key = (name, rank, one.span.start if asked.sort == "step" else 0)
            if key not in kept or _length(kept[key]) < _length(place):
                kept[key] = place
        return list(kept.values())

    def _paged(self) -> list[_Place]:
        asked = self._asked
        number = int(asked.numbers[0]) if len(asked.numbers) == 1 and asked.numbers[0].isdigit() else 0
        places = []
        for document in self._documents.values() if asked.sort in _PAGED and number else ():
            if not self._has_pages(document) or number > (document.pages or 0):
                continue
            text, starts = self._text_of(document.document), self._sources.pages(document.document)
            end = starts[number] if number < len(starts) else len(text)
            span = Span(starts[number - 1], starts[number - 1] + len(text[starts[number - 1] : end].rstrip()))
            if span.end > span.start:
                places.append(_Place(document, span, 0))
        return places

    def _has_pages(self, document: Document) -> bool:
        known = format_of(document.document)
        return bool(document.pages) and known is not None and known.name in _PAGED.get(self._asked.sort, ())

    def _hits_of(self, place: _Place) -> list[Hit]:
        text, span = self._text_of(place.document.document), place.span
        hits: list[Hit] = []
        for one in self._sources.passages_between(place.document.document, span.start, span.end):
            start, end = max(one.start, span.start), min(one.end, span.end)
            sentences = (Span(max(s.start, start), min(s.end, end)) for s in one.sentences)
            kept = tuple(sentence for sentence in sentences if sentence.start < sentence.end)
            hits.append(
                Hit(
                    rank=len(hits) + 1, score=1.0, passage_id=one.passage_id, document=place.document, start=start, end=end,
                    line=one.line, page=one.page, heading=one.heading, text=text[start:end], sentences=kept,
                )
            )  # fmt: skip
        return hits

    def _quoted(self, places: Sequence[_Place]) -> Answer:
        notes, quoted = [], []
        for place in places[:MOST_PLACES]:
            hits, span = self._hits_of(place), place.span
            if _length(place) > MOST_CHARACTERS:
                ends = [s.end for hit in hits for s in hit.sentences if s.end <= span.start + MOST_CHARACTERS]
                span = Span(span.start, max(ends, default=span.start + MOST_CHARACTERS))
                notes.append(f"quoted are the first {span.end - span.start:,} of {_length(place):,} characters")
            hit = hits[0] if hits else _bare_hit(place)
            quoted.append(Quotation(hit, span, 1.0, sentences=(span,)))
        if len(places) > MOST_PLACES:
            notes.append(f"{len(places) - MOST_PLACES} more places have this number: name the document")
        text, citations = compose(quoted, self._text_of, self._sources.place)
        return Answer(
            question=self._question.asked, status="answered", mode="extractive", model=None, answer=text, quoted=text,
            citations=citations, skipped=tuple(self._sources.skipped()), note="; ".join(notes) or None, confidence=1.0,
        )  # fmt: skip


def indexed(sources: Listing, within: Scope | None) -> list[Document]:
    """The documents in a part of the corpus that could be read."""
    return [one for one in sources.documents(within) if one.state == "indexed"]


def own_words(document: Document) -> frozenset[str]:
    """Stems of the words by which a document may be called: those of its path, title and kind."""
    path = PurePosixPath(document.document)
    return stems_of(
        words(f"{path.with_suffix('')} {path.suffix} {document.title} {document.kind or ''}".replace("_", " "))
    )


def _rank(asked: AskedPlace, one: Numbered) -> int | None:
    """How well a numbered part fits what a question calls it, 0 best; None where it does not."""
    place = len(one.numbers) - len(asked.numbers)
    sort, above = one.sorts[place], one.sorts[:place]
    if sort and sort == asked.sort:
        return 0
    if sort:
        return 1 if not asked.sort or (sort in _CLAUSES and asked.sort in _CLAUSES) else None
    if asked.sort == "step":
        return 2 if one.headed else 1
    if asked.sort in ("row", "annex", *above) or asked.sort in _PAGED or not all(above):
        return None  # an item of a list within another clause has another name: (1) of § 4 is not § 1
    return 1 if one.headed or "." in asked.numbers[0] else 2


def _length(place: _Place) -> int:
    return place.span.end - place.span.start


def _bare_hit(place: _Place) -> Hit:
    span = place.span
    return Hit(1, 1.0, 0, place.document, span.start, span.end, None, None, None, "", (span,))
