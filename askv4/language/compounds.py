"""Compounds that are written as one word, with a hyphen, or as two: "startup", "start-up", "start up"."""

from __future__ import annotations

import re

from askv4.language.cjk import is_cjk

_HYPHENATED = re.compile(r"(?<![\w-])([^\W\d_][^\W_]*)[-\u2010\u2011]([^\W_]+)(?![\w-])")


def with_joined(text: str) -> str:
    """The text, and behind it each compound of two parts with a hyphen as one word, so that phrases stay as they are."""
    joined = ["".join(parts) for parts in _HYPHENATED.findall(text)]
    return " ".join([text, *(word for word in joined if not is_cjk(word))])
