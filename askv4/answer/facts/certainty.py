"""What a source leaves open ("may", "reportedly", "whether") and a sentence states as a fact."""

from __future__ import annotations

from collections.abc import Iterator

from askv4.answer.facts.alignment import Words, best_place, nearness
from askv4.answer.facts.denials import FRONT, heads
from askv4.answer.facts.tokens import stem

_UNSURE = frozenset(
    """may might could possibly perhaps probably reportedly allegedly apparently supposedly presumably likely rumored rumoured
    unconfirmed potentially maybe whether""".split()
)
_INTENDING = frozenset(
    map(
        stem,
        "expect expected plan plans planned aim aims hope hopes intend intends want wants propose proposes".split(),
    )
)
"""With "to" they leave open whether it comes to that."""
_COMING = frozenset("will would shall going to".split())
"""They excuse a sentence about what is intended: it does not say that it has happened."""
_REPORTED = _UNSURE | frozenset(
    """expected planned plans plan aims aim hopes hope intends intend wants want seems seem appears appear suggests suggest suggested
    believed believe thought think claimed claims claim estimated possible possibility theory proposed propose considered chance
    tend tends potential risk speculated speculation reported reports assumed argued argue unclear unknown undisclosed uncertain""".split()
)
_OPEN = frozenset(
    """can would should said says say if often sometimes generally usually typically able ability certain some
    unless""".split()
)
"""Words that may leave something else open: they excuse a sentence only where the source does not have them too."""
_SIMILAR = 0.5


def overstatements(sentence: Words, source: Words) -> Iterator[str]:
    """A message for users wherever `sentence` states what `source` leaves open."""
    open_here = {sentence.tokens[j].stem for i in _openers(sentence) for j in heads(sentence, i)[:FRONT]}
    for i in _openers(source):
        near = [j for j in heads(source, i)[:FRONT] if j > i and source.tokens[j].stem in sentence.places]
        if not near or any(source.tokens[j].stem in open_here for j in near):
            continue
        # After "may" comes what may be; after "whether" comes first of whom it is asked.
        head = near[-1] if source.tokens[i].key == "whether" else near[0]
        excuses = _COMING if source.tokens[i].stem in _INTENDING else frozenset[str]()
        place = _stated(sentence, source, head, excuses)
        if place is not None:
            yield f"“{sentence.tokens[place].text}”: the cited source only says “{_phrase(source, i, head)}”"


def _openers(words: Words) -> Iterator[int]:
    """Where a word leaves open what follows it."""
    for i, token in enumerate(words.tokens):
        if token.stem in _INTENDING:
            if words.tokens[i + 1 : i + 2] and words.tokens[i + 1].key == "to":
                yield i
        elif token.key in _UNSURE and (token.key != "may" or token.text == "may"):  # "May" is a month
            yield i


def _stated(sentence: Words, source: Words, head: int, excuses: frozenset[str]) -> int | None:
    """Where `sentence` states, without leaving it open, what the source's token `head` speaks of."""
    places = source.places[source.tokens[head].stem]
    for place in sentence.places[source.tokens[head].stem]:
        if best_place(sentence, place, source, places) != head or nearness(sentence, place, source, head) < _SIMILAR:
            continue
        mine, theirs = _clause(sentence, place), _clause(source, head)
        if not mine & (_REPORTED | excuses) and not (mine & _OPEN) - theirs:
            return place
    return None


def _clause(words: Words, place: int) -> set[str]:
    return {token.key for i, token in enumerate(words.tokens) if words.clauses[i] == words.clauses[place]}


def _phrase(words: Words, first: int, last: int) -> str:
    return " ".join(token.text for token in words.tokens[first : last + 1] if token.word)
