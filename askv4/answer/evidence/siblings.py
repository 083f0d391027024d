"""Siblings, of which one is asked for: editions of a document, "rules 2022.md" and "rules 2024.md", and things whose names begin
alike, "V8" and "V8 Pro".

Each may speak of the other's year, and has the other's name, so that no word of a sentence tells which one is asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from askv4.answer.question.question import Question
from askv4.language.en import OF_NOW
from askv4.language.patterns import Pattern
from askv4.language.words import words
from askv4.types import Document, Hit

_YEAR = Pattern(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_OF_NOW = Pattern(rf"\b(?:{OF_NOW})\b", re.I)


def date_of(document: Document) -> str | None:
    """A document's date, else the year in its name where it has one."""
    years = [match.group() for match in _YEAR.finditer(document.document)]
    return document.date or (years[0] if len(years) == 1 else None)


def other_editions(question: Question, hits: Iterable[Hit]) -> frozenset[str]:
    """The documents that are another edition than that of the year asked for, or than the newest where that is asked for."""
    editions: dict[str, dict[str, frozenset[int]]] = defaultdict(dict)
    for document in {hit.document.document for hit in hits}:
        years = frozenset(int(match.group()) for match in _YEAR.finditer(document))
        if years:
            editions[_YEAR.sub("", document)][document] = years
    others: set[str] = set()
    for group in editions.values():
        wanted = question.years
        if not wanted and _OF_NOW.search(question.asked):
            wanted = frozenset({max(max(years) for years in group.values())})
        asked = {document for document, years in group.items() if years & wanted}
        if asked:
            others.update(group.keys() - asked)
    return frozenset(others)


def other_things(question: Question, abouts: Collection[str]) -> frozenset[str]:
    """Of what blocks of lines are about, that which has all of another's name and words more, where a name of the question is
    in both and none of those words: "V8 Pro" where the V8 is asked for."""
    said, named = {about: frozenset(words(about)) for about in abouts}, question.names
    asked = frozenset(words(question.standalone))
    return frozenset(
        longer
        for longer, mine in said.items()
        for theirs in said.values()
        if theirs < mine and theirs & named and asked.isdisjoint(mine - theirs)
    )
