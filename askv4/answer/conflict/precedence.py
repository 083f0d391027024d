"""Which of two sources that differ is named first, and why: what corrects, what states, what is official, what is newer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from askv4.answer.quote.voice import date_of
from askv4.language import en
from askv4.language.patterns import Pattern
from askv4.types import Document


def _words(listed: str) -> Pattern:
    return Pattern(rf"\b(?:{listed})\b", re.I)


_CORRECTING, _TENTATIVE = _words(en.CORRECTING_KINDS), _words(en.TENTATIVE_KINDS)
_PERSONAL, _OFFICIAL = _words(en.PERSONAL_KINDS), _words(en.OFFICIAL_KINDS)
_SUPPOSED, _FORECAST, _HEARSAY = _words(en.SUPPOSING), _words(en.FORECASTING), _words(en.HEARSAY)
_BEFORE, _AFTER = _words(en.BEFOREHAND), _words(en.AFTERWARDS)
_ISO = Pattern(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Witness:
    """A document and the sentence in which it answers."""

    document: Document
    text: str

    def is_of(self, kinds: Pattern, *, title: bool = False) -> bool:
        """Whether the document's kind, or its title too, names one of these kinds."""
        return kinds.search(f"{self.document.kind or ''} {self.document.title if title else ''}") is not None


def first_of(one: Witness, other: Witness) -> tuple[bool, str]:
    """Whether `one` is to be named first, and the reason, as what goes on after "the first"; empty where nothing decides."""
    for rule in (_correction, _certainty, _standing, _dates, _situation, _office):
        for ahead, behind in ((one, other), (other, one)):
            reason = rule(ahead, behind)
            if reason:
                return ahead is one, reason
    return True, ""


def later(ahead: Witness, behind: Witness) -> str:
    """The reason why the first is newer, by its date or its context; empty where it is not."""
    return _dates(ahead, behind) or _situation(ahead, behind)


# Each rule gives the reason why the first witness goes ahead of the second; empty where it does not.


def _correction(ahead: Witness, behind: Witness) -> str:
    corrects = ahead.is_of(_CORRECTING, title=True) and not behind.is_of(_CORRECTING, title=True)
    return "corrects what was said before" + _by_date(ahead, behind) if corrects and not _newer(behind, ahead) else ""


def _certainty(ahead: Witness, behind: Witness) -> str:
    states = not _supposing(ahead) and _supposing(behind)
    return "states it where the other supposes it" + _by_date(ahead, behind) if states else ""


def _standing(ahead: Witness, behind: Witness) -> str:
    more = ahead.document.kind and not ahead.is_of(_PERSONAL) and behind.is_of(_PERSONAL)
    return "is more than one person's view" + _by_date(ahead, behind) if more else ""


def _dates(ahead: Witness, behind: Witness) -> str:
    return _by_date(ahead, behind).removeprefix(", and ")


def _situation(ahead: Witness, behind: Witness) -> str:
    """By the context lines where there is no date: "from after the launch" is newer than "from before the launch"."""
    before, after = behind.document.context or "", ahead.document.context or ""
    told = _BEFORE.search(before) and not _BEFORE.search(after) and _AFTER.search(after) and not _AFTER.search(before)
    return "was written afterwards, the other before" if told else ""


def _office(ahead: Witness, behind: Witness) -> str:
    return "is nearer to the fact by its kind" if ahead.is_of(_OFFICIAL) and not behind.is_of(_OFFICIAL) else ""


def _supposing(witness: Witness) -> bool:
    return supposes(witness.text) or witness.is_of(_TENTATIVE)


def _by_date(first: Witness, second: Witness) -> str:
    return (
        f", and is newer: {date_of(first.document)} against {date_of(second.document)}" if _newer(first, second) else ""
    )


def _newer(one: Witness, other: Witness) -> bool:
    """Whether the one's date is later, as far as both are given."""
    mine, theirs = _ISO.match(date_of(one.document) or ""), _ISO.match(date_of(other.document) or "")
    if not mine or not theirs:
        return False
    pairs = [(a, b) for a, b in zip(mine.groups(), theirs.groups(), strict=True) if a and b]
    return [a for a, _ in pairs] > [b for _, b in pairs]


def supposes(text: str) -> bool:
    """Whether `text` leaves open what it says: a rumour, a guess, a hope."""
    return any(match.group() != "May" for match in _SUPPOSED.finditer(text))


def forecasts(text: str) -> bool:
    """Whether `text` says beforehand what will come out, as a forecast or a poll does."""
    return bool(_FORECAST.search(text))


def passes_on(text: str) -> bool:
    """Whether `text` passes on what others are said to say."""
    return bool(_HEARSAY.search(text))
