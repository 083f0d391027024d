"""Which language a short text is written in, as far as its letters and function words say."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

from askv4.language import en
from askv4.language.others import FUNCTION_WORDS, QUESTION_WORDS
from askv4.language.words import words

_SETS = {language: frozenset(listed.split()) for language, listed in FUNCTION_WORDS.items()}
STOP_WORDS = {language: listed.union(QUESTION_WORDS.get(language, "").split()) for language, listed in _SETS.items()}
"""Language -> its function words; English has a longer list of its own."""
STOP_WORDS["en"] = en.STOP_WORDS


@lru_cache(maxsize=4096)
def language_of(text: str, least: int = 2) -> str | None:
    """One of en, de, fr, es, it, pt, nl; None when fewer than `least` of its function words, or hardly any, stand in `text`."""
    return next(iter(languages_of(text, least)), None)


@lru_cache(maxsize=4096)
def languages_of(text: str, least: int = 1) -> tuple[str, ...]:
    """All languages to which the most words of `text` may belong: several where it is a tie."""
    said = words(text)
    counts = {language: sum(word in listed for word in said) for language, listed in _SETS.items()}
    most = max(counts.values())
    if most < max(least, len(said) // 12):
        return ()
    return tuple(language for language, count in counts.items() if count == most)


@lru_cache(maxsize=4096)
def foreign_language(question: str) -> str | None:
    """The language of a question that is not asked in English, as far as it can be told from a few words; else None."""
    said = words(question)
    counts = {language: sum(word in listed for word in said) for language, listed in STOP_WORDS.items()}
    english = counts.pop("en")
    language = max(counts, key=lambda one: counts[one])
    return language if counts[language] > english else None


def stop_words(question: str) -> frozenset[str]:
    """The words of its language that say how a question is asked, not about what; English ones where that is not told."""
    return STOP_WORDS[foreign_language(question) or "en"]


@lru_cache(maxsize=4096)
def script_of(text: str) -> str | None:
    """The script of most letters, by the first word of their Unicode names: LATIN, CYRILLIC, CJK; None without letters."""
    letters = Counter(c for c in text if c.isalpha())
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[unicodedata.name(letter, "UNKNOWN").split(" ", 1)[0].split("-", 1)[0]] += count
    return max(scripts, key=lambda script: scripts[script]) if scripts else None
