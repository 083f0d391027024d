"""Whether a citation shows the words that were expected. Pure text.

Two quotes are compared as people read them: typographic quotation marks, letter case and white space do not count.
"""

from __future__ import annotations

import math
import re
from difflib import SequenceMatcher

from askv4.types import Span

SHARE = 0.6
"""A quote is shown when this share of it stands in the citation as one unbroken run of characters."""
_CURLY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})
_SPACES = re.compile(r"\s+")
_ALIKE = {"'": "['’‘]", '"': '["“”]'}


def plain(text: str) -> str:
    """The text with straight quotation marks, one space for each white space, and small letters."""
    return _SPACES.sub(" ", text.translate(_CURLY)).strip().lower()


def shows(text: str, quote: str) -> bool:
    """Whether `text` holds `quote`, or SHARE of it as one unbroken run."""
    return shows_plain(plain(text), plain(quote))


def shows_plain(text: str, quote: str) -> bool:
    """The same for texts that went through `plain`.

    A run of at least SHARE of the quote exists exactly when one of that very length does, which a substring search finds
    in a hundredth of the time that the longest common run takes.
    """
    if quote in text:
        return True
    least = math.ceil(SHARE * len(quote))
    return any(quote[at : at + least] in text for at in range(len(quote) - least + 1))


def find_words(text: str, quote: str) -> Span | None:
    """Where `quote` stands in `text`, whatever the quotation marks, white space and letter case; None when nowhere."""
    words = quote.translate(_CURLY).split()
    if not words:
        return None
    pattern = r"\s+".join("".join(_ALIKE.get(c, re.escape(c)) for c in word) for word in words)
    match = re.search(pattern, text, re.IGNORECASE)
    return Span(*match.span()) if match else None


def common_run(text: str, quotes: tuple[str, ...]) -> Span | None:
    """The longest run of `text` that one of `quotes` shares with it, in whole words; None below three words.

    Compared word by word, without regard to letter case and signs around the words.
    """
    words = list(re.finditer(r"\S+", text))
    mine = [_bare(word.group()) for word in words]
    best: Span | None = None
    length = 2
    for quote in quotes:
        theirs = [_bare(word) for word in quote.split()]
        match = SequenceMatcher(None, mine, theirs, autojunk=False).find_longest_match()
        if match.size > length or (match.size == len(theirs) and match.size and best is None):
            length = match.size
            best = Span(words[match.a].start(), words[match.a + match.size - 1].end())
    return best


def _bare(word: str) -> str:
    return re.sub(r"^\W+|\W+$", "", word.translate(_CURLY).lower()) or word
