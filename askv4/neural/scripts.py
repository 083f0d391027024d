"""Which scripts an encoder can read, as its tokenizer's vocabulary shows.

A vector of a text that the model takes apart into single letters, or for unknown, says next to nothing: on Chinese
questions all-MiniLM-L6-v2 alone reaches an nDCG@10 of 0.34, words alone 0.96. Whether a model knows a script shows in
whether its vocabulary holds pieces of that script: the shipped one has 488 of Han and at most 8 of two letters or more of
any script but Latin; multilingual ones have thousands.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

LEAST_PIECES = 100
"""So many pieces of two letters or more make an alphabet or a syllabary known."""
LEAST_HAN_PIECES = 2000
"""So many pieces make Han known: there a letter is a word, or part of one."""


def known_scripts(pieces: Iterable[str]) -> frozenset[str]:
    """The scripts that a vocabulary of such pieces reads, named as Unicode names their letters: LATIN, CJK, HANGUL."""
    counts: Counter[str] = Counter()
    for piece in pieces:
        if piece.isascii():
            counts["LATIN"] += len(piece) > 2
            continue
        scripts = Counter(map(_script, filter(str.isalpha, piece)))
        counts.update(script for script, letters in scripts.items() if letters > 1 or script == "CJK")
    return frozenset(
        script for script, count in counts.items() if count >= (LEAST_HAN_PIECES if script == "CJK" else LEAST_PIECES)
    )


def known_share(text: str, known: frozenset[str]) -> float:
    """The share of the letters of `text` that are in one of the known scripts; 1 for a text without letters."""
    letters = [_script(char) for char in unicodedata.normalize("NFKC", text) if char.isalpha()]
    return sum(script in known for script in letters) / len(letters) if letters else 1.0


def readable(pieces: Iterable[str]) -> list[str]:
    """A vocabulary's pieces as text: those of a tokenizer over bytes are written in letters that stand for bytes."""
    listed = list(pieces)
    if sum(_SPACE in piece for piece in listed) < LEAST_PIECES:
        return listed
    return [
        bytes(map(_BYTES.__getitem__, piece)).decode("utf-8", "ignore") for piece in listed if _BYTES.keys() >= {*piece}
    ]


def _byte_letters() -> dict[str, int]:
    """The letter that stands for each byte in the vocabulary of a byte-level tokenizer (GPT-2, Radford et al. 2019)."""
    own = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = (byte for byte in range(256) if byte not in own)
    return {chr(byte): byte for byte in own} | {chr(256 + place): byte for place, byte in enumerate(others)}


_BYTES = _byte_letters()
_SPACE = "\u0120"


@lru_cache(maxsize=16384)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split(" ", 1)[0].split("-", 1)[0]
