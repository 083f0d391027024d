"""A part of a long passage, where there is no room for all of it: the part with the sentence that matters."""

from __future__ import annotations

from askv4.types import Citation

GAP = "…"
"""Stands for what is left out."""


def excerpt(citation: Citation, size: int) -> str:
    """About `size` characters of the quote, in whole words, with a gap's mark where something is left out.

    From its beginning where that shows the likeliest sentence; else so that it is shown, or as much of it as has room.
    """
    text = citation.quote
    if len(text) <= size:
        return text
    start, end = citation.likely or (citation.start, citation.start)
    begin = 0
    if end - citation.start > size:
        begin = _word_from(text, min(start - citation.start, len(text) - size))
    shown = text[begin : begin + size]
    if begin + size < len(text) and not text[begin + size].isspace() and len(shown.split()) > 1:
        shown = shown.rsplit(None, 1)[0]
    before, after = GAP if begin else "", GAP if begin + size < len(text) else ""
    return " ".join(part for part in (before, shown.strip(), after) if part)


def _word_from(text: str, at: int) -> int:
    """Where a word begins: the one at `at`, or the next; `at` itself where there is none."""
    for place in range(at, len(text)):
        if place == 0 or text[place - 1].isspace():
            return place
    return at
