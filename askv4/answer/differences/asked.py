"""What a question asks for: the type of answer, what it measures, and the words that tell it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from askv4.answer.differences.amounts import MONEY, PLAIN, Amount, amounts, dimension_of
from askv4.answer.differences.moments import Moment, moments
from askv4.answer.facts.alignment import Words
from askv4.answer.facts.names import names
from askv4.answer.facts.tokens import plain, stem, tokenize
from askv4.answer.facts.units import units_of
from askv4.answer.question import AnswerType, expected_type
from askv4.text.patterns import Pattern

_ASKED_NOUN = Pattern(
    r"\bhow many (?:of the )?((?:[\w'-]+\s){0,3}?[\w'-]+)\b|\b(?:what|which) ([\w'-]+)\b(?<!is|as|re|id|es|do)", re.I
)
_DIMENSIONS = [
    (Pattern(r"\bpercent(?:age)?\b|\bper cent\b|%", re.I), frozenset({"percent"})),
    (Pattern(r"\bhow (?:long|far) (?:did|does|do|has|have|had|will|can|before|until|ago)\b|\bhow old\b|\bduration\b|\bage\b", re.I), frozenset({"time"})),
    (Pattern(r"\bhow long\b", re.I), frozenset({"time", "length"})),
    (Pattern(r"\bhow (?:tall|high|deep|wide|far|big|thick)\b|\b(?:height|depth|width|length|distance|range|altitude)\b", re.I), frozenset({"length"})),
    (Pattern(r"\bhow fast\b|\bspeed\b", re.I), frozenset({"length", "speed"})),
    (Pattern(r"\bhow (?:hot|cold|warm)\b|\btemperature\b", re.I), frozenset({"temperature", "degree"})),
    (Pattern(r"\bhow heavy\b|\bweighs?\b|\bweight\b", re.I), frozenset({"mass"})),
]  # fmt: skip
_KIN = [
    frozenset(map(stem, group.split()))
    for group in (
        "birth born bear", "director direct directed", "creator create created", "author writer write wrote", "founder found founded founding",
        "establish established establishment found founded open opened create created launch launched form formed start started begin began organise organised organize organized", "build built construct constructed construction complete completed erect erected",
        "owner own owns", "leader lead leads led head heads charge charged", "winner win wins won", "inventor invent invented", "designer design designed architect",
        "composer compose composed", "singer artist sing sang recorded performed performer", "population inhabitants people residents", "live people inhabitants",
        "cost costs price priced paid", "height tall high highest tallest", "depth deep deepest", "length long longest", "width wide widest", "weight weigh weighs heavy heaviest", "age old oldest",
        "speed fast", "name named called", "release released published publication", "start begin began", "end finish close", "die died death",
        "marry married husband wife", "hurt injured wounded injuries", "lead leads charge head heads", "kill killed dead deaths died",
    )
]  # fmt: skip
"""Words that ask for and tell the same thing."""
_NAMED: dict[str, frozenset[str]] = {
    kind: frozenset(map(stem, words.split()))
    for kind, words in {
        "number": "number figure total count",
        "money": "amount price sum total",
        "date": "date",
        "person": "name",
    }.items()
}
"""What the answer itself is called: "the number was 14"."""
_EMPTY = frozenset(map(stem, "take place happen occur date year day time month held hold event many much".split()))
"""What is asked with these words is asked of the thing that is named."""


@dataclass(frozen=True)
class Asked:
    """A question, as far as comparing two answers to it needs it."""

    text: str
    kind: AnswerType

    @cached_property
    def words(self) -> Words:
        """Its tokens."""
        return Words((self.text,))

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of all its words."""
        return frozenset(token.stem for token in self.words.tokens if token.word)

    @cached_property
    def names(self) -> frozenset[str]:
        """Stems of the words that name something."""
        return frozenset(
            token.stem for name in names(self.text) for token in self.words.tokens[name.first : name.last] if token.word
        )

    @cached_property
    def content(self) -> frozenset[str]:
        """Stems of the content words."""
        return frozenset(self.words.tokens[i].stem for i in self.words.content)

    @cached_property
    def predicate(self) -> frozenset[str]:
        """Stems of the content words that are no names: what is asked about the thing that is named."""
        return (self.content - self.names) or self.content

    @cached_property
    def telling(self) -> frozenset[str]:
        """The predicate with the words that tell the same: "written" for "author"; all words where it says nothing."""
        if self.predicate <= _EMPTY:
            return self.content
        return self.predicate.union(_NAMED.get(self.kind, ()), *(group for group in _KIN if group & self.predicate))

    @cached_property
    def heads(self) -> frozenset[str]:
        """The words that tell the first thing asked: for "who directed the film" those of directing, not the film's."""
        first = next(
            (self.words.tokens[i].stem for i in self.words.content if self.words.tokens[i].stem in self.predicate), ""
        )
        return frozenset({first}).union(*(group for group in _KIN if first in group))

    @cached_property
    def nouns(self) -> frozenset[str]:
        """Stems of what is counted or chosen from: "people" in "how many people", "chip" in "which chip"."""
        found = _ASKED_NOUN.search(self.text)
        if found is None:
            return frozenset()
        said = frozenset(token.stem for token in tokenize(found.group(1) or found.group(2)) if token.content)
        return said & self.content

    @cached_property
    def dimensions(self) -> frozenset[str] | None:
        """What an amount that answers may measure; None when anything."""
        if self.kind == "money":
            return MONEY
        for pattern, dimensions in _DIMENSIONS:
            if pattern.search(self.text):
                return dimensions
        if re.search(r"\bhow many\b|\bpopulation\b|\bnumber of\b", self.text, re.I):
            counted = frozenset().union(
                *(units_of(token.key) for token in self.words.tokens if token.stem in self.nouns)
            )
            return frozenset().union({dimension_of(unit) for unit in counted}) if counted else frozenset({PLAIN})
        return None

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """The amounts that the question itself names; they answer nothing."""
        return amounts(self.text)

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """The dates that it names."""
        return moments(self.text)


@lru_cache(maxsize=64)
def asked(question: str) -> Asked:
    """The view of a question."""
    text = plain(question)
    return Asked(text, expected_type(question))
