"""Where an offset of an extracted text lies: its line, its page, the headings above it.

`Lines`, `Headings` and a document's pages are tables made once per text and bisected, so that thousands of offsets cost
little. Lines end at `\\n`, `\\r\\n` or a lone `\\r`, as editors and Markdown count them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from askv4.types import Block, ParsedText

_LINE_END = re.compile(r"\r\n|\n|\r")

PATH_SEPARATOR = " › "
"""Between the headings of a path, outermost first."""


def last_heading(path: str | None) -> str:
    """The innermost heading of a path; empty where there is none."""
    return (path or "").rpartition(PATH_SEPARATOR)[2]


@dataclass(frozen=True, slots=True)
class Lines:
    """The offsets at which the lines of one text begin, ascending; the first is 0."""

    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Lines:
        """The table of `text`."""
        return cls((0, *(match.end() for match in _LINE_END.finditer(text))))

    def at(self, offset: int) -> int:
        """The number of the line, from 1, that holds the character at `offset`; the last for offsets past the end."""
        return max(1, bisect_right(self.starts, offset))


_latest: tuple[str, Lines] = ("", Lines((0,)))


def line_of(text: str, offset: int) -> int:
    """The same, for callers without a table: that of the latest text is kept, so asking in a row stays cheap."""
    global _latest
    latest = _latest
    if latest[0] is not text:  # By identity: comparing long texts would cost more than the table saves
        _latest = latest = (text, Lines.of(text))
    return latest[1].at(offset)


def page_of(pages: Sequence[int], offset: int) -> int | None:
    """The number of the page, from 1, that holds `offset`, given the ascending offsets at which pages begin.

    None when there are no pages. What stands before the first page's beginning counts as page 1.
    """
    if not pages:
        return None
    return max(1, bisect_right(pages, offset))


@dataclass(frozen=True, slots=True)
class Headings:
    """The heading paths of one text, each in force from its offset until the next one's."""

    offsets: tuple[int, ...]
    paths: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, parsed: ParsedText) -> Headings:
        """The paths of `parsed`. Its title is left out where it opens a path, because it is shown beside it anyway."""
        offsets: list[int] = []
        paths: list[tuple[str, ...]] = []
        stack: list[tuple[int, str]] = []
        for block in parsed.blocks:
            if block.role != "heading":
                continue
            while stack and stack[-1][0] >= block.level:
                stack.pop()
            stack.append((block.level, heading_text(parsed.text, block)))
            path = tuple(text for _, text in stack if text)
            if path and parsed.title and _same(path[0], parsed.title):
                path = path[1:]
            offsets.append(block.start)
            paths.append(path)
        return cls(tuple(offsets), tuple(paths))

    def path_at(self, offset: int) -> tuple[str, ...]:
        """The headings above the character at `offset`, outermost first; a heading stands under itself."""
        index = bisect_right(self.offsets, offset) - 1
        return self.paths[index] if index >= 0 else ()

    def at(self, offset: int) -> str | None:
        """The same as one line; None where there is no heading."""
        return PATH_SEPARATOR.join(self.path_at(offset)) or None


_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\s[^()]*)?\)|\[[^\[\]]*\])")
_EMPHASIS = re.compile(r"(?<!\\)[*`]+|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)")


def heading_text(text: str, block: Block) -> str:
    """A heading as a reader sees it: one line, without the marks of links, emphasis and code."""
    raw = text[block.start : block.end]
    return " ".join(_EMPHASIS.sub("", _LINK.sub(r"\1", raw)).split())


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
