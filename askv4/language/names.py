"""Names in a text, and whether a source knows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from askv4.language.dates import MONTHS, dates, inside
from askv4.language.en import GLUED_SCALES, NAME_ENDINGS, NO_NAMES, STOP_WORDS, TITLES
from askv4.language.guess import language_of, script_of
from askv4.language.others import FUNCTION_WORDS, GERMAN_ARTICLES, IN_NAMES
from askv4.language.patterns import Pattern
from askv4.language.quantities import quantities
from askv4.language.tokens import Token, fold, stem, tokenize
from askv4.language.units import SCALES, UNITS

_CODE = Pattern(r"(?=.*\d)(?=.*[^\W\d_])\w+")
_GLUED_UNIT = Pattern(r"\d[\d.,]*([^\W\d_]+)")
_NO_NAMES = STOP_WORDS.union(NO_NAMES, *(listed.split() for listed in FUNCTION_WORDS.values()))
_ENDING = Pattern(r"(?:e?s|ers|ly)$")


@dataclass(frozen=True, slots=True)
class Name:
    """A run of capitalised words, or a code such as "B52"."""

    text: str
    keys: tuple[str, ...]
    """Its words, folded, without connectors such as "of"."""
    weak: tuple[bool, ...]
    """For each key, whether it is also an everyday word ("President", "Act") and may be capitalised for no reason."""
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Known:
    """What the sources and the context of an answer name."""

    keys: frozenset[str]
    stems: frozenset[str]
    joined: frozenset[str]
    """Two or three words in a row as one: "PlayStation" for "Play Station"."""
    initials: frozenset[str]
    """First letters of runs of capitalised words: "us" for "United States"."""
    capitals: frozenset[str]
    """Acronyms."""
    before: Mapping[str, frozenset[str]]
    """Word -> the capitalised words that stand right before it: the given names that go with a family name."""


@cache
def _ordinary_words() -> frozenset[str]:
    text = files("askv4.language").joinpath("ordinary_words.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


@lru_cache(maxsize=16384)
def ordinary(key: str) -> bool:
    """Whether a folded word is an everyday English word, so that a capital alone makes no name of it."""
    listed = _ordinary_words()
    return key in listed or key in _NO_NAMES or (len(key) > 3 and _ENDING.sub("", key) in listed)


@lru_cache(maxsize=2048)
def names(text: str) -> tuple[Name, ...]:
    """The names of `text` (which `plain` has been through); none in German where any noun has a capital."""
    # A month inside a date is the date's, elsewhere it is looked up as a name is; "US" in "5 US dollars" is the unit's.
    dated = dates(text)
    measured = {i for quantity in quantities(text) if quantity.units for i in range(quantity.first, quantity.last)}
    tokens = tuple(
        replace(token, word=False)
        if i in measured or (token.key in MONTHS and inside(token.start, token.end, dated))
        else token
        for i, token in enumerate(tokenize(text))
    )
    language = language_of(text, least=1)
    runs = _runs(text, tokens, nouns_have_capitals=language == "de")
    if language in ("en", None) and script_of(text) in ("LATIN", None):
        return tuple(runs)
    # Which words are everyday words is known of English only: elsewhere the first word of a sentence says nothing.
    return tuple(name for name in runs if not tokens[name.first].initial or name.last > name.first + 1)


def _runs(text: str, tokens: Sequence[Token], *, nouns_have_capitals: bool) -> Iterator[Name]:
    i = 0
    while i < len(tokens):
        if not _opens(tokens, i):
            i += 1
            continue
        end = i + 1
        while end < len(tokens) and (step := _goes_on(tokens, end)):
            end += step
        parts = [token for token in tokens[i:end] if token.word and token.key not in IN_NAMES]
        named = not nouns_have_capitals or (len(parts) > 1 and not (i and tokens[i - 1].key in GERMAN_ARTICLES))
        if parts and (named or any(_CODE.fullmatch(t.text) or t.text.isupper() for t in parts)):
            keys = tuple(token.key for token in parts)
            yield Name(text[tokens[i].start : tokens[end - 1].end], keys, tuple(_weak(t) for t in parts), i, end)
        i = end


def _weak(token: Token) -> bool:
    return ordinary(token.key) and not (token.text.isupper() and len(token.text) > 1)


def _opens(tokens: Sequence[Token], i: int) -> bool:
    """Whether a name begins at token `i`."""
    token = tokens[i]
    if not _named(token):
        return False
    if not token.initial:
        return True
    if _CODE.fullmatch(token.text) or (token.text.isupper() and len(token.key) > 1):
        return True
    return not ordinary(token.key)


def _goes_on(tokens: Sequence[Token], i: int) -> int:
    """The number of tokens by which the name runs on at token `i`; 0 when it ends."""
    if _named(tokens[i]) and not tokens[i].initial:
        return 1
    following = i + 1 < len(tokens) and _named(tokens[i + 1]) and not tokens[i + 1].initial
    if following and tokens[i].text in ("-", "&", "."):
        return 2
    return 2 if following and tokens[i].key in ("of", "de", "van", "von", "der", "la", "del", "di", "da") else 0


def _named(token: Token) -> bool:
    """Whether the token itself looks like a name or a code."""
    text = token.text
    if not token.word or len(token.key) < 2 or (token.key in _NO_NAMES and not _acronym(token)):
        return False
    if token.key in SCALES or (token.key in UNITS and not _acronym(token)):
        return False
    if _CODE.fullmatch(text):
        unit = _GLUED_UNIT.fullmatch(text)
        return not (unit and _is_measure(unit.group(1)))
    return any(c.isupper() for c in text) and text[0].isalpha()


def _is_measure(tail: str) -> bool:
    lower = tail.lower()
    return lower in UNITS or lower in SCALES or lower in GLUED_SCALES or lower in ("st", "nd", "rd", "th", "s", "x")


def _acronym(token: Token) -> bool:
    return token.text.isupper() and len(token.key) >= 2


@lru_cache(maxsize=512)
def known(texts: tuple[str, ...]) -> Known:
    """The words of all `texts` (which `plain` has been through), as names are looked up in them."""
    tokens = [token for text in texts for token in tokenize(text)]
    said = [token for token in tokens if token.word]
    keys = {token.key for token in said}
    capitals = {token.key for token in said if _acronym(token)}
    row = [token.key for token in said]
    joined = {"".join(row[i : i + size]) for size in (2, 3) for i in range(len(row) - size + 1)}
    stems = frozenset(stem(key) for key in keys)
    initials = frozenset(_initials(tokens)) | frozenset(
        "".join(key[0] for key in row[i : i + 3]) for i in range(len(row) - 2)
    )
    return Known(frozenset(keys), stems, frozenset(joined), initials, frozenset(capitals), _before(tokens))


def _before(tokens: Sequence[Token]) -> dict[str, frozenset[str]]:
    before: dict[str, set[str]] = {}
    for one, other in pairwise(tokens):
        if one.word and other.word and one.text[0].isupper() and other.text[0].isupper():
            before.setdefault(other.key, set()).add(one.key)
    return {key: frozenset(keys) for key, keys in before.items()}


def _initials(tokens: Sequence[Token]) -> Iterator[str]:
    """First letters of every stretch of a run of capitalised words, with and without the small words between them."""
    run: list[Token] = []
    for token in [*tokens, None]:
        if token and token.word and (token.text[0].isupper() or (run and token.key in IN_NAMES)):
            run.append(token)
            continue
        if token and run and token.text in "-'\"&":
            continue
        for letters in ("".join(t.key[0] for t in run), "".join(t.key[0] for t in run if t.text[0].isupper())):
            yield from (letters[a:b] for a in range(len(letters)) for b in range(a + 2, min(len(letters), a + 8) + 1))
        run = []


def knows(source: Known, name: Name) -> tuple[str, ...]:
    """The words of `name` that `source` does not know, as folded keys; empty when it knows them all."""
    if _squash(name.text) in source.keys | source.joined:
        return ()
    whole = "".join(key[0] for key in name.keys)
    if len(name.keys) > 1 and {whole, "".join(w[0] for w in fold(name.text).split())} & source.capitals:
        return ()
    missing = tuple(key for key in name.keys if not _knows_word(source, key))
    return () if missing and _only_adds_given_name(source, name, missing) else missing


def _only_adds_given_name(source: Known, name: Name, missing: Sequence[str]) -> bool:
    """Whether a person whom the source calls by the family name alone is called by both names."""
    family = name.keys[-1]
    if len(name.keys) != 2 or missing != name.keys[:1] or family not in source.keys or any(name.weak):
        return False
    return source.before.get(family, frozenset()) <= TITLES


def _squash(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(text))


def _knows_word(source: Known, key: str) -> bool:
    if key in source.keys or stem(key) in source.stems or key in source.joined:
        return True
    if len(key) <= 7 and key in source.initials:
        return True
    return len(key) > 3 and any(_kin(key, other) for other in source.keys if other[:3] == key[:3])


def _kin(one: str, other: str) -> bool:
    """Whether two names differ in an ending only ("China", "Chinese"; "German", "Germans") or by a slip in a long word."""
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if shared >= max(4, min(len(one), len(other)) - 2):
        return one[shared:] in NAME_ENDINGS | {""} and other[shared:] in NAME_ENDINGS | {""}
    return False
