"""Which language a short text is written in, as far as its function words say."""

from __future__ import annotations

from functools import lru_cache

from askv4.text.words import words

_FUNCTION_WORDS = {
    "en": "the of and to in is was for that with as on by at from it he she they were are this which be has had not his her an",
    "de": "der die das und ist nicht ein eine einen einem mit von zu den dem des auf für als auch sich wurde war sind im es er sie kein werden nach bei aus",
    "fr": "le la les et est un une des du dans que qui pour ne pas sur au aux avec par ce cette il elle sont été était ont ou où leur",
    "es": "el la los las y es un una de del que en por con para se no su al como más fue son lo han era este esta",
    "it": "il lo la gli le e è un una di del della che in per con non si da al sono come più era nel alla dei ha",
    "pt": "o a os as e é um uma de do da dos das que em para com não se por ao na no foi mais são como era",
    "nl": "de het een en is van in dat niet op te voor met zijn was aan er ook bij door naar werd uit om als maar",
}
_SETS = {language: frozenset(listed.split()) for language, listed in _FUNCTION_WORDS.items()}


@lru_cache(maxsize=4096)
def language_of(text: str) -> str | None:
    """One of en, de, fr, es, it, pt, nl; None when too few function words stand in `text` to tell."""
    found = words(text)
    counts = {language: sum(word in listed for word in found) for language, listed in _SETS.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= max(2, len(found) // 12) else None
