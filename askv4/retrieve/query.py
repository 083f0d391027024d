"""A question becomes an FTS5 query that no question can break."""

from __future__ import annotations

from askv4.text.words import content_words

MAX_TERMS = 64
"""A pasted page as a question is cut to its first distinct words here: BM25 gains nothing beyond, and costs."""


def fts_query(question: str) -> str | None:
    """`"word" OR "word" ...` over the question's content words; None when it has no word at all.

    Every word is quoted, and words hold letters and digits only, so that FTS5's own syntax cannot occur.
    """
    terms = content_words(question)[:MAX_TERMS]
    return " OR ".join(f'"{term}"' for term in terms) or None
