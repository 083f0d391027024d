"""An answer as Markdown that Textual's widget shows: citation markers are links, nothing else is.

What documents and models say can neither link, nor load, nor style: quotations are taken literally, and the Markdown of a
model goes without links, images and HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from askv4.text.safe import safe
from askv4.types import Answer

CITATION_LINK = "citation:"
"""How the link of a marker begins; the citation's number follows."""

_FLAG_ON, _FLAG_OFF = "\ue000", "\ue001"
"""Private characters around a sentence that its source does not support; those of the text itself are replaced."""
_PRIVATE = re.compile(f"[{_FLAG_ON}{_FLAG_OFF}]")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_MARKER_OR_FLAG = re.compile(rf"\[(\d{{1,4}})\]|([{_FLAG_ON}{_FLAG_OFF}])")
_ENDING_MARKERS = re.compile(r"(?:\s*\[\d{1,4}\])+$")
_NEVER = ("link", "image", "autolink", "html_inline", "html_block", "reference", "entity", "lheading", "heading", "hr")


def answer_source(answer: Answer) -> str:
    """The Markdown of an answer's text."""
    if answer.mode == "extractive" or answer.status == "not_in_sources":
        return "\n\n".join(_quotation(line) for line in safe(answer.answer).split("\n") if line.strip())
    text = _neutral(answer.answer)
    for sentence in answer.grounding:
        if not sentence.supported:
            said = _neutral(sentence.text)
            text = text.replace(said, f"{_FLAG_ON}{said}{_FLAG_OFF}", 1)
    return text


def draft_text(draft: str) -> str:
    """What a model has written so far, as plain text."""
    return _neutral(draft).strip()


def parser(numbers: Collection[int]) -> Callable[[], MarkdownIt]:
    """Makes parsers in which `[n]` is a link for each n of `numbers`."""

    def make() -> MarkdownIt:
        made = MarkdownIt("commonmark", {"html": False}).disable(_NEVER, ignoreInvalid=True).enable("table")
        made.core.ruler.after("inline", "citations", lambda state: _mark(state, numbers))
        return made

    return make


def _neutral(text: str) -> str:
    return _PRIVATE.sub("\ufffd", safe(text))


def _quotation(line: str) -> str:
    """A line of a quoting answer: every character as it stands, and the markers at its end."""
    line = _neutral(line).strip()
    ending = _ENDING_MARKERS.search(line)
    cut = ending.start() if ending else len(line)
    return _PUNCTUATION.sub(r"\\\1", line[:cut]) + line[cut:]


def _mark(state: StateCore, numbers: Collection[int]) -> None:
    for token in state.tokens:
        if token.children:
            token.children = [made for child in token.children for made in _split(child, numbers)]


def _split(token: Token, numbers: Collection[int]) -> Iterator[Token]:
    """A run of text in pieces: text, links of markers, borders of flagged sentences. Escaped text is none."""
    if token.type != "text":
        yield token
        return
    done = 0
    for match in _MARKER_OR_FLAG.finditer(token.content):
        if match[1] and int(match[1]) not in numbers:
            continue
        yield from _text(token, token.content[done : match.start()])
        done = match.end()
        if match[1]:
            yield Token("link_open", "a", 1, attrs={"href": f"{CITATION_LINK}{match[1]}"})
            yield from _text(token, match[0])
            yield Token("link_close", "a", -1)
        else:
            # Struck-through text is not part of this Markdown: its tokens stand for the flag.
            yield Token("s_open", "s", 1) if match[2] == _FLAG_ON else Token("s_close", "s", -1)
    yield from _text(token, token.content[done:])


def _text(token: Token, content: str) -> Iterator[Token]:
    if content:
        yield token.copy(content=content)
