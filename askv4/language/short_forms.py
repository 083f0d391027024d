"""Short forms that a text defines ("RPK = revenue passenger kilometres") or everybody knows ("Jul"), and what they stand for;
texts as the models are shown them, with the long forms in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from askv4.language.dates import MONTHS, dates
from askv4.language.patterns import Pattern
from askv4.language.ticks import MARKS, in_words
from askv4.language.tokens import fold, plain, stem
from askv4.language.words import words
from askv4.types import Span

_MOST_WORDS = 8
MOST_DEFINED = 500
"""Short forms that are kept of one document."""
_SHORT = r"(?<![\w/&.-])(?P<short>(?=[\w/&.-]*[^\W\d_])[^\W_][\w/&.-]{0,8}[^\W_])"
_FORMS = (
    Pattern(rf"(?m)^\W{{0,4}}{_SHORT}\s?[=≙]\s?(?P<after>[^\W\d_][^\n=;.(]{{2,100}})"),
    Pattern(rf"(?m)(?<=[;,(]\s){_SHORT}\s?=\s?(?P<after>[^\W\d_][^\n=;.,()]{{2,100}})"),
    Pattern(rf"(?m)^\W{{0,4}}{_SHORT}\s?[:–—]\s(?P<line>[^\W\d_][^\n=:;.()]{{2,100}})$"),
    Pattern(rf"\s\({_SHORT}\)"),
    Pattern(rf"{_SHORT}\s\((?P<whole>[^\W\d_][^\n()=;:]{{4,100}})\)"),
)
_TOKEN = Pattern(r"[^\W_][\w/&.-]*")
_WORD = Pattern(r"\S+")
_BEFORE = Pattern(r"[^\n.;:()]*$")
_LONGEST = 100
_FEWEST_IN_LINE = 3
"""Letters of a short form before a colon: "ID: Ian Day" is a label and its value."""
_CAPITALS = Pattern(r"[^\W\d_a-zà-ÿ].*[^\W\d_a-zà-ÿ]")
"""Two capitals at least: a word that only begins with one may be any."""
_SHORTEST_MONTH, _LONGEST_MONTH = 3, 4
"""Letters of a month's short form: "Jan", "Sept"."""
_LEADERS = Pattern(r"(?<=[\w)%])[ \t]?(?:\.{4,}|…{2,}|·{4,}|(?:\. ){4,}\.?)[ \t]?(?=[\w(€$£+-])")
"""The dots between a thing and its price."""
_CELL = r"(?=\.?\s*(?:[:;|\n]|$))"


def defined(text: str) -> dict[str, str]:
    """Short form -> what the text says that it stands for, in its words; what is defined in two ways is left out.

    As Schwartz and Hearst (2003) have it: the letters of the one stand in the other, in order, and the first begins it.
    """
    told: dict[str, str] = {}
    twice: set[str] = set()
    for form in _FORMS:
        for match in form.finditer(text):
            short, long = match["short"], _long_form(match)
            if long and _key(told.setdefault(short, long)) != _key(long):
                twice.add(short)
            if len(told) > MOST_DEFINED:
                break
    return {short: long for short, long in told.items() if short not in twice}


