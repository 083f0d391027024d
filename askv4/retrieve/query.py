"""A question becomes an FTS5 query that no question can break."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from askv4.language.cjk import is_cjk
from askv4.language.en import STOP_WORDS
from askv4.language.guess import stop_words
from askv4.language.words import content_words, words

_LETTERS_OR_DIGITS = re.compile(r"[^\W\d_]+|\d+")
_NEIGHBOURS = re.compile(r"(?<![^\W_])([^\W_]+)(?=[ -]([^\W_]+))")
_SHORTEST_COMPOUND = 3
MAX_TERMS = 64
"""A pasted page as a question is cut to its first distinct words here: BM25 gains nothing beyond, and costs."""


def fts_query(question: str, short_forms: Iterable[str] = ()) -> str | None:
    """`"word" OR "word" ...` over the question's content words; None when it has no word at all.

    Every word is quoted, and words hold letters and digits only, so that FTS5's own syntax cannot occur. A single
    Chinese or Japanese character is looked for at the beginning of the index's pairs. What may be written as one word
    or as two is looked for as both: "950PR" and "950 PR", "open source" and "opensource"; months and other words of the
    question also by their `short_forms`.
    """
    terms = content_words(question, stop_words(question))[:MAX_TERMS]
    shorter = [" ".join(words(short)) for short in short_forms]
    others = [*_variants(question, terms), *filter(None, shorter)]
    return " OR ".join([*map(_term, terms), *map('"{}"'.format, others)]) or None


def _term(word: str) -> str:
    return f'"{word}"*' if len(word) == 1 and is_cjk(word) else f'"{word}"'


def _variants(question: str, terms: Sequence[str]) -> list[str]:
    """Other ways to write the compounds in `question`: those of letters and digits as phrases, neighbours as one word."""
    wanted = {term for term in terms if term not in STOP_WORDS and not is_cjk(term)}
    parted = [" ".join(parts) for term in wanted if len(parts := _LETTERS_OR_DIGITS.findall(term)) > 1]
    joined: list[str] = []
    for match in _NEIGHBOURS.finditer(question):
        one, other = match[1].lower(), match[2].lower()
        if one in wanted and other in wanted and len(one) + len(other) > _SHORTEST_COMPOUND:
            joined.append(one + other)
    return list(dict.fromkeys([*sorted(parted), *joined]))
