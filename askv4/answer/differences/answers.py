"""The words of a sentence that may be the answer to a question: an amount, a date, a name, or what it adds to the question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from askv4.answer.differences.amounts import PLAIN, Amount, amounts
from askv4.answer.differences.asked import Asked
from askv4.answer.differences.moments import Moment, moments
from askv4.answer.facts.alignment import Words
from askv4.answer.facts.names import TITLES, Name, names
from askv4.answer.facts.tokens import stem
from askv4.text.patterns import Pattern

_REJECTED = Pattern(
    r"\b(?:not|instead of|rather than|and not|never|isn't|wasn't)\s(?:by |in |on |at |the |[$€£¥]){0,2}$", re.I
)
_CORRECTED = Pattern(
    r"\b(?:earlier (?:version|report|article|announcement|edition)|previous(?:ly)? (?:version|report\w*|stat\w+|said|gave)|"
    r"wrong(?:ly)?|incorrect(?:ly)?|misstated|misreported|erroneous(?:ly)?|mistaken(?:ly)?|by mistake|in error)\b",
    re.I,
)
_DEMONYM = Pattern(r"\w+(?:ish|an|ese|ch|ic|i)")
_CLASS = Pattern(
    r"\bwhat (?:kind|type|sort|genre|sport|profession|occupation|medium|position|nationality)\b|"
    r"\bwhat(?: is| was|'s) the (?:\w+ )?(?:kind|type|sort|genre|sport|profession|occupation|medium|position|nationality|job|category)\b",
    re.I,
)
"""A question that is answered by what something is said to be."""
_IS = Pattern(r"\b(?:is|was|are|were) (?:an?|the) ", re.I)
_COMPLEMENT_ENDS = frozenset(
    "by of in from at on for with who which that whose and , ; : . ( - directed written based located born published released known starring".split()
)
_LASTING = frozenset(map(stem, "live reign rule serve hold run last active term tenure born die".split()))
_PLACES_AFTER = frozenset("in at near to from of on into , outside inside".split())
_WHERE = frozenset("in at near throughout across from to".split())
_FRAME = 0.6
"""Share of what is asked that a clause repeats for what it adds to be the answer."""
_FEW = 4
"""The answer has at most so many content words."""
_LISTED = 6
"""From so many values of one type on a sentence is a table or a list, of which none can be taken for the answer."""
_TIED = 6
"""An answer stands at most so many words from a word of what is asked."""


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
        if any(amount.scales == other.scales for other in question.amounts):
            continue
        if amount.year and not (wanted == frozenset({PLAIN}) and "," in amount.text):
            continue
        if wanted is not None and not amount.dimensions & wanted:
            continue
        after = {token.stem for token in words.tokens[amount.last : amount.last + 4]}
        found.append(_found(question, words, text, amount, 2.0 * bool(after & question.nouns)))
    return _sorted(found)


def found_moments(question: Asked, text: str) -> list[Found]:
    """Dates and times in `text` that may answer, the likeliest first."""
    words = Words((text,))
    return _sorted(
        [
            _found(question, words, text, moment)
            for moment in moments(text)
            if not any(moment.same_words(other) for other in question.moments)
        ]
    )


def found_names(question: Asked, text: str) -> list[Found]:
    """Names in `text` that the question does not have, the likeliest first."""
    words, found = Words((text,)), []
    for name in names(text):
        stems = {token.stem for token in words.tokens[name.first : name.last] if token.word}
        if stems <= question.stems or all(key in TITLES for key in name.keys) or name.weak == (True,):
            continue
        said = words.tokens[name.first - 1].key if name.first else ""
        if question.kind == "person" and said in _WHERE:
            continue
        if _describes(question, words, name) or not _is_what_is_asked(question, words, name):
            continue
        bonus = 2.0 * (said == "by" and question.kind == "person")
        bonus += 2.0 * (said in _PLACES_AFTER and question.kind == "place")
        found.append(_found(question, words, text, name, bonus))
    return _sorted(found)


def _is_what_is_asked(question: Asked, words: Words, name: Name) -> bool:
    """Whether a name answers: to "who" and "where" any may, to "which chip" one that stands beside "chip"."""
    if question.kind in ("person", "place"):
        return True
    beside = (*words.tokens[max(0, name.first - 2) : name.first], *words.tokens[name.last : name.last + 2])
    return any(token.stem in question.nouns for token in beside)


def _describes(question: Asked, words: Words, name: Name) -> bool:
    """Whether the name is an adjective: "Italian" in "Italian singer", to "where" also "Burr" in "a Burr truss bridge"."""
    following = words.tokens[name.last : name.last + 1]
    if not following or not following[0].content or not following[0].text[0].islower():
        return False
    if question.kind == "place" and name.first and words.tokens[name.first - 1].key in ("a", "an"):
        return True
    return bool(_DEMONYM.fullmatch(name.keys[-1])) and not any(name.weak)


def found_wordings(question: Asked, text: str) -> list[Found]:
    """What a sentence adds right after what the question says, or what it says something to be where that is asked."""
    words = Words((text,))
    if _CLASS.search(question.text):
        return _complements(question, words, text)
    for clause in dict.fromkeys(words.clauses):
        inside = [i for i in range(len(words.tokens)) if words.clauses[i] == clause]
        told = [i for i in inside if words.tokens[i].stem in question.content]
        repeated = {words.tokens[i].stem for i in told} & question.predicate
        if not told or len(repeated) < _FRAME * len(question.predicate - question.nouns):
            continue
        after = [i for i in inside if i > told[-1]]
        first = next((i for i in after if words.tokens[i].content), None)
        if first is None or first - told[-1] > 3 or not any(words.tokens[i].word for i in range(told[-1] + 1, first)):
            continue
        return _wording(words, text, [i for i in after if i >= first])
    return []


def _complements(question: Asked, words: Words, text: str) -> list[Found]:
    """What the sentence says its subject to be, where the subject is what the question names: "is an American drama film"."""
    said = _IS.search(text)
    subject = {token.stem for token in words.tokens if said and token.end <= said.start() and token.word}
    if said is None or not question.names or not question.names & subject:
        return []
    own = []
    for i, token in enumerate(words.tokens):
        if token.start < said.end():
            continue
        if token.key in _COMPLEMENT_ENDS:
            break
        own.append(i)
    known = question.stems | {
        token.stem for token in words.tokens if _DEMONYM.fullmatch(token.key) and token.text[0].isupper()
    }
    own = [i for i in own if words.tokens[i].stem not in known and not words.tokens[i].text[0].isdigit()]
    return _wording(words, text, own) if own else []


def _wording(words: Words, text: str, own: list[int]) -> list[Found]:
    content = [i for i in own if words.tokens[i].content]
    if not content or len(content) > _FEW:
        return []
    first, last = own[0], own[-1]
    while first > 0 and words.tokens[first - 1].key in ("a", "an", "the"):
        first -= 1
    link = words.tokens[first - 1].key if first else ""
    said = text[words.tokens[own[0]].start : words.tokens[last].end].rstrip(" .")
    value = Wording(said, frozenset(words.tokens[i].stem for i in content), link, own[0], last + 1)
    return [Found(value, said, 1.0, bool(_REJECTED.search(text[: words.tokens[own[0]].start])), tied=True)]


def _sorted(found: list[Found]) -> list[Found]:
    if len(found) >= _LISTED:
        return []
    return sorted(found, key=lambda one: -one.nearness)


def _found(question: Asked, words: Words, text: str, value: Amount | Moment | Name, bonus: float = 0.0) -> Found:
    """With its nearness: words of the question around it, less the distance to the nearest one of what is asked."""
    first, last = value.first, value.last
    near = len(words.around(first) & question.content)
    told = [i for i in words.content if words.tokens[i].stem in question.telling and not first <= i < last]
    heads = [i for i in told if words.tokens[i].stem in question.heads]
    distance = min((_gap(words, i, first, last) for i in heads if question.kind == "person"), default=None)
    if distance is None:
        distance = min((_gap(words, i, first, last) for i in told), default=12)
    start = words.tokens[first].start
    rejected = bool(_REJECTED.search(text[:start]) or _CORRECTED.search(_clause_before(text, start)))
    tied = _in_brackets(question, words, first, last) or (distance <= _TIED and not _life_span(question, words, value))
    return Found(value, value.text, near + bonus - 0.25 * distance, rejected, tied)


def _gap(words: Words, i: int, first: int, last: int) -> int:
    """How many words lie between token `i` and the tokens [first, last); a clause's end counts as two."""
    return min(abs(i - first), abs(i - last + 1)) + 2 * (words.clauses[i] != words.clauses[first])


