"""The text of an answer."""

from __future__ import annotations

from collections.abc import Collection

from textual import on
from textual.widgets import Markdown

from askv4.tui.answer_markdown import CITATION_LINK, lead_source, parser, quoted_source
from askv4.tui.messages import CitationClicked
from askv4.types import Answer


class AnswerText(Markdown):
    """A lead or quotations, whose markers open their sources."""

    def __init__(self, source: str, numbers: Collection[int], classes: str) -> None:
        super().__init__(source, parser_factory=parser(numbers), open_links=False, classes=classes)

    @on(Markdown.LinkClicked)
    def _open_citation(self, event: Markdown.LinkClicked) -> None:
        event.stop()
        number = event.href.removeprefix(CITATION_LINK)
        if number.isdecimal():
            self.post_message(CitationClicked(int(number)))


def lead_text(answer: Answer) -> AnswerText:
    """What a model wrote; the answer must have a lead."""
    return AnswerText(lead_source(answer), _numbers(answer), "answer lead")


def quoted_text(answer: Answer) -> AnswerText:
    """The quotations, the candidate, or the refusal."""
    return AnswerText(quoted_source(answer), _numbers(answer), "answer quoted")


def _numbers(answer: Answer) -> frozenset[int]:
    return frozenset(citation.n for citation in answer.citations or answer.nearest)
