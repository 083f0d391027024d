"""The answers that documents give by their structure alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askv4.answer.collect.changes import changes
from askv4.answer.collect.items import Labels, items
from askv4.answer.collect.parts import parts
from askv4.answer.question.question import Question
from askv4.types import Answer

if TYPE_CHECKING:
    from askv4.records import Scope


def collected(question: Question, sources: Labels, within: Scope | None) -> Answer | None:
    """The parts, changes or labelled things that a question surely asks for; None for every other question."""
    for collect in (parts, changes, items):
        if (answer := collect(question, sources, within)) is not None:
            return answer
    return None
