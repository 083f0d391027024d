"""How well marked words hit the answer, as the evaluation of SQuAD counts (Rajpurkar et al. 2016)."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def normalised(text: str) -> str:
    """As the evaluation of SQuAD normalises: small letters, no punctuation, no articles, one space."""
    lower = "".join(character for character in text.lower() if character not in string.punctuation)
    return " ".join(_ARTICLES.sub(" ", lower).split())


def span_f1(marked: str, answers: Sequence[str]) -> float:
    """F1 of the words in common with the best of `answers`, both normalised as SQuAD does; 0 where nothing is marked."""
    return max((_f1(normalised(marked).split(), normalised(answer).split()) for answer in answers), default=0.0)


def _f1(mine: Sequence[str], theirs: Sequence[str]) -> float:
    common = (Counter(mine) & Counter(theirs)).total()
    return 2 * common / (len(mine) + len(theirs)) if common else 0.0
