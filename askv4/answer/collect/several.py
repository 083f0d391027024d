"""Lists that no structure gives: the sentences of an ordinary answer, more of them, and what may be missing."""

from __future__ import annotations

from dataclasses import replace

from askv4.answer.collect.asked import wants_all
from askv4.answer.question.question import Question
from askv4.answer.quote.extractive import LONG, Length


def longer(question: Question, length: Length) -> Length:
    """How much an answer quotes where all that there is is asked for; else `length` as it is."""
    if not wants_all(question.asked):
        return length
    return replace(length, sentences=max(length.sentences, LONG.sentences), share=LONG.share, odds=LONG.odds)


def what_may_miss(question: Question, read: int, passages: int) -> str | None:
    """A line on a list's completeness; None where no list is asked for. `read` of all `passages` were read for it."""
    if not wants_all(question.asked):
        return None
    if read >= passages:
        return "all passages were read for this list"
    return f"from the {read} passages that came nearest, of {passages:,}; others may name more"
