"""Where sentences end in a run of text: nupunkt's boundaries, mended.

Every rule here is general: it follows from signs and from how words are written, never from a text's subject.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from askv4.language.en import DOTTED_BEFORE, LONG_ABBREVIATIONS, OPENERS
from askv4.language.others import GERMAN_AFTER_ORDINALS
from askv4.language.patterns import Pattern

_BLANKS = dict.fromkeys(map(ord, "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029"), " ")
_QUOTE_MARKS = Pattern(r"(?<=[\r\n])[ \t]*(?:>[ \t]?)+")
_CODE_SPAN = Pattern(r"`[^`\s][^`]{0,200}`")
_ADDRESS = Pattern(
    r"(?:https?://|ftp://|www\.|mailto:)[^\s<>\"“”|。，、；：！？）」』】》]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
)
_ADDRESS_TAIL = ".,;:!?)]}'’»*_"
_CLOSERS = Pattern(
    r"(?<=[.!?…])(?:[*_~]{1,3}|\[\^?\w{1,4}\]|\[[a-z]+ (?:\d{1,3}|[a-z]{1,12})\]|[¹²³⁰⁴-⁹]{1,4}|\]\([^()\s]{1,2000}\)|</[a-zA-Z]{1,10}>|<br ?/?>)+(?=[\s\"'”’»)\]]|\Z)|(?<=[.!?…])(?:\[\d{1,3}\])+(?=[^\W\d_a-z])"
)
_NOTE_NUMBER = Pattern(r"(?<=[a-z]{3}[.!?])\d{1,3}(?=\s+[\"“(\[]?[A-Z])")

_GLUED = Pattern(r"(?<=[\w)\]”’\"'%])[.!?]+[\"”’)\]»]*(?=[\"“‘«(\[]?[^\W\d_])")
_WORD_BEFORE = Pattern(r"[^\s(\[“‘«]{1,40}\Z")
_WORD_AFTER = Pattern(r"[\"“‘«(\[]?([^\W\d_][\w’'-]*)(?=[\s,;:!?…)\]\"”’]|\.\s)")
_DOTTED_AFTER = frozenset("com org net edu gov io ai co de fr uk eu app dev js ts py md".split())
_UNSPLIT = Pattern(r"(?<![\w.'’-])([^\W\d_]+)\.(?=\s+([\"“‘«(\[]?[^\W\d_][\w’'-]*))")
_PLAIN_WORDS = Pattern(r"(?<![\w.])[^\W\d_]{3,30}(?![\w.])")
_OTHER_STOPS = Pattern(
    r"(?:[。！？｡]+|．(?!\d))([」』）】〉》”’\"']*)|[।॥؟۔።፧။។៕]+|(?<=[\u3040-\u30ff\u3400-\u9fff])[!?]+(?=[\u3040-\u30ff\u3400-\u9fff])"
)
_HIRAGANA = Pattern(r"[\u3041-\u309f]")
_WORD = Pattern(r"\w")
_DASHED_ON = Pattern(r"\s*[-–—]+\s*[a-z]")
_LOWER_ON = Pattern(r"\s*[a-z]")
_NUMBER_ONLY = Pattern(r"\W*(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)/]\W*\Z")
_INITIALS = Pattern(r"(?:\b\w\.){2,}\s*\Z")
_ORDINAL = Pattern(r"\b\d{1,2}\.\s*\Z")
_GERMAN_DATE = Pattern(rf"\s*(?:{GERMAN_AFTER_ORDINALS})\b")


class PlainWords:
    """Which words the document also writes without a full stop: those are no abbreviations in it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: frozenset[str] | None = None

    def __contains__(self, word: str) -> bool:
        if self._words is None:  # Few documents ask
            self._words = frozenset(match[0].lower() for match in _PLAIN_WORDS.finditer(self._text))
        return word.lower() in self._words


def boundaries(raw: str, words: PlainWords) -> list[int]:
    """Offsets in `raw` at which its sentences end, ascending; the last is its length."""
    from nupunkt import sent_spans

    masked = _mask(raw)
    cuts = {end for _, end in sent_spans(masked)} | {len(raw)}
    cuts.update(_glued(masked))
    cuts.update(match.end() for match in _UNSPLIT.finditer(masked) if _ends_here(match[1], match[2], words))
    cuts.update(match.end() for match in _OTHER_STOPS.finditer(masked) if not _speech_goes_on(masked, match))
    return _rejoin(masked, sorted(cut for cut in cuts if cut > 0))


