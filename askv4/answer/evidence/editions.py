"""Editions of one document, told apart by the year in their names: "travel rules 2022.md" and "travel rules 2024.md".

Each may speak of the other's year, so that no word of a sentence tells which one is asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from askv4.answer.question.question import Question
from askv4.language.en import OF_NOW
from askv4.language.patterns import Pattern
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
