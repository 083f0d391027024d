"""Dates, years and times of day of two texts, compared as far as both give them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from askv4.language.dates import dates, inside
from askv4.language.patterns import Pattern
from askv4.language.quantities import quantities
from askv4.language.tokens import tokenize

_CLOCK = Pattern(
    r"(?<![\d.,:])(?P<hour>[0-2]?\d)(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b\.?|(?<![\d.,:])(?P<hour24>[0-2]?\d):(?P<minute24>[0-5]\d)(?!\d)",
    re.I,
)
_TO_YEAR = Pattern(r"\s?(?:-|to|until|and|through)\s?$", re.I)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, a year, a run of years or a time of day, as much of it as the text gives."""

    text: str
    years: tuple[int, int] | None
    """First and last year."""
    months: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    clock: int | None = None
    """Minutes since midnight."""
    first: int = 0
    last: int = 0


@lru_cache(maxsize=1024)
def moments(text: str) -> tuple[Moment, ...]:
    """The dates, years and times of `text` (which `plain` has been through), in order."""
    tokens, dated, told = tokenize(text), dates(text), []

    def at(start: int, end: int) -> tuple[int, int]:
        inner = [i for i, token in enumerate(tokens) if token.start < end and token.end > start]
        return (inner[0], inner[-1] + 1) if inner else (0, 0)

    for date in dated:
        years = (date.year, date.year) if date.year else None
        told.append(Moment(date.text, years, date.months, date.days, None, *at(date.start, date.end)))
    for clock in _CLOCK.finditer(text):
        told.append(Moment(clock.group().strip(), None, (), (), _minutes(clock), *at(*clock.span())))
    held: Moment | None = None
    for quantity in quantities(text):
        start, end = tokens[quantity.first].start, tokens[quantity.last - 1].end
        year = int(quantity.values[0])
        if not (quantity.year or quantity.decade) or inside(start, end, dated) or not 1000 <= year <= 2100:
            continue
        named = any(token.word and token.text[0].isupper() for token in tokens[quantity.last : quantity.last + 1])
        if named and tokens[quantity.first - 1].key == "at":
            continue  # a house number
        if held is not None and held.years and _TO_YEAR.fullmatch(text[tokens[held.last - 1].end : start]):
            said, years, first = f"{held.text} to {quantity.text}", (held.years[0], year), held.first
            told.pop()
        else:
            said, years, first = quantity.text, (year, year + 9 * quantity.decade), quantity.first
        told.append(Moment(said, years, first=first, last=quantity.last))
        held = told[-1]
    return tuple(sorted(told, key=lambda moment: moment.first))


def _minutes(clock: re.Match[str]) -> int:
    if clock["hour24"] is not None:
        return 60 * int(clock["hour24"]) + int(clock["minute24"])
    return 60 * (int(clock["hour"]) % 12 + 12 * (clock["half"].lower() == "p")) + int(clock["minute"] or 0)


def agree(one: Moment, other: Moment) -> bool | None:
    """Whether two moments may be the same; None where they have nothing in common to be compared by."""
    if one.clock is not None and other.clock is not None:
        return one.clock == other.clock
    years, months = bool(one.years and other.years), bool(one.months and other.months)
    if one.years and other.years and (one.years[1] < other.years[0] or other.years[1] < one.years[0]):
        return False
    if months and not set(one.months) & set(other.months):
        return False
    if months and one.days and other.days and not set(one.days) & set(other.days):
        return False
    return True if years or months else None
