"""Which words of a sentence stand for which words of its source."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from askv4.answer.facts.tokens import Token, tokenize
from askv4.answer.facts.units import SCALES, UNITS

_WINDOW = 6


@dataclass(frozen=True)
class Words:
    """The tokens of one or several texts in a row, with what lookups need."""

    texts: tuple[str, ...]

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """All tokens; offsets are those in their own text."""
        return tuple(token for text in self.texts for token in tokenize(text))

    @cached_property
    def clauses(self) -> tuple[int, ...]:
        """The clause of each token, counted through all texts."""
        numbers, base = [], 0
        for text in self.texts:
            own = tokenize(text)
            numbers += [base + token.clause for token in own]
            base += own[-1].clause + 1 if own else 0
        return tuple(numbers)

    @cached_property
    def content(self) -> tuple[int, ...]:
        """Indices of the tokens that say what the text is about."""
        return tuple(i for i, token in enumerate(self.tokens) if token.content)

    @cached_property
    def row(self) -> tuple[int, ...]:
        """Indices of the tokens that are words."""
        return tuple(i for i, token in enumerate(self.tokens) if token.word)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Stem -> indices of the tokens that have it."""
        found: dict[str, list[int]] = {}
        for i in range(len(self.tokens)):
            if self.tokens[i].word:
                found.setdefault(self.tokens[i].stem, []).append(i)
        return found

    @cached_property
    def _around(self) -> dict[int, frozenset[str]]:
        rank = {index: place for place, index in enumerate(self.content)}
        around = {}
        for i in range(len(self.tokens)):
            at = rank.get(i)
            if at is None:
                at = sum(index < i for index in self.content)
            near = self.content[max(0, at - _WINDOW) : at + _WINDOW + 1]
            # Numbers are compared as quantities: "3 million" and "3m" share no word.
            around[i] = frozenset(self.tokens[j].stem for j in near if j != i and not _measures(self.tokens[j]))
        return around

    def around(self, index: int) -> frozenset[str]:
        """Stems of the content words near token `index`, without its own."""
        return self._around[index]


def _measures(token: Token) -> bool:
    return token.stem[0].isdigit() or token.key in SCALES or token.key in UNITS


@lru_cache(maxsize=512)
def _laid(sentence: Words, source: Words) -> tuple[tuple[int, int], ...]:
    """The stretches [from, to) of the sentence's words that stand in `source` in the same order."""
    stems = [[words.tokens[i].stem for i in words.row] for words in (sentence, source)]
    blocks = SequenceMatcher(None, stems[0], stems[1], autojunk=False).get_matching_blocks()
    return tuple((block.a, block.a + block.size) for block in blocks if block.size)


def steady(sentence: Words, source: Words, span: tuple[int, int]) -> bool:
    """Whether the tokens [span) of `sentence` stand in `source` too, with the word before or after them."""
    inner = {i for i in sentence.row if span[0] <= i < span[1]}
    return any(inner < set(sentence.row[first:last]) for first, last in _laid(sentence, source))
