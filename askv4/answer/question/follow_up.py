"""What a follow-up leaves unsaid, taken from the conversation before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from askv4.language.cjk import without_asking
from askv4.language.en import (
    AUXILIARIES,
    EXTENTS,
    LINKING_BACK,
    POINTING_BACK,
    STOP_WORDS,
)
from askv4.language.names import names
from askv4.language.patterns import Pattern
from askv4.language.talk import COURTESIES, MEANING_THE_OTHER, POINTING_AT_PEOPLE
from askv4.language.tokens import plain, stem
from askv4.language.words import asks, words
from askv4.types import Turn

_POINTS_BACK = Pattern(rf"\b(?:{POINTING_BACK})\b", re.I)
_LINKS_BACK = Pattern(rf"^\W*(?:{LINKING_BACK})\b", re.I)
_AT_PEOPLE = Pattern(rf"\b(?:{POINTING_AT_PEOPLE})\b", re.I)
_THE_OTHER = Pattern(rf"\b(?:{MEANING_THE_OTHER})\b", re.I)
_ASKS = Pattern(rf"\b(?:who|whom|whose|which|what|when|where|why|how|{AUXILIARIES})\b", re.I)
_WHAT_ABOUT = Pattern(r"^\W*(?:(?:and|but|or|so|then)\s+)?(?:what|how) about\b", re.I)
_WORD = Pattern(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_MEASURE = Pattern(rf"\bhow (?:{EXTENTS}|soon|come)\b", re.I)
_NUMBERED = Pattern(r"(?:(?P<of>[^\W\d_]+)[ -])?#?\b(?P<number>\d[\w.]*)\b")
_MARKER = Pattern(r"\[\d+\]")
FEW_WORDS = 3
"""A follow-up with no more content words leans on the turns before it."""
ENOUGH, ENOUGH_LEANING = 2, 3
"""With as many content words it may also be meant as it stands; with the second, though a word in it points back."""
MOST_CARRIED = 4
"""Words that are carried, those of the latest turns first: all of the last turn's, of those before it up to as many; names
come on top."""
MOST_NAMES = 2
"""Names of an answer that "he" and "her" may stand for."""
ANSWER_WORDS = 40
"""Words of the last answer that the second search carries: mtrag_un nDCG@10 0.944 -> 0.958."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a conversation is about after some of its turns."""

    said: tuple[str, ...] = ()
    """Names and other content words, those of the latest turn first."""
    names: tuple[str, ...] = ()
    """Those of `said` that name something."""
    left: tuple[str, ...] = ()
    """Names that were spoken of before, the latest first: "the other one"."""
    answered: tuple[str, ...] = ()
    """Names in the last answer that has some: "his number"."""

    def after(self, turn: Turn) -> Topic:
        """The topic with one more turn; a question that says what it is about begins another."""
        asked = " ".join(turn.question.split())
        if not _says_something(asked):
            return self
        own = _said(asked)
        answered = _answering_names(turn.answer) or self.answered
        carried = self.carried_by(asked) if leans(asked) and not says_enough(asked) else Topic()
        names_now = _once((*own.names, *carried.names))
        left = tuple(one for one in _once((*self.names, *self.left)) if one not in names_now)
        words_now = [one for one in _once((*own.said, *carried.said)) if one not in names_now]
        kept = {*names_now, *words_now[: max(MOST_CARRIED, len(own.said))]}
        return Topic(tuple(one for one in _once((*own.said, *carried.said)) if one in kept), names_now, left, answered)

    def carried_by(self, asked: str) -> Topic:
        """What of the topic a follow-up takes over: a name that it puts in the place of another displaces that one."""
        if _THE_OTHER.search(asked) and self.left:
            return self._with(self.left[:1])
        if _AT_PEOPLE.search(asked) and self.answered:
            return self._with(_once((*self.answered, *self.names)))
        instead = _said(asked).names if _LINKS_BACK.match(asked) else ()
        return self._with(_without(self.names, instead[0])) if instead and self.names else self

    def _with(self, names_now: Sequence[str]) -> Topic:
        """The topic with other names; new ones come first."""
        gone, new = {*self.names}.difference(names_now), [one for one in names_now if one not in self.names]
        said = (*new, *(one for one in self.said if one not in gone))
        return replace(self, said=said, names=tuple(names_now))


def topic_of(history: Sequence[Turn]) -> Topic:
    """What a conversation is about, its turns oldest first."""
    topic = Topic()
    for turn in history:
        topic = topic.after(turn)
    return topic


def lacking(asked: str, history: Sequence[Turn]) -> str:
    """The words of the conversation that `asked` needs and does not say; empty when it stands alone.

    Only content words are carried: "how long" and "who" would decide what type of answer is looked for (mtrag_un: 0.83 ->
    0.86 of the questions right).
    """
    if not history or is_courtesy(asked) or not depends(asked):
        return ""
    said = {stem(word) for word in words(asked)}
    new = [
        one
        for one in topic_of(history).carried_by(asked).said
        if any(word not in STOP_WORDS and stem(word) not in said for word in words(one))
    ]
    return " ".join(new)


