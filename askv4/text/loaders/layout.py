"""Plain text becomes blocks: paragraphs, list items, rows and, carefully, headings.

A heading is never quoted, so a wrong one loses a sentence: a line counts as one only when it looks like one and the layout
sets it off: blank lines around it, or a text in which every such line stands before a body of text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from askv4.text.dialogue import speaks
from askv4.text.loaders.lines import BULLET, NUMBER, Line, Wrapping, line_groups, read_lines
from askv4.types import Block

_UNDERLINE = re.compile(r"([=\-~])\1{2,}\Z")
_HASHES = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_NOT_HEADING_END = re.compile(r"[.,;:!…。，；：！、][\"'”’»)\]」』]*\Z")
_ADDRESS = re.compile(r"\S@\S|://|\bwww\.|^[\w-]{2,20}: ")
_LONGEST_HEADING = 90
_MOST_WORDS = 14
_LEAST_BODY = 60
_FEWEST_LOUD = 2


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of lines that belong together, not yet judged."""

    start: int
    end: int
    role: str
    lines: int
    level: int = 0
    """Set when the text itself marks it as a heading."""
    ends: bool = False
    """Whether it ends as sentences do."""
    group: int = 0
    """Which run of lines between blank lines it belongs to."""


def lay_out(text: str, start: int = 0, end: int | None = None, *, level: int = 2, titled: bool = True) -> list[Block]:
    """The blocks of text[start:end] in order.

    A heading that nothing marks gets `level`; where `titled`, one that opens the text is its title and gets level 1.
    """
    groups = list(line_groups(read_lines(text, start, end)))
    wrapping = Wrapping.of(groups)
    pieces = [replace(piece, group=number) for number, group in enumerate(groups) for piece in _pieces(group, wrapping)]
    headings = _headings(text, pieces, titled)
    blocks = []
    for number, piece in enumerate(pieces):
        if number not in headings:
            blocks.append(_body_block(text, piece))
            continue
        hashes = _HASHES.match(text, piece.start, piece.end)
        first = hashes.end() if hashes else piece.start
        depth = piece.level or _depth(text[first : piece.end], level, is_title=number == 0 and titled)
        blocks.append(Block(first, piece.end, "heading", depth))
    return blocks


def _pieces(group: Sequence[Line], wrapping: Wrapping) -> list[_Piece]:
    if len(group) == 1 and (hashes := _HASHES.match(group[0].text)):
        return [_Piece(group[0].start, group[0].end, "paragraph", 1, len(hashes[1]))]
    if len(group) > 1 and (rule := _UNDERLINE.match(group[1].text)) and not group[0].is_long:
        title = _Piece(group[0].start, group[0].end, "paragraph", 1, 1 if rule[1] == "=" else 2)
        return [title, *_pieces(group[2:], wrapping)]
    pieces: list[_Piece] = []
    previous: Line | None = None
    tabular = sum(line.has_columns for line in group) >= 2
    for line in group:
        if previous and pieces and _continues(pieces[-1], previous, line, wrapping):
            last = pieces[-1]
            pieces[-1] = _Piece(last.start, line.end, last.role, last.lines + 1, ends=line.ends_sentence)
        else:
            role = "table" if tabular and line.has_columns else "list" if line.marker else "paragraph"
            pieces.append(_Piece(line.start, line.end, role, 1, ends=line.ends_sentence))
        previous = line
    return pieces


def _continues(piece: _Piece, previous: Line, line: Line, wrapping: Wrapping) -> bool:
    hangs = piece.role == "list" and line.indent > previous.indent and previous.marker is not None
    if hangs and not line.marker and not previous.is_long and not line.has_columns:
        return True
    if line.marker and piece.role == "list":
        return False
    return wrapping.joins(previous, line)


def _body_block(text: str, piece: _Piece) -> Block:
    if piece.role == "table":
        return Block(piece.start, piece.end, "table")
    if piece.role == "list":
        bullet = BULLET.match(text, piece.start, piece.end)  # A number is worth quoting, a bullet is not
        return Block(bullet.end() if bullet else piece.start, piece.end, "list")
    return Block(piece.start, piece.end)


