"""Which sentences of a corpus are compared: those of neighbouring passages of different documents, on the same subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from askv4.answer.conflict.comparing import Contrast, contrasts, is_rumour, is_statement, rumours
from askv4.answer.conflict.subjects import SHARED, Said, Subjects, sentences
from askv4.answer.quote.verdict import Entailment, has_doubt
from askv4.records import StoredPassage

NEIGHBOURS = 6
"""Passages of other documents that each is compared with, the nearest first."""
NEAR = 0.3
"""Cosine from which on two passages are neighbours."""
SAME = 0.5
"""Cosine from which on a statement speaks of what a rumour says."""
SAME_IN_DOUBT = 0.4
"""The same where the statement says that it is not known whether something is so: it goes before one that is nearer."""
MOST_PAIRS = 12
"""Of the sentences of two passages, those that share most."""

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


def neighbours(
    fresh: Sequence[int], documents: Sequence[int], vectors: NDArray[np.float32], compared: NDArray[np.bool_]
) -> Iterator[tuple[int, list[int]]]:
    """For each place in `fresh` the places of its neighbours; of two fresh ones the later has the earlier for its neighbour.

    `documents` and the rows of `vectors` stand for passages; `compared` marks those that are no longer fresh.
    """
    known, of = compared.copy(), np.asarray(documents)
    for place in fresh:
        cosines = vectors @ vectors[place]
        cosines[~known | (of == of[place])] = -1.0
        nearest = np.argsort(-cosines, kind="stable")[:NEIGHBOURS]
        yield place, [int(one) for one in nearest if cosines[one] >= NEAR]
        known[place] = True


def each_once(encode: Encode) -> Encode:
    """The same encoder, which encodes no text twice."""
    known: dict[str, NDArray[np.float32]] = {}

    def encoded(texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, encode(new), strict=True) if new else ())
        return np.array([known[text] for text in texts])

    return encoded


@dataclass(frozen=True)
class Comparer:
    """Holds passages against each other."""

    subjects: Subjects
    entailment: Entailment
    encode: Encode

    def compare(self, pairs: Sequence[tuple[StoredPassage, StoredPassage]]) -> list[Contrast]:
        """What the sentences of these pairs of passages say differently. Raises what the verifier raises."""
        said = {one.passage_id: list(sentences(one)) for pair in pairs for one in pair}
        self.subjects.learn(sentence for of in said.values() for sentence in of)
        beside = [(said[one.passage_id], said[other.passage_id]) for one, other in pairs]
        alike = [pair for one, other in beside for pair in self._alike(one, other)]
        return [*contrasts(alike, self.entailment), *self.rumours(beside, doubts=True)]

    def beside(self, own: Sequence[Said], others: Sequence[Said]) -> list[Contrast]:
        """What the sentences of other documents say differently from these. Raises what the verifier raises."""
        apart = [([one], [other for other in others if other.document != one.document]) for one in own]
        alike = [pair for one, those in apart for pair in self._alike(one, those)]
        return [*contrasts(alike, self.entailment), *self.rumours(apart)]

    def _alike(self, one: Sequence[Said], other: Sequence[Said]) -> list[tuple[Said, Said]]:
        shared = [(self.subjects.shared(a, b), a, b) for a in one for b in other if a.text != b.text and a.may_mean(b)]
        likely = sorted((each for each in shared if each[0] >= SHARED), key=lambda each: -each[0])
        return [(a, b) for _, a, b in likely[:MOST_PAIRS]]

    def rumours(
        self, beside: Sequence[tuple[Sequence[Said], Sequence[Said]]], *, doubts: bool = False
    ) -> list[Contrast]:
        """The rumours among these sentences, each against the statement of another document that is nearest to it.

        With `doubts` a statement that something is not known goes first.
        """
        wanted = [
            (rumour, statement)
            for one_side, other_side in beside
            for own, others in ((one_side, other_side), (other_side, one_side))
            for rumour in own
            if is_rumour(rumour)
            for statement in others
            if is_statement(statement) and statement.may_mean(rumour) and self.subjects.shared(statement, rumour)
        ]
        return rumours(self._nearest(wanted, doubts), self.entailment)

    def _nearest(self, wanted: Sequence[tuple[Said, Said]], doubts: bool) -> list[tuple[Said, Said, float]]:
        """(statement, rumour, strength): the statement of each document that stands against each rumour."""
        texts = list(dict.fromkeys(said.text for pair in wanted for said in pair))
        vector = dict(zip(texts, self.encode(texts), strict=True)) if texts else {}
        best: dict[tuple[str, int, str], tuple[bool, float, Said, Said]] = {}
        for rumour, statement in wanted:
            cosine = float(vector[statement.text] @ vector[rumour.text])
            doubt = doubts and has_doubt(statement.text) and cosine >= SAME_IN_DOUBT
            place = (rumour.document, rumour.span.start, statement.document)
            if (doubt or cosine >= SAME) and (place not in best or (doubt, cosine) > best[place][:2]):
                best[place] = (doubt, cosine, statement, rumour)
        return [
            (statement, rumour, (1 + cosine if doubt else cosine) / 2)
            for doubt, cosine, statement, rumour in best.values()
        ]