def used(text: str, forms: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """(short, long) of those `forms` that stand in a line of a text without their long form."""
    told: dict[str, str] = {}
    for line in text.splitlines() if forms else ():
        there = line.casefold()
        tokens = (token.strip(".&/") for token in _TOKEN.findall(line))
        said = (part for token in tokens for part in (token, *token.split("-")) if part in forms)
        told.update((short, forms[short]) for short in said if forms[short].casefold() not in there)
    return tuple(told.items())


def in_question(question: str, forms: Iterable[tuple[str, str]] = ()) -> tuple[tuple[str, str], ...]:
    """(short, long) of those `forms`, and of the months, that the question has only long."""
    stems = f" {_key(question)} "
    said = set(words(question))
    asked = [(short, long) for short, long in forms if f" {_key(long)} " in stems]
    return tuple((short, long) for short, long in [*asked, *_months(question)] if not said.issuperset(words(short)))


def _months(question: str) -> list[tuple[str, str]]:
    """(short form, month) of each month that a question writes out, whatever its language: ("sep", "September")."""
    said = plain(question)
    months = [
        word
        for date in dates(said)
        for word in re.findall(r"[^\W\d_]+", date.text)
        if fold(word) in MONTHS and len(word) > _SHORTEST_MONTH
    ]
    lengths = range(_SHORTEST_MONTH, _LONGEST_MONTH + 1)
    return [(month[:length].lower(), month) for month in months for length in lengths if length < len(month)]


@dataclass(frozen=True, slots=True)
class Opened:
    """A text with what some of its short forms stand for in their place."""

    text: str
    _edits: tuple[tuple[int, int, int, int], ...]
    """(start, end) in `text`, and in the text as it was, of each, in order."""

    def original(self, span: Span) -> Span:
        """Where a span of `text` stands in the text as it was; a short form is one whole."""
        return Span(self._moved(span.start, 0), self._moved(span.end, 1))

    def _moved(self, at: int, side: int) -> int:
        moved = 0
        for start, end, *was in self._edits:
            if start < at < end:
                return was[side]
            if at >= end:
                moved = was[1] - end
        return at + moved


def opened(
    text: str, forms: Iterable[tuple[str, str]], label: str = "", labels: Iterable[tuple[int, str]] = ()
) -> Opened | None:
    """The text with the long form for each short one, and with words for the marks of boxes; None where it has neither.

    A short form stays beside its long one. `label`: what the text is an option of. `labels`: (offset, words) to stand before
    what begins there.
    """
    there = text.casefold()
    places = [
        (match.span(), long)
        for short, long in forms
        if long.casefold() not in there
        for match in re.finditer(_pattern(short, long), text)
    ]
    places += [(mark.span(), in_words(mark[0], text[mark.end() :])) for mark in MARKS.finditer(text)]
    places += [(dots.span(), ": ") for dots in _LEADERS.finditer(text)]
    places += [((at, at), words) for at, words in labels]
    edits, parts, last, length = [], [label], 0, len(label)
    if label:
        edits.append((0, length, 0, 0))
    for (start, end), long in sorted(places, key=lambda place: place[0]):
        if start < last:
            continue
        parts += [text[last:start], long]
        length += start - last
        edits.append((length, length + len(long), start, end))
        length, last = length + len(long), end
    return Opened("".join([*parts, text[last:]]), tuple(edits)) if edits else None


def read_as(text: str, forms: Iterable[tuple[str, str]]) -> str:
    """The text, opened where it has one of the short forms."""
    view = opened(text, forms)
    return view.text if view else text


def _pattern(short: str, long: str) -> str:
    if fold(long) not in MONTHS:
        return rf"(?<![\w/&]){re.escape(short)}(?![\w/&])"
    name = short.capitalize()  # beside figures, or alone in a cell: "Mar" may be a name
    return rf"(?<!\w){name}(?:\.|\b)(?:(?=[\s/'’-]?\d)|{_CELL})|(?<=\d[\s/.-]){name}\b\.?"


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    return " ".join(stem(fold(word)) for word in words(text))


def _long_form(match: re.Match[str]) -> str | None:
    """The words beside a short form that spell it."""
    short, parts = match["short"], match.groupdict()
    if not _CAPITALS.search(short) and "after" not in parts:
        return None
    said = next((parts[name].strip() for name in ("after", "whole", "line") if name in parts), None)
    if said is None:
        before = _BEFORE.search(match.string[max(0, match.start() - _LONGEST) : match.start()])
        said = " ".join(_WORD.findall(before[0])[-_MOST_WORDS:]) if before else ""
        start = _spelt_from(short, said)
        return None if start is None else _worth(short, said[start:])
    if "line" in parts and len(short) < _FEWEST_IN_LINE:
        return None
    spans = [word.span() for word in _WORD.finditer(said)][:_MOST_WORDS]
    letters = _letters(short)
    ends = [end for _, end in spans if _spelt_from(short, said[:end]) == 0]
    if [said[start].casefold() for start, _ in spans[: len(letters)]] == letters:
        ends = [spans[len(letters) - 1][1]]
    end = next(iter(ends), None)
    if end is None or ("after" not in parts and end != len(said)):
        return None
    return _worth(short, said[:end])


def _worth(short: str, long: str) -> str | None:
    long = long.strip(" ,")
    return long if len(long) > len(short) and long.casefold() != short.casefold() else None


def _letters(short: str) -> list[str]:
    return [letter for letter in short.casefold() if letter.isalnum()]


def _spelt_from(short: str, said: str) -> int | None:
    """Where the words begin whose letters, taken from the end, spell a short form; None where none do."""
    at, letters = len(said), _letters(short)
    folded = said.casefold() if len(said.casefold()) == len(said) else said.lower()
    for place, letter in reversed(list(enumerate(letters))):
        at -= 1
        while at >= 0 and (folded[at] != letter or (place == 0 and at > 0 and said[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
    return at
