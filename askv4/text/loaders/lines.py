"""The lines of a text, and how they hang together where nothing but line ends says so.

Two habits have to be told apart: text wrapped by hand or by a program at some 70 columns, where a line end is a space, and
text with a paragraph on each line, where it is a paragraph's end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from askv4.language.ticks import MARK

LONG_LINE = 160
"""Nobody wraps text wider than this, so a longer line is a paragraph of its own."""

_LOOKED_AT = 500
"""Lines longer than this are not examined for rules and columns."""

_FLOWING = 0.25
"""The share of lines, or of the full ones, that go on in mid-sentence from which on text was wrapped."""
_FULL = 0.85
"""The share of the width from which on a line is full."""

_LINE = re.compile(r"([^\r\n\v\f\x85\u2028\u2029]*)(\r\n|[\r\n\v\f\x85\u2028\u2029]|\Z)")
_SENTENCE_END = re.compile(r"[.!?:;…。！？；：][\"'”’»)\]」』*_]*\Z")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\uac00-\ud7af]")
BULLET = re.compile(rf"[-*+•‣◦·–—▪●○■□➢][ \t]+(?=\S)|(?=(?:{MARK})[ \t]+\S)")
"""A list's marker up to its item. The mark of a box belongs to the item: it says whether it is chosen."""
NUMBER = re.compile(
    r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxIVX]{2,5})[.)/][ \t]+(?=\S)|\d{1,3}(?:\.\d{1,3})+[ \t]+(?=\S)"
)
_COLUMNS = re.compile(r"\S(?: {3,}|[ ]*\t\s*)\S")
RULE = re.compile(r"[ \t]*([-=*_~#+.•·–—])(?:[ \t]*\1){2,}[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end and without the white space around it; start == end when it is blank."""

    start: int
    end: int
    indent: int
    text: str

    @property
    def marker(self) -> re.Match[str] | None:
        """The list marker the line begins with."""
        return BULLET.match(self.text) or NUMBER.match(self.text)

    @property
    def is_long(self) -> bool:
        """Whether the line is too long to have been wrapped."""
        return len(self.text) > LONG_LINE

    @property
    def has_columns(self) -> bool:
        """Whether it looks like a row of a table made with spaces or tabs."""
        return len(self.text) <= _LOOKED_AT and _COLUMNS.search(self.text) is not None

    @property
    def ends_sentence(self) -> bool:
        """Whether it ends as sentences do."""
        return _SENTENCE_END.search(self.text[-8:]) is not None


def read_lines(text: str, start: int = 0, end: int | None = None) -> Iterator[Line]:
    """The lines of text[start:end], blank ones included."""
    limit = len(text) if end is None else end
    for match in _LINE.finditer(text, start, limit):
        raw = match[1]
        stripped = raw.strip()
        indent = len(raw) - len(raw.lstrip())
        first = match.start() + (indent if stripped else 0)
        yield Line(first, first + len(stripped), indent, stripped)
        if match.end() >= limit:
            return


def line_groups(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Runs of lines between blank lines and between rules such as `-----` that do not underline a heading."""
    group: list[Line] = []
    for line in lines:
        underlines = len(group) == 1 and line.text[:1] in "=-~" and not group[0].is_long and not group[0].marker
        if not line.text or (len(line.text) <= _LOOKED_AT and RULE.match(line.text) and not underlines):
            if group:
                yield group
            group = []
        else:
            group.append(line)
    if group:
        yield group


@dataclass(frozen=True, slots=True)
class Wrapping:
    """Whether a text's lines were wrapped, and how wide."""

    flows: bool = False
    """Whether sentences go on from line to line; otherwise a line end is a paragraph's end."""
    width: int = 0
    """Columns at which lines were broken; 0 where that cannot be told."""

    @classmethod
    def of(cls, groups: Sequence[Sequence[Line]]) -> Wrapping:
        """Wrapped text shows in lines of one width whose successors go on in mid-sentence; short ones, of addresses and
        lists, tell nothing beside them."""
        told: list[tuple[int, bool]] = []
        for group in groups:
            for line, after in pairwise(group):
                if not (line.is_long or line.has_columns or after.has_columns):
                    goes_on = not line.ends_sentence and (after.text[0].islower() or _is_cjk(after.text[0]))
                    told.append((len(line.text), goes_on))
        if not told:
            return cls()
        lengths = sorted(length for length, _ in told)
        width = lengths[min(len(lengths) - 1, len(lengths) * 95 // 100)]
        full = [goes_on for length, goes_on in told if length >= _FULL * width]
        if sum(one for _, one in told) < _FLOWING * len(told) and (sum(full) < 2 or sum(full) < _FLOWING * len(full)):
            return cls()
        narrowest = 20 if _is_cjk(groups[0][0].text[0]) else 45
        return cls(True, width if width >= narrowest else 0)

    def joins(self, line: Line, after: Line) -> bool:
        """Whether the sentence of `line` may go on in `after`, the next line of the same group."""
        if not self.flows or line.has_columns or after.has_columns or BULLET.match(after.text):
            return False
        # A line that had room for the next word was ended on purpose.
        full = self.width > 0 and len(line.text) + 1 + _first_word_length(after.text) > self.width
        if after.marker:
            return full and not line.ends_sentence
        first = after.text[0]
        if not line.ends_sentence and (
            first.islower() or (not first.isupper() and len(line.text) >= _FULL * self.width > 0)
        ):
            return True
        return full and not line.is_long and after.indent <= line.indent + 1


def _first_word_length(text: str) -> int:
    return 1 if _is_cjk(text[0]) else len(text.split(None, 1)[0])


def _is_cjk(char: str) -> bool:
    return _CJK.match(char) is not None
