"""Facts that changed places: a sentence that follows its source but has another number or name in the same place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from askv4.answer.facts.alignment import Words, steady
from askv4.answer.facts.names import TITLES, Name, known, knows, names
from askv4.answer.facts.numerals import Quantity
from askv4.answer.facts.quantities import quantities, same
from askv4.answer.facts.tokens import tokenize
from askv4.answer.facts.units import agree

_CONTEXT = 2
"""So many words must agree on either side of a fact for another fact to stand in its place."""
_NAME, _NUMBER, _ORDINAL = "@", "#", "#th"


@dataclass(frozen=True, slots=True)
class _Item:
    """A word, or a name or number as a whole, which for laying texts along each other is like any other of its kind."""

    key: str
    fact: Name | Quantity | None
    span: tuple[int, int]
    """Its tokens."""
    content: bool


@lru_cache(maxsize=2048)
def _items(text: str) -> tuple[_Item, ...]:
    starts: dict[int, Name | Quantity] = {name.first: name for name in names(text)}
    starts |= {quantity.first: quantity for quantity in quantities(text) if not quantity.vague}
    items, i = [], 0
    tokens = tokenize(text)
    while i < len(tokens):
        fact = starts.get(i)
        if fact is not None:
            kind = _NAME if isinstance(fact, Name) else _ORDINAL if fact.ordinal else _NUMBER
            items.append(_Item(kind, fact, (i, fact.last), True))
            i = max(fact.last, i + 1)
            continue
        if tokens[i].word:
            items.append(_Item(tokens[i].stem, None, (i, i + 1), tokens[i].content))
        i += 1
    return tuple(items)


def moved(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Where `sentence` follows a source word for word but has another number or name in the same place.

    All texts have been through `tokens.plain`; yields a message for users for each such place.
    """
    best = max(sources, key=lambda source: _agreement(sentence, source), default=None)
    if best is None:
        return
    mine, theirs, own = _items(sentence), _items(best), Words((sentence,))
    foreign = _foreign(sentence, sources)
    pairs = _laid(sentence, best)
    for place, (i, j) in enumerate(pairs):
        stated, given = mine[i].fact, theirs[j].fact
        if stated is None or given is None or not _differ(stated, given):
            continue
        if not (
            _in_place(mine, pairs, place, len(theirs)) or (stated in foreign and _loosely_in_place(mine, pairs, place))
        ):
            continue
        if not any(steady(own, Words((source,)), mine[i].span) for source in sources):
            yield f"“{stated.text}” stands where the cited source has “{given.text}”"


@lru_cache(maxsize=512)
def _laid(sentence: str, source: str) -> tuple[tuple[int, int], ...]:
    """The items of the two texts that agree in kind and order: (in the sentence, in the source)."""
    keys = [[item.key for item in _items(text)] for text in (sentence, source)]
    blocks = SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_matching_blocks()
    return tuple((block.a + k, block.b + k) for block in blocks for k in range(block.size))


def _agreement(sentence: str, source: str) -> int:
    """How many items of `sentence` stand in `source` in the same order, facts only where they are the same."""
    mine, theirs = _items(sentence), _items(source)
    count = 0
    for i, j in _laid(sentence, source):
        stated, given = mine[i].fact, theirs[j].fact
        count += stated is None or given is None or not _differ(stated, given)
    return count


def _differ(stated: Name | Quantity, given: Name | Quantity) -> bool:
    if isinstance(stated, Name) and isinstance(given, Name):
        if "".join(stated.keys) == "".join(given.keys):
            return False
        extra = set(knows(known((given.text,)), stated)), set(knows(known((stated.text,)), given))
        # "President Obama" is "Barack Obama"; "Michelle Obama" is not.
        return all(extra) and not (stated.keys[-1] == given.keys[-1] and any(words <= TITLES for words in extra))
    if isinstance(stated, Quantity) and isinstance(given, Quantity):
        return agree(stated.units, given.units) and not same(stated, given)
    return False


def _in_place(mine: Sequence[_Item], pairs: Sequence[tuple[int, int]], place: int, length: int) -> bool:
    """Whether enough words agree in a row on both sides; where both texts begin or end with them, fewer are enough."""
    i = pairs[place][0]
    before, after = _run(mine, pairs, place, -1), _run(mine, pairs, place, 1)
    open_before = pairs[place - i : place + 1][:1] == ((0, 0),) and i <= _CONTEXT < len(after)
    rest = len(mine) - 1 - i
    open_after = pairs[place : place + rest + 1][-1:] == ((len(mine) - 1, length - 1),) and rest <= _CONTEXT < len(
        before
    )
    if not ((len(before) >= _CONTEXT or open_before) and (len(after) >= _CONTEXT or open_after)):
        return False
    return any(item.content for item in (*before, *after))


def _loosely_in_place(mine: Sequence[_Item], pairs: Sequence[tuple[int, int]], place: int) -> bool:
    """The same for a name that no source has: any words that agree near it, before and after, some of content."""
    near = [mine[i] for i, _ in pairs[max(0, place - 2) : place]], [mine[i] for i, _ in pairs[place + 1 : place + 3]]
    plain_words = [[item for item in side if item.fact is None] for side in near]
    return all(plain_words) and any(item.content for side in plain_words for item in side)


def _run(mine: Sequence[_Item], pairs: Sequence[tuple[int, int]], place: int, step: int) -> list[_Item]:
    """The words, not the facts, that agree in a row from `place` on in one direction."""
    found: list[_Item] = []
    i, j = pairs[place]
    at = place + step
    while 0 <= at < len(pairs) and pairs[at] == (i + step, j + step) and len(found) < 2 * _CONTEXT:
        i, j = pairs[at]
        if mine[i].fact is None:
            found.append(mine[i])
        at += step
    return found


def _foreign(sentence: str, sources: Sequence[str]) -> set[Name | Quantity]:
    """The names of `sentence` that no source has: the question or a title has brought them in."""
    source = known(tuple(sources))
    return {name for name in names(sentence) if len(knows(source, name)) == len(name.keys)}
