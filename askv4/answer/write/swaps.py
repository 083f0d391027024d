"""Facts that changed places: a sentence that follows its source but has another number or name in the same place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from askv4.language.names import Name, known, knows, names
from askv4.language.numerals import Quantity
from askv4.language.quantities import quantities, same
from askv4.language.tokens import tokenize
from askv4.language.units import agree

_CONTEXT = 3
"""Words that must agree around a fact, on both sides, before another fact counts as standing in its place."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A word; or a name or number as a whole, which for laying texts along each other is like any other of its kind."""

    key: str
    fact: Name | Quantity | None
    content: bool


@lru_cache(maxsize=2048)
def _items(text: str) -> tuple[_Item, ...]:
    facts: dict[int, Name | Quantity] = {name.first: name for name in names(text)}
    facts |= {quantity.first: quantity for quantity in quantities(text) if not quantity.vague}
    items, end = [], 0
    for i, token in enumerate(tokenize(text)):
        fact = facts.get(i)
        if i < end or not (fact or token.word):
            continue
        if fact is None:
            items.append(_Item(token.stem, None, token.content))
        else:
            kind = "@" if isinstance(fact, Name) else "#th" if fact.ordinal else "#"
            items.append(_Item(kind, fact, content=True))
            end = fact.last
    return tuple(items)


def moved(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Where `sentence` follows a source word for word but has another number or name in the same place.

    All texts have been through `tokens.plain`; yields a message for users for each such place.
    """
    mine = _items(sentence)
    laid = [_laid(mine, _items(source)) for source in sources]
    best = max(laid, key=lambda pairs: sum(not _differ(*pair) for pair in pairs.values()), default={})
    for (i, j), (stated, given) in best.items():
        if stated.fact and given.fact and _differ(stated, given):
            before, after = _run(best, i, j, -1), _run(best, i, j, 1)
            around = before + after
            if before and after and len(around) >= _CONTEXT and any(item.content for item in around):
                yield f"“{stated.fact.text}” stands where the cited source has “{given.fact.text}”"


def _laid(mine: Sequence[_Item], theirs: Sequence[_Item]) -> dict[tuple[int, int], tuple[_Item, _Item]]:
    """The items of two texts that agree in kind and order, by their places."""
    blocks = SequenceMatcher(None, [one.key for one in mine], [one.key for one in theirs], autojunk=False)
    return {
        (block.a + k, block.b + k): (mine[block.a + k], theirs[block.b + k])
        for block in blocks.get_matching_blocks()
        for k in range(block.size)
    }


def _differ(one: _Item, other: _Item) -> bool:
    stated, given = one.fact, other.fact
    if isinstance(stated, Name) and isinstance(given, Name):
        extra = knows(known((given.text,)), stated), knows(known((stated.text,)), given)
        # "President Obama" is "Barack Obama".
        return all(extra) and stated.keys[-1] != given.keys[-1]
    if isinstance(stated, Quantity) and isinstance(given, Quantity):
        return agree(stated.units, given.units) and not same(stated, given)
    return False


def _run(laid: dict[tuple[int, int], tuple[_Item, _Item]], i: int, j: int, step: int) -> list[_Item]:
    """The words, not the facts, that agree in a row from a place on in one direction, up to `_CONTEXT`."""
    run: list[_Item] = []
    while (pair := laid.get((i := i + step, j := j + step))) and len(run) < _CONTEXT:
        if pair[0].fact is None:
            run.append(pair[0])
    return run
