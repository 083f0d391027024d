"""Amounts of two texts on one scale: the same in other units, rounded, bounded or ranged is no difference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from askv4.language import en
from askv4.language.dates import dates, inside
from askv4.language.numerals import Quantity
from askv4.language.patterns import Pattern
from askv4.language.quantities import quantities
from askv4.language.tokens import tokenize
from askv4.language.units import Units

# Dimension -> unit -> (factor, offset) to the dimension's base unit.
_DIMENSIONS: dict[str, dict[str, tuple[float, float]]] = {
    "time": {
        "second": (1, 0), "minute": (60, 0), "hour": (3600, 0), "day": (86400, 0), "week": (604800, 0), "month": (2629746, 0),
        "quarter": (7889238, 0), "year": (31556952, 0), "decade": (315569520, 0), "century": (3155695200, 0),
    },
    "length": {
        "nanometre": (1e-9, 0), "millimetre": (1e-3, 0), "centimetre": (0.01, 0), "metre": (1, 0), "kilometre": (1000, 0),
        "mile": (1609.344, 0), "yard": (0.9144, 0), "foot": (0.3048, 0), "inch": (0.0254, 0),
    },
    "speed": {"mph": (1.609344, 0), "kph": (1, 0)},
    "mass": {
        "milligram": (1e-6, 0), "gram": (1e-3, 0), "kilogram": (1, 0), "tonne": (1000, 0), "pound": (0.45359237, 0), "ounce": (0.028349523, 0),
    },
    "temperature": {"celsius": (1, 0), "fahrenheit": (5 / 9, -160 / 9)},
    "volume": {"litre": (1, 0), "gallon": (3.785411784, 0)},
    "area": {"hectare": (1, 0), "acre": (0.40468564, 0)},
    "data": {"byte": (1, 0), "kilobyte": (1e3, 0), "megabyte": (1e6, 0), "gigabyte": (1e9, 0), "terabyte": (1e12, 0)},
    "power": {"watt": (1, 0), "kilowatt": (1e3, 0), "megawatt": (1e6, 0), "gigawatt": (1e9, 0)},
    "frequency": {"hertz": (1, 0), "megahertz": (1e6, 0), "gigahertz": (1e9, 0)},
    "usd": {"usd": (1, 0), "cent": (0.01, 0)}, "gbp": {"gbp": (1, 0), "penny": (0.01, 0)},
}  # fmt: skip
_SCALES = {unit: (name, *scale) for name, units in _DIMENSIONS.items() for unit, scale in units.items()}
PLAIN = ""
"""Dimension of a number without a unit that is known."""

_MONEY = r"(?:[$€£¥₹]\s?)?"
_APPROXIMATE = Pattern(rf"\b(?:{en.ABOUT})\s{_MONEY}$", re.I)
_LEAST = Pattern(rf"\b(?:{en.AT_LEAST})\s{_MONEY}$", re.I)
_MOST = Pattern(rf"\b(?:{en.AT_MOST})\s{_MONEY}$", re.I)
_AFTER_MOST = Pattern(rf"^\s?(?:{en.OR_LESS})\b", re.I)
_AFTER_LEAST = Pattern(rf"^\s?(?:{en.OR_MORE})\b", re.I)
_BETWEEN = Pattern(rf"\s?(?:-|to|and)\s?{_MONEY}", re.I)
_NEAR = 0.03
"""Relative distance allowed between a plain number and a rounder one."""
_NEAR_ABOUT = 0.07
"""Relative distance allowed where one of the two says that it is rounded."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity as a text gives it, or a range of them, with what it may mean."""

    text: str
    scales: tuple[tuple[str, float, float], ...]
    """(dimension, value, grain) for each unit that it may have: 48,000 has a grain of 1,000."""
    top: tuple[float, ...]
    """The upper end of a range, per scale; equal to the value where there is none."""
    first: int
    last: int
    """Its tokens, [first, last)."""
    least: bool = False
    most: bool = False
    about: bool = False
    year: bool = False
    units: Units = frozenset()

    @property
    def dimensions(self) -> frozenset[str]:
        """The dimensions that it may have."""
        return frozenset(dimension for dimension, _, _ in self.scales)


@lru_cache(maxsize=1024)
def amounts(text: str) -> tuple[Amount, ...]:
    """The amounts of `text` (which `plain` has been through) that are no dates, in order; a range is one amount."""
    return tuple(_amounts(text))


