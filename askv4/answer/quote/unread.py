"""Whether a document that could not be read is one that the question asks for, by its name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from askv4.answer.question.question import Question
from askv4.language.words import content_words
from askv4.types import Skipped

_LEAST_LETTERS = 4
_MOST_NAMED = 3


def unread_note(question: Question, skipped: Iterable[Skipped]) -> str | None:
    """A line that names the unread documents whose names the question holds; None when there are none.

    A name is held when half of its words or more are, and one of them has four letters or more.
    """
    asked = set(map(_stem, question.content_words))
    named = [one.document for one in skipped if _is_held(one.document, asked)]
    if not named:
        return None
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    listed = ", ".join(named[:_MOST_NAMED]) + more
    return f"not read, though the question may be about it: {listed}; `askv4 docs` says why"


def _is_held(document: str, asked: set[str]) -> bool:
    words = [word for word in map(_stem, content_words(PurePosixPath(document).stem)) if not word.isdigit()]
    held = [word for word in words if word in asked]
    return any(len(word) >= _LEAST_LETTERS for word in held) and 2 * len(held) >= len(words)


def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) > _LEAST_LETTERS else word
