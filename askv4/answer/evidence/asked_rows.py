"""Rows of tables that a question does not ask for: "which servers does Ines own?" is not answered by the row whose owner is Tom."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from askv4.answer.question.question import Question
from askv4.language import en
from askv4.language.patterns import Pattern
from askv4.language.tokens import fold, stem
from askv4.language.words import words
from askv4.text.row_labels import row_labels
from askv4.types import Hit, Span

_BESIDE = Pattern(rf"\b(?:{en.BESIDE_PLACES}|{en.COMPARING}|other|else|all|every|most|least|not)\b", re.I)
"""With one of them other rows may be asked for than those that it names."""
_LABEL = Pattern(r"(?:^|; )([^:;|\n]{1,80}): ")
"""As loaders write rows."""
_FEWEST_CELLS = 2
_LASTS = Pattern(r"(?<=\d:\d\d)\s?[-–—]\s?\d{1,2}:\d\d\s*$")

Cells = Mapping[str, tuple[str, ...]]
"""Label -> the stems of the words of the cell."""


def other_rows(
    question: Question, hits: Sequence[Hit], abouts: Sequence[Mapping[int, str]]
) -> frozenset[tuple[str, Span]]:
    """(document, span) of what the question names otherwise, among the sentences of passages: rows that have another value in a
    column of which it names one, and lines that lack its words which the first line of another block of the document has.

    `abouts`: of each passage, place of a sentence -> what its block is about. Empty where no row has all that is named, or the
    question asks for others, too.
    """
    if _BESIDE.search(question.asked):
        return frozenset()
    asked = _stems(question.standalone)
    content = frozenset(_stems(" ".join(question.content_words)))
    tables: dict[tuple[str, str], dict[Span, Cells]] = defaultdict(dict)
    blocks: dict[str, dict[Span, tuple[frozenset[str], frozenset[str]]]] = defaultdict(dict)
    for hit, about in zip(hits, abouts, strict=True):
        for place, head in about.items():
            span = hit.sentences[place]
            line = hit.text[span.start - hit.start : span.end - hit.start]
            above = content.intersection(_stems(head))
            blocks[hit.document.document][span] = above, above.union(_stems(line))
        for span in hit.sentences:
            cells = _cells(hit, span)
            if len(cells) >= _FEWEST_CELLS:
                tables[hit.document.document, next(iter(cells))][span] = cells
    others: set[tuple[str, Span]] = set()
    for (document, _), rows in tables.items():
        named = _named(asked, list(rows.values()))
        dropped = {
            span
            for span, cells in rows.items()
            if any(label in cells and cells[label] not in values for label, values in named.items())
        }
        if len(dropped) < len(rows):
            others |= {(document, span) for span in dropped}
    for document, lines in blocks.items():
        named_above = {above for above, _ in lines.values()}
        others |= {
            (document, span)
            for span, (above, own) in lines.items()
            if any(above < other and other.isdisjoint(own - above) for other in named_above)
        }
    return frozenset(others)


def _named(asked: Sequence[str], rows: Sequence[Cells]) -> dict[str, set[tuple[str, ...]]]:
    """Label -> the values of that column that the question has word for word; a bare number only beside its label."""
    named: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for cells in rows:
        for label, value in cells.items():
            bare = len(value) == 1 and value[0].isdigit() and len(value[0]) < 3
            said = not en.STOP_WORDS.issuperset(value) and _holds(asked, value)
            if said and (not bare or not set(_stems(label)).isdisjoint(asked)):
                named[label].add(value)
    return named


def _holds(asked: Sequence[str], value: tuple[str, ...]) -> bool:
    return any(tuple(asked[at : at + len(value)]) == value for at in range(len(asked) - len(value) + 1))


def _cells(hit: Hit, span: Span) -> Cells:
    """The cells of a sentence that is a row; empty for others."""
    own = Span(span.start - hit.start, span.end - hit.start)
    places = [(at, at, label) for at, label in row_labels(hit.text, own)]
    if not places:
        places = [(own.start + m.start(), own.start + m.end(), m[1]) for m in _LABEL.finditer(own.of(hit.text))]
    ends = [*(at for at, _, _ in places[1:]), own.end]
    return {label: _stems(hit.text[begin:end]) for (_, begin, label), end in zip(places, ends, strict=False)}


def _stems(text: str) -> tuple[str, ...]:
    """The words of a cell, of hours that it lasts the first: "11:15-12:00" is where it begins."""
    return tuple(stem(fold(word)) for word in words(_LASTS.sub("", text)))
