"""Whether two sentences speak of the same thing, time and whole: if not, they may well differ and both be right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from askv4.answer.differences.amounts import Amount
from askv4.answer.differences.answers import Found, Value
from askv4.answer.differences.asked import Asked
from askv4.answer.differences.moments import Moment, moments
from askv4.answer.facts.alignment import Words
from askv4.answer.facts.names import Name, names
from askv4.answer.facts.opposites import sides
from askv4.answer.facts.placement import renumbered
from askv4.answer.facts.tokens import Token, tokenize
from askv4.text.patterns import Pattern

_PRESENT = Pattern(r"\b(?:today|now|nowadays|currently|at present|these days)\b", re.I)
_LINKS = frozenset("of in at the de la von van , ( ) - 's from near".split())
_WITHIN = frozenset("in of for from among at on with".split())
_PART_BEFORE = Pattern(
    r"\bof (?:them|which|whom|these|those)\b|\bamong (?:them|these|those)\b|\b(?:of|among) the [\w' ]{0,40},", re.I
)
_PART_AFTER = Pattern(r"\balone\b|\bof (?:these|those|them)\b", re.I)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, with the title of its document, its answer and the year that its document is from."""

    text: str
    title: str
    answer: Found | None
    year: int | None


def same_scope(question: Asked, one: Said, other: Said) -> bool:
    """Whether the two may be held against each other."""
    return not (
        _other_thing(question, one, other)
        or _other_time(question, one, other)
        or _part(question, one, other)
        or _part(question, other, one)
    )


def _other_thing(question: Asked, one: Said, other: Said) -> bool:
    """Whether each speaks of something that the question leaves open, and not of the same: Newbury in Vermont and in Ohio."""
    mine, theirs = _further_names(question, one), _further_names(question, other)
    if mine and theirs and not mine & theirs:
        return True
    whole = f"{one.title}. {one.text}", f"{other.title}. {other.text}"
    if any(True for _ in renumbered(whole[0], [whole[1]])):
        return True
    return _other_kind(question, one, other)


def _further_names(question: Asked, said: Said) -> frozenset[str]:
    """Stems of the names that stand right beside a name of the question, which say which one it is."""
    found: set[str] = set()
    for text in (said.text, said.title):
        answer = said.answer if text is said.text else None
        tokens = tokenize(text)
        asked = [i for i, token in enumerate(tokens) if token.word and token.stem in question.content]
        for name in names(text):
            if answer is not None and _overlaps(name, answer.value):
                continue
            keys = {
                token.stem for token in tokens[name.first : name.last] if token.word and token.key not in ("the", "of")
            }
            if any(_linked(tokens, i, name) and tokens[i].text[0].isupper() for i in asked):
                found |= keys - question.stems
    return frozenset(found)


def _overlaps(name: Name, value: Value) -> bool:
    return name.first < value.last and value.first < name.last


def _linked(tokens: Sequence[Token], i: int, name: Name) -> bool:
    """Whether only linking words stand between token `i` and the name, or it is part of it."""
    if name.first <= i < name.last:
        return True
    between = tokens[i + 1 : name.first] if i < name.first else tokens[name.last : i]
    return len(between) <= 3 and all(token.key in _LINKS for token in between)


def _other_kind(question: Asked, one: Said, other: Said) -> bool:
    """Whether a word beside what is asked about has its opposite in the other: the small model and the large one."""
    mine, theirs = _beside(question, one), _beside(question, other)
    return any((n, 1 - s) in sides(b) for a in mine - theirs for n, s in sides(a) for b in theirs - mine)


def _beside(question: Asked, said: Said) -> set[str]:
    """Stems of the words near a word of the question, without the answer."""
    words = Words((said.text,))
    answer = said.answer.value if said.answer else None
    found = set()
    for rank, i in enumerate(words.content):
        if words.tokens[i].stem in question.stems or (answer is not None and answer.first <= i < answer.last):
            continue
        near = words.content[max(0, rank - 2) : rank + 3]
        if any(words.tokens[j].stem in question.content for j in near):
            found.add(words.tokens[i].stem)
    return found


def _other_time(question: Asked, one: Said, other: Said) -> bool:
    if question.kind == "date":
        return False
    mine, theirs = _times(one), _times(other)
    years = _years(mine), _years(theirs)
    if years[0] and years[1]:
        return not years[0] & years[1] or _other_months(mine, theirs)
    if years[0] and other.year and (_PRESENT.search(other.text) or not theirs):
        return other.year not in years[0] and not _asked_year(question, years[0])
    if years[1] and one.year and (_PRESENT.search(one.text) or not mine):
        return one.year not in years[1] and not _asked_year(question, years[1])
    return _other_months(mine, theirs)


def _times(said: Said) -> tuple[Moment, ...]:
    """The dates that the sentence gives, else those of its title, without the answer."""
    answer = said.answer.value if said.answer else None
    own = tuple(m for m in moments(said.text) if not (isinstance(answer, Moment | Amount) and m.first == answer.first))
    return own or moments(said.title)


def _years(found: Sequence[Moment]) -> set[int]:
    return {year for moment in found if moment.years for year in range(moment.years[0], moment.years[1] + 1)}


def _other_months(mine: Sequence[Moment], theirs: Sequence[Moment]) -> bool:
    months = {m for moment in mine for m in moment.months}, {m for moment in theirs for m in moment.months}
    return bool(months[0] and months[1] and not months[0] & months[1])


def _asked_year(question: Asked, years: set[int]) -> bool:
    return bool(years & _years(question.moments))


def _part(question: Asked, whole: Said, part: Said) -> bool:
    """Whether `part` gives the amount of a part only of what `whole` gives all of."""
    if whole.answer is None or part.answer is None:
        return False
    value, all_of = part.answer.value, whole.answer.value
    if not isinstance(value, Amount) or not isinstance(all_of, Amount) or not _smaller(value, all_of):
        return False
    tokens = tokenize(part.text)
    before, after = part.text[: tokens[value.first].start], part.text[tokens[value.last - 1].end :]
    return bool(_PART_BEFORE.search(before) or _PART_AFTER.search(after)) or _narrowed(question, whole, part, value)


def _smaller(one: Amount, other: Amount) -> bool:
    return any(a[0] == b[0] and a[1] < b[1] for a in one.scales for b in other.scales)


def _narrowed(question: Asked, whole: Said, part: Said, value: Amount) -> bool:
    """Whether the amount is of something narrower: "45,000 children's books", "enrolled in engineering"."""
    words = Words((part.text,))
    known = question.stems | {token.stem for token in tokenize(whole.text) if token.word}
    after = [i for i in words.content if i >= value.last and words.clauses[i] == words.clauses[value.first]]
    counted = next((i for i in after[:4] if words.tokens[i].stem in question.nouns), None)
    if counted is not None and any(words.tokens[i].stem not in known for i in after if i < counted):
        return True
    last = max((i for i in after if words.tokens[i].stem in question.predicate), default=None)
    if last is None or words.tokens[last + 1 : last + 2] == ():
        return False
    following = words.tokens[last + 1 : last + 5]
    if following[0].key not in _WITHIN:
        return False
    head = next((token for token in following[1:] if token.content), None)
    return head is not None and head.stem not in known and not head.text[0].isdigit() and head.text[0].islower()
