"""A question for what a source says, which it calls by its kind, title or file: "what did the analysis say about that?"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from askv4.answer.question.asked_place import stems_of
from askv4.language import talk
from askv4.language.patterns import Pattern
from askv4.language.words import capital, words

_SAYS = Pattern(
    rf"^(?P<before>.*?)\bwhat (?:do|does|did) (?:{talk.POINTING_AT_SOURCES}) (?P<of>[\w’'&/ -]{{2,60}}?) "
    rf"(?:{talk.SAYING}) (?P<about>about|on|of|regarding) (?P<rest>.+)$",
    re.I | re.S,
)
_ACCORDING = Pattern(
    rf",?\s*\b(?:{talk.ACCORDING_TO}) (?:{talk.POINTING_AT_SOURCES}) (?P<of>[\w’'&/ -]{{2,60}}?)(?P<end>,|\s*\?|$)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class AskedSource:
    """What is asked, and of which sources."""

    named: frozenset[str]
    """Stems of the words that name them."""
    rest: str
    """The question without them."""


def asked_source(question: str) -> AskedSource | None:
    """The source that a question asks, and what it asks of it; None where it asks any."""
    says = _SAYS.match(question)
    if says:
        return AskedSource(
            stems_of(words(says["of"])), f"{says['before']}{'what' if says['before'] else 'What'} about {says['rest']}"
        )
    according = _ACCORDING.search(question)
    if according is None:
        return None
    end = "" if according["end"] == "," and not question[: according.start()].strip() else according["end"]
    rest = f"{question[: according.start()]}{end}{question[according.end() :]}".strip()
    return AskedSource(stems_of(words(according["of"])), capital(rest)) if words(rest) else None