def _in_brackets(question: Asked, words: Words, first: int, last: int) -> bool:
    """Whether it stands in brackets right after what is asked about: "Bryan (8 February 1900 - 2 March 1977) was"."""
    tokens = words.tokens
    if question.kind != "date":
        return False
    opens = next((i for i in range(first - 1, max(-1, first - 12), -1) if tokens[i].text == "("), None)
    closes = next((i for i in range(last, min(len(tokens), last + 12)) if tokens[i].text == ")"), None)
    if not opens or closes is None:
        return False
    if not any(token.stem in question.content for token in tokens[max(0, opens - 6) : opens]):
        return False
    if stem("die") in question.telling:
        return closes - last <= 1
    return first - opens <= 2 and (closes - last <= 1 or stem("born") in question.telling)


def _life_span(question: Asked, words: Words, value: Value) -> bool:
    """Whether it is the years in brackets after a name, of which a question about one deed does not ask."""
    if not isinstance(value, Moment) or not value.years or value.years[0] == value.years[1]:
        return False
    bracketed = words.tokens[value.first - 1 : value.first] and words.tokens[value.first - 1].text == "("
    return bool(bracketed) and not question.telling & _LASTING


def corrects(text: str) -> bool:
    """Whether a sentence speaks of an error in what was said before."""
    return bool(_CORRECTED.search(text))


def _clause_before(text: str, start: int) -> str:
    """What stands before `start` in its part of the sentence, up to a semicolon, colon or full stop."""
    return re.split(r"[;:.!?]\s|\bbut\b", text[:start])[-1]
