"""Numbers in a text: digits and words, with scale and unit, as values that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from askv4.answer.facts.language import language_of
from askv4.answer.facts.tokens import Token, tokenize
from askv4.answer.facts.units import (
    CURRENCY_BEFORE,
    GLUED_SCALES,
    SCALES,
    SHORT,
    UNITS,
    Units,
    agree,
    in_base,
    units_of,
)

_LITERAL = re.compile(r"(\d+(?:[.,]\d+)*)(\D*)")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|ème|er|e|º|ª)", re.I)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:,\d{2})*,\d{3}(?:\.\d+)?")
_GROUPED_DOTS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_BETWEEN = frozenset(
    "full consecutive straight square cubic metric calendar more additional further extra whole long us u.s".split()
)
_VAGUE = frozenset(
    "one first second third half quarter once twice double triple single both pair couple dozen zero o oh nil".split()
)
_ROUND = frozenset("tens hundreds thousands millions billions trillions dozens".split())
_EVIDENCE = {
    "half": (0.5, 50.0), "halves": (0.5, 50.0), "halved": (0.5, 50.0, 2.0), "quarter": (0.25, 25.0), "once": (1.0,), "twice": (2.0,),
    "thrice": (3.0,), "double": (2.0,), "doubled": (2.0, 100.0), "doubles": (2.0,), "triple": (3.0,), "tripled": (3.0,), "both": (2.0,),
    "pair": (2.0,), "couple": (2.0,), "single": (1.0,), "sole": (1.0,), "only": (1.0,), "a": (1.0,), "an": (1.0,), "trio": (3.0,),
    "dozen": (12.0,), "twins": (2.0,), "duo": (2.0,), "quadruple": (4.0,), "biennial": (2.0,), "annual": (1.0,), "neither": (2.0,),
}  # fmt: skip
_ROMAN = re.compile(r"(?=[IVXLC])(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_CJK_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_CJK_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10000, "萬": 10000, "亿": 10**8, "億": 10**8}
_CJK_COUNTED = frozenset(
    "个個年月日天人次名位种種岁歲块元倍家所座条條部场場级級届世周层層只支件分秒时時章期号號 %".replace(" ", "")
)


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
    """"the 1980s": every year of it is meant."""
    vague: bool = False
    """Too common in other senses ("one of", "second", "half") to blame a sentence for it alone."""

    @property
    def year(self) -> bool:
        """Whether it reads as a year: four digits, no unit."""
        return not self.units and not self.ordinal and self.text.isdigit() and 1000 <= self.values[0] <= 2100


@lru_cache(maxsize=2048)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of `text` (which `plain` has been through), in order."""
    tokens = tokenize(text)
    numerals = sorted(
        [*_literals(text, tokens), *_abbreviated(tokens), *_spelled(text, tokens), *_cjk(tokens), *_romans(tokens)],
        key=lambda q: (q.first, -q.last),
    )
    merged = list(_merged(tokens, _disjoint(numerals)))
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
    if agree(stated.units, given.units) and any(_close(a, b) for a in stated.values for b in given.values):
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


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1e-9)


