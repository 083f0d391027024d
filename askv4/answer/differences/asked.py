"""What a question asks for, and the words of a sentence that may be the answer to it: an amount, a date, a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from askv4.answer.differences.amounts import MONEY, PLAIN, Amount, amounts
from askv4.answer.differences.moments import Moment, moments
from askv4.answer.facts.alignment import Words
from askv4.answer.facts.names import TITLES, Name, names
from askv4.answer.facts.tokens import plain, stem, tokenize
from askv4.answer.facts.units import units_of
from askv4.answer.question import AnswerType, expected_type

_ASKED_NOUN = re.compile(
    r"\bhow many (?:of the )?((?:[\w'-]+\s){0,3}?[\w'-]+)\b|\b(?:what|which) ([\w'-]+)\b(?<!is|as|re|id|es|do)", re.I
)
_DIMENSIONS = [
    (re.compile(r"\bpercent(?:age)?\b|\bper cent\b|%", re.I), frozenset({"percent"})),
    (re.compile(r"\bhow (?:long|far) (?:did|does|do|has|have|had|will|can|before|until|ago)\b|\bhow old\b|\bduration\b|\bage\b", re.I), frozenset({"time"})),
    (re.compile(r"\bhow long\b", re.I), frozenset({"time", "length"})),
    (re.compile(r"\bhow (?:tall|high|deep|wide|far|big|thick)\b|\b(?:height|depth|width|length|distance|range|altitude)\b", re.I), frozenset({"length"})),
    (re.compile(r"\bhow fast\b|\bspeed\b", re.I), frozenset({"length", "speed"})),
    (re.compile(r"\bhow (?:hot|cold|warm)\b|\btemperature\b", re.I), frozenset({"temperature", "degree"})),
    (re.compile(r"\bhow heavy\b|\bweighs?\b|\bweight\b", re.I), frozenset({"mass"})),
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
    for kind, words in {"number": "number figure total count", "money": "amount price sum total", "date": "date", "person": "name"}.items()
}
"""What the answer itself is called: "the number was 14"."""
_EMPTY = frozenset(map(stem, "take place happen occur date year day time month held hold event many much".split()))
"""What is asked with these words is asked of the thing that is named."""
_DEMONYM = re.compile(r"\w+(?:ish|an|ese|ch|ic|i)")
_FRAME = 0.6
"""Share of what is asked that a clause repeats for what it adds to be the answer."""
_FEW = 4
"""The answer has at most so many content words."""
_LISTED = 6
"""From so many values of one type on a sentence is a table or a list, of which none can be taken for the answer."""
_TIED = 6
"""An answer stands at most so many words from a word of what is asked."""
_REJECTED = re.compile(r"\b(?:not|instead of|rather than|and not|never|isn't|wasn't)\s(?:by |in |on |at |the |[$€£¥]){0,2}$", re.I)
_CORRECTED = re.compile(
    r"\b(?:earlier (?:version|report|article|announcement|edition)|previous(?:ly)? (?:version|report\w*|stat\w+|said|gave)|"
    r"wrong(?:ly)?|incorrect(?:ly)?|misstated|misreported|erroneous(?:ly)?|mistaken(?:ly)?|by mistake|in error)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a sentence that answer, where they are no amount, date or name: "made of | carbon fibre"."""

    text: str
    stems: frozenset[str]
    link: str
    """The small word that joins them to what the question says: "of", "by", "are"."""
    first: int
    last: int


Value = Amount | Moment | Name | Wording


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
            counted = frozenset().union(*(units_of(token.key) for token in self.words.tokens if token.stem in self.nouns))
            return frozenset().union(*(_dimension(unit) for unit in counted)) if counted else frozenset({PLAIN})
        return None

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """The amounts that the question itself names; they answer nothing."""
        return amounts(self.text)

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """The dates that it names."""
        return moments(self.text)


def _dimension(unit: str) -> frozenset[str]:
    from askv4.answer.differences.amounts import _SCALES

    return frozenset({_SCALES[unit][0] if unit in _SCALES else unit})


@lru_cache(maxsize=64)
def asked(question: str) -> Asked:
    """The view of a question."""
    text = plain(question)
    return Asked(text, expected_type(question))


@dataclass(frozen=True, slots=True)
class Found:
    """Something of the type asked for, in a sentence."""

    value: Value
    text: str
    nearness: float
    """How near it stands to what the question speaks of; higher is nearer."""
    rejected: bool
    """Whether the sentence says that this is not so: "570, not 750"."""
    tied: bool = False
    """Whether it stands close to a word of what is asked; what does not answers something else."""


def found_amounts(question: Asked, text: str) -> list[Found]:
    """Amounts in `text` that may answer, the likeliest first."""
    wanted, words, found = question.dimensions, Words((text,)), []
    for amount in amounts(text):
        if any(_named_already(amount, other) for other in question.amounts):
            continue
        if amount.year and not (wanted == frozenset({PLAIN}) and "," in amount.text):
            continue
        if wanted is not None and not amount.dimensions & wanted:
            continue
        after = {token.stem for token in words.tokens[amount.last : amount.last + 4]}
        bonus = 2.0 * bool(after & question.nouns)
        found.append(_found(question, words, text, amount, amount.first, amount.last, bonus))
    return _sorted(found)


