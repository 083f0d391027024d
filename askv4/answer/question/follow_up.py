"""What a follow-up leaves unsaid, taken from the turn before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from askv4.language.en import EXTENTS, LINKING_BACK, POINTING_BACK, STOP_WORDS
from askv4.language.patterns import Pattern
from askv4.language.tokens import stem
from askv4.language.words import content_words, words
from askv4.types import Turn

_POINTS_BACK = Pattern(rf"\b(?:{POINTING_BACK})\b", re.I)
_LINKS_BACK = Pattern(rf"^\W*(?:{LINKING_BACK})\b", re.I)
_WORD = Pattern(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_MEASURE = Pattern(rf"\bhow (?:{EXTENTS}|soon|come)\b", re.I)
FEW_WORDS = 3
"""A follow-up with no more content words leans on the turn before it."""
ANSWER_WORDS = 40
"""Words of the last answer that the second search carries: mtrag_un nDCG@10 0.944 -> 0.958."""


def lacking(asked: str, history: Sequence[Turn]) -> str:
    """The content words of the question before that `asked` needs and does not say, in order; empty when it stands alone.

    Only content words are carried: "how long" and "who" would decide what type of answer is looked for (mtrag_un: 0.83 ->
    0.86 of the questions right).
    """
    if not history or not _depends(asked):
        return ""
    said = {stem(word) for word in words(asked)}
    previous = " ".join(history[-1].question.split())
    before = (match.group() for match in _WORD.finditer(_MEASURE.sub(" ", previous)))
    return " ".join(
        dict.fromkeys(w for w in before if any(x not in STOP_WORDS and stem(x) not in said for x in words(w)))
    )


def second_wording(asked: str, history: Sequence[Turn]) -> str:
    """The last turn and `asked` as one text to search with."""
    last = history[-1]
    answer = " ".join(re.sub(r"\[\d+\]|[“”]", " ", last.answer).split()[:ANSWER_WORDS])
    return f"{' '.join(last.question.split())} {answer} {asked}"


def points_back(question: str) -> bool:
    """Whether a word such as "it" stands for something said before."""
    return bool(_POINTS_BACK.search(question))


def _depends(asked: str) -> bool:
    """Whether a follow-up cannot be understood without the turn before it."""
    return points_back(asked) or bool(_LINKS_BACK.match(asked)) or len(content_words(asked)) <= FEW_WORDS