def in_last_form(asked: str, history: Sequence[Turn]) -> str | None:
    """An ellipsis such as "And the deposit?" as the last question, asked of something else; None for what asks by itself."""
    link = _LINKS_BACK.match(asked)
    rest = asked[link.end() :].strip(" ,?.!") if link else ""
    asking = [n for n, turn in enumerate(history) if _ASKS.search(turn.question) and not is_ellipsis(turn.question)]
    if not rest or not asking or not is_ellipsis(asked):
        return None
    form = " ".join(history[asking[-1]].question.split())
    before = topic_of(history)
    now = before.carried_by(asked)
    new = next(iter(_said(asked).names or now.names), "") if _said(asked).names or _THE_OTHER.search(asked) else ""
    gone = next((one for one in before.names if one not in now.names and one in form), None)
    if new and gone:
        return form.replace(gone, new)
    return f"{form} ({new or rest})" if new or any(word not in STOP_WORDS for word in words(rest)) else form


def is_ellipsis(asked: str) -> bool:
    """Whether it goes on without a question of its own: "What about Rome?", but not "Why Rome?"."""
    return bool(_LINKS_BACK.match(asked)) and not _ASKS.search(_WHAT_ABOUT.sub(" ", asked))


def second_wording(asked: str, history: Sequence[Turn]) -> str:
    """The last turn that says something and `asked` as one text to search with."""
    last = next((turn for turn in reversed(history) if _says_something(turn.question)), history[-1])
    answer = " ".join(re.sub(r"\[\d+\]|[“”]", " ", last.answer).split()[:ANSWER_WORDS])
    return f"{' '.join(last.question.split())} {answer} {asked}"


def points_back(question: str) -> bool:
    """Whether a word such as "it" stands for something said before."""
    return bool(_POINTS_BACK.search(question))


def depends(asked: str) -> bool:
    """Whether a follow-up is not surely understood without the turns before it."""
    return leans(asked) or (_own_words(asked) <= FEW_WORDS and not _named(plain(asked)))


def leans(asked: str) -> bool:
    """Whether a follow-up says itself that it goes on from what was said, or says nothing."""
    return points_back(asked) or bool(_LINKS_BACK.match(asked)) or _own_words(asked) < ENOUGH


def says_something(asked: str) -> bool:
    """Whether a follow-up that does not point back has a word of its own to be meant by."""
    return not points_back(asked) and not _LINKS_BACK.match(asked) and _own_words(asked) > 0


def says_enough(asked: str) -> bool:
    """Whether a follow-up may be meant as it stands, too."""
    return _own_words(asked) >= (ENOUGH_LEANING if leans(asked) else ENOUGH)


def _own_words(asked: str) -> int:
    return sum(word not in STOP_WORDS for word in dict.fromkeys(words(without_asking(asked))))


def is_courtesy(asked: str) -> bool:
    """Whether a turn asks and tells nothing: "Thanks, great."."""
    said = words(asked)
    polite = any(word in COURTESIES for word in said) and all(word in COURTESIES or word in STOP_WORDS for word in said)
    return polite and not asks(asked)


def _says_something(asked: str) -> bool:
    return bool(words(asked)) and not is_courtesy(asked)


def _said(asked: str) -> Topic:
    """The names and other content words of a question, in order."""
    bare = plain(_MEASURE.sub(" ", asked))
    named = _named(bare)
    pieces = Pattern("|".join([*map(re.escape, sorted(named, key=len, reverse=True)), _WORD.pattern]))
    said = _once(match.group() for match in pieces.finditer(bare))
    kept = (one for one in said if any(part not in STOP_WORDS for part in words(one)))
    return Topic(tuple(one for one in kept if not _POINTS_BACK.fullmatch(one)), named)


def _named(text: str) -> tuple[str, ...]:
    """Names, and what a number tells apart ("plot 23", "2021"), in order."""
    numbered = [match.group() if _tells(match["of"]) else match["number"] for match in _NUMBERED.finditer(text)]
    others = [one.text for one in names(text) if not any(one.text in whole for whole in numbered)]
    return tuple(sorted(_once((*numbered, *others)), key=text.find))


def _tells(word: str | None) -> bool:
    return word is not None and word.lower() not in STOP_WORDS


def _answering_names(answer: str) -> tuple[str, ...]:
    """The first names in an answer."""
    line = plain(_MARKER.sub(" ", answer).strip().partition("\n")[0])
    return tuple(one.text for one in names(line) if not all(one.weak))[:MOST_NAMES]


def _without(names_: Sequence[str], new: str) -> tuple[str, ...]:
    """The names but for the one in whose place `new` is put: that shares a word with it, is as much a number, or is the last."""

    def likeness(name: str) -> tuple[bool, bool]:
        return not {*words(name)}.isdisjoint(words(new)), name[-1].isdigit() == new[-1].isdigit()

    out = max(reversed(names_), key=likeness)
    return tuple(one for one in names_ if one != out)


def _once(of: Iterable[str]) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(of))
