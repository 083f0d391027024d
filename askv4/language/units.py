"""Units under one name, so that "$20" and "20 dollars", "5 %" and "five per cent" agree and "5 years" and "5 months" do not."""

from __future__ import annotations

from askv4.language import en, others
from askv4.language.patterns import Pattern

Units = frozenset[str]
"""What a unit may mean: "pound" is money or mass. Two of them agree when they share a meaning; an empty one agrees with all."""

UNITS: dict[str, Units] = {}
for _unit, _names in (*en.UNITS.items(), *others.UNITS.items()):
    UNITS |= {name: UNITS.get(name, frozenset()) | {_unit} for name in _names.split()}


SHORT = frozenset(name for name in UNITS if len(name) <= 2 and name.isascii() and name.isalpha())
"""Symbols that are units only right after a digit: "5 m", never "five m"."""

CURRENCY_BEFORE = Pattern(
    r"(?:\b(US|AU|A|CA|C|HK|S|NZ|NT|R)\s?)?\$\s?$|[€£¥₹₩₽]\s?$|\b(?:USD|EUR|GBP|RMB|CNY|JPY|INR|CHF|Rs)\.?\s?$"
)

FURTHER_SCALES = en.FURTHER_SCALES | others.FURTHER_SCALES
SCALES = en.SCALES | en.ROUND_SCALES | FURTHER_SCALES | others.CJK_SCALES


def units_of(word: str) -> Units:
    """What `word`, lower-cased, may mean as a unit; empty when it is none."""
    return UNITS.get(word, frozenset())


def agree(one: Units, other: Units) -> bool:
    """Whether two quantities of the same value may be the same."""
    return not one or not other or bool(one & other)
