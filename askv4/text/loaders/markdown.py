"""Markdown (CommonMark with tables). The extracted text is the decoded file itself, marks included.

markdown-it-py finds the blocks; only its block rules run, since what stands inside a paragraph is quoted as it is. Its
tokens give lines, from which the exact characters are found again. Left out: front matter, comments, HTML tags that stand
alone, and definitions of links.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from askv4.text.loaders.decoding import decode
from askv4.text.loaders.front_matter import read_front_matter
from askv4.text.loaders.layout import lay_out
from askv4.text.loaders.lines import LONG_LINE
from askv4.text.places import Lines, heading_text
from askv4.types import Block, ParsedText, Role

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_DEEPEST = 20
_LINE_END = re.compile(r"[\r\n]+\Z")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HARD_BREAK = re.compile(r"(?: {2,}|\\)(?:\r\n|\n|\r)")
_DEFINITION = re.compile(r"\[[^\]^][^\]]*\]:[ \t]*<?[^\s<>]*[/.#][^\s<>]*>?(?:[ \t]+[\"'(].*)?[ \t]*\Z")
_HIDDEN_ELEMENT = re.compile(r"<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"</?(?!(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u|var)\b)"
    r"[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>|</?[a-z][^<>]*\Z",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_WORD = re.compile(r"\w")


def parse(data: bytes, name: str) -> ParsedText:
    """The text and blocks of a Markdown file. Raises DocumentUnreadable when it is no text."""
    decoded = decode(data, name)
    text = decoded.text
    matter = read_front_matter(text)
    reader = _Reader(text, matter.end)
    blocks = tuple(reader.blocks())
    first = next((block for block in blocks if block.role == "heading"), None)
    title = heading_text(text, first) if first is not None and first.level == 1 else None
    return ParsedText(
        text=text,
        blocks=blocks,
        title=matter.get("title") or title or None,
        kind=matter.get("kind"),
        context=matter.get("context"),
        date=matter.date,
        encoding=decoded.encoding,
        notes=decoded.notes + matter.notes + reader.notes,
        metadata=dict(matter.fields),
    )


class _Reader:
    """Turns the tokens of one text into blocks, in order."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        # The parser replaces every NUL, and what it gives back is looked for here.
        self._source = text.replace("\0", "\ufffd")
        self._starts = Lines.of(text).starts
        self._first_line = bisect_left(self._starts, start)
        self._start = start
        self.notes: tuple[str, ...] = ()
        self._done = start
        """Where the last block ended; what begins before was read already."""

    def blocks(self) -> Iterator[Block]:
        """The blocks, none empty, none overlapping, without white space around them."""
        tokens = _parser().parse(self._source[self._start :])
        extents = self._read(tokens)
        if any(token.level >= _DEEPEST - 1 for token in tokens):
            # The parser drops what lies deeper.
            self.notes = ("nested too deeply for Markdown; read as plain text",)
            extents = iter(lay_out(self._text, self._start))
        for extent in extents:
            block = _trimmed(self._text, extent)
            if block.start >= self._done and block.end > block.start:
                self._done = block.end
                yield block

    def _read(self, tokens: Sequence[Token]) -> Iterator[Block]:
        lists = 0
        for number, token in enumerate(tokens):
            if token.type in ("bullet_list_open", "ordered_list_open"):
                lists += 1
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                lists -= 1
            elif token.type == "tr_open":
                yield from self._row(token)
            elif token.type in ("fence", "code_block"):
                yield from self._code(token)
            elif token.type == "html_block":
                yield from self._html(*self._extent(token, token.content))
            elif token.type == "inline" and token.content.strip():
                opener = tokens[number - 1]
                if opener.type == "heading_open":
                    start, end = self._extent(token, token.content)
                    yield Block(start, end, "heading", int(opener.tag[1:]))
                elif opener.type == "paragraph_open":
                    yield from self._paragraph(token, "list" if lists else "paragraph")

    def _line(self, number: int) -> tuple[int, int]:
        """Extent of a line, by its number in what was parsed, without its end."""
        at = self._first_line + number
        start = self._starts[at]
        stop = self._starts[at + 1] if at + 1 < len(self._starts) else len(self._text)
        end = _LINE_END.search(self._text, max(start, stop - 2), stop)
        return start, end.start() if end else stop

    def _extent(self, token: Token, content: str) -> tuple[int, int]:
        """Where the token's content stands: its first line's end is known, its beginning follows from its length."""
        first, last = token.map or [0, 0]
        if token.type == "inline":  # White space at a paragraph's end may make its last line empty
            last = first + content.count("\n") + 1
        start, end = self._line(first)
        head = content.split("\n", 1)[0].strip()
        at = self._source.rfind(head, start, end)
        stop = self._line(max(first, last - 1))[1]
        if token.type == "inline" and content.count("\n") == 0 and at >= 0:
            stop = at + len(head)
        return (at if at >= 0 else start), stop

    def _paragraph(self, token: Token, role: Role) -> Iterator[Block]:
        start, end = self._extent(token, token.content)
        lines = token.content.split("\n")
        if all(_DEFINITION.match(line.strip()) for line in lines):
            return
        for first, last in _between(self._text, start, end, _COMMENT):
            if len(lines) > 1 and max(map(len, lines)) > LONG_LINE and role == "paragraph":
                # Nobody wraps so wide: each line is a paragraph, though Markdown would run them together.
                yield from lay_out(self._text, first, last, level=6, titled=False)
                continue
            for one, other in _between(self._text, first, last, _HARD_BREAK):
                yield Block(one, other, role)

    def _row(self, token: Token) -> Iterator[Block]:
        start, end = self._line((token.map or [0])[0])
        while start < end and self._text[start] in " \t>":
            start += 1
        yield Block(start, end, "table")

    def _code(self, token: Token) -> Iterator[Block]:
        """Runs of lines of code between blank lines."""
        first, last = token.map or [0, 0]
        if token.type == "fence":
            first += 1
            last = min(last, first + token.content.count("\n"))
        run: tuple[int, int] | None = None
        for number in range(first, last):
            start, end = self._line(number)
            if self._text[start:end].strip(" \t>"):
                run = (run[0] if run else start, end)
            elif run:
                yield Block(*run, "code")
                run = None
        if run:
            yield Block(*run, "code")

    def _html(self, start: int, end: int) -> Iterator[Block]:
        """The words between tags that structure; tags within a sentence stay in it."""
        for first, last in _between(self._text, start, end, _COMMENT):
            for one, other in _between(self._text, first, last, _HIDDEN_ELEMENT):
                for begin, stop in _between(self._text, one, other, _BLOCK_TAG):
                    if _WORD.search(_ANY_TAG.sub("", self._text[begin:stop])):
                        yield Block(begin, stop)


def _between(text: str, start: int, end: int, cut: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The parts of text[start:end] outside the matches of `cut`."""
    for match in cut.finditer(text, start, end):
        yield start, match.start()
        start = match.end()
    yield start, end


def _trimmed(text: str, block: Block) -> Block:
    """The block without white space around it."""
    raw = text[block.start : block.end]
    start = block.start + len(raw) - len(raw.lstrip())
    return Block(start, max(start, block.start + len(raw.rstrip())), block.role, block.level)


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").disable("reference")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser
