"""Numbers with their scale and unit, and when two of them are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from math import isclose

from askv4.language.en import BEFORE_UNITS
from askv4.language.numerals import Quantity, numerals
from askv4.language.tokens import Token, tokenize
from askv4.language.units import CURRENCY_BEFORE, SCALES, SHORT, UNITS, Units, agree, units_of


@lru_cache(maxsize=2048)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of `text` (which `plain` has been through), in order."""
    tokens = tokenize(text)
    merged = _merged(tokens, numerals(text, tokens))
    return tuple(_with_unit(text, tokens, quantity) for quantity in merged)


def same(stated: Quantity, given: Quantity) -> bool:
    """Whether two quantities are the same, by value and unit."""
    return agree(stated.units, given.units) and same_value(stated, given)


def same_value(stated: Quantity, given: Quantity) -> bool:
    """Whether the values agree, whatever the units."""
    return any(isclose(a, b, rel_tol=1e-6) for a in stated.values for b in given.values)


def _merged(tokens: Sequence[Token], numbers: Sequence[Quantity]) -> Iterator[Quantity]:
    """The numbers with their parts joined: "1.5" and "million", "nineteen" and "ninety", "1" and "500"."""
    held: Quantity | None = None
    for quantity in numbers:
        joined = _joined(tokens, held, quantity) if held else None
        if joined:
            held = joined
            continue
        if held:
            yield held
        held = quantity
    if held:
        yield held


def _joined(tokens: Sequence[Token], one: Quantity, other: Quantity) -> Quantity | None:
    between = [token.key for token in tokens[one.last : other.first]]
    scale = other.values[0] if other.last == other.first + 1 and _is_scale(tokens[other.first], other) else None
    text = " ".join(token.text for token in tokens[one.first : other.last])
    if one.ordinal or one.decade:
        return None
    thirds = other.ordinal and tokens[other.first].key.endswith("s")
    if thirds and between in ([], ["-"]) and one.values[0] < other.values[0]:
        part = one.values[0] / other.values[0]
        return replace(one, text=text, values=(part, 100 * part), last=other.last, fraction=True, vague=False)
    if scale and between in ([], ["-"], ["a"], ["and", "a", "half"]):
        values = tuple(value * scale for value in one.values)
        return replace(one, text=text, values=values, last=other.last, vague=False)
    low, high = one.values[0], other.values[0]
    spelled = not tokens[one.first].text[0].isdigit() and not tokens[other.first].text[0].isdigit()
    if between in ([], ["-"]) and spelled and 13 <= low <= 20 and 10 <= high <= 99:
        return replace(one, text=text, values=(low * 100 + high,), last=other.last, vague=False)
    group = re.fullmatch(r"\d{3}", tokens[other.first].text)
    if group and not between and re.fullmatch(r"\d{1,3}(?: \d{3})*", one.text):
        return replace(one, text=text, values=(low * 1000 + high,), last=other.last)
    return None


def _is_scale(token: Token, quantity: Quantity) -> bool:
    """Whether the token is a word such as "million", in any language, and no round number such as "100"."""
    return not token.text[0].isdigit() and (token.key in SCALES or quantity.values[0] in (1e2, 1e3, 1e6, 1e9, 1e12))


def _with_unit(text: str, tokens: Sequence[Token], quantity: Quantity) -> Quantity:
    """The quantity with the unit before or after it."""
    if quantity.units or quantity.decade:
        return quantity
    money = CURRENCY_BEFORE.search(text[max(0, tokens[quantity.first].start - 6) : tokens[quantity.first].start])
    if money:
        units = units_of(re.sub(r"[\s.]", "", money.group()).lower())
        return replace(quantity, units=units, text=money.group().strip() + quantity.text)
    units, last = _next_units(tokens, quantity.last, digits=tokens[quantity.first].text[0].isdigit())
    if quantity.ordinal and not units & {"century", "decade"}:
        return quantity
    if not units:
        return quantity
    whole = text[tokens[quantity.first].start : tokens[last - 1].end]
    return replace(quantity, units=units, text=whole, last=last, vague=False)


def _next_units(tokens: Sequence[Token], at: int, *, digits: bool) -> tuple[Units, int]:
    """The unit that stands at token `at`, past a hyphen or a word such as "full"; and where it ends."""
    skipped = 0
    if tokens[at - 1 : at] and tokens[at - 1].key in ("mio", "mrd") and tokens[at : at + 1] and tokens[at].text == ".":
        at += 1
    while at < len(tokens) and skipped < 2 and (tokens[at].text == "-" or tokens[at].key in BEFORE_UNITS):
        skipped += 1
        at += 1
    if at >= len(tokens):
        return frozenset(), at
    key = tokens[at].key
    if key == "per" and at + 1 < len(tokens) and tokens[at + 1].key == "cent":
        return UNITS["percent"], at + 2
    if key == "°" and at + 1 < len(tokens) and tokens[at + 1].key in ("c", "f"):
        return units_of(tokens[at + 1].key), at + 2
    if key in SHORT and not (digits and skipped < 2 and tokens[at].text.islower()):
        return frozenset(), at
    return units_of(key), at + 1
