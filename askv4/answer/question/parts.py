"""Several questions in one text, taken apart.

English only, and careful: "the difference between A and B" is one question, "when and where was A born" is two. What cannot
be taken apart with certainty stays whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from askv4.answer.question.asked_place import each_place
from askv4.answer.question.follow_up import is_ellipsis, points_back
from askv4.language.en import AUXILIARIES, BEFORE_QUESTION_WORDS, EXTENTS, FILLERS, HOLDING_TOGETHER, REQUESTS
from askv4.language.patterns import Pattern
from askv4.language.words import asks, capital

LONG_QUESTION = 40
"""In words: from here on a text without a question mark is searched for the sentence that asks."""

_LINKS = Pattern(r"^(?:(?:and|also|but|so|then)\b,? )+(?=\w)", re.I)
_AUX = rf"(?:{AUXILIARIES})"
_HOW = rf"how (?:{EXTENTS}|expensive)"
_WH = rf"(?:(?:(?:{BEFORE_QUESTION_WORDS}) )?(?:whom|whose|which|what|{_HOW})|who|when|where|why|how)"
_SENTENCE = Pattern(r"(?:[^.?!\n]|[.?!](?=[^\s\"”’)]))+[.?!]*[\"”’)]*")
_NUMBERED = Pattern(r"(?:^|(?<=\s))(?:\(?\d{1,2}[.)]|[-*•])\s+(?=\S)")
_ASKS = Pattern(rf"^\W*(?:(?:{FILLERS})\W+)*(?:{_WH}|{_AUX}|{REQUESTS})\b", re.I)
_BARE_TAIL = Pattern(rf"(?P<head>.+?),? (?:and|but) (?P<tail>(?:also )?{_WH})\W*$", re.I)
_FULL_TAIL = Pattern(rf"(?P<head>.+?)(?P<comma>,)? (?:and|but) (?P<tail>(?:also )?(?:{_WH}|{_AUX})\s+\S.*)$", re.I)
_TWO_HEADS = Pattern(rf"^(?P<one>{_WH})(?:, | )and (?P<two>{_WH}) (?P<rest>{_AUX}\b.+)$", re.I)
_OPENING = Pattern(
    rf"^(?:so |and |but )?(?P<wh>{_WH})\b(?P<what>(?: (?!{_AUX}\b)[\w’'-]+){{0,4}}?) (?P<rest>{_AUX}\b.+)$", re.I
)
_STARTS = Pattern(rf"^\W*(?:(?:so|and|but|then)\W+)*(?:{_WH}|{_AUX})\b", re.I)
_HOLDS_TOGETHER = Pattern(rf"\b(?:{HOLDING_TOGETHER})\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Piece:
    """One of the questions in a text."""

    asked: str
    """In the user's words."""
    full: str
    """As a question of its own, as far as its form goes."""
    alone: bool = False
    """Whether `full` was made to stand alone; if not, those before it may say what "it" is."""

    @property
    def points_back(self) -> bool:
        """Whether it is to be understood from the questions before it."""
        return not self.alone and (points_back(self.full) or is_ellipsis(self.full))


def split(text: str) -> tuple[Piece, ...]:
    """The questions in `text`, in order; one for what cannot or need not be taken apart.

    What stands before a single question as its setting is left out of long texts only.
    """
    lines = _listed(text) or _sentences(text)
    asking = [line for line in lines if asks(line)]
    if not asking and len(text.split()) > LONG_QUESTION:
        asking = [line for line in lines if _ASKS.match(line)][-1:]
    if len(asking) > 1 or (asking and len(text.split()) > LONG_QUESTION):
        pieces = [part for line in asking for part in _coordinated(line)]
    elif len(lines) > 1 and _listed(text):
        pieces = [part for line in lines for part in _coordinated(line)]
    else:
        pieces = _coordinated(" ".join(text.split()))
    if len(pieces) == 1:
        pieces = [Piece(one, one, alone=True) for one in each_place(pieces[0].full)] or pieces
    distinct = {piece.full.lower(): piece for piece in pieces}
    if len(distinct) < 2:
        return tuple(distinct.values())
    return tuple(_unlinked(one) for one in distinct.values())