def _amounts(text: str) -> Iterator[Amount]:
    tokens, dated = tokenize(text), dates(text)
    numbers = [
        quantity
        for quantity in quantities(text)
        if not quantity.vague
        and not inside(tokens[quantity.first].start, tokens[quantity.last - 1].end, dated)
        and not (quantity.ordinal or quantity.decade)
    ]
    skip = False
    for quantity, following in zip_longest(numbers, numbers[1:]):
        if skip:
            skip = False
            continue
        start, end = tokens[quantity.first].start, tokens[quantity.last - 1].end
        top = None
        if following is not None and _BETWEEN.fullmatch(text[end : tokens[following.first].start]):
            between = text[end : tokens[following.first].start].strip().lower() != "and"
            said = between or text[:start].lower().rstrip(" $€£¥").endswith("between")
            top = following if said and following.values[0] > quantity.values[0] else None
        skip = top is not None
        yield _amount(text, quantity, top, start, tokens[(top or quantity).last - 1].end)


def _amount(text: str, quantity: Quantity, top: Quantity | None, start: int, end: int) -> Amount:
    before, after = text[:start], text[end:]
    units = (top.units if top is not None and not quantity.units else quantity.units) or frozenset()
    if "degree" in units and (said := re.match(r" (celsius|fahrenheit)\b", after, re.I)):
        units = frozenset({said.group(1).lower()})
    scales, tops = [], []
    for unit in sorted(units) or [PLAIN]:
        dimension, factor, offset = _SCALES.get(unit, (unit, 1.0, 0.0))
        scales.append((dimension, quantity.values[0] * factor + offset, _grain(quantity) * factor))
        tops.append((top or quantity).values[0] * factor + offset)
    fewest, greatest = _LEAST.search(before), _MOST.search(before)
    if fewest and greatest:  # "no fewer than" ends as "fewer than" does
        fewest, greatest = (fewest, None) if fewest.start() < greatest.start() else (None, greatest)
    return Amount(
        quantity.text if top is None else f"{quantity.text} to {top.text}", tuple(scales), tuple(tops), quantity.first,
        (top or quantity).last, least=bool(fewest or _AFTER_LEAST.search(after)),
        most=bool(greatest or _AFTER_MOST.search(after)), about=bool(_APPROXIMATE.search(before)) or quantity.fraction,
        year=quantity.year, units=units,
    )  # fmt: skip


def _grain(quantity: Quantity) -> float:
    """The step in which the number is given: 1,000 for 48,000, a tenth of a million for 1.2 million."""
    value = abs(quantity.values[0])
    digits = re.search(r"\d[\d,]*(?:\.\d+)?", quantity.text)
    if digits is None:
        return 1.0 if value < 20 else 10.0 ** (len(f"{value:.0f}") - len(f"{value:.0f}".rstrip("0")))
    literal = digits.group().replace(",", "")
    scale = value / float(literal) if float(literal) else 1.0
    if "." in literal:
        return float(10 ** -len(literal.split(".")[1])) * scale
    return float(10 ** (len(literal) - len(literal.rstrip("0")))) * scale


def agree(one: Amount, other: Amount) -> bool | None:
    """Whether two amounts may be the same; None where they cannot be compared, as dollars and euros."""
    shared = [
        (i, j)
        for i, (mine, _, _) in enumerate(one.scales)
        for j, (theirs, _, _) in enumerate(other.scales)
        if mine == theirs
    ]
    if not shared:
        return None
    return any(_agree(one, i, other, j) for i, j in shared)


def _agree(one: Amount, i: int, other: Amount, j: int) -> bool:
    (_, low, grain), (_, theirs, their_grain) = one.scales[i], other.scales[j]
    high, their_high = one.top[i], other.top[j]
    size = max(abs(low), abs(theirs))
    slack = _slack(one, other, grain, their_grain, size)
    if (one.most and other.most) or (one.least and other.least):
        return abs(low - theirs) <= max(slack, _NEAR_ABOUT * size)  # two limits are to be about the same
    below = one.most or other.least or low <= their_high + slack
    above = other.most or one.least or theirs <= high + slack
    return below and above


def _slack(one: Amount, other: Amount, grain: float, their_grain: float, size: float) -> float:
    coarse = max(grain, their_grain)
    converted = one.units != other.units
    if one.about or other.about or converted:
        return min(coarse, _NEAR_ABOUT * size) if not converted else max(0.02 * size, min(coarse, _NEAR_ABOUT * size))
    return min(coarse / 2, _NEAR * size) if grain != their_grain else 1e-6 * size
