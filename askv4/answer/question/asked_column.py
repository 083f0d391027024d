"""What a question asks to be reckoned from a column: a total, an average, the highest, the lowest, a count."""

from __future__ import annotations

from dataclasses import dataclass

from askv4.answer.question.asked_place import LONGEST, stems_of
from askv4.language import en, others
from askv4.language.dates import Date, dates
from askv4.language.patterns import Pattern
from askv4.language.tokens import plain
from askv4.language.words import words

_BOTH = {
    **{names: (what, stems_of(said.split())) for names, (what, said) in en.RECKONED_OF.items()},
    **{names: (what, stems_of(said.split())) for names, (what, said) in others.RECKONED_OF.items()},
}
_SAID = [
    *((Pattern(rf"(?<!\w)(?:{names})(?!\w)", 2), what, columns) for names, (what, columns) in _BOTH.items()),
    *(
        (Pattern(rf"(?<!\w)(?:{listed[what]})(?!\w)", 2), what, frozenset[str]())
        for what in en.RECKONED
        for listed in (en.RECKONED, others.RECKONED)
    ),
]
_NAMES_NOTHING = en.BESIDE_RECKONING | others.BESIDE_RECKONING | others.ARTICLES
QUANTITIES = stems_of(f"{en.QUANTITIES} {others.QUANTITIES}".split())
"""Stems of what a column that counts things may be called."""


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
    for pattern, what, columns in _SAID:
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
