"""Which language a short text is written in, as far as its letters and function words say."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

from askv4.language.words import words

_FUNCTION_WORDS = {
    "en": "the of and to in is was for that with as on by at from it he she they were are this which be has had not his her an",
    "de": "der die das und ist nicht ein eine einen einem mit von zu den dem des auf für als auch sich wurde war sind im es er sie kein werden nach bei aus",
    "fr": "le la les de et est un une des du dans que qui pour ne pas sur au aux avec par ce cette il elle sont été était ont ou où leur l n j qu",
    "es": "el la los las y es un una de del que en por con para se no su al como más fue son lo han era este esta",
    "it": "il lo la gli le e è un una di del della che in per con non si da al sono come più era nel alla dei ha",
    "pt": "o a os as e é um uma de do da dos das que em para com não se por ao na no foi mais são como era",
    "nl": "de het een en is van in dat niet op te voor met zijn was aan er ook bij door naar werd uit om als maar",
}
FUNCTION_WORDS = frozenset(word for listed in _FUNCTION_WORDS.values() for word in listed.split())
_SETS = {language: frozenset(listed.split()) for language, listed in _FUNCTION_WORDS.items()}


@lru_cache(maxsize=4096)
def language_of(text: str, least: int = 2) -> str | None:
    """One of en, de, fr, es, it, pt, nl; None when fewer than `least` of its function words, or hardly any, stand in `text`."""
    return next(iter(languages_of(text, least)), None)


@lru_cache(maxsize=4096)
def languages_of(text: str, least: int = 1) -> tuple[str, ...]:
    """The same where it cannot be told which: all languages that the most words of `text` may belong to."""
    found = words(text)
    counts = {language: sum(word in listed for word in found) for language, listed in _SETS.items()}
    most = max(counts.values())
    if most < max(least, len(found) // 12):
        return ()
    return tuple(language for language, count in counts.items() if count == most)


@lru_cache(maxsize=4096)
def script_of(text: str) -> str | None:
    """The script of most letters, by the first word of their Unicode names: LATIN, CYRILLIC, CJK; None without letters."""
    letters = Counter(c for c in text if c.isalpha())
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[unicodedata.name(letter, "UNKNOWN").split(" ", 1)[0].split("-", 1)[0]] += count
    return max(scripts, key=lambda script: scripts[script]) if scripts else None
