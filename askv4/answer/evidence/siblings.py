"""Siblings, of which one is asked for: editions of a document, "rules 2022.md" and "rules 2024.md", and things whose names begin
alike, "V8" and "V8 Pro".

Each may speak of the other's year, and has the other's name, so that no word of a sentence tells which one is asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from askv4.answer.question.asked_place import stems_of
from askv4.answer.question.question import Question
from askv4.language.en import OF_NOW
from askv4.language.patterns import Pattern
from askv4.language.words import words
from askv4.types import Hit, Span

_YEAR = Pattern(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBERED = Pattern(r"(?<![\w-])([^\W\d_]{1,12})[-_]?(\d[^\W_]{0,8})(?![\w-])")
"""A name that ends in a number: "mx-01"."""
_MARKS = " \t*_#>`([-+•–▪"
_OF_NOW = Pattern(rf"\b(?:{OF_NOW})\b", re.I)


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


def other_blocks(
    question: Question, hits: Sequence[Hit], abouts: Sequence[Mapping[int, str]]
) -> frozenset[tuple[str, Span]]:
    """(document, span) of the lines of blocks that are about another thing than the question names: whose first line has less
    of its words than that of another block of the document, and the lines have not; or has more of a name than is asked for,
    "V8 Pro" where the V8 is. `abouts`: of each passage, place of a sentence -> what its block is about.
    """
    words_asked = _stems(" ".join(question.content_words))
    titles = {hit.document.document: _stems(hit.document.title) for hit in hits}
    lines: dict[str, dict[Span, tuple[str, frozenset[str]]]] = defaultdict(dict)
    for hit, about in zip(hits, abouts, strict=True):
        own = hit.own_sentences
        for place, head in about.items():
            lines[hit.document.document][hit.sentences[place]] = head, _stems(own[place].of(hit.text))
    others: set[tuple[str, Span]] = set()
    for document, below in lines.items():
        stems = {head: _stems(head) for head, _ in below.values()}
        asked = words_asked - titles[document]  # of which the whole document is
        longer = _longer(question, stems)
        for span, (head, said) in below.items():
            above = stems[head] & asked
            missing = (one & asked for one in stems.values() if above < one & asked)
            if head in longer or any(one.isdisjoint(said - above) for one in missing):
                others.add((document, span))
    return frozenset(others)


def other_numbers(question: Question, hits: Iterable[Hit]) -> frozenset[tuple[str, Span]]:
    """(document, span) of the sentences that begin with the sibling of a numbered name in the question, "mx-02" where mx-01 is
    asked for, and have not the name itself; empty where none has it."""
    asked = _numbered(question.standalone)
    sorts = {sort for sort, _ in asked}
    others: set[tuple[str, Span]] = set()
    known = False
    for hit in hits if asked else ():
        for span, own in zip(hit.sentences, hit.own_sentences, strict=True):
            said = own.of(hit.text).lstrip(_MARKS)
            first = _NUMBERED.match(said)
            if asked & _numbered(said):
                known = True
            elif first and first[1].casefold() in sorts:
                others.add((hit.document.document, span))
    return frozenset(others) if known else frozenset()


def _numbered(text: str) -> set[tuple[str, str]]:
    """(sort, number) of the names that end in a number."""
    return {(match[1].casefold(), match[2].casefold()) for match in _NUMBERED.finditer(text)}


def _longer(question: Question, heads: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Those that have all words of another one and more, where a name of the question is in both and none of those words."""
    named, asked = _stems(" ".join(question.names)), question.stems
    return frozenset(
        longer
        for longer, mine in heads.items()
        for theirs in heads.values()
        if theirs < mine and theirs & named and asked.isdisjoint(mine - theirs)
    )


def _stems(text: str) -> frozenset[str]:
    return stems_of(words(text))
