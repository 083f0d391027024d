"""Lines of right-to-left letters (Arabic, Hebrew) in the order in which they are read.

A PDF may hold such letters in the order of reading or in that of sight; where they stand on the page tells which, and the
program that drew them cannot get that wrong.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

_Glyph = TypeVar("_Glyph")
_RIGHT = frozenset({"R", "AL"})
_IN_LIGATURES = frozenset({"R", "AL", "NSM"})
_LEFT = frozenset({"L", "EN", "AN", "ES", "ET", "CS"})
"""Letters and the parts of numbers, which are read from the left also among right-to-left letters."""


def in_reading_order(
    glyphs: Sequence[_Glyph], char: Callable[[_Glyph], str], sides: Callable[[_Glyph], tuple[float, float]]
) -> list[_Glyph]:
    """The glyphs of one line; changed only where right-to-left letters follow each other from left to right.

    `char` gives what a glyph stands for, `sides` its left and right edge.
    """
    kinds = [unicodedata.bidirectional(char(glyph)[:1] or " ") for glyph in glyphs]
    if not _RIGHT.intersection(kinds):
        return list(glyphs)
    glyphs = _ligatures_turned(glyphs, kinds, sides)
    right = [sides(glyph)[0] for glyph, kind in zip(glyphs, kinds, strict=True) if kind in _RIGHT]
    steps = [after - before for before, after in pairwise(right)]
    if sum(step > 0 for step in steps) <= sum(step < 0 for step in steps):
        return glyphs
    if 2 * len(right) <= sum(kind in ("L", "R", "AL") for kind in kinds):
        # some words of it in a line that is read from the left
        return _flipped_runs(glyphs, kinds, lambda kind: kind in _RIGHT, _LEFT)
    return _flipped_runs(glyphs[::-1], kinds[::-1], lambda kind: kind in _LEFT, _RIGHT)


def _ligatures_turned(
    glyphs: Sequence[_Glyph], kinds: Sequence[str], sides: Callable[[_Glyph], tuple[float, float]]
) -> list[_Glyph]:
    """Letters that are drawn as one sign stand in one place: those pdfium gives in the wrong order."""
    turned: list[_Glyph] = []
    place = 0
    while place < len(glyphs):
        after = place
        while after < len(glyphs) and sides(glyphs[after]) == sides(glyphs[place]) and kinds[after] in _IN_LIGATURES:
            after += 1
        turned += reversed(glyphs[place:after]) if after > place else [glyphs[place]]
        place = max(after, place + 1)
    return turned


def _flipped_runs(
    glyphs: list[_Glyph], kinds: Sequence[str], belongs: Callable[[str], bool], ends: frozenset[str]
) -> list[_Glyph]:
    """The glyphs with each run of those that belong turned round, what is neutral between two of them included."""
    result: list[_Glyph] = []
    place = 0
    while place < len(glyphs):
        if not belongs(kinds[place]):
            result.append(glyphs[place])
            place += 1
            continue
        last = after = place
        while after < len(glyphs) and kinds[after] not in ends:
            if belongs(kinds[after]):
                last = after
            after += 1
        result += reversed(glyphs[place : last + 1])
        place = last + 1
    return result
