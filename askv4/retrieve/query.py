"""A question becomes an FTS5 query that no question can break."""

from __future__ import annotations

from askv4.text.cjk import is_cjk
from askv4.text.words import content_words

MAX_TERMS = 64
"""A pasted page as a question is cut to its first distinct words here: BM25 gains nothing beyond, and costs."""


def fts_query(question: str) -> str | None:
    """`"word" OR "word" ...` over the question's content words; None when it has no word at all.

    Every word is quoted, and words hold letters and digits only, so that FTS5's own syntax cannot occur. A single
    Chinese or Japanese character is looked for at the beginning of the index's pairs.
    """
    terms = content_words(question)[:MAX_TERMS]
    return " OR ".join(map(_term, terms)) or None


def _term(word: str) -> str:
    return f'"{word}"*' if len(word) == 1 and is_cjk(word) else f'"{word}"'
