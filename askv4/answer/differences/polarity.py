"""Whether a sentence affirms or denies what a question asks, and whether it states or only supposes it."""

from __future__ import annotations

import re
from typing import Literal

from askv4.answer.differences.asked import Asked
from askv4.answer.facts.alignment import Words
from askv4.answer.facts.denials import Denial, denials
from askv4.answer.facts.opposites import sides
from askv4.answer.facts.tokens import stem
from askv4.text.patterns import Pattern

Polarity = Literal["yes", "no", "open"]

_LIGHT = frozenset(
    map(
        stem,
        "plan plans evidence intention need longer yet ever true case sign reason able going sure certain fact actually currently indeed truth".split(),
    )
)
"""They stand between a denial and what it bears on: "no plans to merge", "not going to close"."""
_WHOLLY = frozenset(map(stem, "exclusively only solely entirely completely fully always wholly purely just".split()))
"""What lacks such a word of the question does not affirm it: that a mill runs on steam is not that it runs only on steam."""
_TURNING = frozenset(
    map(
        stem,
        "deny denies denied denying refute refuted reject rejected refuse refused fail failed failing dismiss dismissed rule debunk false untrue myth wrong hoax abandon abandoned cancel cancelled canceled scrap scrapped ban banned prevent prevented stop stopped".split(),
    )
)
"""Verbs that deny what comes with them."""
_OPEN = Pattern(
    r"\b(?:(?:(?:has|have|had|did|does|do|is|was)(?:n't| not)|never|not yet|nor) (?:yet )?(?:said?|say|disclosed?|revealed?|known|clear|confirmed?|stated?|specif\w+|commented?)|"
    r"unknown|undisclosed|unclear|uncertain|unconfirmed|remains to be seen|nobody knows|no one knows)\b",
    re.I,
)
_SUPPOSED = Pattern(
    r"\b(?:may|might|could|perhaps|possibly|probably|maybe|likely|reportedly|allegedly|apparently|supposedly|presumably|rumou?r\w*|"
    r"speculat\w*|believed?|believes|suspect\w*|hopes?|hoped|wants? to|suggests?|as far as i know|i am told|i think|i guess|"
    r"or so it seems|seems?|appears?|leaked|said to be|thought to|unconfirmed|word (?:has|on|is)|people close to|according to unnamed|"
    r"first counts?|first estimates?|plans? to|intends? to)\b",
    re.I,
)
_FORECAST = Pattern(
    r"\b(?:expect(?:s|ed|ing)?|forecasts?|forecasted|project(?:s|ed)\b(?! \w+ed)|predict(?:s|ed)?|anticipat\w+|budget(?:s|ed)|"
    r"outlook|targets?|targeted|estimated to|pollsters?|polls?)\b",
    re.I,
)


def polarity(question: Asked, text: str) -> Polarity | None:
    """What `text` (which `plain` has been through) says to `question`; None where that cannot be told, or it says both."""
    words = Words((text,))
    found = {verdict for clause in sorted(set(words.clauses)) if (verdict := _of_clause(question, words, clause))}
    if _OPEN.search(text) and re.search(r"\bwhether\b|\bif\b|\bwho\b|\bwhich\b|\bwhat\b|\bhow\b|\bwhen\b", text, re.I):
        return "open"
    if len(found) != 1:
        return None
    return found.pop()


def _of_clause(question: Asked, words: Words, clause: int) -> Polarity | None:
    inside = [i for i in words.row if words.clauses[i] == clause]
    stems = {words.tokens[i].stem for i in inside}
    turned = _opposite(question, words, inside)
    wanted = question.predicate
    have = {one for one in wanted if one in stems} | {one for one, _ in turned}
    negated = _denied(question, words, clause, {at for _, at in turned})
    if not have or (2 * len(have) < len(wanted) and not (negated and have)):
        return None
    mine = _denied(question, question.words, None, set())
    odd = (len(turned) + negated + mine) % 2
    if not odd and (question.stems & _WHOLLY) - stems:
        return None
    return "no" if odd else "yes"


def _opposite(question: Asked, words: Words, inside: list[int]) -> list[tuple[str, int]]:
    """Words of the question whose opposite stands in the clause, without themselves."""
    stems = {words.tokens[i].stem for i in inside}
    found = []
    for one in sorted(question.predicate - stems):
        against = sides(one)
        if not against:
            continue
        at = next((i for i in inside if any((n, 1 - s) in sides(words.tokens[i].stem) for n, s in against)), None)
        if at is not None and words.tokens[at].stem not in question.stems:
            found.append((one, at))
    return found


def _denied(question: Asked, words: Words, clause: int | None, also: set[int]) -> int:
    """How many denials in the clause bear on what the question asks."""
    count = 0
    for denial in denials(words):
        if clause is not None and words.clauses[denial.at] != clause:
            continue
        if _bears(question, words, denial, also):
            count += 1
    return count


def _bears(question: Asked, words: Words, denial: Denial, also: set[int]) -> bool:
    own = words.tokens[denial.at]
    if not denial.sure and (own.stem not in _TURNING or own.stem in question.stems):
        return False
    heads = [i for i in denial.heads if i != denial.at]
    while heads and words.tokens[heads[0]].stem in _LIGHT and words.tokens[heads[0]].stem not in question.predicate:
        heads = heads[1:]
    if not denial.sure:
        return any(words.tokens[i].stem in question.predicate for i in heads)
    return bool(heads) and (words.tokens[heads[0]].stem in question.predicate or heads[0] in also)


def supposes(text: str) -> bool:
    """Whether `text` leaves open what it says: a rumour, a guess, a hope."""
    return any(match.group() != "May" for match in _SUPPOSED.finditer(text))


def forecasts(text: str) -> bool:
    """Whether `text` says beforehand what will come out, as a forecast or a poll does."""
    return bool(_FORECAST.search(text))
