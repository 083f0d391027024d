"""An answer as Markdown that Textual's widget shows: citation markers are links, nothing else is.

What documents and models say can neither link, nor load, nor style: quotations are taken literally, and the Markdown of a
model goes without links, images and HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from askv4.text.safe import safe
from askv4.types import Answer, Citation

CITATION_LINK = "citation:"
"""How the link of a marker begins; the citation's number follows."""

_FLAG_ON, _FLAG_OFF = "\ue000", "\ue001"
"""Private characters around a sentence that its source does not support; those of the text itself are replaced."""
_STRONG_ON, _STRONG_OFF = "\ue002", "\ue003"
"""Private characters around the words of a quotation that answer most directly."""
# Struck-through text is not part of this Markdown: its tokens stand for the flag.
_BORDERS: dict[str, tuple[str, str, Literal[-1, 1]]] = {
    _FLAG_ON: ("s_open", "s", 1),
    _FLAG_OFF: ("s_close", "s", -1),
    _STRONG_ON: ("strong_open", "strong", 1),
    _STRONG_OFF: ("strong_close", "strong", -1),
}
_PRIVATE = re.compile(f"[{''.join(_BORDERS)}]")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_MARKER_OR_BORDER = re.compile(rf"\[(\d{{1,4}})\]|([{''.join(_BORDERS)}])")
_ENDING_MARKERS = re.compile(r"(?:\s*\[\d{1,4}\])+$")
_NEVER = ("link", "image", "autolink", "html_inline", "html_block", "reference", "entity", "lheading", "heading", "hr")


def answer_source(answer: Answer) -> str:
    """The Markdown of an answer's text."""
    if answer.mode == "extractive" or answer.status == "not_in_sources":
        lines = [line for line in safe(answer.answer).split("\n") if line.strip()]
        return "\n\n".join(_quotation(line, answer.citations) for line in lines)
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


def _quotation(line: str, citations: Sequence[Citation]) -> str:
    """A line of a quoting answer: every character as it stands, and the markers at its end."""
    line = _neutral(line).strip()
    ending = _ENDING_MARKERS.search(line)
    cut = ending.start() if ending else len(line)
    numbers = {int(number) for number in re.findall(r"\d+", line[cut:])}
    said = _emphasised(line[:cut], [citation for citation in citations if citation.n in numbers])
    return _PUNCTUATION.sub(r"\\\1", said) + line[cut:]


def _emphasised(said: str, citations: Sequence[Citation]) -> str:
    """`said` with borders around the words that answer most directly, where the line quotes them."""
    spans = []
    for citation in citations:
        quoted = said.find(_in_one_line(citation.quote))
        for start, end in citation.answers:
            words = _in_one_line(citation.quote[start - citation.start : end - citation.start])
            # Something may have been put into the quotation, in brackets: the words are then looked for by themselves.
            before = len(_in_one_line(citation.quote[: start - citation.start] + "|")) - 1
            place = said.find(words, quoted + before if quoted >= 0 else 0)
            if words and place >= 0:
                spans.append((place, place + len(words)))
    done, pieces = 0, []
    for begin, stop in sorted(spans):
        if begin >= done:
            pieces += [said[done:begin], _STRONG_ON, said[begin:stop], _STRONG_OFF]
            done = stop
    return "".join([*pieces, said[done:]])


def _in_one_line(text: str) -> str:
    return " ".join(_neutral(text).split())


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
    for match in _MARKER_OR_BORDER.finditer(token.content):
        if match[1] and int(match[1]) not in numbers:
            continue
        yield from _text(token, token.content[done : match.start()])
        done = match.end()
        if match[1]:
            yield Token("link_open", "a", 1, attrs={"href": f"{CITATION_LINK}{match[1]}"})
            yield from _text(token, match[0])
            yield Token("link_close", "a", -1)
        else:
            yield Token(*_BORDERS[match[2]])
    yield from _text(token, token.content[done:])


def _text(token: Token, content: str) -> Iterator[Token]:
    if content:
        yield token.copy(content=content)
