"""The document that a question names by its file's name, and what it asks of it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import PurePosixPath

from askv4.answer.question.asked_place import LONGEST, further_words, stems_of, without
from askv4.language.patterns import Pattern
from askv4.language.words import words

_WORD = Pattern(r"[^\W_]+")
LEAST = 2
"""Words of a name that stand side by side in a question that means it."""


def file_words(document: str) -> list[str]:
    """The words of a document's file name."""
    return words(PurePosixPath(document).stem.replace("_", " "))


def named_document(question: str, documents: Iterable[str]) -> tuple[str, str] | None:
    """(document, question without its name), where `question` has words of one file's name side by side, more than of any other.

    None where it asks nothing besides: a name may be what is asked for.
    """
    if len(question) > LONGEST:
        return None
    asked = [(match.span(), stems_of(words(match.group()))) for match in _WORD.finditer(question)]
    best: tuple[int, str, int, int] | None = None
    tied = False
    for document in documents:
        name = stems_of(word for word in file_words(document) if not word.isdigit())
        for held, group in groupby(asked, key=lambda one: bool(one[1]) and one[1] <= name):
            run = list(group) if held else []
            size = len(frozenset().union(*(stems for _, stems in run)))
            if size >= LEAST and (best is None or size >= best[0]):
                tied = best is not None and size == best[0] and best[1] != document
                best = (size, document, run[0][0][0], run[-1][0][1])
    if best is None or tied:
        return None
    rest = without(question, best[2], best[3])
    return (best[1], rest) if further_words(rest) else None