def _named_already(amount: Amount, other: Amount) -> bool:
    return amount.scales == other.scales


def found_moments(question: Asked, text: str) -> list[Found]:
    """Dates and times in `text` that may answer, the likeliest first."""
    words = Words((text,))
    return _sorted(
        [
            _found(question, words, text, moment, moment.first, moment.last, 0.0)
            for moment in moments(text)
            if not any(moment.same_words(other) for other in question.moments)
        ]
    )


def found_names(question: Asked, text: str) -> list[Found]:
    """Names in `text` that the question does not have, the likeliest first."""
    words, found = Words((text,)), []
    for name in names(text):
        stems = {token.stem for token in words.tokens[name.first : name.last] if token.word}
        if stems <= question.stems or all(key in TITLES for key in name.keys) or all(name.weak):
            continue
        if _describes(words, name) or not _is_what_is_asked(question, words, name):
            continue
        found.append(_found(question, words, text, name, name.first, name.last, 0.0))
    return _sorted(found)


def _is_what_is_asked(question: Asked, words: Words, name: Name) -> bool:
    """Whether a name answers: to "who" and "where" any may, to "which chip" one that stands beside "chip"."""
    if question.kind in ("person", "place"):
        return True
    beside = (*words.tokens[max(0, name.first - 2) : name.first], *words.tokens[name.last : name.last + 2])
    return any(token.stem in question.nouns for token in beside)


def found_wordings(question: Asked, text: str) -> list[Found]:
    """The words that a sentence adds right after what the question says, where it repeats nearly all of that."""
    words = Words((text,))
    for clause in dict.fromkeys(words.clauses):
        inside = [i for i in range(len(words.tokens)) if words.clauses[i] == clause]
        told = [i for i in inside if words.tokens[i].stem in question.content]
        repeated = {words.tokens[i].stem for i in told} & question.predicate
        if len(repeated) < _FRAME * len(question.predicate - question.nouns) or not told:
            continue
        after = [i for i in inside if i > told[-1]]
        first = next((i for i in after if words.tokens[i].content), None)
        if first is None or first - told[-1] > 3 or not any(words.tokens[i].word for i in range(told[-1] + 1, first)):
            continue
        own = [i for i in after if i >= first]
        content = [i for i in own if words.tokens[i].content]
        if len(content) <= _FEW:
            value = Wording(
                text[words.tokens[first].start : words.tokens[own[-1]].end], frozenset(words.tokens[i].stem for i in content),
                words.tokens[first - 1].key if words.tokens[first - 1].key not in ("a", "an", "the") else words.tokens[first - 2].key,
                first, own[-1] + 1,
            )  # fmt: skip
            return [Found(value, value.text.rstrip(" ."), 1.0, bool(_REJECTED.search(text[: words.tokens[first].start])), True)]
    return []


def _describes(words: Words, name: Name) -> bool:
    """Whether the name is an adjective: "Italian" in "Italian singer"."""
    following = words.tokens[name.last : name.last + 1]
    adjective = all(_DEMONYM.fullmatch(key) for key in name.keys) and not any(name.weak)
    return adjective and bool(following) and following[0].content and following[0].text[0].islower()


def _sorted(found: list[Found]) -> list[Found]:
    if len(found) >= _LISTED:
        return []
    return sorted(found, key=lambda one: -one.nearness)


def _found(question: Asked, words: Words, text: str, value: Value, first: int, last: int, bonus: float) -> Found:
    """With its nearness: words of the question around it, less the distance to the nearest one of its predicate."""
    near = len(words.around(first) & question.content)
    gaps = [
        (min(abs(i - first), abs(i - last + 1)), words.clauses[i] != words.clauses[first])
        for i in words.content
        if words.tokens[i].stem in question.telling and not first <= i < last
    ]
    distance = min((gap + 2 * apart for gap, apart in gaps), default=12)
    start = words.tokens[first].start
    clause = _clause_before(text, start)
    rejected = bool(_REJECTED.search(text[:start]) or _CORRECTED.search(clause))
    return Found(value, value.text, near + bonus - 0.25 * distance, rejected, tied=distance <= _TIED or _in_brackets(question, words, first, last))


def _in_brackets(question: Asked, words: Words, first: int, last: int) -> bool:
    """Whether it stands in brackets right after what is asked about: "Bryan (8 February 1900 - 2 March 1977) was"."""
    tokens = words.tokens
    if question.kind != "date":
        return False
    opens = next((i for i in range(first - 1, max(-1, first - 12), -1) if tokens[i].text == "("), None)
    closes = next((i for i in range(last, min(len(tokens), last + 12)) if tokens[i].text == ")"), None)
    if not opens or closes is None or not any(token.stem in question.content for token in tokens[max(0, opens - 6) : opens]):
        return False
    if stem("die") in question.telling:
        return closes - last <= 1
    return first - opens <= 2 and (closes - last <= 1 or stem("born") in question.telling)


def corrects(text: str) -> bool:
    """Whether a sentence speaks of an error in what was said before."""
    return bool(_CORRECTED.search(text))


def _clause_before(text: str, start: int) -> str:
    """What stands before `start` in its part of the sentence, up to a semicolon, colon or full stop."""
    return re.split(r"[;:.!?]\s|\bbut\b", text[:start])[-1]
