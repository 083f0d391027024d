"""Documents whose extracted text is composed: what a format holds as parts becomes one text with places in it.

The text is made here once and stored, so it is also put in order here: line ends, ligatures, invisible characters. What
is quoted later are these very characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from askv4.text.loaders.layout import lay_out
from askv4.types import Block, ParsedText, Role

_LINE_END = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_SPACE = re.compile(r"\s+")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff\ufffe\uffff]")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_LIGATURE = re.compile("[\ufb00-\ufb06\ufb50-\ufdf5\ufe70-\ufefc]")
"""Latin ones, and the shapes that Arabic letters have by their place in a word."""
_CLOSE: frozenset[Role] = frozenset({"list", "table"})


def clean(text: str) -> str:
    """`text` with `\\n` line ends, in normal form C, without characters that nobody sees or that are none."""
    text = _UNSEEN.sub("", _LINE_END.sub("\n", text))
    text = _HALF_CHARACTER.sub("\ufffd", text)
    text = _LIGATURE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return unicodedata.normalize("NFC", text.replace("\u00a0", " "))


def one_line(text: str) -> str:
    """`text` cleaned, on one line, with single spaces."""
    return _SPACE.sub(" ", clean(text)).strip()


class Composer:
    """Takes the parts of a document in reading order and gives its text, blocks and pages."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._pages: list[int] = []
        self._waiting_pages = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added yet."""
        return not self._blocks

    def page(self) -> None:
        """What comes next stands on a new page or slide."""
        self._waiting_pages += 1

    def heading(self, text: str, level: int) -> None:
        """A heading of depth `level`, from 1."""
        self._add(one_line(text), "heading", max(1, level))

    def paragraph(self, text: str, pages: Sequence[int] = ()) -> None:
        """A paragraph on one line; `pages` are the offsets in `text`, itself one line, at which new pages begin."""
        self._add(one_line(text), "paragraph", pages=pages)

    def item(self, text: str, pages: Sequence[int] = ()) -> None:
        """An item of a list; `pages` as of a paragraph."""
        self._add(one_line(text), "list", pages=pages)

    def row(self, text: str) -> None:
        """A row of a table, as `tables.labelled` writes it."""
        self._add(one_line(text), "table")

    def code(self, text: str) -> None:
        """Lines of code, kept as they are; those between blank lines are one block."""
        for run in re.split(r"\n[ \t]*\n", clean(text)):
            self._add(run.strip("\n").rstrip(), "code")

    def plain(self, text: str, *, level: int = 3) -> None:
        """Text whose line ends have to be understood; headings that nothing marks get `level`."""
        text = clean(text)
        blocks = lay_out(text, level=level, titled=False)
        if not blocks:
            return
        shift = self._begin() - blocks[0].start
        self._append(text[blocks[0].start : blocks[-1].end])
        self._blocks += [Block(one.start + shift, one.end + shift, one.role, one.level) for one in blocks]

    def placed(self, text: str, blocks: Sequence[Block]) -> None:
        """Text with blocks of its own, given by offsets in it."""
        if blocks:
            shift = self._begin()
            self._append(text)
            self._blocks += [Block(one.start + shift, one.end + shift, one.role, one.level) for one in blocks]

    def parsed(self, **fields: Any) -> ParsedText:
        """The document; `fields` are those of ParsedText that the format declares."""
        self._pages += [self._length] * self._waiting_pages
        self._waiting_pages = 0
        return ParsedText(
            text="".join(self._parts),
            blocks=tuple(self._blocks),
            pages=tuple(self._pages),
            has_lines=False,
            **fields,
        )

    def _add(self, text: str, role: Role, level: int = 0, pages: Sequence[int] = ()) -> None:
        if not text:
            return
        close = role in _CLOSE and bool(self._blocks) and self._blocks[-1].role == role
        start = self._begin("\n" if close else "\n\n")
        self._append(text)
        self._blocks.append(Block(start, start + len(text), role, level))
        self._pages += [start + min(offset, len(text) - 1) for offset in pages]

    def _begin(self, gap: str = "\n\n") -> int:
        """Where the next block begins, after a gap and at the beginning of the pages that wait for it."""
        if self._length:
            self._append(gap)
        self._pages += [self._length] * self._waiting_pages
        self._waiting_pages = 0
        return self._length

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
