"""What a question asks to be reckoned from a column: a total, an average, the highest, the lowest, a count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from askv4.answer.question.asked_place import LONGEST, stems_of
from askv4.language import en, others
from askv4.language.dates import Date, dates
from askv4.language.patterns import Pattern
from askv4.language.tokens import plain
from askv4.language.words import words

_NAMES_NOTHING = en.BESIDE_RECKONING | others.BESIDE_RECKONING | others.ARTICLES


@cache  # at the first question: stems take a library that other commands do without
def _ways() -> tuple[tuple[Pattern, str, frozenset[str]], ...]:
    """(words that ask, what for, stems by which they say the column may be called)."""
    named = [
        (names, what, stems_of(said.split())) for of in (en, others) for names, (what, said) in of.RECKONED_OF.items()
    ]
    plain = [(of.RECKONED[what], what, frozenset[str]()) for what in en.RECKONED for of in (en, others)]
    return tuple(
        (Pattern(rf"(?<!\w)(?:{names})(?!\w)", re.I), what, columns) for names, what, columns in (*named, *plain)
    )


@cache
def quantities() -> frozenset[str]:
    """Stems of what a column that counts things may be called."""
    return stems_of(f"{en.QUANTITIES} {others.QUANTITIES}".split())


@dataclass(frozen=True, slots=True)
class AskedColumn:
    """A question whose answer is reckoned from cells."""

    what: str
    """A key of `RECKONED`."""
    columns: frozenset[str]
    """Stems by which the column may be called, where the question says so by another word ("dearest"); else empty."""
    said: frozenset[str]
    """Stems of the words that ask for it: a table with such a label states it itself."""
    rest: str
    """The question without them."""
    when: Date | None
    """The time that it names."""

    @property
    def words(self) -> frozenset[str]:
        """The words of the rest that say which column, which rows, or which table."""
        return frozenset(word for word in words(self.rest) if word not in en.STOP_WORDS | _NAMES_NOTHING)


def asked_column(question: str) -> AskedColumn | None:
    """What `question`, on one line, asks to be reckoned; None for most questions, and where it asks for two such things."""
    rest = question if len(question) <= LONGEST else ""
    asked: dict[str, frozenset[str]] = {}
    said: set[str] = set()
    for pattern, what, columns in _ways():
        if match := pattern.search(rest):
            asked[what] = asked.get(what, frozenset()) | columns
            said |= stems_of(words(match[0]))
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    if "count" in asked:
        asked.pop("sum", None)  # "how many ... in total"
    named = dates(plain(question)) if len(asked) == 1 else ()
    if len(asked) != 1 or len(named) > 1:
        return None
    [(what, columns)] = asked.items()
    return AskedColumn(what, columns, frozenset(said), rest, next(iter(named), None))
