"""The text of an answer. A module of its own: Textual's Markdown takes a while to load, and nobody has asked yet."""

from __future__ import annotations

from textual import on
from textual.widgets import Markdown

from askv4.tui.answer_markdown import CITATION_LINK, answer_source, parser
from askv4.tui.messages import CitationClicked
from askv4.types import Answer


class AnswerText(Markdown):
    """An answer whose markers open their sources."""

    def __init__(self, answer: Answer) -> None:
        numbers = frozenset(citation.n for citation in answer.citations)
        super().__init__(answer_source(answer), parser_factory=parser(numbers), open_links=False, classes="answer")

    @on(Markdown.LinkClicked)
    def _open_citation(self, event: Markdown.LinkClicked) -> None:
        event.stop()
        number = event.href.removeprefix(CITATION_LINK)
        if number.isdecimal():
            self.post_message(CitationClicked(int(number)))
