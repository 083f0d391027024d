"""Amounts that another sentence contradicts which answers the question better.

A document that orders its reader to give another price says the right one, too; a table has the neighbour's. What each says is
its own, so the verifier takes either. Which one answers is the reader's to judge.
"""

from __future__ import annotations

from collections.abc import Sequence

from askv4.answer.evidence.gather import SentenceReader
from askv4.answer.question.question import Question
from askv4.answer.write.attribution import Attributed
from askv4.answer.write.pruning import Excerpt
from askv4.language.numerals import Quantity
from askv4.language.quantities import quantities, same
from askv4.language.tokens import plain, tokenize


def contested(
    written: Sequence[Attributed], excerpts: Sequence[Excerpt], question: Question, reader: SentenceReader
) -> list[Attributed]:
    """The sentences, rejected where an excerpt that no other of them stands on has another amount of their unit, and answers better
    or says the very same but for that."""
    on = {excerpt for one in written for excerpt in one.carried_by}
    given = {excerpt: amounts(excerpt.text) for excerpt in excerpts}
    told = []
    for one in written:
        mine = amounts(one.text)
        # What it stands on with others may have another amount, too.
        others = [excerpt for excerpt in excerpts if excerpt not in on or excerpt in one.carried_by]
        against = [(excerpt, other) for excerpt in others if (other := _other(mine, given[excerpt])) is not None]
        doubled = next(
            (other for excerpt, other in against if _says_all(f"{question.standalone} {one.text}", excerpt.text)), None
        )
        if doubled is not None:
            told.append(Attributed(one.text, (), (f"another sentence says the same with “{doubled.text}”",)))
            continue
        if one.carried_by and against:
            asked = [excerpt.text for excerpt in (*one.carried_by, *(excerpt for excerpt, _ in against))]
            scores = [float(score) for score in reader.scores(question.standalone, asked)]
            own, theirs = scores[: len(one.carried_by)], scores[len(one.carried_by) :]
            best = max(range(len(theirs)), key=theirs.__getitem__)
            if theirs[best] > max(own):
                said = f"a sentence that answers better says “{against[best][1].text}”"
                told.append(Attributed(one.text, (), (said,)))
                continue
        told.append(one)
    return told


def _says_all(text: str, other: str) -> bool:
    """Whether a text, the question before it, says all that another one does, but for the amounts."""
    said = _unmeasured(other)
    return bool(said) and said <= _unmeasured(text)


def _unmeasured(text: str) -> frozenset[str]:
    """The stems of a text without its amounts."""
    tokens = tokenize(plain(text))
    measured = {place for one in amounts(text) for place in range(one.first, one.last)}
    return frozenset(token.stem for place, token in enumerate(tokens) if token.content and place not in measured)


def amounts(text: str) -> list[Quantity]:
    """The numbers of a text that have units."""
    return [one for one in quantities(plain(text)) if one.units and not one.vague]


def _other(mine: Sequence[Quantity], given: Sequence[Quantity]) -> Quantity | None:
    """An amount of the same unit as one of `mine`, where none is the same."""
    for one in mine:
        of_kind = [other for other in given if one.units & other.units]
        if of_kind and not any(same(own, other) for own in mine for other in of_kind):
            return of_kind[0]
    return None