def _headings(text: str, pieces: Sequence[_Piece], titled: bool) -> set[int]:
    """Which pieces are headings: marked ones, and runs of one or two lines that look like it, are set off, and stand before
    a body of text."""
    sentences = Counter(piece.group for piece in pieces if piece.ends)
    loud = [_is_loud(text, piece, bool(sentences[piece.group])) for piece in pieces]
    headings = {number for number, piece in enumerate(pieces) if piece.level}
    like = [not piece.level and _looks_like_heading(text, piece) for piece in pieces]
    set_off = _set_off(text, pieces, like, loud)
    if titled and pieces and like[0] and set_off[0] and any(_is_body(one) for one in pieces[1:4]):
        headings.add(0)
    last = len(pieces) - 1
    headings |= {
        n for n, is_loud in enumerate(loud) if is_loud and like[n] and set_off[n] and n < last and not loud[n + 1]
    }
    run: list[int] = []
    for number, piece in enumerate(pieces):
        if number not in headings and like[number]:
            run.append(number)
            continue
        if run and len(run) <= 2 and number not in headings and _is_body(piece):
            numbered = sum(NUMBER.match(text, pieces[one].start) is not None for one in run)
            if len(run) == 1 or not numbered:
                headings.update(one for one in run if set_off[one])
        run = []
    return headings


def _set_off(text: str, pieces: Sequence[_Piece], like: Sequence[bool], loud: Sequence[bool]) -> list[bool]:
    """For each piece, whether the layout sets it off from the text around it.

    A line alone between blank lines is set off. Within a run of lines only a regular pattern does it: whatever looks like a
    heading there stands directly before prose, and whatever does not ends as sentences do. Otherwise they are notes, lists
    and addresses, whose lines have no full stop either.
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for number, piece in enumerate(pieces):
        groups[piece.group].append(number)
    set_off = [False] * len(pieces)
    for members in groups.values():
        if len(members) == 1:
            set_off[members[0]] = not _states(text, pieces[members[0]])
            continue
        followed = all(
            not like[one] or (one != members[-1] and not like[one + 1] and pieces[one + 1].ends) for one in members
        )
        prose = all(like[one] or pieces[one].ends or pieces[one].level for one in members)
        for one in members:
            set_off[one] = (followed and prose) or (one == members[0] and loud[one])
    return set_off


def _states(text: str, piece: _Piece) -> bool:
    """Whether a line says a thing rather than names one: written like a sentence, with a figure at a later word."""
    words = text[piece.start : piece.end].split()
    small = sum(word[0].islower() for word in words)
    return len(words) > 4 and small >= 2 and any(char.isdigit() for word in words[2:] for char in word)


def _looks_like_heading(text: str, piece: _Piece) -> bool:
    if piece.lines > 1 or piece.role == "table" or not 1 < piece.end - piece.start <= _LONGEST_HEADING:
        return False
    line = text[piece.start : piece.end]
    if piece.role == "list":
        number = NUMBER.match(line)
        if number is None or number[0].rstrip().endswith("/"):
            return False
        line = line[number.end() :]
    if _NOT_HEADING_END.search(line[-8:]) or _ADDRESS.search(line) or len(line.split()) > _MOST_WORDS or speaks(line):
        return False
    first = next((char for char in line if char.isalnum()), "")
    return bool(first) and not first.islower() and any(char.isalpha() for char in line)


def _is_loud(text: str, piece: _Piece, over_sentences: bool) -> bool:
    """Whether a line is all capitals and has a number, "5. CARE", or is some words long and stands right above sentences: it
    heads a section, however short its lines are."""
    number = NUMBER.match(text, piece.start, piece.end)
    said = text[number.end() if number else piece.start : piece.end]
    return said.isupper() and (number is not None or (over_sentences and len(said.split()) >= _FEWEST_LOUD))


def _is_body(piece: _Piece) -> bool:
    return piece.lines > 1 or piece.role == "list" or piece.end - piece.start >= _LEAST_BODY


def _depth(line: str, level: int, is_title: bool) -> int:
    if is_title:
        return 1
    number = NUMBER.match(line)
    return min(level + number[0].strip(" \t.").count("."), 6) if number else level
