"""Words, and which of them say what a text is about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set

from askv4.language.cjk import is_cjk, split_runs, without_asking
from askv4.language.en import NO_PLURALS, STOP_WORDS
from askv4.types import Span

_WORD = re.compile(r"[^\W_]+")
_CLOSING = "”\"'’»)*_ "
"""What may stand behind the mark that ends a sentence: quotation marks, brackets, Markdown's emphasis."""
_LABELLED = re.compile(r"[\W_]*(?:q|question|question \d{1,3}) ?:", re.I)
"""What stands before the questions of a list of them, also of those without a question mark."""
_JOINER = "\u200d"
_IN_NUMBERS = ".,:"
_LONGEST_BRACKET = 60
"""Characters."""


def words(text: str) -> list[str]:
    """The words of `text` in order, lower-cased; letters and digits only. Chinese, Japanese and Korean text gives its
    pairs of characters."""
    if text.isascii():
        return [match.group().lower() for match in _WORD.finditer(text)]
    folded = [match.group().lower() for match in _WORD.finditer(unicodedata.normalize("NFKC", text))]
    return [part for word in folded for part in (split_runs(word) if is_cjk(word) else (word,))]


def whole_words(text: str, span: Span) -> Span:
    """The span, as much longer as it takes to cut no word: no run of letters, digits and their accents, and no "12.50"."""
    start, end = span.start, span.end
    while start > 0 and _goes_on(text, start):
        start -= 1
    while end < len(text) and _goes_on(text, end):
        end += 1
    return Span(start, end)


def closed_brackets(text: str, span: Span) -> Span:
    """The span up to the end of a bracket that is open where it ends, or to its beginning where that is far or missing."""
    said = span.of(text)
    opened = said.rfind("(")
    if opened <= said.rfind(")"):
        return span
    close = text.find(")", span.end, span.end + _LONGEST_BRACKET)
    if close >= 0 and "(" not in text[span.end : close]:
        return Span(span.start, close + 1)
    return Span(span.start, span.start + len(said[:opened].rstrip())) if said[:opened].strip() else span


def _goes_on(text: str, at: int) -> bool:
    """Whether the characters on both sides of an offset inside the text belong to one word."""
    before, after = text[at - 1], text[at]
    if before.isspace() or after.isspace():
        return False
    if _attached(after) or before == _JOINER:
        return True
    if before in _IN_NUMBERS or after in _IN_NUMBERS:
        mark = at if after in _IN_NUMBERS else at - 1
        return text[max(mark - 1, 0) : mark].isdigit() and text[mark + 1 : mark + 2].isdigit()
    return _in_word(before) and _in_word(after) and not is_cjk(before + after)


def _in_word(character: str) -> bool:
    return character.isalnum() or _attached(character)


def _attached(character: str) -> bool:
    """Whether it is an accent, or another sign that goes with the character before it."""
    return character == _JOINER or (not character.isascii() and unicodedata.category(character).startswith("M"))


def asks(sentence: str) -> bool:
    """Whether a sentence is a question."""
    return sentence.rstrip(_CLOSING).endswith(("?", "？")) or bool(_LABELLED.match(sentence))


def content_words(text: str, stop_words: Set[str] = STOP_WORDS) -> list[str]:
    """The distinct words that say what `text` is about, in order; all its words when it has only function words."""
    content = [word for word in words(without_asking(text)) if word not in stop_words]
    return list(dict.fromkeys(content or words(text)))


def is_plural(word: str) -> bool:
    """Whether an English noun in small letters stands for more than one, as far as its ending tells."""
    return word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in NO_PLURALS


def capital(text: str) -> str:
    """The text with a capital first letter, and the others as they are."""
    return text[:1].upper() + text[1:]
