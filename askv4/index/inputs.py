"""Texts as every tokenizer accepts them."""

from __future__ import annotations

from collections.abc import Sequence


def as_well_formed(texts: Sequence[str]) -> list[str]:
    """The texts, each well formed. Raises TypeError for a single string, which is a sequence of strings by accident."""
    if isinstance(texts, str):
        raise TypeError("texts is a sequence of strings, not one string")
    return [well_formed(text) for text in texts]


def well_formed(text: str) -> str:
    """The text with each lone surrogate (half of a character, from a broken file) replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