def _literals(text: str, tokens: Sequence[Token]) -> Iterator[Quantity]:
    """Digits, alone or with an ordinal ending, a scale or a unit right after them."""
    for i, token in enumerate(tokens):
        match = _LITERAL.fullmatch(token.text) if token.text[0].isdigit() else None
        if not match:
            continue
        digits, tail = match.group(1), match.group(2)
        values, lower = _readings(digits), tail.lower()
        if (
            i >= 2
            and tokens[i - 1].text in "-/"
            and len(digits) == 2
            and not tail
            and re.fullmatch(r"1\d{3}|20\d\d", tokens[i - 2].text)
        ):
            values = (*values, float(tokens[i - 2].text[:2] + digits))
        if not tail:
            last = i + 1
            while (
                last < len(tokens)
                and tokens[last].text in "百千万萬亿億"
                and tokens[last].start == tokens[last - 1].end
            ):
                values = tuple(value * SCALES[tokens[last].text] for value in values)
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
    """ "Mio." and "Mrd.", and the dozen, lakh and crore that text2num leaves out."""
    for i, token in enumerate(tokens):
        if token.key in ("mio", "mrd", "dozen", "lakh", "lakhs", "crore", "crores"):
            yield Quantity(token.text, (SCALES[token.key],), frozenset(), i, i + 1, vague=True)


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
    found = tuple(value for value in (english, other) if value is not None)
    return found or (float(re.sub(r"[.,]", "", digits)),)


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

    language = language_of(text, least=1)
    words, owners = [], []
    for i, token in enumerate(tokens):
        # With spaces between them, hyphens of tokenised data would part "twenty - one".
        if i and token.start > tokens[i - 1].end and "-" not in (token.text, tokens[i - 1].text):
            words.append(_Word(" "))
            owners.append(i)
        words.append(_Word(token.text.lower()))
        owners.append(i)
    for code in dict.fromkeys(("en", language or "en")):
        for found in find_numbers(words, code, 0):
            first, last = owners[found.start], owners[found.end - 1] + 1
            while first < last and not tokens[first].word:
                first += 1
            run = tokens[first:last]
            if not run or any(token.text[0].isdigit() for token in run) or (code != "en" and found.value < 3):
                continue
            vague = len(run) == 1 and (
                run[0].key in _VAGUE or run[0].key in _ROUND or (code != "en" and found.value < 10)
            )
            yield Quantity(
                text[run[0].start : run[-1].end],
                (float(found.value),),
                frozenset(),
                first,
                last,
                ordinal=found.is_ordinal,
                vague=vague,
            )


def _cjk(tokens: Sequence[Token]) -> Iterator[Quantity]:
    """Chinese numerals; alone or not followed by what is counted they may be part of a word."""
    i = 0
    while i < len(tokens):
        end = i
        while end < len(tokens) and (tokens[end].text in _CJK_DIGITS or tokens[end].text in _CJK_SCALES):
            end += 1
        if end > i:
            run = "".join(token.text for token in tokens[i:end])
            counted = end < len(tokens) and tokens[end].text in _CJK_COUNTED
            value = _cjk_value(run)
            if value is not None:
                yield Quantity(run, (value,), frozenset(), i, end, vague=not counted or value < 2)
        i = max(end, i + 1)


def _cjk_value(run: str) -> float | None:
    """The value of a Chinese numeral, such as 一千二百 or 一九九八; None when it is none."""
    if all(c in _CJK_DIGITS for c in run):
        return float("".join(str(_CJK_DIGITS[c]) for c in run))
    total, section, digit = 0, 0, 0
    for c in run:
        if c in _CJK_DIGITS:
            digit = _CJK_DIGITS[c]
            continue
        scale = _CJK_SCALES[c]
        if scale >= 10000:
            total = (total + section + digit) * scale
            section = 0
        else:
            section += (digit or 1) * scale
        digit = 0
    return float(total + section + digit) or None


def _romans(tokens: Sequence[Token]) -> Iterator[Quantity]:
    """Roman numerals after a capitalised word, as in "World War II" and "Louis XIV"."""
    for i, token in enumerate(tokens[1:], 1):
        if (
            _ROMAN.fullmatch(token.text)
            and tokens[i - 1].text[0].isupper()
            and not tokens[i - 1].initial | (token.text in "CL")
        ):
            value = 0
            for c, following in zip(token.text, token.text[1:] + " ", strict=True):
                mine = _ROMAN_VALUES[c]
                value += -mine if _ROMAN_VALUES.get(following, 0) > mine else mine
            yield Quantity(token.text, (float(value),), frozenset(), i, i + 1, vague=token.text in "IVX")


def _disjoint(found: Sequence[Quantity]) -> list[Quantity]:
    """Without those that lie in an earlier one."""
    kept: list[Quantity] = []
    for quantity in found:
        if not kept or quantity.first >= kept[-1].last:
            kept.append(quantity)
    return kept


def _merged(tokens: Sequence[Token], numerals: Sequence[Quantity]) -> Iterator[Quantity]:
    """ "1.5" and "million", "half a" and "million", "two and a half", "nineteen" and "ninety", "1 500" become one each."""
    held: Quantity | None = None
    for quantity in numerals:
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
    """ "two and a half" adds a half; "half a million" and "a quarter of a million" take their part."""
    after = [token.key for token in tokens[quantity.last : quantity.last + 3]]
    if after == ["and", "a", "half"]:
        return replace(
            quantity, values=tuple(value + 0.5 for value in quantity.values), last=quantity.last + 3, vague=False
        )
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
