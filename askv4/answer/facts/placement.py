"""Whether a fact of a sentence stands in the place that the source gives it: not another's number, not another's deed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from askv4.answer.facts.alignment import Replaced, Words, agreement, replacements, steady
from askv4.answer.facts.dates import dates, inside
from askv4.answer.facts.names import Known, Name, known, knows, names
from askv4.answer.facts.quantities import Quantity, quantities, same
from askv4.answer.facts.tokens import Token, tokenize
from askv4.answer.facts.units import agree

_LONGEST = 6
"""Tokens of a stretch in which one fact stands for another; what is longer was reworded."""
_LEADING = frozenset("the a an both yes no then also but and however".split())


def moved(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Where `sentence` follows a source word for word but has another number or name in the same place.

    All texts have been through `tokens.plain`; yields a message for users for each such place.
    """
    mine = Words((sentence,))
    best = max(sources, key=lambda source: agreement(mine, Words((source,))), default=None)
    if best is None:
        return
    others = [Words((source,)) for source in sources if source is not best]
    foreign = _foreign(sentence, sources)
    for block in replacements(mine, Words((best,))):
        pair = _replaced_fact(sentence, best, block) or _replaced_foreign(best, block, foreign)
        if pair and not any(steady(mine, other, block.sentence) for other in others):
            yield f"“{pair[0]}” stands where the cited source has “{pair[1]}”"


def _foreign(sentence: str, sources: Sequence[str]) -> list[Name]:
    """The names of `sentence` that no source has: the question or a title has brought them in."""
    source = known(tuple(sources))
    return [name for name in names(sentence) if len(knows(source, name)) == len(name.keys)]


def _replaced_foreign(source: str, block: Replaced, foreign: Sequence[Name]) -> tuple[str, str] | None:
    """Such a name in the block, where the source has another: less must agree around it than around a name it has."""
    (a, b), (c, d) = block.sentence, block.source
    if min(block.before, block.after) < 1 or block.before + block.after < 3 or max(b - a, d - c) > _LONGEST:
        return None
    mine = [name for name in foreign if a <= name.first and name.last <= b]
    theirs = [name for name in names(source) if c <= name.first and name.last <= d]
    return (mine[0].text, theirs[0].text) if mine and theirs else None


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


def _replaced_fact(sentence: str, source: str, block: Replaced) -> tuple[str, str] | None:
    """The fact of the sentence in the block, and that of the source, where both are of one kind and differ."""
    if min(block.before, block.after) < 2 or block.before + block.after < 4:
        return None
    mine, theirs = _Facts.of(sentence, block.sentence), _Facts.of(source, block.source)
    if max(b - a for a, b in (block.sentence, block.source)) > _LONGEST:
        return None
    if not mine.alone or not theirs.alone:
        return None
    for stated in mine.numbers:
        alike = [
            other for other in theirs.numbers if other.ordinal == stated.ordinal and agree(other.units, stated.units)
        ]
        if alike and not any(same(stated, other) for other in theirs.numbers):
            return stated.text, alike[0].text
    if mine.names and theirs.names and not mine.keys & theirs.keys and mine.joined != theirs.joined:
        return mine.names[0].text, theirs.names[0].text
    return None


@dataclass(frozen=True, slots=True)
class _Facts:
    """What stands in a stretch of a text."""

    numbers: tuple[Quantity, ...]
    names: tuple[Name, ...]
    """Those that have a word in the stretch."""
    keys: frozenset[str]
    """Their words in the stretch."""
    joined: str
    """The words of the whole stretch as one: "southeast" for "South East"."""
    alone: bool
    """Whether nearly all content words of the stretch belong to numbers and names."""

    @classmethod
    def of(cls, text: str, span: tuple[int, int]) -> _Facts:
        inside, tokens = range(*span), tokenize(text)
        numbers = tuple(quantity for quantity in quantities(text) if quantity.first in inside)
        named = tuple(n for n in names(text) if any(i in inside for i in range(n.first, n.last)))
        stretches = [(q.first, q.last) for q in numbers] + [(n.first, n.last) for n in named]
        covered = {i for first, last in stretches for i in range(first, last)}
        keys = frozenset(tokens[i].key for n in named for i in range(n.first, n.last) if i in inside and tokens[i].word)
        stray = [i for i in inside if tokens[i].content and i not in covered]
        joined = "".join(tokens[i].key for i in inside if tokens[i].word)
        return cls(numbers, named, keys, joined, len(stray) <= (1 if numbers else 0))


def misattributed(sentence: str, sources: Sequence[str], context: str) -> Iterator[str]:
    """What `sentence` says of its subject though the sources say it of another only.

    That is: the sentence opens with one name, which some source has; the word is only in sources that do not have that name
    and open with another name, which the sentence does not have. A source that opens with "he" or "it" accuses nobody.
    """
    subject = _subject(sentence)
    if subject is None or len(sources) < 2:
        return
    each = [known((source,)) for source in sources]
    about = {i for i, one in enumerate(each) if not knows(one, subject)}
    mine = known((sentence, context))
    strangers = {i: other for i, source in enumerate(sources) if (other := _subject(source)) and _stranger(mine, other)}
    if not about or not strangers:
        return
    for text, places in _stated(sentence, subject, sources, each):
        if places and not places & about and places <= strangers.keys():
            yield f"“{text}”: the cited source says it of {strangers[min(places)].text}"
            return


def _subject(text: str) -> Name | None:
    """The name that `text` opens with, past an article; None when it opens otherwise."""
    first = next(iter(names(text)), None)
    if first is None:
        return None
    before = [token for token in tokenize(text)[: first.first] if token.word]
    return first if len(before) <= 2 and all(token.key in _LEADING for token in before) else None


def _stranger(mine: Known, name: Name) -> bool:
    return len(knows(mine, name)) == len(name.keys)


def _stated(
    sentence: str, subject: Name, sources: Sequence[str], each: Sequence[Known]
) -> Iterator[tuple[str, set[int]]]:
    """Names, numbers and content words of the sentence, without its subject, and the sources that have each."""
    named: set[int] = set()
    for name in names(sentence):
        named.update(range(name.first, name.last))
        if name.first != subject.first:
            yield name.text, {i for i, one in enumerate(each) if not knows(one, name)}
    for quantity in quantities(sentence):
        named.update(range(quantity.first, quantity.last))
        if not quantity.vague:
            yield (
                quantity.text,
                {i for i, source in enumerate(sources) if any(same(quantity, other) for other in quantities(source))},
            )
    for i, token in enumerate(tokenize(sentence)):
        if token.content and i not in named:
            yield token.text, _places(token, each)


def _places(token: Token, each: Sequence[Known]) -> set[int]:
    return {i for i, one in enumerate(each) if token.stem in one.stems}
