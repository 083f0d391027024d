"""Each written sentence against what it cites: its numbers, dates and names must be there.

Pure: texts in, what speaks against the sentence out. The rules charge it only with what can be shown, such as a number that
the source does not have; what a sentence means is judged by the trained verifier (askv4/answer/write/verifier.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from askv4.answer.write.swaps import moved
from askv4.language.dates import dates, inside
from askv4.language.guess import script_of
from askv4.language.names import known, knows, names
from askv4.language.numerals import Quantity
from askv4.language.quantities import quantities, same, same_value
from askv4.language.tokens import plain, tokenize

_LIST_MARK = re.compile(r"^(?:\d{1,2}[.)]|[-*•])\s")


def problems(sentence: str, cited: Sequence[str], *, allowed: str = "") -> tuple[str, ...]:
    """What speaks against `sentence`, given the sentences that it cites, in words of users.

    `allowed` is the question, the documents' titles, headings and context lines: names and years may come from there,
    amounts may not.
    """
    context, sources = plain(allowed), tuple(filter(None, map(plain, cited)))
    text = _LIST_MARK.sub("", plain(sentence))
    if not sources:
        return ("it cites nothing",)
    against = (
        *_missing_numbers(text, sources, context),
        *_missing_dates(text, sources, context),
        *_missing_names(text, sources, context),
        *moved(text, sources),
    )
    return tuple(dict.fromkeys(against))


def _missing_numbers(text: str, sources: Sequence[str], context: str) -> Iterator[str]:
    given = [quantity for source in sources for quantity in quantities(source)]
    named = _numbers_of_names(context)
    tokens, dated = tokenize(text), dates(text)
    for quantity in quantities(text):
        if quantity.vague or inside(tokens[quantity.first].start, tokens[quantity.last - 1].end, dated):
            continue
        if any(same(quantity, other) for other in (*given, *named)):
            continue
        other_unit = next((other for other in given if same_value(quantity, other) and other.units), None)
        if other_unit:
            yield f"“{quantity.text}”: the cited source says “{other_unit.text}”"
        else:
            yield f"the number {quantity.text} is not in the cited source"


def _numbers_of_names(context: str) -> list[Quantity]:
    """The context's years, and its numbers that stand next to a name: "Season 2"."""
    beside = {i for name in names(context) for i in (name.first - 1, name.last)}
    return [q for q in quantities(context) if q.year or q.decade or q.first in beside or q.last - 1 in beside]


def _missing_dates(text: str, sources: Sequence[str], context: str) -> Iterator[str]:
    everywhere = (*sources, context)
    given = [date for source in everywhere for date in dates(source)]
    years = {value for source in everywhere for quantity in quantities(source) for value in quantity.values}
    years |= {float(date.year) for date in given if date.year}
    for date in dates(text):
        if not any(date.covers(other) for other in given) or (date.year is not None and date.year not in years):
            yield f"the date {date.text} is not in the cited source"


def _missing_names(text: str, sources: Sequence[str], context: str) -> Iterator[str]:
    if script_of(text) != script_of(" ".join(sources)) or not any(map(_has_capitals, sources)):
        return
    source = known((*sources, context))
    for name in names(text):
        missing = knows(source, name)
        plain_words = [weak for key, weak in zip(name.keys, name.weak, strict=True) if key in missing]
        # One everyday word with a capital ("President") proves nothing; two in a row, or one that is only a name, do.
        if missing and (len(missing) > 1 or not all(plain_words) or not tokenize(text)[name.first].initial):
            yield f"the name {name.text} is not in the cited source"


def _has_capitals(text: str) -> bool:
    return any(character.isupper() for character in text)
