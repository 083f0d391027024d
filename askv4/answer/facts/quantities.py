"""Numbers with their scale and unit, and when two of them are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from askv4.answer.facts.numerals import Quantity, numerals
from askv4.answer.facts.tokens import Token, tokenize
from askv4.answer.facts.units import CURRENCY_BEFORE, SCALES, SHORT, UNITS, Units, agree, in_base, units_of

_BETWEEN = frozenset(
    "full consecutive straight square cubic metric calendar more additional further extra whole long us u.s".split()
)
_EVIDENCE = {
    "half": (0.5, 50.0), "halves": (0.5, 50.0), "halved": (0.5, 50.0, 2.0), "quarter": (0.25, 25.0), "third": (1 / 3, 33.0, 33.3), "once": (1.0,), "twice": (2.0,),
    "thrice": (3.0,), "double": (2.0,), "doubled": (2.0, 100.0), "doubles": (2.0,), "triple": (3.0,), "tripled": (3.0,), "both": (2.0,),
    "pair": (2.0,), "couple": (2.0,), "single": (1.0,), "sole": (1.0,), "only": (1.0,), "a": (1.0,), "an": (1.0,), "trio": (3.0,),
    "dozen": (12.0,), "twins": (2.0,), "duo": (2.0,), "quadruple": (4.0,), "biennial": (2.0,), "annual": (1.0,), "neither": (2.0,),
}  # fmt: skip
_ROUNDED = 0.03
"""How far a percentage may be from a fraction in words, of its own value."""


@lru_cache(maxsize=2048)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of `text` (which `plain` has been through), in order."""
    tokens = tokenize(text)
    merged = _merged(tokens, numerals(text, tokens))
    return tuple(_with_unit(text, tokens, quantity) for quantity in merged)


def evidence(text: str) -> tuple[Quantity, ...]:
    """What `text` offers in support of a number: its quantities, and words such as "twice" and "half"."""
    tokens = tokenize(text)
    soft = [
        Quantity(token.text, _EVIDENCE[token.key], _next_units(tokens, i + 1, digits=False)[0], i, i + 1)
        for i, token in enumerate(tokens)
        if token.key in _EVIDENCE
    ]
    return (*quantities(text), *soft)


def same(stated: Quantity, given: Quantity) -> bool:
    """Whether two quantities are the same, by value and unit."""
    slack = _ROUNDED if stated.fraction or given.fraction else 0.0
    if agree(stated.units, given.units) and any(_close(a, b, slack) for a in stated.values for b in given.values):
        return True
    bases = {pair for value in given.values for pair in in_base(value, given.units)}
    mine = {pair for value in stated.values for pair in in_base(value, stated.units)}
    return any(a[0] == b[0] and _close(a[1], b[1]) for a in mine for b in bases)


def same_value(stated: Quantity, given: Quantity) -> bool:
    """Whether the values agree, whatever the units."""
    return any(_close(a, b) for a in stated.values for b in given.values)


def within(stated: Quantity, given: Quantity) -> bool:
    """Whether `stated` is a decade or century that the year `given` lies in."""
    if not (given.year or given.decade):
        return False
    year = given.values[0]
    if stated.decade:
        return any(value <= year < value + (100 if value % 100 == 0 else 10) for value in stated.values)
    return (
        stated.ordinal
        and "century" in stated.units
        and any((value - 1) * 100 <= year <= value * 100 for value in stated.values)
    )


def _close(a: float, b: float, slack: float = 0.0) -> bool:
    return abs(a - b) <= max(1e-6, slack) * max(abs(a), abs(b), 1e-9)


def _merged(tokens: Sequence[Token], found: Sequence[Quantity]) -> Iterator[Quantity]:
    """Those that are one number joined: "1.5" and "million", "nineteen" and "ninety", "1" and "500"."""
    held: Quantity | None = None
    for quantity in found:
        joined = _joined(tokens, held, quantity) if held else None
        if joined:
            held = joined
            continue
        if held:
            yield held
        held = _halved(tokens, quantity)
    if held:
        yield held


def _joined(tokens: Sequence[Token], one: Quantity, other: Quantity) -> Quantity | None:
    between = [token.key for token in tokens[one.last : other.first]]
    scale = other.values[0] if other.last == other.first + 1 and _is_scale(tokens[other.first], other) else None
    text = " ".join(token.text for token in tokens[one.first : other.last])
    if one.ordinal or one.decade:
        return None
    if (
        other.ordinal
        and between in ([], ["-"])
        and one.values[0] < other.values[0]
        and tokens[other.first].key.endswith("s")
    ):
        part = one.values[0] / other.values[0]
        return replace(one, text=text, values=(part, 100 * part), last=other.last, fraction=True, vague=False)
    if scale and between in ([], ["-"], ["a"], ["and", "a", "half"]):
        add = 0.5 if "half" in between else 0.0
        return replace(
            one, text=text, values=tuple((value + add) * scale for value in one.values), last=other.last, vague=False
        )
    low, high = one.values[0], other.values[0]
    spelled = not tokens[one.first].text[0].isdigit() and not tokens[other.first].text[0].isdigit()
    if between in ([], ["-"]) and spelled and 13 <= low <= 20 and 10 <= high <= 99:
        return replace(one, text=text, values=(low * 100 + high,), last=other.last, vague=False)
    if (
        not between
        and tokens[other.first].text.isdigit()
        and len(tokens[other.first].text) == 3
        and re.fullmatch(r"\d{1,3}(?: \d{3})*", one.text)
    ):
        return replace(one, text=text, values=(low * 1000 + high,), last=other.last)
    return None


def _is_scale(token: Token, quantity: Quantity) -> bool:
    """Whether the token is a word such as "million", in any language, and no round number such as "100"."""
    return not token.text[0].isdigit() and (token.key in SCALES or quantity.values[0] in (1e2, 1e3, 1e6, 1e9, 1e12))


def _halved(tokens: Sequence[Token], quantity: Quantity) -> Quantity:
    """With its half: "two and a half" adds one, "half a million" is one."""
    after = [token.key for token in tokens[quantity.last : quantity.last + 3]]
    if after == ["and", "a", "half"]:
        return replace(
            quantity, values=tuple(value + 0.5 for value in quantity.values), last=quantity.last + 3, vague=False
        )
    if after[:1] == ["quarters"] and quantity.values[0] == 3:
        return replace(quantity, values=(3.0, 0.75, 75.0), last=quantity.last + 1, fraction=True)
    before = [token.key for token in tokens[max(0, quantity.first - 3) : quantity.first]]
    if quantity.values[0] >= 100 and (before[-2:] in (["half", "a"], ["half", "of"]) or before[-1:] == ["half"]):
        return replace(quantity, values=tuple(value / 2 for value in quantity.values), text=f"half a {quantity.text}")
    return quantity


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
    while at < len(tokens) and skipped < 2 and (tokens[at].text == "-" or tokens[at].key in _BETWEEN):
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
