"""A text as words with places, folded and stemmed, so that two texts can be held against each other."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from askv4.language.en import IRREGULAR_FORMS, LIGHT
from askv4.language.patterns import Pattern

_TOKEN = Pattern(
    r"(?P<dotted>(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![\w]))?)"
    r"|(?P<cjk>[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff])"
    r"|(?P<number>\d+(?:[.,]\d+)*[^\W\d_\u3040-\u30ff\u3400-\u9fff]*)"
    r"|(?P<clitic>(?<=[\w\s])'(?i:s|re|ve|ll|d|m)\b)"
    r"|(?P<word>[^\W_\u3040-\u30ff\u3400-\u9fff]+(?:'[^\W_]+)*)"
    r"|(?P<mark>[^\w\s]|_)"
)
"""Letters have no case but where they are named: over classes of many characters that takes 10 ms to compile."""
_NOT = Pattern(r"n't$", re.I)
_POSSESSIVE = Pattern(r"'s?$", re.I)
_ACRONYMS = Pattern(r"[A-Z]{2,}s")
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_SIGNS = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "“": '"',
     "”": '"', "„": '"', "«": '"', "»": '"', "\u00ad": None, "\u200b": None, "×": "x"}
)  # fmt: skip
_FRACTIONS = {
    "½": ".5",
    "¼": ".25",
    "¾": ".75",
    "⅓": ".333",
    "⅔": ".667",
    "⅛": ".125",
    "⅜": ".375",
    "⅝": ".625",
    "⅞": ".875",
}
_FRACTION = Pattern(rf"(\d?)\s?([{''.join(_FRACTIONS)}])")
_MARKERS = Pattern(r"(?:\s*\[\d{1,3}\])+(?=\s*[.!?…]*\s*$)")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign."""

    text: str
    key: str
    """Case-folded, without diacritics, dots and possessive."""
    stem: str
    start: int
    """Offset in the plain text, as `plain` makes it."""
    end: int
    word: bool
    """Whether it is a word or number, not a sign."""
    initial: bool
    """Whether it opens a sentence or a quotation, where a capital says nothing."""

    @property
    def content(self) -> bool:
        """Whether it says what the text is about."""
        return self.word and self.key not in LIGHT


def plain(text: str) -> str:
    """`text` with one form for quotes, dashes, fractions and wide letters, without citation markers at its end."""
    text = _FRACTION.sub(lambda m: (m.group(1) or "0") + _FRACTIONS[m.group(2)], text)
    text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    return " ".join(_MARKERS.sub("", text.replace("''", '"')).split())


def fold(word: str) -> str:
    """Case-folded, without diacritics, dots and possessive: "Bézier's" is "bezier", "U.S." is "us"."""
    word = _POSSESSIVE.sub("", word) if "'" in word else word
    word = word[:-1] if _ACRONYMS.fullmatch(word) else word
    if word.isascii():  # most are, and the rest takes as long as all else of an answer's reading
        return word.lower().replace(".", "")
    spread = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in spread if not unicodedata.combining(c)).translate(_LETTERS).replace(".", "")


@lru_cache(maxsize=65536)
def stem(key: str) -> str:
    """The form that a word's inflections share; small numbers as digits; words of other scripts stay as they are."""
    if not key.isascii() or not key.isalpha() or len(key) < 3:
        return IRREGULAR_FORMS.get(key, key)
    return str(_stemmer().stemWord(IRREGULAR_FORMS.get(key, key)))


@cache
def _stemmer():  # type: ignore[no-untyped-def]
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=4096)
def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of `text`, which `plain` has been through."""
    tokens: list[Token] = []
    initial = True
    for kind, start, end in _pieces(text):
        piece = text[start:end]
        word = kind != "mark"
        key = piece.lower() if kind in ("mark", "not") else fold(piece)
        tokens.append(Token(piece, key, stem(key) if word else key, start, end, word, initial and word))
        initial = (
            piece in ".?!:;"
            or (initial and not word)
            or (piece == '"' and tokens[-2:-1] != [] and tokens[-2].text in ",:")
        )
    return tuple(tokens)


def _pieces(text: str) -> list[tuple[str, int, int]]:
    """(kind, start, end) of each token; "didn't" is "did" and "n't"."""
    pieces = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        if kind == "clitic":
            continue
        start, end = match.span()
        if kind == "word" and (negation := _NOT.search(match.group())):
            cut = start + negation.start()
            pieces += [(kind, start, cut)] * (cut > start) + [("not", cut, end)]
        else:
            pieces.append((kind, start, end))
    return pieces
