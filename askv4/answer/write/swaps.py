"""Facts that changed places: a sentence that follows its source but has another number, name or word of it in the same place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import dropwhile, takewhile

from askv4.language.names import Name, known, knows, names
from askv4.language.numerals import Quantity
from askv4.language.quantities import quantities, same
from askv4.language.tokens import tokenize
from askv4.language.units import agree

_CONTEXT = 3
"""Words that must agree around a fact, on both sides, before another fact counts as standing in its place."""
_LONGER = 5
"""By so many words the surroundings must agree better with those of another word before that counts as replaced."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A word; or a name or number as a whole, which for laying texts along each other is like any other of its kind."""

    key: str
    fact: Name | Quantity | None
    content: bool
    text: str


_LETTERS = frozenset("ABCDEFGHJKLMNOPQRSTUVWXYZ")
_END = _Item("", None, content=False, text="")
"""Stands behind a source, and agrees with nothing."""


@lru_cache(maxsize=2048)
def _items(text: str) -> tuple[_Item, ...]:
    facts: dict[int, Name | Quantity] = {name.first: name for name in names(text)}
    facts |= {quantity.first: quantity for quantity in quantities(text) if not quantity.vague}
    items, end = [], 0
    for i, token in enumerate(tokenize(text)):
        fact = facts.get(i)
        if i < end or not (fact or token.word):
            continue
        if token.text in _LETTERS and not token.initial and (fact is None or fact.last == i + 1):
            items.append(_Item(token.text, None, content=True, text=token.text))  # "plan A" is no article
        elif fact is None:
            items.append(_Item(token.stem, None, token.content, token.text))
        else:
            kind = "@" if isinstance(fact, Name) else "#th" if fact.ordinal else "#"
            items.append(_Item(kind, fact, content=True, text=fact.text))
            end = fact.last
    return tuple(items)


def moved(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Where `sentence` follows a source word for word but has another number, name or word of that source in the same place.

    All texts have been through `tokens.plain`; yields a message for users for each such place.
    """
    mine = _items(sentence)
    texts = [_items(source) for source in sources]
    laid = [_laid(mine, theirs) for theirs in texts]
    best = max(laid, key=lambda pairs: sum(not _differ(*pair) for pair in pairs.values()), default={})
    for (i, j), (stated, given) in best.items():
        if stated.fact and given.fact and _differ(stated, given):
            before, after = _run(best, i, j, -1), _run(best, i, j, 1)
            around = before + after
            if before and after and len(around) >= _CONTEXT and any(item.content for item in around):
                yield f"“{stated.text}” stands where the cited source has “{given.text}”"
    yield from _exchanged(mine, [item for theirs in texts for item in (*theirs, _END)])


def _exchanged(mine: Sequence[_Item], theirs: Sequence[_Item]) -> Iterator[str]:
    """Words of the source that stand where it has another one: "the tenant must return it" for "the landlord must return it"."""
    for i, stated in enumerate(mine):
        places = [j for j, given in enumerate(theirs) if stated.content and given.key == stated.key]
        if stated.fact or not places:
            continue
        own = max(sum(_agreeing(mine, theirs, i, j)) for j in places)
        for j, given in enumerate(theirs):
            before, after = _agreeing(mine, theirs, i, j)
            if (
                given.content
                and not given.fact
                and given.key != stated.key
                and before
                and after
                and before + after >= own + _LONGER
            ):
                yield f"“{stated.text}” stands where the cited source has “{given.text}”"


def _agreeing(mine: Sequence[_Item], theirs: Sequence[_Item], i: int, j: int) -> tuple[int, int]:
    """How many items agree in a row before, and after, the places `i` and `j`."""
    before = takewhile(_agree, zip(reversed(mine[:i]), reversed(theirs[:j]), strict=False))
    after = takewhile(_agree, zip(mine[i + 1 :], theirs[j + 1 :], strict=False))
    return sum(1 for _ in before), sum(1 for _ in after)


def _agree(pair: tuple[_Item, _Item]) -> bool:
    return pair[0].key == pair[1].key and not _differ(*pair)


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
        tails = _designation(stated), _designation(given)
        if all(tails) and tails[0] != tails[1] and stated.keys[-len(tails[0])] == given.keys[-len(tails[1])]:
            return True
        extra = knows(known((given.text,)), stated), knows(known((stated.text,)), given)
        # "President Obama" is "Barack Obama".
        return all(extra) and stated.keys[-1] != given.keys[-1]
    if isinstance(stated, Quantity) and isinstance(given, Quantity):
        return agree(stated.units, given.units) and not same(stated, given)
    return False


def _designation(name: Name) -> tuple[str, ...]:
    """A name from its first word with a digit on: "B52" and "B52 Lite" are two things, "Boeing B52" and "B52" are one."""
    return tuple(dropwhile(lambda key: not any(map(str.isdigit, key)), name.keys))


def _run(laid: dict[tuple[int, int], tuple[_Item, _Item]], i: int, j: int, step: int) -> list[_Item]:
    """The words, not the facts, that agree in a row from a place on in one direction, up to `_CONTEXT`."""
    run: list[_Item] = []
    while (pair := laid.get((i := i + step, j := j + step))) and len(run) < _CONTEXT:
        if pair[0].fact is None:
            run.append(pair[0])
    return run
