"""The clauses, steps, chapters and rows of a document: what its numbers are, and from where to where each goes.

A number opens a part where it begins a line, or goes on counting within one. The part ends where a number of its own sort or
of one above it opens the next, or at a heading of another part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from askv4.language.numbering import NUMBER, SORTS, WORDS, follows, normal
from askv4.language.others import AND_OR
from askv4.language.patterns import Pattern
from askv4.types import Block, Numbered, ParsedText, Span

MOST = 20_000
"""Numbered parts that are kept of one document."""
_MARKS = Pattern(r"[ \t]*(?:[#>*+•–|_\-]+[ \t]*)*")
_WORDED = Pattern(rf"(?i:(?P<word>{WORDS}))\.?[ \t]*(?P<number>{NUMBER})(?P<rest>[*_]*[.:)\]–—-]|(?=[\s(]|$))")
_PLAIN = Pattern(
    r"(?P<decimal>\d{1,3}(?:\.\d{1,3}){1,5})[.):]?(?=\s|$)(?!\s+[a-zß-ÿ])"
    r"|(?P<single>\d{1,3}[a-z]?)[.):](?=\s|$)"
    r"|\((?P<paren>\d{1,3}(?:bis|ter|[a-z])?|[a-z]|[ivx]{1,5})\)(?=\s|$)|(?P<half>[a-z])\)(?=\s)"
    r"|(?P<roman>[IVX]{1,5})\.(?=\s)|(?P<raised>1)(?=\s+[A-ZÀ-Þ])"
)
_COUNTED = Pattern(
    r"\s\((?P<paren>\d{1,3}(?:bis|ter|[a-z])?|[a-z]|[ivx]{1,5})\)(?=\s)"
    r"|(?:^|(?<=[.;:!?)])\s+(?:\d{1,2}\s+)?)(?P<raised>\d{1,2}(?:bis|ter)?)(?=\s+[A-ZÀ-Þ])"
)
_ROWS = Pattern(r"rows? (\d+)(?:–(\d+))?")
_COUNTING = Pattern(r"(?:[^:;]{1,40}: )?(\d{1,7})(?:;|$)")
_FOOTNOTE = Pattern(r"(?<=[.;:!?)])\s+\d{1,2}$")
_ENDED = Pattern(r"[.!?;:,)\]\"”»]\s*$")
_LOOK_BACK = 40
_LONGEST_LINE = 50_000
_DEEPEST = 10
_LOW = frozenset({"", "step"})
"""Sorts that stand below articles and sections, whatever comes first."""
_HIGHEST = ("part", "annex", "chapter")
_PAUSES = (".", ";", ":", ",", "!", "?")
_IN_LISTS = frozenset({"list", "table", "code"})


@dataclass(frozen=True, slots=True)
class _Opening:
    """Where a number, or a heading without one, stands."""

    start: int
    block: int
    number: str
    sort: str
    style: str
    """How it is written: the sort, else "decimal", "paren a", "paren 1" and so on; empty for a heading without a number."""
    level: int
    """Of the heading that it stands in; 0 in text."""
    counted: bool = False
    """Whether it stands within a line, where it is one only if it goes on counting."""

    @property
    def low(self) -> bool:
        return self.sort in _LOW


def numbered(parsed: ParsedText) -> tuple[Numbered, ...]:
    """The numbered parts of a document, in order of their beginnings; at most `MOST`."""
    parts: list[Numbered] = []
    stack: list[tuple[_Opening, int]] = []

    def close(kept: int, by: _Opening | None) -> None:
        while len(stack) > kept:
            opening, at = stack.pop()
            inner = max((one.span.end for one in parts[at + 1 :]), default=0)
            parts[at] = replace(parts[at], span=Span(opening.start, max(inner, _end(parsed, opening, by, inner > 0))))

    for opening in _openings(parsed):
        kept = _kept([one for one, _ in stack], opening)
        if opening.counted and not _goes_on(stack, kept, opening):
            continue
        close(min(kept, _DEEPEST), opening)
        if opening.style and len(parts) < MOST:
            path = _path([one for one, _ in stack], opening)
            parts.append(Numbered(*path, Span(opening.start, opening.start), opening.level > 0))
            stack.append((opening, len(parts) - 1))
    close(0, None)
    return (*(one for one in parts if one.span.end > one.span.start), *islice(_rows(parsed.text, parsed.blocks), MOST))


def _openings(parsed: ParsedText) -> Iterator[_Opening]:
    """Every number that may open a part, and every heading, in order."""
    text, before = parsed.text, 0
    for place, block in enumerate(parsed.blocks):
        line = max(text.rfind("\n", 0, block.start) + 1, before)  # the marker of an item stands before its block
        before = block.end
        if block.role == "code":
            continue
        any_number = False
        while line < block.end:
            end = text.find("\n", line, block.end)
            end = block.end if end < 0 else end
            for opening in _in_line(text, line, end, place, block.level):
                any_number = True
                yield opening
            line = end + 1
        if block.role == "heading" and not any_number:
            yield _Opening(block.start, place, "", "", "", block.level)


def _in_line(text: str, start: int, end: int, block: int, level: int) -> Iterator[_Opening]:
    marks = _MARKS.match(text, start)
    at = marks.end() if marks else start
    line = text[at:end]
    done = 0
    if (match := _WORDED.match(line)) and (match["rest"] or not line[match.end() :].lstrip()[:1].islower()):
        sort = SORTS[match["word"].lower()]
        if sort not in ("page", "slide", "row"):
            yield _Opening(at, block, normal(match["number"]), sort, sort, level)
        done = match.end()
        while line[done : done + 1] in (" ", "\t"):
            done += 1
    while match := _PLAIN.match(line, done):
        kind = match.lastgroup or ""
        yield _plain(match, at, block, level)
        done = match.end()
        if kind == "raised":
            break
        while line[done : done + 1] in (" ", "\t"):
            done += 1
    for match in _COUNTED.finditer(line, max(done - 1, 0), _LONGEST_LINE):
        if match.lastgroup == "raised" or _may_count(
            line[max(0, match.start() - _LOOK_BACK) : match.start()].rstrip(), match["paren"]
        ):
            yield replace(_plain(match, at, block, level), counted=True)


def _may_count(before: str, number: str) -> bool:
    """Whether a number in brackets within a line may be one of a list: that of "§ 7 (3)" belongs to what stands before it."""
    return (
        before.endswith(_PAUSES)
        or before.rpartition(" ")[2].lower() in AND_OR
        or (number in "ai" and before[-1:].isalpha())
    )


def _plain(match: re.Match[str], at: int, block: int, level: int) -> _Opening:
    """The opening of a number without a word."""
    kind = match.lastgroup or ""
    written = match[kind]
    letter = kind in ("paren", "half")
    style = f"{kind} {'1' if written[0].isdigit() else 'a'}" if letter else "decimal" if kind == "single" else kind
    start = match.start(kind) - (kind == "paren")
    return _Opening(at + start, block, normal(written, letter=letter), "", style, level, counted=kind == "raised")


def _kept(stack: Sequence[_Opening], new: _Opening) -> int:
    """How many of the open parts the new one lies in."""
    for place in reversed(range(len(stack) if new.style else 0)):
        one = stack[place]
        if one.style == new.style and bool(one.level) == bool(new.level) and follows(new.number, one.number):
            return place
    count = len(stack)
    while count and not _inside(new, stack[:count]):
        count -= 1
        if _beside(new, stack[count]):
            break
    if new.style and not new.low and new.sort not in _HIGHEST:
        count = next((place for place, one in enumerate(stack[:count]) if one.sort == new.sort), count)
    return count


def _beside(new: _Opening, one: _Opening) -> bool:
    """Whether both are items of one list."""
    depth = (new.number.count("."), bool(new.level)) == (one.number.count("."), bool(one.level))
    return bool(new.style) and new.low and new.style == one.style and depth


def _inside(new: _Opening, stack: Sequence[_Opening]) -> bool:
    """Whether the new part lies in the last of the open ones."""
    last = stack[-1]
    if not new.style:  # a heading without a number
        return bool(last.level) and new.level > last.level if last.level or last.low else True
    if "decimal" == new.style == last.style:
        return _inside_decimal(new, last)
    if new.low and not last.low:
        return True
    if not new.low and last.low:
        return False
    if not new.low:
        rank = [_HIGHEST.index(one.sort) // 2 if one.sort in _HIGHEST else 2 for one in (new, last)]
        return rank[0] > rank[1] or (rank[0] == rank[1] == 2 and new.sort != last.sort)
    if last.level or new.level:
        return not new.level or 0 < last.level < new.level
    if new.style == last.style == "paren a":
        return new.number == "i" != last.number  # a list of Roman numbers within a letter
    return all(one.style != new.style for one in stack)


def _inside_decimal(new: _Opening, last: _Opening) -> bool:
    if new.number.startswith(f"{last.number}."):
        return True
    # A list that begins anew within a section, or right behind the number above it, lies in it.
    begins = new.number == "1" and not new.level
    return begins and (last.level > 0 or (last.number != "1" and new.block == last.block + 1))


def _goes_on(stack: Sequence[tuple[_Opening, int]], kept: int, new: _Opening) -> bool:
    """Whether a number within a line is the next of its list, or begins one; raised ones only in an article or section."""
    closing = next((one for one, _ in stack[kept:] if one.style == new.style), None)
    if new.style == "raised" and not any(one.sort in ("article", "section") for one, _ in stack):
        return False
    return follows(new.number, closing.number if closing else None)


def _path(above: Sequence[_Opening], new: _Opening) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Numbers and sorts from the outermost to the new one; "4.2" says that it lies in "4"."""
    path: list[_Opening] = []
    for one in (*above, new):
        if path and one.number.startswith(f"{path[-1].number}."):
            one = replace(one, sort=one.sort or path[-1].sort)
            path.pop()
        path.append(one)
    return tuple(one.number for one in path), tuple(one.sort for one in path)


