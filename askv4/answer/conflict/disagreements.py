"""Answers to where the documents of a corpus disagree: both sides of each difference quoted, the most telling first.

Passages are compared when somebody asks for the first time, and what was found is kept: later only new ones are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from askv4.answer.conflict.asked import asked_disagreement
from askv4.answer.conflict.comparing import Contrast
from askv4.answer.conflict.conflicts import Difference, as_conflict
from askv4.answer.conflict.pairing import Comparer, each_once, neighbours
from askv4.answer.conflict.subjects import Said, Subjects
from askv4.answer.conflict.telling import Cited, told_of
from askv4.answer.conflict.unasked import Near, unasked
from askv4.answer.evidence.assess import Evidence, ScoredSentence
from askv4.answer.evidence.gather import Lexicon
from askv4.answer.overview.overview import Encodes
from askv4.answer.question.asked_place import stems_of
from askv4.answer.question.question import Question
from askv4.answer.quote.placed import Listing, indexed
from askv4.answer.quote.quoting import Sources
from askv4.answer.quote.verdict import Entailment
from askv4.language.en import ALL_DOCUMENTS, DOCUMENT_WORDS, STOP_WORDS
from askv4.language.words import capital, words
from askv4.records import Scope, StoredContrast, chunks
from askv4.types import Answer, Citation, Conflict

if TYPE_CHECKING:
    from askv4.records import StoredPassage

RULES = "4"
"""Raise it with every change of what is found."""
AT_ONCE = 64
"""Passages whose contrasts are kept together; who interrupts loses no more."""
MANY = 100
"""From so many passages on it is said that comparing takes a while."""
SHOWN = 20
SERIES = 3
"""Where so many documents give as many other values, each speaks of its own: forms, annual reports, curricula."""
NOTHING = "The documents say nothing different{about}, as far as askv4 can tell."


class Compared(Sources, Lexicon, Listing, Protocol):
    """What this needs of the catalogue."""

    def passages(self, ids: Iterable[int]) -> dict[int, StoredPassage]: ...
    def vectors(self, encoder: str, keys: Sequence[str]) -> dict[str, bytes]: ...


class Kept(Protocol):
    """What keeps what was found."""

    def passages(self) -> dict[int, tuple[str, int]]: ...
    def compared(self, made_by: str) -> set[int]: ...
    def begin(self, made_by: str) -> bool: ...
    def keep(self, contrasts: Iterable[StoredContrast], compared: Iterable[int]) -> None: ...
    def all(self) -> list[StoredContrast]: ...


class Weights(Entailment, Protocol):
    """The verifier, with its name."""

    @property
    def identity(self) -> str: ...


class Disagreements:
    """Where the documents in a part of the corpus (None: in all) say different things."""

    def __init__(
        self,
        sources: Compared,
        kept: Kept,
        encoder: Encodes,
        entailment: Weights,
        within: Scope | None = None,
        narrate: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._sources, self._kept, self._encoder = sources, kept, encoder
        self._entailment, self._within, self._narrate = entailment, within, narrate

    def answer(self, question: Question) -> Answer | None:
        """The disagreements that a question asks for; None where it asks for something else. Raises VerifierMissing."""
        asked = asked_disagreement(question)
        return None if asked is None else self.about(asked, question)

    def about(self, topic: str, question: Question) -> Answer:
        """Where documents disagree, about a topic or, where that is empty, about anything. Raises VerifierMissing."""
        told = self._on(topic, list(_once(_of_one_thing(list(self._told(self.up_to_date()))))))
        text, citations, conflicts = self._listed(told[:SHOWN])
        left = f"{len(told) - SHOWN} more are left: name a topic." if len(told) > SHOWN else None
        return Answer(
            question=question.asked, status="answered" if told else "not_in_sources", mode="extractive", model=None,
            answer=text or NOTHING.format(about=f" about {topic}" if topic else ""), quoted=text, citations=citations,
            conflicts=conflicts, skipped=tuple(self._sources.skipped()),
            note=left, confidence=1.0 if told else 0.0,
        )  # fmt: skip

    def unasked(
        self, question: Question, evidence: Evidence, quoted: Sequence[ScoredSentence], near: Near
    ) -> list[Difference]:
        """What other documents say against the sentences quoted. Raises VerifierMissing."""
        return unasked(question, evidence, quoted, near, self._comparer)

    @property
    def _comparer(self) -> Comparer:
        return Comparer(Subjects(self._sources), self._entailment, each_once(self._encoder.encode_passages))

    def up_to_date(self) -> list[StoredContrast]:
        """All contrasts of the corpus, the most telling first; what is new since the last time is compared before."""
        made_by = f"{RULES} {self._entailment.identity} {self._encoder.identity}"
        passages = self._kept.passages()
        done = self._kept.compared(made_by) & passages.keys()
        fresh = [one for one in passages if one not in done]
        if not fresh:
            return self._kept.all()
        keeping = self._kept.begin(made_by)
        if len(fresh) >= MANY:
            self._narrate(f"comparing {len(fresh):,} passages with each other, once; what is done is kept")
        unkept: list[StoredContrast] = []
        for compared, contrasts in self._compared(passages, done, fresh):
            if keeping:
                self._kept.keep(contrasts, compared)
            else:
                unkept += contrasts
        return sorted([*self._kept.all(), *unkept], key=lambda one: -one.strength) if unkept else self._kept.all()

    def _compared(
        self, passages: dict[int, tuple[str, int]], done: set[int], fresh: Sequence[int]
    ) -> Iterator[tuple[list[int], list[StoredContrast]]]:
        ids = list(passages)
        places = {one: place for place, one in enumerate(ids)}
        comparer = self._comparer
        vectors = self._vectors([key for key, _ in passages.values()])
        near = neighbours(
            [places[one] for one in fresh], [document for _, document in passages.values()], vectors,
            np.array([one in done for one in ids], dtype=np.bool_),
        )  # fmt: skip
        for chunk in chunks(near, AT_ONCE):
            wanted = [(ids[place], ids[other]) for place, others in chunk for other in others]
            there = self._sources.passages({one for pair in wanted for one in pair})
            pairs = [(there[one], there[other]) for one, other in wanted if one in there and other in there]
            yield [ids[place] for place, _ in chunk], [_stored(one) for one in comparer.compare(pairs)]

    def _vectors(self, keys: Sequence[str]) -> NDArray[np.float32]:
        kept = self._sources.vectors(self._encoder.identity, keys)
        nothing = np.zeros(self._encoder.dimension, dtype="<f4").tobytes()
        rows = b"".join(kept.get(key, nothing) for key in keys)
        return np.frombuffer(rows, dtype="<f4").reshape(len(keys), self._encoder.dimension)

    def _told(self, contrasts: Sequence[StoredContrast]) -> Iterator[Contrast]:
        """The contrasts with their sentences, of documents in the part of the corpus."""
        asked = {one.document for one in indexed(self._sources, self._within)}
        there = self._sources.passages({one for contrast in contrasts for one in (contrast.one, contrast.other)})
        for contrast in contrasts:
            sides = ((contrast.one, contrast.one_start), (contrast.other, contrast.other_start))
            said = [one for passage, start in sides if passage in there and (one := _sentence(there[passage], start))]
            if len(said) < 2 or not all(one.document in asked for one in said):
                continue
            # What is told must stand in the sentences: a letter in the index may have changed.
            if all(words in one.text for one, words in zip(said, contrast.said, strict=True)):
                yield Contrast(said[0], said[1], contrast.sort, contrast.said, contrast.strength)

    def _on(self, topic: str, contrasts: Sequence[Contrast]) -> list[Contrast]:
        """Those about a topic: either sentence or what stands around it has all words that say what it is."""
        said = [word for word in words(topic) if word not in STOP_WORDS | ALL_DOCUMENTS | DOCUMENT_WORDS]
        wanted = stems_of(said)
        return [one for one in contrasts if wanted <= one.one.context | one.other.context]

    def _listed(self, contrasts: Sequence[Contrast]) -> tuple[str, tuple[Citation, ...], tuple[Conflict, ...]]:
        """A line on each difference with both sides quoted below it, what they cite, and the differences."""
        cited, lines, conflicts = Cited(self._sources), [], []
        for contrast in contrasts:
            difference = told_of(contrast)
            sides = [cited.number(claim, said) for claim, said in zip(difference.both, difference.said, strict=True)]
            conflict = as_conflict(difference, sides)
            reason = f"{capital(conflict.reason)}."
            lines.append("\n".join([reason, *map(cited.line, sides)]))
            conflicts.append(conflict)
        return "\n\n".join(lines), tuple(cited.citations), tuple(conflicts)


def _sentence(passage: StoredPassage, start: int) -> Said | None:
    places = (place for place, span in enumerate(passage.sentences) if span.start == start)
    return next((Said(passage, passage.sentences[place], place) for place in places), None)


def _stored(one: Contrast) -> StoredContrast:
    return StoredContrast(
        one.one.passage.passage_id, one.one.span.start, one.other.passage.passage_id, one.other.span.start, one.sort,
        one.said, one.strength,
    )  # fmt: skip


def _of_one_thing(contrasts: Sequence[Contrast]) -> Iterator[Contrast]:
    """The contrasts without those of series."""
    others: dict[tuple[str, int], set[str]] = {}
    for one in contrasts:
        for side, said in ((one.one, one.said[1]), (one.other, one.said[0])):
            others.setdefault((side.document, side.span.start), set()).add(said)
    for one in contrasts:
        sides = ((side.document, side.span.start) for side in (one.one, one.other))
        if one.sort not in ("figure", "date") or all(len(others[side]) < SERIES for side in sides):
            yield one


def _once(contrasts: Iterable[Contrast]) -> Iterator[Contrast]:
    """The most telling of those that say the same again: the same words in the same documents, the same rumour."""
    seen = set()
    for one in contrasts:
        said = (one.other.span.start,) if one.sort == "rumour" else one.said
        place = (one.one.document, one.other.document, one.sort, said)
        if place not in seen:
            seen.add(place)
            yield one
