"""Which words of a sentence stand for which words of its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from askv4.answer.facts.tokens import Token, tokenize

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
            around[i] = frozenset(self.tokens[j].stem for j in near if j != i)
        return around

    def around(self, index: int) -> frozenset[str]:
        """Stems of the content words near token `index`, without its own."""
        return self._around[index]


def nearness(one: Words, i: int, other: Words, j: int) -> float:
    """Share of the content words around token `i` that also stand around token `j`, 0 to 1; 1 when there are none."""
    mine = one.around(i)
    return len(mine & other.around(j)) / len(mine) if mine else 1.0


def best_place(sentence: Words, i: int, source: Words, places: Sequence[int]) -> int:
    """That of `places` in the source whose surroundings are most like those of the sentence's token `i`."""
    return max(places, key=lambda j: (nearness(sentence, i, source, j), -j))


@dataclass(frozen=True, slots=True)
class Replaced:
    """Words of a sentence that stand where its source has others, between words that both have."""

    sentence: tuple[int, int]
    source: tuple[int, int]
    before: int
    """How many words in a row agree right before it; at either end of the sentence, half of those on the other side."""
    after: int


@lru_cache(maxsize=512)
def _laid(sentence: Words, source: Words) -> tuple[tuple[str, int, int, int, int], ...]:
    """The edits that make `sentence` of `source`, over their words: (kind, from, to in the sentence, from, to in the source)."""
    stems = [[words.tokens[i].stem for i in words.row] for words in (sentence, source)]
    return tuple(SequenceMatcher(None, stems[0], stems[1], autojunk=False).get_opcodes())


def agreement(sentence: Words, source: Words) -> int:
    """How many words of `sentence` stand in `source` in the same order."""
    return sum(b - a for kind, a, b, _c, _d in _laid(sentence, source) if kind == "equal")


def steady(sentence: Words, source: Words, span: tuple[int, int]) -> bool:
    """Whether the tokens [span) of `sentence` stand in `source` too, with the word before or after them."""
    for kind, a, b, _c, _d in _laid(sentence, source):
        inner = [i for i in sentence.row[a:b] if span[0] <= i < span[1]]
        if kind == "equal" and inner and b - a > len(inner):
            return True
    return False


def replacements(sentence: Words, source: Words) -> Iterator[Replaced]:
    """Where `sentence`, laid along `source`, has other words."""
    codes = _laid(sentence, source)
    mine, theirs = sentence.row, source.row
    for place, (kind, a, b, c, d) in enumerate(codes):
        if kind != "replace":
            continue
        before = codes[place - 1][2] - codes[place - 1][1] if place else 0
        after = codes[place + 1][2] - codes[place + 1][1] if place + 1 < len(codes) else 0
        if not place or place + 1 == len(codes):
            before, after = (before + after) // 2, (before + after) // 2
        yield Replaced((mine[a], mine[b - 1] + 1), (theirs[c], theirs[d - 1] + 1), before, after)