def _unlinked(piece: Piece) -> Piece:
    """The piece without the "and" that it begins with, unless that is what says how it is meant: "And the deposit?"."""
    return piece if is_ellipsis(piece.full) else replace(piece, full=capital(_LINKS.sub("", piece.full)))


def _sentences(text: str) -> list[str]:
    return [" ".join(match.group().split()) for match in _SENTENCE.finditer(text) if re.search(r"\w", match.group())]


def _listed(text: str) -> list[str]:
    """The items of a numbered or marked list of two or more that ask something; empty when it is none."""
    marks = list(_NUMBERED.finditer(text))
    if len(marks) < 2:
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    items = [" ".join(text[mark.end() : end].split()) for mark, end in zip(marks, ends, strict=True)]
    asking = all(item.endswith("?") or _ASKS.match(item) for item in items)
    return [item.rstrip(" ,;") for item in items] if asking else []


def _coordinated(sentence: str) -> list[Piece]:
    """The questions that one sentence joins by "and"."""
    whole = [Piece(sentence, sentence)]
    bare = sentence.rstrip("?!. ")
    if not _STARTS.match(bare):
        return whole
    two = _TWO_HEADS.match(bare)
    if two:
        return [
            Piece(f"{capital(two[name])} {two['rest']}?", f"{capital(two[name])} {two['rest']}?")
            for name in ("one", "two")
        ]
    tail = _BARE_TAIL.match(bare)
    if tail and not _HOLDS_TOGETHER.search(tail["head"]) and len(tail["head"].split()) > 2:
        word = capital(tail["tail"].removeprefix("also "))
        heads = _heads(tail["head"])
        first = [part for head in heads for part in _coordinated(f"{head}?")]
        return [*first, Piece(f"{word}?", f"{word} {_rest(heads[-1])}?", alone=len(heads) == 1)]
    full = _FULL_TAIL.match(bare)
    if full and _parts_fit(full):
        said = capital(full["tail"].removeprefix("also "))
        return [part for one in (*_heads(full["head"]), said) for part in _coordinated(f"{one}?")]
    return whole


def _heads(head: str) -> list[str]:
    """The questions that commas part before the last "and": "who pays, when does it end"; one where they part none."""
    heads = re.split(rf", (?={_WH} )", head, flags=re.I)
    return [heads[0], *map(capital, heads[1:])] if all(len(one.split()) > 2 for one in heads) else [head]


def _parts_fit(joint: re.Match[str]) -> bool:
    """Whether what stands on either side of "and" is a question: "who pays and who decides", not "what A is and does"."""
    head, tail = joint["head"], joint["tail"]
    if (
        _HOLDS_TOGETHER.search(head)
        or re.search(rf"\bbetween\b|\b{_WH}$", head, re.I)
        or len(head.split()) < 3
        or len(tail.split()) < 2
    ):
        return False
    if re.match(rf"{_AUX}\b", tail, re.I):
        # "Is it old and does it work", but not "what it was and is now".
        return bool(joint["comma"] or re.match(rf"{_AUX} (?:it|they|he|she|there|the|this|these|that)\b", tail, re.I))
    asks = rf"(?:{_WH})(?: [\w’'-]+){{0,3}}? {_AUX}\b|how to\b|(?:who|what) \w+(?:s|ed)\b"
    return bool(re.match(asks, tail, re.I))


def _rest(head: str) -> str:
    """What a question says after its question word: "by how long was A delayed" -> "was A delayed"."""
    head = re.sub(r"^(?:do|can|could) you (?:know|tell me|say) ", "", head, flags=re.I)
    opening = _OPENING.match(head)
    if opening:
        return opening["rest"]
    return re.sub(rf"^(?:so |and |but )?{_WH} ", "", head, count=1, flags=re.I)
