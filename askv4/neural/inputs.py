"""Texts as every tokenizer accepts them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SURROGATE = re.compile("[\ud800-\udfff]")


def as_well_formed(texts: Sequence[str]) -> list[str]:
    """The texts, each well formed. Raises TypeError for a single string, which is a sequence of strings by accident."""
    if isinstance(texts, str):
        raise TypeError("texts is a sequence of strings, not one string")
    return [well_formed(text) for text in texts]


def well_formed(text: str) -> str:
    """The text with each surrogate (half of a character, from a broken file) replaced by U+FFFD: as long as it was, so that
    a token's place in it is its place in the text."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)
