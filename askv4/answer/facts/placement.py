"""Whether a fact of a sentence stands in the place that the source gives it: not another's number, not another's deed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from askv4.answer.facts.dates import dates, inside
from askv4.answer.facts.names import Known, Name, known, knows, names
from askv4.answer.facts.quantities import quantities, same
from askv4.answer.facts.tokens import Token, tokenize

_LEADING = frozenset("the a an both yes no then also but and however".split())


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
