"""Each written sentence against what it cites: its numbers, dates and names must be there.

Pure: texts in, what speaks against the sentence out. The rules charge it only with what can be shown, such as a number that
the source does not have; what a sentence means is judged by the trained verifier (askv4/answer/write/verifier.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from askv4.answer.facts.dates import dates, inside
from askv4.answer.facts.language import script_of
from askv4.answer.facts.names import known, knows, names
from askv4.answer.facts.quantities import Quantity, quantities, same, same_value
from askv4.answer.facts.swaps import moved
from askv4.answer.facts.tokens import plain, tokenize

_LIST_MARK = re.compile(r"^(?:\d{1,2}[.)]|[-*•])\s")
_QUOTED_WORDS = 3


def problems(sentence: str, cited: Sequence[str], *, allowed: str = "") -> tuple[str, ...]:
    """What speaks against `sentence`, given the sentences that it cites, in words of users.

    `allowed` is the question, the documents' titles, headings and context lines: names and years may come from there,
    amounts may not.
    """
    context, sources = plain(allowed), tuple(filter(None, map(plain, cited)))
    text = _own_words(_LIST_MARK.sub("", plain(sentence)), context)
    if not sources:
        return ("it cites nothing",)
    found = (
        *_missing_numbers(text, sources, context),
        *_missing_dates(text, sources, context),
        *_missing_names(text, sources, context),
        *moved(text, sources),
    )
    return tuple(dict.fromkeys(found))


def _own_words(text: str, context: str) -> str:
    """`text` without quotations from the question: to repeat it is no claim."""
    marks = [i for i, character in enumerate(text) if character == '"']
    known = _letters(context)
    for first in marks:
        for last in reversed(marks):
            quoted = text[first + 1 : last]
            if len(quoted.split()) >= _QUOTED_WORDS and _letters(quoted) in known:
                return _own_words(text[: first + 1] + text[last:], context)
    return text


def _letters(text: str) -> str:
    return " ".join(token.key for token in tokenize(text) if token.word)


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
    """The context's years, and its numbers that stand next to a name: "Season 2", "World War II"."""
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
