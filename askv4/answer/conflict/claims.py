"""What a document answers: the words of a sentence that the reader points at, and whether two of them say the same.

What can be compared exactly is: an amount in another unit or rounded, a date given in part, a name in full.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from askv4.answer.evidence.assess import ScoredSentence
from askv4.language import amounts, moments
from askv4.language.amounts import Amount
from askv4.language.en import ADDING, TITLES
from askv4.language.moments import Moment
from askv4.language.names import Name, known, knows, names
from askv4.language.patterns import Pattern
from askv4.language.tokens import plain, tokenize
from askv4.language.units import units_of
from askv4.retrieve.reranker import titled
from askv4.types import Document, Span

_ADDED = Pattern(rf"[,;:]\s|\s(?:\(|(?:{ADDING})\s)", re.I)
"""Where a sentence goes on to something else."""
_RATE = Pattern(r"\s?(?:/|per\b|an?\b)\s?(\w+)")
_Value = TypeVar("_Value", Moment, Amount, Name)


@dataclass(frozen=True, eq=False)
class Claim:
    """A sentence that speaks for its document, and the words in it that answer."""

    scored: ScoredSentence
    text: str
    """The sentence, which `plain` has been through."""
    at: Span
    """Where the words that answer stand in it."""

    @property
    def document(self) -> Document:
        """Whose sentence it is."""
        return self.scored.candidate.hit.document

    @property
    def probability(self) -> float:
        """That the sentence belongs to the answer, 0 to 1."""
        return self.scored.probability

    @cached_property
    def words(self) -> str:
        """The words that answer, with all of the amount, date or name that they are part of."""
        whole = self._whole
        return self.text[whole.start : whole.end].rstrip(" .,")

    @cached_property
    def source(self) -> str:
        """The sentence after the one before it and the title, which tell what it is about."""
        candidate = self.scored.candidate
        hit = candidate.hit
        first = hit.sentences[max(0, candidate.position - 1)]
        return titled(hit, plain(hit.text[first.start - hit.start : candidate.span.end - hit.start]))

    def with_words(self, words: str) -> str:
        """The sentence with other words where its own answer stands, without what it adds behind the clause of the answer."""
        start = self._whole.start
        return f"{self.text[:start]}{words}{_clause(self.text[start + len(self.words) :])}"

    def after_amount(self) -> str:
        """What stands behind the amount in its clause, which must hold one."""
        assert self.amount is not None
        return _clause(self.text[tokenize(self.text)[self.amount.last - 1].end :])

    @cached_property
    def moment(self) -> Moment | None:
        """The date that the words are, or a part of."""
        return next(self._held(moments.moments(self.text)), None)

    @cached_property
    def amount(self) -> Amount | None:
        """The amount that the words are part of, unless it belongs to a name: "Kestrel 8"."""
        held = self._held(amounts.amounts(self.text))
        return next((one for one in held if not any(name.first < one.first <= name.last for name in self.names)), None)

    @property
    def rate(self) -> frozenset[str]:
        """What the amount is for each of, as the hour in "50 km/h"; empty where it is for none."""
        rate = _RATE.match(self.text, tokenize(self.text)[self.amount.last - 1].end) if self.amount else None
        return units_of(rate[1].lower()) or frozenset({rate[1].lower()}) if rate else frozenset()

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The names among the words."""
        return tuple(self._held(names(self.text)))

    @property
    def exact(self) -> bool:
        """Whether the words are an amount, a date or a name."""
        return bool(self.moment or self.amount or self.names)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of the words that carry meaning, without "Mrs" and the like."""
        return frozenset(token.stem for token in tokenize(self.words) if token.content and token.key not in TITLES)

    @cached_property
    def _whole(self) -> Span:
        tokens = tokenize(self.text)
        held = [one for one in (self.moment, self.amount, *self.names) if one is not None]
        start = min((tokens[one.first].start for one in held), default=self.at.start)
        if unicodedata.category(self.text[start - 1 : start] or " ") == "Sc":  # the sign of a currency
            start -= 1
        end = max((tokens[one.last - 1].end for one in held), default=self.at.end)
        return Span(min(start, self.at.start), max(end, self.at.end))

    def _held(self, values: Iterable[_Value]) -> Iterator[_Value]:
        tokens = tokenize(self.text)
        for one in values:
            if tokens[one.first].start < self.at.end and tokens[one.last - 1].end > self.at.start:
                yield one


def _clause(text: str) -> str:
    added = _ADDED.search(text)
    return f"{text[: added.start()]}." if added else text


def claim_of(scored: ScoredSentence) -> Claim | None:
    """What a sentence answers by the words that the reader points at; None where it points at none."""
    if scored.answer is None:
        return None
    raw, start = scored.candidate.text, scored.candidate.span.start
    text, words = plain(raw), plain(raw[scored.answer.start - start : scored.answer.end - start])
    # The plain text has other offsets than the document's.
    at = text.find(words, max(0, len(plain(raw[: scored.answer.start - start])) - 1))
    return Claim(scored, text, Span(at, at + len(words))) if words and at >= 0 else None


def verdict_of(scored: ScoredSentence) -> Claim:
    """A sentence that affirms or denies as a whole."""
    text = plain(scored.candidate.text)
    return Claim(scored, text, Span(0, len(text)))


def agree(one: Claim, other: Claim) -> bool | None:
    """Whether two claims may be the same; None where they cannot be compared: dollars and euros, a date and a name."""
    if one.moment and other.moment:
        return moments.agree(one.moment, other.moment)
    if one.amount and other.amount:
        rates = [claim.rate for claim in (one, other)]
        return None if all(rates) and not rates[0] & rates[1] else amounts.agree(one.amount, other.amount)
    if one.stems <= other.stems or other.stems <= one.stems:
        return True
    if bool(one.moment or one.amount) != bool(other.moment or other.amount):
        return None
    return _known(one, other) or _known(other, one)


def comparable(one: Claim, other: Claim) -> bool:
    """Whether both are amounts, or both dates: what `agree` says of them is exact."""
    return bool((one.moment and other.moment) or (one.amount and other.amount))


def _known(one: Claim, other: Claim) -> bool:
    """Whether all that the one names is named by the other: "Mrs Hale" by "Mina Hale"."""
    source = known((other.words,))
    return bool(one.names) and not any(knows(source, name) for name in one.names)


def sort_of(one: Claim, other: Claim) -> str:
    """In what two claims differ."""
    if one.moment and other.moment:
        return "date"
    if one.amount and other.amount:
        return "figure"
    return "name" if one.names and other.names else "wording"