def _end(parsed: ParsedText, opening: _Opening, by: _Opening | None, has_inner: bool) -> int:
    """Where a part ends: before what closes it; an item of a list that is the last one with its list."""
    blocks, text = parsed.blocks, parsed.text
    block = len(blocks) if by is None else by.block
    if by is not None and by.start > blocks[by.block].start:
        before = text[opening.start : by.start].rstrip(" \t\r\n([#*_-")
        end = opening.start + len(_FOOTNOTE.sub("", before) if by.style == "raised" else before)
    else:
        end = blocks[block - 1].end if block > opening.block else blocks[opening.block].end
    last_of_list = by is None or by.style != opening.style
    own = blocks[opening.block]
    if opening.low and not opening.level and last_of_list and (_ENDED.search(text[own.start : own.end]) or has_inner):
        last = opening.block
        while last + 1 < block and blocks[last + 1].role in _IN_LISTS:
            last += 1
        end = min(end, blocks[last].end)
    return max(end, opening.start)


def _rows(text: str, blocks: Sequence[Block]) -> Iterator[Numbered]:
    """The rows of sheets, by the number that they count themselves with, else by that of their heading."""
    place = 0
    while place < len(blocks):
        heading = _ROWS.fullmatch(text[blocks[place].start : blocks[place].end])
        place += 1
        if heading is None or blocks[place - 1].role != "heading":
            continue
        first, last = int(heading[1]), int(heading[2] or heading[1])
        rows = []
        while place < len(blocks) and blocks[place].role == "table":
            rows.append(blocks[place])
            place += 1
        counts = [_COUNTING.match(text[row.start : row.end]) for row in rows]
        values = [int(count[1]) if count else -1 for count in counts]
        if len(rows) > 1 and values == list(range(values[0], values[0] + len(rows))):
            numbers = values
        elif len(rows) == last - first + 1:
            numbers = list(range(first, last + 1))
        else:  # blank rows lie between them
            numbers = [first, last]
            rows = [rows[0], rows[-1]] if rows else []
        for number, row in zip(numbers, rows, strict=False):
            yield Numbered((str(number),), ("row",), Span(row.start, row.end))
