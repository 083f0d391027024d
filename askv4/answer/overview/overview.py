"""Answers to questions for an overview, made of exact quotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from askv4.answer.collect.asked import asked_comparison
from askv4.answer.overview.asked import asked_overview
from askv4.answer.overview.gist import central, own_summary
from askv4.answer.question.question import Question
from askv4.answer.quote.extractive import Quotation, compose
from askv4.answer.quote.placed import Listing, indexed
from askv4.answer.quote.quoting import Sources, texts
from askv4.types import Answer, Document, Hit, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from askv4.records import Scope, StoredPassage

MOST_DOCUMENTS = 8
"""Documents of a corpus that are told of; the others are counted."""
FEW_DOCUMENTS = 3
"""Of so few a list of their own is quoted whole: cut, it would look complete."""
MOST_SENTENCES = 6
"""Quoted of one document, or of all where several are told of, but at least one of each."""
MOST_POINTS = 12
"""Of a document's own list."""
COMPARED = 400
"""Documents whose middles are compared to choose the most telling; of more of them every second, third ... one."""
READ = 200
"""Passages at a document's beginning that are compared with its middle."""
READ_TO_COMPARE = 20
"""Passages at the beginning of each of many documents, by which those to be told of are chosen."""


_SIDE_BY_SIDE = "what each is about; `askv4 conflicts` lists where documents disagree"


class Overviewed(Sources, Listing, Protocol):
    """What an overview needs of the catalogue."""

    def passages_between(self, document: str, start: int, end: int, most: int) -> list[StoredPassage]: ...
    def vectors(self, encoder: str, keys: Sequence[str]) -> dict[str, bytes]: ...


class Encodes(Protocol):
    """What an overview needs of the index's encoder."""

    @property
    def identity(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class Overviews:
    """Overviews of the documents in a part of the corpus (None: of all)."""

    def __init__(self, sources: Overviewed, encoder: Encodes, within: Scope | None = None) -> None:
        self._sources = sources
        self._encoder = encoder
        self._within = within

    def answer(self, question: Question) -> Answer | None:
        """The overview that a question asks for; None where it asks for something else or nothing can be told."""
        asked = asked_overview(question)
        if asked is not None:
            return self.of(asked.among(self._documents()), question, points=asked.points)
        compared = asked_comparison(question.asked)
        both = compared.documents_among(self._documents()) if compared is not None else ()
        answer = self.of(both, question, points=True) if both else None
        return None if answer is None else replace(answer, note=_SIDE_BY_SIDE)

    def _documents(self) -> list[Document]:
        return indexed(self._sources, self._within)

    def of(self, documents: Sequence[Document], question: Question, *, points: bool = False) -> Answer | None:
        """An overview of these documents; None where none of them has a sentence that tells something.

        With `points` lists of their own are quoted whole where the documents are few.
        """
        meant = sorted(documents, key=lambda one: (-one.passages, one.document))
        documents = self._telling(meant)
        each = max(1, MOST_SENTENCES // max(1, len(documents)))
        whole = len(documents) == 1 or (points and len(documents) <= FEW_DOCUMENTS)
        text_of = texts(self._sources)
        quoted = [one for document in documents for one in self._told(document, each, text_of, whole=whole)]
        if not quoted:
            return None
        text, citations = compose(quoted, text_of, self._sources.place)
        return Answer(
            question=question.asked, status="answered", mode="extractive", model=None, answer=text, quoted=text,
            citations=citations, skipped=tuple(self._sources.skipped()),
            note=_note(meant, len({one.hit.document.document for one in quoted})), confidence=1.0,
        )  # fmt: skip

    def _told(self, document: Document, count: int, text_of: Callable[[str], str], *, whole: bool) -> list[Quotation]:
        text, passages = text_of(document.document), self._passages(document)
        sentences = sorted({span for passage in passages for span in passage.sentences})
        spans = own_summary(text, sentences)[: MOST_POINTS if whole else count]
        if not spans:
            spans = central(text, passages, self._vectors(passages), self._encoder.encode_passages, count)
        return [_quotation(document, passages, span) for span in spans]

    def _passages(self, document: Document, most: int = READ) -> list[StoredPassage]:
        return self._sources.passages_between(document.document, 0, 1 << 62, most)

    def _vectors(self, passages: Sequence[StoredPassage]) -> NDArray[np.float32]:
        """[len(passages), d]; zeros for what is not there yet."""
        kept = self._sources.vectors(self._encoder.identity, [one.key for one in passages])
        nothing = np.zeros(self._encoder.dimension, dtype=np.float32)
        rows = [np.frombuffer(kept[one.key], dtype="<f4") if one.key in kept else nothing for one in passages]
        return np.array(rows, dtype=np.float32).reshape(len(passages), self._encoder.dimension)

    def _telling(self, documents: Sequence[Document]) -> list[Document]:
        """All documents where they are few; else the one nearest to the middle of all, then always the one most unlike those chosen."""
        if len(documents) <= MOST_DOCUMENTS:
            return list(documents)
        compared = list(documents[:: -(-len(documents) // COMPARED)])
        middles = np.array([self._middle(document) for document in compared])
        chosen = [int(np.argmax(middles @ middles.mean(axis=0)))]
        while len(chosen) < min(MOST_DOCUMENTS, len(compared)):
            nearest = (middles @ middles[chosen].T).max(axis=1)
            nearest[chosen] = np.inf
            chosen.append(int(np.argmin(nearest)))
        return [compared[place] for place in chosen]

    def _middle(self, document: Document) -> NDArray[np.float32]:
        middle = self._vectors(self._passages(document, READ_TO_COMPARE)).sum(axis=0)
        return np.asarray(middle / max(float(np.linalg.norm(middle)), 1e-9), dtype=np.float32)


def _quotation(document: Document, passages: Sequence[StoredPassage], span: Span) -> Quotation:
    home = next((one for one in passages if one.start <= span.start < one.end), passages[0])
    hit = Hit(
        rank=1, score=1.0, passage_id=home.passage_id, document=document, start=home.start, end=home.end, line=home.line,
        page=home.page, heading=home.heading, text=home.text, sentences=home.sentences,
    )  # fmt: skip
    return Quotation(hit, span, 1.0, (), (span,))


def _note(meant: Sequence[Document], told: int) -> str | None:
    """How many documents there are, by kind, and how many are told of."""
    if len(meant) == 1:
        return None
    kinds = Counter(one.kind for one in meant if one.kind)
    sorts = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(4))
    left = f"; {told} of them are shown, `askv4 docs` lists all" if told < len(meant) else ""
    return f"{len(meant)} documents{f' ({sorts})' if sorts and len(kinds) <= 4 else ''}{left}"
