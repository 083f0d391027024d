"""Words of a question that no document has, and the word of the documents that was probably meant.

A compound that the documents write otherwise is written as they do, as one word or as two; with a hyphen it is both
(`with_joined`).

Another word is mended only when it is a word to nobody here: no passage holds any form of it, and the encoder's tokenizer, which
knows the common words of its languages whole, has to take it apart. So "carrot" stays "carrot" in a corpus about parrots.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from askv4.language.cjk import is_cjk
from askv4.language.en import STOP_WORDS
from askv4.language.guess import foreign_language
from askv4.language.words import words

LEAST_LETTERS = 5
"""A shorter word has too many neighbours,"""
SHORT_WORD = 4
"""but for two letters that changed places, in one of so many, which no capital makes a name."""
LONG_WORD = 9
"""Letters from which two errors are mended: a letter too many, too few or another, or two that changed places."""
LONGEST_WORD = 40
"""Letters; a longer run is no word, and each way to part it would be looked up."""
TRIED_TERMS = 12
TRIED_PASSAGES = 2
_WORD = re.compile(r"[^\W\d_]+")
_TWO_WORDS = re.compile(r"(?<![^\W_])([^\W\d_]+)(?=([ -])([^\W\d_]+)(?![^\W_]))")
_LONGEST_ENDING = 5
"""Longest suffix that stemming may remove; the index holds stems."""


class Vocabulary(Protocol):
    """What the catalogue knows about words."""

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]: ...
    def stems(self, texts: Sequence[str]) -> list[list[str]]: ...
    def terms_beginning(self, letters: Iterable[str]) -> dict[str, int]: ...
    def texts_with(self, term: str, limit: int) -> list[str]: ...


CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Mended:
    """A question with its mistakes mended, and what was mended: (as written, as meant)."""

    question: str
    changes: tuple[tuple[str, str], ...] = ()

    @property
    def note(self) -> str | None:
        """One line for the reader; None when nothing was changed."""
        said = (f"searched for “{meant}” instead of “{wrote}”, which no document has" for wrote, meant in self.changes)
        return "; ".join(said) or None


def mend(question: str, vocabulary: Vocabulary, count_tokens: CountTokens) -> Mended:
    """`question` with each word that is a mistake replaced by the nearest word of the documents; else as it is."""
    joined = _joined(question, vocabulary)
    for wrote, word in joined.items():
        question = question.replace(wrote, word)
    language = foreign_language(question)
    doubtful = {match[0] for match in _WORD.finditer(question) if _may_be_wrong(match[0], language)}
    seen = vocabulary.document_frequency(sorted(doubtful)) if doubtful else {}
    unseen = sorted(word for word in doubtful if not seen[word])
    if not unseen:
        return Mended(question, tuple(joined.items()))
    pieces = count_tokens([word.lower() for word in unseen])
    meant = {
        word: better
        for word, count in zip(unseen, pieces, strict=True)
        if (better := _better(word, vocabulary, language, known=count == 1))
    }
    changed = _WORD.sub(lambda match: meant.get(match[0], match[0]), question)
    return Mended(changed, (*joined.items(), *meant.items()))


def _joined(question: str, vocabulary: Vocabulary) -> dict[str, str]:
    """Two words of the question that the documents have as one, and never side by side; function words only with a hyphen."""
    pairs = {
        f"{match[1]}{match[2]}{match[3]}": f"{match[1]}{match[3]}"
        for match in _TWO_WORDS.finditer(question)
        if len(match[1] + match[3]) < LONGEST_WORD
        and (match[2] == "-" or STOP_WORDS.isdisjoint((match[1].lower(), match[3].lower())))
        and not is_cjk(match[1] + match[3])
    }
    if not pairs:
        return {}
    seen = vocabulary.document_frequency(pairs.values())
    held = {
        wrote: word
        for wrote, word in pairs.items()
        if seen[word] and _reaches(word, len(re.split(r"[ -]", wrote)[0]), vocabulary)
    }
    apart = vocabulary.document_frequency(held) if held else {}
    return {wrote: word for wrote, word in held.items() if not apart[wrote]}


def _reaches(word: str, first: int, vocabulary: Vocabulary) -> bool:
    """Whether the stem of a word goes on behind its first letters: that of "Achardeating" is "achard"."""
    return any(len(stem) > first for stem in vocabulary.stems([word])[0])


def _may_be_wrong(word: str, language: str | None) -> bool:
    """Whether a word may be a mistake; in another language, whose words the tokenizer takes apart, only a long one."""
    least = LONG_WORD if language else LEAST_LETTERS
    swapped = language is None and len(word) == SHORT_WORD and word.islower()
    long_enough = least <= len(word) <= LONGEST_WORD or swapped
    return long_enough and word.lower() not in STOP_WORDS and not is_cjk(word)


def _better(word: str, vocabulary: Vocabulary, language: str | None, *, known: bool) -> str | None:
    """What was meant by a word; one that the tokenizer has whole is `known`, and no mistake."""
    if known:
        return None if language else _parted(word, vocabulary)
    if len(word) == SHORT_WORD:
        return _swapped(word, vocabulary)
    errors = 2 if len(word) >= LONG_WORD and language is None else 1
    return (None if language else _parted(word, vocabulary)) or _nearest(word, vocabulary, errors)


def _swapped(word: str, vocabulary: Vocabulary) -> str | None:
    """The word of the documents that is this one but for two neighbouring letters; None where there are several."""
    swaps = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)} - {word}
    held = [swap for swap, count in vocabulary.document_frequency(sorted(swaps)).items() if count]
    return held[0] if len(held) == 1 else None


def _parted(word: str, vocabulary: Vocabulary) -> str | None:
    """The two words that a space is missing between, when the documents have them side by side."""
    splits = [
        f"{word[:at]} {word[at:]}" for at in range(3, len(word) - 1) if word[:at].lower() not in STOP_WORDS
    ]  # fmt: skip
    counts = vocabulary.document_frequency(splits)
    best = max(splits, key=lambda split: counts[split], default=None)
    return best if best is not None and counts[best] else None


def _nearest(word: str, vocabulary: Vocabulary, errors: int) -> str | None:
    """The word of the documents that the fewest typing errors lead to; the more frequent one of two."""
    from rapidfuzz.distance import OSA

    wrote = word.lower()
    best: tuple[int, int, str] | None = None
    for term, passages in _near_terms(wrote, vocabulary.terms_beginning(wrote[:2]), errors):
        for text in vocabulary.texts_with(term, TRIED_PASSAGES):
            for other in set(words(text)):
                distance = OSA.distance(wrote, other, score_cutoff=errors)
                if 0 < distance <= errors and (best is None or (distance, -passages, other) < best):
                    best = (distance, -passages, other)
    return _as_written(word, best[2]) if best else None


def _near_terms(wrote: str, terms: dict[str, int], errors: int) -> Iterator[tuple[str, int]]:
    """The index's stems that `wrote` may begin with, but for `errors` errors and one letter that stemming changed."""
    from rapidfuzz.distance import OSA

    near: list[tuple[int, int, str]] = []
    for term, passages in terms.items():
        if len(term) < 3 or not -errors <= len(wrote) - len(term) <= _LONGEST_ENDING + errors or not term.isalpha():
            continue
        distance = min(OSA.distance(wrote[: len(term) + more], term, score_cutoff=errors + 1) for more in (-1, 0, 1))
        if distance <= errors + 1:
            # A long stem that fits says more than a short one.
            near.append((distance - len(term), -passages, term))
    return ((term, -passages) for _, passages, term in sorted(near)[:TRIED_TERMS])


def _as_written(word: str, meant: str) -> str:
    if word.isupper():
        return meant.upper()
    return meant.capitalize() if word[0].isupper() else meant
