"""The numbers of clauses, steps and chapters: how they are written, in questions and in documents."""

from __future__ import annotations

import re

from askv4.language import en, others
from askv4.language.patterns import Pattern

SORTS = {
    word: sort for listed in (others.PLACES, en.PLACES) for sort, words in listed.items() for word in words.split()
}
"""What a place is called, in small letters -> its sort."""
WORDS = "|".join(
    re.escape(word) if not word.isalpha() else rf"{word}(?=\.)" if len(word) == 1 else rf"{word}(?!\w)"
    for word in sorted(SORTS, key=lambda word: -len(word))
)
_SPELLED = {"one": "1"} | {word: digits for word, digits in en.IRREGULAR_FORMS.items() if digits.isdigit()}
NUMBER = (
    r"(?:\d{1,5}(?:\.\d{1,4}){0,5}(?:bis|ter|[a-z])?(?![\w%])(?!\.\d)|(?i:[ivxl]{2,7})(?!\w)|[A-Z](?!\w)"
    rf"|(?i:{'|'.join(_SPELLED)})(?!\w))"
)
"""In a regular expression: a number behind what a place is called, as "4.2", "7a", "IV", "B", "three"."""
_ROMAN = Pattern(r"(?=.)x{0,3}(?:ix|iv|v?i{0,3})", re.I)
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}


def normal(number: str, *, letter: bool = False) -> str:
    """A number as it is compared: without leading zeros, Roman ones and words as digits; `letter`: (i) and (v) stay letters."""
    small = number.lower().strip(".")
    if small in _SPELLED:
        return _SPELLED[small]
    if not letter and small.isalpha() and _ROMAN.fullmatch(small):
        return str(roman_value(small))
    return ".".join(part.lstrip("0") or "0" for part in small.split("."))


def roman_value(small: str) -> int:
    """The value of a Roman number up to 39, in small letters; 0 of what is none."""
    if not _ROMAN.fullmatch(small):
        return 0
    values = [_ROMAN_VALUES[sign] for sign in small]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def follows(number: str, before: str | None) -> bool:
    """Whether a number is the next one after `before`, or the first where there is none before."""
    if before is None:
        return number in ("1", "a", "i")
    above, _, number = number.rpartition(".")
    if before.rpartition(".")[0] != above:
        return False
    before = before.rpartition(".")[2]
    if number.isdigit() and before.rstrip("bister").isdigit():
        return int(number) == int(before.rstrip("bister")) + 1
    if number.startswith(before) and number[len(before) :] in ("bis", "ter"):
        return True
    if len(number) == len(before) == 1:
        return ord(number) == ord(before) + 1
    return roman_value(number) == roman_value(before) + 1 > 1
