"""Sentences of different documents that speak of the same thing: by the rare words that they share, titles included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np

from askv4.answer.conflict.claims import Claim
from askv4.answer.evidence.assess import ScoredSentence
from askv4.answer.evidence.gather import CandidateSentence, Lexicon
from askv4.language.en import LEANING
from askv4.language.names import names
from askv4.language.tokens import Token, plain, tokenize
from askv4.language.words import asks, words
from askv4.records import StoredPassage
from askv4.types import Hit, Span

FEWEST_WORDS = 4
LONGEST = 400
"""Characters from which on a "sentence" is a table or a list."""
SHARED = 0.5
"""The share of what is rare in one sentence that the other has."""
FEWEST_SHARED = 2
"""Words that both have: "Born: 7 May" and "Born: 4 May" may be of two people."""
_NOTHING = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Said:
    """A sentence, with what says what it is about."""

    passage: StoredPassage
    span: Span
    position: int

    @cached_property
    def text(self) -> str:
        """The sentence, in plain letters."""
        start = self.passage.start
        return plain(self.passage.text[self.span.start - start : self.span.end - start])

    @property
    def document(self) -> str:
        """Whose sentence it is."""
        return self.passage.document.document

    @property
    def title(self) -> str:
        """Its document's."""
        return self.passage.document.title

    @property
    def comparable(self) -> bool:
        """Whether it says something by itself: no question, heading or table."""
        return len(words(self.text)) >= FEWEST_WORDS and len(self.text) <= LONGEST and not asks(self.text)

    @property
    def whole(self) -> bool:
        """Whether it ends as sentences do: what is said in a label or an item of a list it does not say alone."""
        return self.text.rstrip("\"')]*_").endswith((".", "!", "。"))

    @cached_property
    def edition(self) -> frozenset[str]:
        """The years and codes in its document's title."""
        return frozenset(one.key for one in tokenize(plain(self.title)) if any(map(str.isdigit, one.key)))

    @cached_property
    def claim(self) -> Claim:
        """The sentence as a whole."""
        return self.claim_at(Span(0, len(self.text)))

    def claim_at(self, at: Span) -> Claim:
        """The sentence, with the words at `at` of its text as what it claims."""
        passage = self.passage
        hit = Hit(
            rank=1, score=1.0, passage_id=passage.passage_id, document=passage.document, start=passage.start, end=passage.end,
            line=passage.line, page=passage.page, heading=passage.heading, text=passage.text, sentences=passage.sentences,
        )  # fmt: skip
        candidate = CandidateSentence(hit, self.span, self.text, self.position, self.stems, _NOTHING, _NOTHING)
        return Claim(ScoredSentence(candidate, 0.0), self.text, at)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The words that say what it is about: no figures; with a subject that only points back, those before it, too."""
        own = [one for one in tokenize(self.text) if one.content and not one.text[0].isdigit()]
        first = words(self.text[:40])[:1]
        if first and first[0] in LEANING:
            own += [one for one in tokenize(self.around) if one.content and not one.text[0].isdigit()]
        return tuple(own)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its own words."""
        return frozenset(one.stem for one in self.tokens)

    @property
    def _beside(self) -> tuple[str, str, str]:
        """Title, heading and the sentence before."""
        before = ""
        if self.position:
            span, start = self.passage.sentences[self.position - 1], self.passage.start
            before = self.passage.text[span.start - start : span.end - start]
        return self.title, self.passage.heading or "", before

    @cached_property
    def around(self) -> str:
        """Title, heading and the sentence before."""
        return plain(". ".join(self._beside))

    @cached_property
    def context(self) -> frozenset[str]:
        """The stems of the sentence and of what stands around it."""
        # Each by itself: they stand beside other sentences, too, and are taken apart once.
        beside = (one for text in self._beside for one in tokenize(plain(text)))
        return self.stems | frozenset(one.stem for one in beside if one.content)

    @cached_property
    def named(self) -> frozenset[str]:
        """The names in it and around it."""
        return frozenset(key for name in names(f"{self.around} {self.text}") for key in name.keys)

    def may_mean(self, other: Said) -> bool:
        """Whether no name tells that it is about another thing."""
        return not (self.named and other.named and self.named.isdisjoint(other.named))


def sentences(passage: StoredPassage) -> Iterator[Said]:
    """The sentences of a passage that can be compared."""
    for position, span in enumerate(passage.sentences):
        said = Said(passage, span, position)
        if said.comparable:
            yield said


class Subjects:
    """How rare words are among the passages, and so how much two sentences speak of the same."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._count = max(1, lexicon.passage_count())
        self._rare: dict[str, float] = {}

    def learn(self, said: Iterable[Said]) -> None:
        """Looks up the words of these sentences."""
        terms = {one.stem: one.key for sentence in said for one in sentence.tokens if one.stem not in self._rare}
        frequency = self._lexicon.document_frequency(terms.values())
        self._rare |= {stem: log(1 + self._count / (1 + frequency[key])) for stem, key in terms.items()}

    def shared(self, one: Said, other: Said) -> float:
        """The share, 0 to 1, of what is rare in either sentence that the other has, with what stands around it."""
        if len(one.stems & other.context | other.stems & one.context) < FEWEST_SHARED:
            return 0.0
        return max(self._covered(one, other), self._covered(other, one))

    def _covered(self, one: Said, other: Said) -> float:
        whole = self._weight(one.stems)
        return self._weight(one.stems & other.context) / whole if whole else 0.0

    def _weight(self, stems: Iterable[str]) -> float:
        return sum(self._rare.get(stem, 0.0) for stem in stems)
