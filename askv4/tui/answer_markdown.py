"""An answer as Markdown that Textual's widget shows: citation markers are links, nothing else is.

What documents and models say can neither link, nor load, nor style: it is taken literally.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from askv4.answer.quote.listing import Entry, blocks, lead_lines, marks_in, rows_in
from askv4.text.safe import safe
from askv4.types import Answer, Citation

CITATION_LINK = "citation:"
"""How the link of a marker begins; the citation's number follows."""

_STRONG_ON, _STRONG_OFF = "\ue002", "\ue003"
"""Private characters around the words of a quotation that answer most directly; those of the text itself are replaced."""
_BORDERS: dict[str, tuple[str, str, Literal[-1, 1]]] = {
    _STRONG_ON: ("strong_open", "strong", 1),
    _STRONG_OFF: ("strong_close", "strong", -1),
}
_BREAK = "\ue004"
"""Private as well: a row of a table begins behind it."""
_PRIVATE = re.compile(f"[{''.join(_BORDERS)}{_BREAK}]")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_MARKER = re.compile(r"(\[\d{1,4}\])")
_MARKER_OR_BORDER = re.compile(rf"\[(\d{{1,4}})\]|([{''.join(_BORDERS)}])")
_NEVER = ("link", "image", "autolink", "html_inline", "html_block", "reference", "entity", "lheading", "heading", "hr")


def lead_source(answer: Answer) -> str:
    """The Markdown of the lead, a verdict above it; empty where there is none."""
    lines = (line for one in lead_lines(answer) for line in _neutral(one).split("\n"))
    return "\n\n".join(_marked(line) for line in lines if line.strip())


def quoted_source(answer: Answer) -> str:
    """The Markdown of the quotations; of a refusal, what it says."""
    if answer.status == "not_in_sources":
        return "\n\n".join(_literal(line.strip()) for line in _neutral(answer.answer).split("\n") if line.strip())
    return "\n\n".join(_line(entry) for block in blocks(answer) for entry in block)


def parser(numbers: Collection[int]) -> Callable[[], MarkdownIt]:
    """Makes parsers in which `[n]` is a link for each n of `numbers`."""

    def make() -> MarkdownIt:
        made = MarkdownIt("commonmark", {"html": False}).disable(_NEVER, ignoreInvalid=True).enable("table")
        made.core.ruler.after("inline", "citations", lambda state: _mark(state, numbers))
        return made

    return make


def _neutral(text: str) -> str:
    return _PRIVATE.sub("\ufffd", safe(text))


def _line(entry: Entry) -> str:
    """A quotation with every character as it stands, and its marker; or a line of askv4's own."""
    said = _in_one_line(entry.text)
    if entry.citation is not None:
        return f"{_literal(_emphasised(said, entry.citation))} [{entry.citation.n}]".replace(_BREAK, "\\\n")
    strong = entry.role in ("question", "uncertain")
    return _literal(f"{_STRONG_ON}{said}{_STRONG_OFF}") if strong else _marked(said)


def _marked(line: str) -> str:
    """Text in which markers are none but those of citations."""
    return "".join(piece if _MARKER.fullmatch(piece) else _literal(piece) for piece in _MARKER.split(line.strip()))


def _literal(text: str) -> str:
    return _PUNCTUATION.sub(r"\\\1", text)


def _emphasised(said: str, citation: Citation) -> str:
    """`said` with borders around the words that answer most directly, and every row of a table on a line of its own."""
    done, pieces = 0, []
    marks = sorted(marks_in(said, citation))
    for begin in rows_in(said, citation):
        said = f"{said[: begin - 1]}{_BREAK}{said[begin:]}"
    for begin, stop in marks:
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
    """A run of text in pieces: text, links of markers, borders of words that answer. Escaped text is none."""
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
