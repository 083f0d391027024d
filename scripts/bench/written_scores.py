"""How scripts/bench/written.py judges a text: pure functions, the same for askv4's lead and for the usual script's answer.

**right** is decided by the kind of truth that a question has:

- `answers` (XQuAD): one of them stands in the text, both normalised as SQuAD does (small letters, without punctuation
  and articles), in whole words.
- `texts` (papers): one of them stands in the text (compatible characters made equal, small letters, white space as one
  space, as ../shared/tools/check_papers.py compares), or all of its key words do, in any order.
- `groups` (gold): of every group, one quote is told by the text. A quote is told when it stands there, or when these do:
  each of its numbers (words that begin with a digit), a denial where it holds one, and at least half of its key words. What the question
  says already counts for nothing; a quote that has nothing of its own is not told by key words.

A key word is no function word (`askv4.language.words.STOP_WORDS`), and is compared by its stem (Snowball, English). Signs for
percent and euro count as these words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import snowballstemmer

from askv4.language.en import STOP_WORDS
from askv4.language.words import words
from scripts.training.span_measure import normalised

TOLD = 0.5
"""The share of a quote's key words that a text must have."""
_MARKERS = re.compile(r"\s*\[\d{1,4}\]")
_SIGNS = {"%": " percent ", "€": " euro ", "eur": "euro"}
_DENIALS = re.compile(r"\b(?:not|no|never|none|neither|nor|nothing|without|cannot)\b|n['’]t\b", re.I)
_FIRST = re.compile(r".*?(?:[.!?。！？](?=\s|$)|\n|$)", re.DOTALL)
_SOURCE = r"(?:contexts?|passages?|texts?|documents?|sources?|excerpts?|articles?|information)"
_REFUSES = re.compile(
    r"\b(?:i|we)\b[^.]{0,20}?\b(?:do not|don['’]t|cannot|can['’]t|can not|could not|couldn['’]t|unable|not able|not sure|no idea)\b"
    rf"|\b{_SOURCE}\b[^.]{{0,40}}?\b(?:do|does|did)(?: not|n['’]t)\b"
    rf"|\bnot\s+(?:\w+\s+){{0,2}}?(?:stated|mentioned|specified|provided|found|given|included|available|listed|present|answered)\s+(?:in|by|from) (?:\w+\s+){{0,2}}?{_SOURCE}\b"
    r"|^(?:it|this|that|there) (?:is|are|was|were)(?: not|n['’]t)\s+(?:\w+\s+)?(?:known|stated|mentioned|specified|clear|provided|given|any|enough)\b"
    r"|\bno (?:\w+\s+){0,2}?(?:information|mention|answer)\b|\bnot (?:enough|sufficient) information\b"
    r"|^(?:don['’]t know|unknown)\b|\bich weiß (?:es )?nicht\b|\bje ne sais pas\b|不知道|わかりません|分かりません|知りません|没有(?:提到|提及|说明|相关)",
    re.I,
)


def refuses(text: str) -> bool:
    """Whether an answer says in its first sentence that it is none. An empty one does.

    That somebody in the documents did not say something is an answer: what counts is that the writer does not know, or that
    the context does not say.
    """
    first = _FIRST.match(text.strip())
    return not text.strip() or bool(first and _REFUSES.search(first.group()))


def right(text: str, question: str, truth: Mapping[str, Any]) -> bool | None:
    """Whether `text` answers rightly, as this module's docstring defines it; None where the truth is no short text."""
    text = without_markers(text)
    if truth.get("answers"):
        normal = f" {normalised(text)} "
        return any(f" {normalised(answer)} " in normal for answer in truth["answers"])
    if truth.get("texts"):
        return any(_says(text, expected) for expected in truth["texts"])
    if truth.get("groups"):
        return all(any(tells(text, quote, question) for quote in group) for group in truth["groups"])
    return None


def without_markers(text: str) -> str:
    """`text` without the numbers of its citations."""
    return _MARKERS.sub("", text).strip()


def _says(text: str, expected: str) -> bool:
    if compared(expected) in compared(text):
        return True
    wanted = key_words(expected)
    return bool(wanted) and wanted <= key_words(text)


def compared(text: str) -> str:
    """As check_papers.py compares."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def tells(text: str, quote: str, question: str) -> bool:
    """Whether `text` tells what `quote` says beyond the question."""
    if compared(quote) in compared(text):
        return True
    said, own = key_words(text), key_words(quote) - key_words(question)
    numbers = {word for word in own if word[0].isdigit()}
    denied = bool(_DENIALS.search(quote)) and not _DENIALS.search(question)
    if denied and not _DENIALS.search(text):
        return False
    if not own:
        return denied
    return numbers <= said and len(own & said) >= TOLD * len(own)


def key_words(text: str) -> frozenset[str]:
    """The stems of the words that are no function words."""
    for sign, word in _SIGNS.items():
        text = re.sub(rf"\b{sign}\b" if sign.isalpha() else re.escape(sign), word, text, flags=re.I)
    return frozenset(_stem(word) for word in words(text) if word not in STOP_WORDS)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    return snowballstemmer.stemmer("english")


def best(score: Any, text: str, references: Iterable[str]) -> float:
    """The best of `score(text, reference)`; 0 for no text and no references."""
    return max((score(text, reference) for reference in references), default=0.0) if text else 0.0


def rouge_l(text: str, reference: str) -> float:
    """F1 of the longest common subsequence of words (letters a to z and digits), without stemming, as rouge-score does."""
    mine, theirs = (re.sub(r"[^a-z0-9]+", " ", one.lower()).split() for one in (text, reference))
    common = _common(mine, theirs)
    return 2 * common / (len(mine) + len(theirs)) if common else 0.0


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for place, theirs in enumerate(other, start=1):
            above = row[place]
            row[place] = before + 1 if word == theirs else max(above, row[place - 1])
            before = above
    return row[-1]


def token_recall(text: str, reference: str) -> float:
    """The share of the reference's words that the text has, each as often, without articles and punctuation."""
    wanted = Counter(normalised(reference).split())
    shared = wanted & Counter(normalised(text).split())
    return sum(shared.values()) / sum(wanted.values()) if wanted else 0.0
