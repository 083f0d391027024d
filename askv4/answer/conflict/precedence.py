"""Which of two sources that differ is named first, and why: what corrects, what states, what is official, what is newer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from askv4.language import en
from askv4.language.patterns import Pattern
from askv4.types import Document


def _words(listed: str) -> Pattern:
    return Pattern(rf"\b(?:{listed})\b", re.I)


_CORRECTING, _TENTATIVE = _words(en.CORRECTING_KINDS), _words(en.TENTATIVE_KINDS)
_PERSONAL, _OFFICIAL = _words(en.PERSONAL_KINDS), _words(en.OFFICIAL_KINDS)
_SUPPOSED, _FORECAST = _words(en.SUPPOSING), _words(en.FORECASTING)
_BEFORE, _AFTER = _words(en.BEFOREHAND), _words(en.AFTERWARDS)
_ISO = Pattern(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Witness:
    """A document and the sentence in which it answers."""

    document: Document
    text: str


def first_of(one: Witness, other: Witness) -> tuple[bool, str]:
    """Whether `one` is to be named first, and the reason, as what goes on after "the first"; empty where nothing decides."""
    for rule in (_correction, _certainty, _standing, _dates, _situation, _office):
        decided = rule(one, other)
        if decided is not None:
            return decided
    return True, ""


def _correction(one: Witness, other: Witness) -> tuple[bool, str] | None:
    mine, theirs = _corrects(one), _corrects(other)
    if mine == theirs or _newer(*((other, one) if mine else (one, other))):
        return None
    return mine, "corrects what was said before" + _by_date(one if mine else other, other if mine else one)


def _corrects(witness: Witness) -> bool:
    document = witness.document
    return bool(_CORRECTING.search(f"{document.kind or ''} {document.title}"))


def _by_date(first: Witness, second: Witness) -> str:
    return f", and is newer: {first.document.date} against {second.document.date}" if _newer(first, second) else ""


def _certainty(one: Witness, other: Witness) -> tuple[bool, str] | None:
    mine, theirs = _supposing(one), _supposing(other)
    if mine == theirs:
        return None
    return theirs, "states it where the other supposes it" + _by_date(other if mine else one, one if mine else other)


def _supposing(witness: Witness) -> bool:
    return supposes(witness.text) or bool(_TENTATIVE.search(witness.document.kind or ""))


def _standing(one: Witness, other: Witness) -> tuple[bool, str] | None:
    mine, theirs = (bool(_PERSONAL.search(w.document.kind or "")) for w in (one, other))
    if mine == theirs or not (one.document.kind and other.document.kind):
        return None
    return theirs, "is more than one person's view" + _by_date(other if mine else one, one if mine else other)


def _dates(one: Witness, other: Witness) -> tuple[bool, str] | None:
    for first, second, is_one in ((one, other, True), (other, one, False)):
        if _newer(first, second):
            return is_one, f"is newer: {first.document.date} against {second.document.date}"
    return None


def _newer(one: Witness, other: Witness) -> bool:
    """Whether the one's date is later, as far as both are given."""
    mine, theirs = _ISO.match(one.document.date or ""), _ISO.match(other.document.date or "")
    if not mine or not theirs:
        return False
    pairs = [(a, b) for a, b in zip(mine.groups(), theirs.groups(), strict=True) if a and b]
    return [a for a, _ in pairs] > [b for _, b in pairs]


def _situation(one: Witness, other: Witness) -> tuple[bool, str] | None:
    """By the context lines where there is no date: "from after the launch" is newer than "from before the launch"."""
    for first, second, is_one in ((one, other, True), (other, one, False)):
        before, after = second.document.context or "", first.document.context or ""
        if _BEFORE.search(before) and not _BEFORE.search(after) and _AFTER.search(after) and not _AFTER.search(before):
            return is_one, "was written afterwards, the other before"
    return None


def _office(one: Witness, other: Witness) -> tuple[bool, str] | None:
    mine, theirs = (bool(_OFFICIAL.search(w.document.kind or "")) for w in (one, other))
    if mine == theirs:
        return None
    return mine, "is nearer to the fact by its kind"


def supposes(text: str) -> bool:
    """Whether `text` leaves open what it says: a rumour, a guess, a hope."""
    return any(match.group() != "May" for match in _SUPPOSED.finditer(text))


def forecasts(text: str) -> bool:
    """Whether `text` says beforehand what will come out, as a forecast or a poll does."""
    return bool(_FORECAST.search(text))
