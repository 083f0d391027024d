"""Dates in a text, whichever way they are written: "May 3, 2021", "3. Mai 2021", "2021-05-03", "2021年5月3日"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from askv4.language import en, others
from askv4.language.patterns import Pattern
from askv4.language.tokens import fold

_ENGLISH_MONTHS = frozenset(" ".join(en.MONTHS).split())
MONTHS = {
    name: number
    for listed in (en.MONTHS, others.MONTHS)
    for number, names in enumerate(listed, 1)
    for name in names.split()
}
"""Name, folded -> number."""
_OTHER_SENSE = frozenset("may mar march mars sep dec mai mei marco set jan".split())

_MONTH = r"(?P<month>[A-Za-zÀ-ÿ]{3,10})\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:\s?(?:st|nd|rd|th|er|º|\.))?"
_DAYS = rf"{_DAY}(?:\s?(?:-|and|to|/|und|bis|et|au|y)\s?(?P<day2>[0-3]?\d)(?:st|nd|rd|th|\.)?)?"
_OF = r"(?:\s(?:of|de|d'|di|do))?"
_YEAR = r"(?P<year>[12]\d{3})(?!\d)"
_FORMS = [
    Pattern(r"(?<![\d-])(?P<year>[12]\d{3})[-/.](?P<number>[01]?\d)[-/.](?P<day>[0-3]?\d)(?![\d])"),
    Pattern(r"(?<![\d/.-])(?P<day>[0-3]?\d)([/.-])(?P<number>[0-3]?\d)\2(?P<year>(?:19|20)?\d{2})(?![\d/])"),
    Pattern(r"(?P<year>[12]\d{3})\s?年\s?(?P<number>[01]?\d)\s?月(?:\s?(?P<day>[0-3]?\d)\s?[日号號])?"),
    Pattern(r"(?<!\d)(?P<number>[01]?\d)\s?月\s?(?P<day>[0-3]?\d)\s?[日号號]"),
    Pattern(rf"(?<![\d.,])(?:the )?{_DAYS}{_OF}\s{_MONTH}(?:{_OF},?\s{_YEAR}|\s?,\s?{_YEAR.replace('year', 'year2')})?(?![a-zà-ÿ])"),
    Pattern(rf"(?<!\w){_MONTH}\s(?:the\s)?{_DAYS}(?!\d)(?:\s?,?\s{_YEAR})?(?![\d%]|[.,]\d)"),
    Pattern(rf"(?<![\w-])(?:(?P<day>[0-3]?\d)(?P<mark>[-/]))?{_MONTH}(?(mark)(?P=mark)|[-/]){_YEAR}"),
    Pattern(rf"(?<!\w){_MONTH}{_OF}\s?,?\s{_YEAR}"),
    Pattern(rf"(?<!\w){_MONTH}(?!\w)"),
]  # fmt: skip
_MONTH_FIRST = _FORMS[5]
"""Only English puts the day after the month: "Mars 2" is no date."""
_BEFORE_MONTH = Pattern(rf"\b(?:{en.BEFORE_MONTHS})[\s-]$", re.I)


@dataclass(frozen=True, slots=True)
class Date:
    """A date, as much of it as the text gives."""

    text: str
    months: tuple[int, ...]
    """One, or two where 3/5/2021 may be March or May."""
    days: tuple[int, ...]
    year: int | None
    start: int
    end: int

    def covers(self, other: Date) -> bool:
        """Whether `other`, from a source, has the month and day that this one states; the years are compared if both have one."""
        if not set(self.months) & set(other.months) or (self.year and other.year and self.year != other.year):
            return False
        return not self.days or bool(set(self.days) & set(other.days))


@lru_cache(maxsize=2048)
def dates(text: str) -> tuple[Date, ...]:
    """The dates of `text` (which `plain` has been through) that name a month, in order; years alone are quantities."""
    dated: list[Date] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if all(match.end() <= date.start or match.start() >= date.end for date in dated):
                dated += _date(text, match)
    return tuple(sorted(dated, key=lambda date: date.start))


def _date(text: str, match: re.Match[str]) -> Iterator[Date]:
    parts = match.groupdict()
    year_text = parts.get("year") or parts.get("year2")
    year = int(year_text) if year_text and len(year_text) == 4 else None
    days = tuple(int(parts[name]) for name in ("day", "day2") if parts.get(name))
    months: tuple[int, ...]
    if parts.get("number"):
        months = (int(parts["number"]),)
        if _FORMS[1].made(match) and days != months and max(days[0], months[0]) <= 12:
            months, days = (months[0], days[0]), (days[0], months[0])
        elif _FORMS[1].made(match) and months[0] > 12:
            months, days = days, months
    else:
        months = _named(text, match, bool(days), year is not None)
    if months and all(1 <= month <= 12 for month in months) and all(1 <= day <= 31 for day in days):
        yield Date(match.group().strip(" ,"), months, days, year, match.start(), match.end())


def _named(text: str, match: re.Match[str], has_day: bool, has_year: bool) -> tuple[int, ...]:
    """The month that the match names; none where the word more likely has its other sense."""
    name = match.group("month")
    key, capital = fold(name), name[0].isupper()
    if key not in MONTHS or (_MONTH_FIRST.made(match) and key not in _ENGLISH_MONTHS):
        return ()
    if not has_day and not has_year:
        odd = key in _OTHER_SENSE or len(key) <= 3
        if not capital or (odd and not _BEFORE_MONTH.search(text[: match.start("month")])):
            return ()
    return () if not capital and key in ("may", "march", "mars", "set") else (MONTHS[key],)


def inside(start: int, end: int, dated: Sequence[Date]) -> bool:
    """Whether [start, end) lies in one of the dates."""
    return any(date.start <= start and end <= date.end for date in dated)
