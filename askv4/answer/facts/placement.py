"""Names with a number: "Season 2" is not "Season 3"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from askv4.answer.facts.dates import dates, inside
from askv4.answer.facts.quantities import quantities
from askv4.answer.facts.tokens import tokenize


def renumbered(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Names with a number after them which the sources have with other numbers only: "Season 3" for "Season 2"."""
    given: dict[str, dict[str, str]] = {}
    for source in sources:
        for key, number, text in _numbered(source):
            given.setdefault(key, {})[number] = text
    for key, number, text in _numbered(sentence):
        if key in given and number not in given[key]:
            yield f"“{text}”: the cited source says “{min(given[key].values())}”"


def _numbered(text: str) -> Iterator[tuple[str, str, str]]:
    """(name, number, both as written) for every number that stands right after a capitalised word."""
    tokens, dated = tokenize(text), dates(text)
    for quantity in quantities(text):
        at = quantity.first - 1
        if at > 0 and tokens[at].text == "-":
            at -= 1
        if at < 0 or quantity.units or quantity.vague or quantity.last > quantity.first + 1 or quantity.year:
            continue
        name, end = tokens[at], tokens[quantity.first].end
        if name.word and name.text[0].isupper() and name.content and not inside(name.start, end, dated):
            yield name.key, f"{quantity.values[0]:g}", text[name.start : end]
