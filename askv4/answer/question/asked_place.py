"""Which clause, step, chapter or page a question names, and what else it asks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from askv4.language import en, others
from askv4.language.numbering import NUMBER, SORTS, WORDS, normal
from askv4.language.patterns import Pattern
from askv4.language.tokens import fold, stem
from askv4.language.units import SCALES, UNITS
from askv4.language.words import capital, words

_INNER = (
    rf"(?:\s?\((?:\d{{1,3}}[a-z]?|[a-z]|[ivx]{{1,5}})\)|,?\s+(?:{en.WITHIN_PLACES}|{others.WITHIN_PLACES})\.?\s*"
    r"\(?(?:\d{1,3}(?:bis|ter|[a-z])?|[a-z])(?!\w)\)?)"
)
_PLACE = Pattern(
    rf"(?<![\w.])(?i:(?P<word>{WORDS}))\.?\s*(?i:no\.?|nr\.?|number|n[°º])?\s*(?P<number>{NUMBER})(?P<inner>(?i:{_INNER})*)"
    rf"|(?<![\w.,§$€£-])(?P<alone>\d{{1,3}}(?:\.\d{{1,3}}){{1,5}})(?![\w%.,]*\d)(?P<further>(?i:{_INNER})*)(?![\w%])"
)
_LISTED = Pattern(
    rf"(?<![\w.])(?i:(?P<word>{'|'.join(sorted((re.escape(word) for word in SORTS), key=len, reverse=True))})(?:e?[sn]|e)?)\.?\s*"
    rf"(?P<first>{NUMBER}(?i:{_INNER})*)(?P<more>(?:\s*(?:,|&|,?\s(?i:{'|'.join(sorted(others.AND_OR))})\s)\s*"
    rf"(?:(?i:(?:{WORDS}))\.?\s*)?{NUMBER}(?i:{_INNER})*)+)"
)
_ONE_OF_LIST = Pattern(rf"(?:(?i:(?P<word>{WORDS}))\.?\s*)?(?P<number>{NUMBER}(?i:{_INNER})*)")
_NUMBER_WITHIN = Pattern(r"(\d{1,3}(?:bis|ter|[a-z])?|(?<![a-z])[a-z](?![a-z])|(?<=\()[ivx]{1,5}(?=\)))", re.I)
_OF = Pattern(rf"\s+(?:{others.BEFORE_PLACES})(?:\s+(?:the|des|der|dem|la|le|el))?\s+", re.I)
_BEFORE = Pattern(
    rf"(?:^|\s)(?:(?:{others.BEFORE_PLACES})\s+)+(?:the\s+|der\s+|dem\s+|den\s+|la\s+|le\s+|el\s+)?(?:\d+\s+)?$", re.I
)
_ARTICLE = Pattern(rf"\b(?:the|a|an|{'|'.join(sorted(others.ARTICLES))})\s+$", re.I)
_BESIDE = Pattern(rf"\b(?:{en.BESIDE_PLACES}|{others.BESIDE_PLACES})\b", re.I)
LONGEST = 300
"""Characters of a question that is looked at for what it names."""
_ACRONYMS = re.compile(r"\b([^\W\daeiouy]{2,})s$")
_NEXT_WORD = Pattern(r"\s*-?\s*([^\W\d_]{3,}|%)")


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """A place that a question names by number."""

    sort: str
    """A key of `PLACES`; empty where the number stands alone."""
    numbers: tuple[str, ...]
    """Outermost first, as those of `Numbered`."""
    said: str
    """In the question's words: "clause 4.2 (b)"."""
    rest: str
    """The question without it."""
    beside: bool
    """Whether something before, after or other than the place is asked for."""


def asked_place(question: str) -> AskedPlace | None:
    """The place that `question`, on one line, names first; None when it names none.

    "Absatz 2 von Art. 7" and "Art. 7 Abs. 2" are one place. "Step 3 million" is an amount, and a number like "4.2" by
    itself is a place only where nothing else is asked.
    """
    asked = question if len(question) <= LONGEST else ""  # a pasted page speaks of places, and asks for none of them
    matches = [match for match in _PLACE.finditer(asked) if not _is_amount(question[match.end() :])]
    if not matches:
        return None
    first, start, end = matches[0], matches[0].start(), matches[0].end()
    numbers = _numbers(first)
    for one, after in pairwise(matches):
        between = question[one.end() : after.start()]
        if after["word"] and between.strip() in ("", ","):
            numbers, end = numbers + _numbers(after), after.end()
        elif after["word"] and _OF.fullmatch(between):
            numbers, first, end = _numbers(after) + numbers, after, after.end()
        else:
            break
    rest = without(question, start, end, "it")
    sort = SORTS[first["word"].lower()] if first["word"] else ""
    beside = _BESIDE.search(rest) is not None
    if not sort and len(numbers) == 1 and numbers[0].count(".") < 2 and further_words(rest):
        return None
    return AskedPlace(sort, numbers, question[start:end], rest, beside)


def each_place(question: str) -> tuple[str, ...]:
    """A question for each of several places that `question`, on one line, names side by side ("clauses 3 and 5"); else none.

    Not where they are compared or something between them is asked for.
    """
    match = _LISTED.search(question) if len(question) <= LONGEST else None
    if match is None or _BESIDE.search(question) or _is_amount(question[match.end() :]):
        return ()
    word, places = match["word"], [f"{match['word']} {match['first']}"]
    for one in _ONE_OF_LIST.finditer(match["more"]):
        word = one["word"] or word
        places.append(f"{word} {one['number']}")
    before, after = question[: match.start()], question[match.end() :]
    if further_words(f"{before}it{after}"):
        return tuple(f"{before}{place}{after}" for place in places)
    return tuple(f"{capital(place)}?" for place in places)


def without(question: str, start: int, end: int, instead: str = "") -> str:
    """The question without a name at [start, end) and what leads to it ("at 17"); where nothing does, with "it" or `instead`."""
    before = question[:start]
    if lead := _BEFORE.search(before):
        before, instead = before[: lead.start()], ""
    elif article := _ARTICLE.search(before):
        before, instead = before[: article.start()], "it"
    return " ".join(f"{before}{instead}{question[end:]}".split())


def further_words(rest: str) -> frozenset[str]:
    """Stems of the words that say what is asked of a place; empty when all of it is asked for."""
    asked = (
        word for word in words(rest) if len(word) > 1 and word not in en.STOP_WORDS and word not in en.ASKING_FOR_PLACES
    )
    return stems_of(word for word in asked if word not in others.ASKING_FOR_PLACES)


def names_place(text: str, place: AskedPlace) -> bool:
    """Whether a text speaks of a place of the same number and sort."""
    return any(
        match["word"] and SORTS[match["word"].lower()] == place.sort and _numbers(match)[:1] == place.numbers[:1]
        for match in _PLACE.finditer(text)
    )


def stems_of(said: Iterable[str]) -> frozenset[str]:
    """Stems of words, those of acronyms ("CVs") included."""
    return frozenset(stem(fold(_ACRONYMS.sub(r"\1", word))) for word in said)


def _numbers(match: re.Match[str]) -> tuple[str, ...]:
    inner = match["inner"] if match["word"] else match["further"]
    return normal(match["number"] or match["alone"]), *(
        normal(one, letter=True) for one in _NUMBER_WITHIN.findall(inner or "")
    )


def _is_amount(after: str) -> bool:
    """Whether what follows a number is a scale or a unit."""
    word = _NEXT_WORD.match(after)
    return word is not None and (word[1].lower() in SCALES or word[1].lower() in UNITS)
