"""The numbers that a text writes, in digits and in words, each with the values that it may have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from askv4.language.en import GLUED_SCALES, ROUND_SCALES, VAGUE_NUMBERS
from askv4.language.guess import languages_of
from askv4.language.others import CJK_SCALES
from askv4.language.patterns import Pattern
from askv4.language.tokens import Token
from askv4.language.units import FURTHER_SCALES, UNITS, Units, units_of

_LITERAL = Pattern(r"(\d+(?:[.,]\d+)*)(\D*)")
_ORDINAL = Pattern(r"(?:st|nd|rd|th|ème|er|e|º|ª)", re.I)
_GROUPED = Pattern(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:,\d{2})*,\d{3}(?:\.\d+)?")
_GROUPED_DOTS = Pattern(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a text gives it."""

    text: str
    """As written, with its unit."""
    values: tuple[float, ...]
    """What it may mean: "1.234" is 1.234 or, in other countries, 1234."""
    units: Units
    first: int
    last: int
    """Its tokens, [first, last)."""
    ordinal: bool = False
    decade: bool = False
    """Whether it means every year of a decade: "the 1980s"."""
    fraction: bool = False
    """A part of the whole, in words: "two thirds" is said of 66 % and of 67 %."""
    vague: bool = False
    """Too common in other senses ("one of", "second", "half") to blame a sentence for it alone."""

    @property
    def year(self) -> bool:
        """Whether it reads as a year: four digits, no unit."""
        return not self.units and not self.ordinal and self.text.isdigit() and 1000 <= self.values[0] <= 2100


def numerals(text: str, tokens: Sequence[Token]) -> list[Quantity]:
    """Every numeral of `text` by itself, in order, without those that lie in a longer one."""
    numbers = [*_literals(text, tokens), *_abbreviated(tokens), *_spelled(text, tokens)]
    return _disjoint(sorted(numbers, key=lambda quantity: (quantity.first, -quantity.last)))


def _literals(text: str, tokens: Sequence[Token]) -> Iterator[Quantity]:
    """Digits, alone or with an ordinal ending, a scale or a unit right after them."""
    for i, token in enumerate(tokens):
        match = _LITERAL.fullmatch(token.text) if token.text[0].isdigit() else None
        if not match:
            continue
        digits, tail = match.group(1), match.group(2)
        values, lower = _readings(digits), tail.lower()
        spans_years = i >= 2 and tokens[i - 1].text in "-/" and len(digits) == 2 and not tail
        if spans_years and re.fullmatch(r"1\d{3}|20\d\d", tokens[i - 2].text):
            values = (*values, float(tokens[i - 2].text[:2] + digits))
        if not tail:
            last = i + 1
            for following in tokens[last:]:
                if following.text not in CJK_SCALES or following.start != tokens[last - 1].end:
                    break
                values = tuple(value * CJK_SCALES[following.text] for value in values)
                last += 1
            yield Quantity(text[token.start : tokens[last - 1].end], values, frozenset(), i, last)
        elif _ORDINAL.fullmatch(tail):
            yield Quantity(token.text, values, frozenset(), i, i + 1, ordinal=True)
        elif lower == "s" and len(digits) in (2, 4):
            decade = values if len(digits) == 4 else tuple(century + values[0] for century in (1800.0, 1900.0, 2000.0))
            yield Quantity(token.text, decade, frozenset(), i, i + 1, decade=True)
        elif lower in GLUED_SCALES or lower in UNITS:
            scaled = tuple(value * GLUED_SCALES[lower] for value in values) if lower in GLUED_SCALES else ()
            plainly = values if lower in UNITS else ()
            yield Quantity(token.text, (*plainly, *scaled), units_of(lower) if not scaled else frozenset(), i, i + 1)


def _abbreviated(tokens: Sequence[Token]) -> Iterator[Quantity]:
    """Scales that text2num leaves out, or knows only when it is told the language."""
    for i, token in enumerate(tokens):
        if token.key in FURTHER_SCALES:
            yield Quantity(token.text, (FURTHER_SCALES[token.key],), frozenset(), i, i + 1, vague=True)


def _readings(digits: str) -> tuple[float, ...]:
    """The values that a run of digits, points and commas may have, the likeliest first."""
    english = float(digits.replace(",", "")) if digits.count(".") <= 1 else None
    if _GROUPED.fullmatch(digits):
        other = float(digits.replace(",", ".")) if digits.count(",") == 1 and "." not in digits else None
    elif _GROUPED_DOTS.fullmatch(digits):
        other = float(digits.replace(".", "").replace(",", "."))
    elif re.fullmatch(r"\d+,\d+", digits):
        english, other = float(digits.replace(",", ".")), None
    else:
        other = None
    values = tuple(value for value in (english, other) if value is not None)
    return values or (float(re.sub(r"[.,]", "", digits)),)


class _Word:
    """A token as text2num wants to see it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def text(self) -> str:
        return self._text

    def nt_separated(self, _previous: object) -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return False


def _spelled(text: str, tokens: Sequence[Token]) -> Iterator[Quantity]:
    """Numbers in words, in the text's language and in English."""
    from text_to_num import find_numbers

    words, owners = [], []
    for i, token in enumerate(tokens):
        # With spaces between them, hyphens of tokenised data would part "twenty - one".
        if i and token.start > tokens[i - 1].end and "-" not in (token.text, tokens[i - 1].text):
            words.append(_Word(" "))
            owners.append(i)
        words.append(_Word(token.text.lower()))
        owners.append(i)
    for code in dict.fromkeys(("en", *languages_of(text))):
        for number in find_numbers(words, code, 0):
            first, last = owners[number.start], owners[number.end - 1] + 1
            while first < last and not tokens[first].word:
                first += 1
            run = tokens[first:last]
            if not run or any(token.text[0].isdigit() for token in run) or (code != "en" and number.value < 3):
                continue
            common = run[0].key in VAGUE_NUMBERS or run[0].key in ROUND_SCALES or (code != "en" and number.value < 10)
            said, values = text[run[0].start : run[-1].end], (float(number.value),)
            vague = common and len(run) == 1
            yield Quantity(said, values, frozenset(), first, last, ordinal=number.is_ordinal, vague=vague)


def _disjoint(numbers: Sequence[Quantity]) -> list[Quantity]:
    """Without those that lie in an earlier one."""
    kept: list[Quantity] = []
    for quantity in numbers:
        if not kept or quantity.first >= kept[-1].last:
            kept.append(quantity)
    return kept
