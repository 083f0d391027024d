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
from askv4.text.row_labels import Label, cells_below
from askv4.text.rows import cells_of
from askv4.types import Hit, Span

_OTHERS = Pattern(rf"\b(?:{en.BESIDE_PLACES}|{en.COMPARING}|{en.ASKING_FOR_OTHERS})\b", re.I)
"""With one of them other rows may be asked for than those that it names."""
_FEWEST_CELLS = 2
_LASTS = Pattern(r"(?<=\d:\d\d)\s?[-–—]\s?\d{1,2}:\d\d\s*$")

Cells = Mapping[str, tuple[str, ...]]
"""Label -> the stems of the words of the cell."""


def asks_for_others(question: Question) -> bool:
    """Whether a question may want what it names otherwise than by its name: "something else than Bo"."""
    return _OTHERS.search(question.asked) is not None


def other_rows(
    question: Question, hits: Sequence[Hit], labels: Sequence[Sequence[Sequence[Label]]]
) -> frozenset[tuple[str, Span]]:
    """(document, span) of the rows among the sentences of passages that have another value in a column of which the question
    names one, and nowhere that one. `labels`: of each sentence of each passage those of its cells, as offsets in the passage's text.

    Empty where no row has all that is named.
    """
    asked = _stems(question.standalone)
    tables: dict[tuple[str, str], dict[Span, Cells]] = defaultdict(dict)
    for hit, of_hit in zip(hits, labels, strict=True):
        for span, own, of_row in zip(hit.sentences, hit.own_sentences, of_hit, strict=True):
            cells = _cells(hit.text, own, of_row)
            if len(cells) >= _FEWEST_CELLS:
                tables[hit.document.document, next(iter(cells))][span] = cells
    others: set[tuple[str, Span]] = set()
    for (document, _), rows in tables.items():
        named = _named(asked, list(rows.values()))
        dropped = {
            span
            for span, cells in rows.items()
            if any(label in cells and not _has_one(cells, values) for label, values in named.items())
        }
        if len(dropped) < len(rows):
            others |= {(document, span) for span in dropped}
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


def _has_one(cells: Cells, values: set[tuple[str, ...]]) -> bool:
    """Whether a row has one of the values, in whatever column: who asks for the train to Porto asks for none from there."""
    return any(_holds(cell, value) for cell in cells.values() for value in values)


def _holds(asked: Sequence[str], value: tuple[str, ...]) -> bool:
    return any(tuple(asked[at : at + len(value)]) == value for at in range(len(asked) - len(value) + 1))


def _cells(text: str, span: Span, labels: Sequence[Label]) -> Cells:
    """The cells of a sentence that is a row; empty for others."""
    if not labels:
        return {label: _stems(cell) for label, cell in cells_of(span.of(text)).items()}
    cells = cells_below(labels, span)
    return {label: _stems(cell.of(text)) for (_, label), cell in zip(labels, cells, strict=True)}


def _stems(text: str) -> tuple[str, ...]:
    """The words of a cell, of hours that it lasts the first: "11:15-12:00" is where it begins."""
    return tuple(stem(fold(word)) for word in words(_LASTS.sub("", text)))