def _mask(raw: str) -> str:
    """The same number of characters, with what would mislead the splitter covered."""
    if ">" in raw:
        raw = _QUOTE_MARKS.sub(lambda match: " " * len(match[0]), raw)
    masked = raw.translate(_BLANKS)
    if "`" in masked:
        masked = _CODE_SPAN.sub(lambda match: "x" * len(match[0]), masked)
    if "@" in masked or "://" in masked or "www." in masked or "mailto:" in masked:
        masked = _ADDRESS.sub(_cover_address, masked)
    # The splitter knows closing quotes, so whatever closes a sentence is turned into them.
    masked = _CLOSERS.sub(lambda match: '"' * len(match[0]), masked)
    return _NOTE_NUMBER.sub(lambda match: '"' * len(match[0]), masked)


def _ends_here(word: str, after: str, words: PlainWords) -> bool:
    """Whether a full stop after `word` ends its sentence although the splitter may take the word for an abbreviation."""
    after = after.lstrip('"“‘«([')
    if not after[:1].isupper():
        return False
    if len(word) == 1:  # "Plan B. It works", but "J. Smith"
        return word.isupper() and after.lower() in OPENERS and len(after) > 1
    if len(word) < 3 or word.lower() in DOTTED_BEFORE or word.lower() in LONG_ABBREVIATIONS:
        return False
    return (word.islower() and len(word) > 3) or (not word.isupper() and word in words)


def _cover_address(match: re.Match[str]) -> str:
    body = match[0].rstrip(_ADDRESS_TAIL)
    return "x" * len(body) + match[0][len(body) :]


def _glued(masked: str) -> Iterator[int]:
    """Ends of sentences after which the space is missing, as in "a defensible MOAT.Hi Grace"."""
    for match in _GLUED.finditer(masked):
        before = _WORD_BEFORE.search(masked, max(0, match.start() - 40), match.start())
        after = _WORD_AFTER.match(masked, match.end(), match.end() + 60)
        if before and after and _parts_sentences(before[0], match[0], after[1]):
            yield match.end()


def _parts_sentences(before: str, stop: str, after: str) -> bool:
    """Whether a stop between two words ends a sentence, rather than joins a name such as Node.js or U.S.A."""
    word = before.rstrip(")]”’\"'%")
    if any(char in "./@\\_:=#" for char in before) or (word == before and len(word) < 2):
        return False
    if not after[0].isupper() or (len(after) > 1 and not after[1:].replace("’", "").replace("'", "").islower()):
        return False
    if stop[0] != ".":
        return True
    if word.lower() in DOTTED_BEFORE or after.lower() in _DOTTED_AFTER or (len(after) == 1 and after not in "AI"):
        return False
    if word.isdigit() and len(word) < 2:
        return False
    # Two capitalised words may be a name ("System.Text"), unless the second is one that opens sentences.
    return (
        not (word == before and word.istitle() and stop == ".") or after.lower().split("’")[0].split("'")[0] in OPENERS
    )


def _speech_goes_on(masked: str, match: re.Match[str]) -> bool:
    """Whether a Japanese particle follows a closed quotation, which then is no sentence of its own."""
    return bool(match[1]) and _HIRAGANA.match(masked, match.end()) is not None


def _rejoin(masked: str, cuts: list[int]) -> list[int]:
    """The cuts without those that fall inside a sentence."""
    kept: list[int] = []
    begin = 0
    for number, cut in enumerate(cuts):
        follows = cuts[number + 1] if number + 1 < len(cuts) else None
        if follows is not None and _same_sentence(masked, begin, cut, follows):
            continue
        kept.append(cut)
        begin = cut
    return kept


def _same_sentence(masked: str, begin: int, cut: int, follows: int) -> bool:
    if not _WORD.search(masked, begin, cut) or not _WORD.search(masked, cut, follows):
        return True
    if _DASHED_ON.match(masked, cut):
        return True
    tail = masked[max(begin, cut - 24) : cut]
    if _INITIALS.search(tail) and _LOWER_ON.match(masked, cut):
        return True
    if cut - begin < 12 and _NUMBER_ONLY.match(masked[begin:cut]):
        return True
    return _ORDINAL.search(tail) is not None and _GERMAN_DATE.match(masked, cut) is not None
