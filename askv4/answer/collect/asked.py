"""Whether a question asks for something that is collected: the parts of a document, what changed, two things side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from askv4.answer.overview.asked import AskedOverview
from askv4.answer.question.asked_place import LONGEST
from askv4.language import en
from askv4.language.patterns import Pattern
from askv4.language.words import is_plural, words
from askv4.types import Document

_FILLED = rf"^\W*(?:(?:{en.FILLERS})\W+)*(?:(?:can|could|would|will) you (?:please )?|please )?"
_SORT = rf"(?:(?P<sure>{en.PARTS_OF_DOCUMENTS}|{en.CONTENTS})|(?P<doubtful>{en.DOUBTFUL_PARTS}))"
_ALL = r"(?:all\s+)?(?:of\s+)?(?:the\s+|its\s+|their\s+)?(?:names of (?:all )?(?:the )?|titles of (?:all )?(?:the )?)?"
_OF = r"(?:\s+(?:of|in|from)\s+(?P<of>.+?))?(?:\s+(?:are )?there)?\W*$"
_PARTS = [
    Pattern(rf"{_FILLED}(?:(?:{en.REQUEST_VERBS})|(?:what|which) (?:is|are)\s+)?{_ALL}{_SORT}{_OF}", re.I),
    Pattern(
        rf"{_FILLED}(?:what|which)\s+{_SORT}\s+(?:does|do|has|have|is|are)\s+(?:there )?(?:in )?(?P<of>.*?)\s*"
        r"(?:have|has|contain|contains|consist of|divided into|made of|there)?\W*$",
        re.I,
    ),
]
_ITEMS = Pattern(
    rf"{_FILLED}(?:{en.REQUEST_VERBS}|(?:what|which|when) are\s+|(?:what|which)\s+)(?:all\s+)?(?:of\s+)?(?:the\s+|your\s+|its\s+)?"
    rf"(?P<things>(?!(?:{en.AUXILIARIES}|am)\b)[\w-]+(?: [\w-]+){{0,2}}?)(?:\s+(?:are|were)(?:\s+(?:{en.IN_PLACE}))?)?(?:\s+(?:of|in|from|on)\s+(?P<of>.+?))?\W*$",
    re.I,
)
_ALL_OF_THEM = Pattern(
    rf"{_FILLED}(?:(?:{en.LISTING})\s+(?!of\b)|(?:{en.REQUEST_VERBS}|(?:what|which|who) are\s+)(?:all|every)\b|what all\b)",
    re.I,
)
_VS = rf"\s+(?:{en.AGAINST})\s+"
_TWO = rf"(?P<one>.+?){_VS}(?P<other>.+?)"
_REGARDING = "in terms of|regarding|with regard to"
_BY = rf"(?:\s+(?:{_REGARDING})\s+(?P<by>.+?))?\W*$"
_COMPARED = [
    Pattern(pattern, re.I)
    for pattern in (
        rf"{_FILLED}(?:{en.COMPARING})\s+(?:{_TWO}|(?P<both>.+?)){_BY}",
        rf"{_FILLED}(?:{en.REQUEST_VERBS})?(?:what(?: is|'s|’s| are)\s+)?(?:the\s+)?(?:main\s+|key\s+)?differences? between"
        rf"\s+(?:{_TWO}|(?P<both>.+?)){_BY}",
        rf"{_FILLED}(?:how|where|in what(?: \w+)?) (?:does|do|is|are)\s+(?:{_TWO}|(?P<both>.+?))\s+(?:differ|different|compare){_BY}",
        rf"{_FILLED}how (?:does|do|is|are)\s+(?P<one>.+?)\s+(?:differ|different|compared?)\s+(?:{en.AGAINST})\s+(?P<other>.+?){_BY}",
        rf"{_FILLED}(?P<one>\S+(?: \S+)?)\s+(?:versus|vs\.?)\s+(?P<other>\S+(?: \S+)?)\W*$",
    )
]
_ASPECT = r"(?:the\s+|their\s+)?(?P<what>(?-i:[a-z])[\w-]*(?: (?-i:[a-z])[\w-]*){0,2}?)"
_AT = r"of|for|in|at|on"
_OF_EACH = [
    Pattern(pattern, re.I)
    for pattern in (
        rf"{_FILLED}(?:{en.COMPARING})\s+{_ASPECT}\s+(?P<at>{_AT})\s+(?P<one>.+?){_VS}(?:(?:(?:that|those)\s+)?(?:{_AT})\s+)?(?P<other>.+?)\W*$",
        rf"{_FILLED}(?:{en.COMPARING})\s+{_TWO}\s+(?:{_REGARDING}|by|on|in|for)\s+{_ASPECT}\W*$",
        rf"{_FILLED}(?:how (?:does|do)\s+){_TWO}\s+(?:differ|compare)\s+(?:{_REGARDING}|on|in)\s+{_ASPECT}\W*$",
        rf"{_FILLED}what(?: is|'s|’s| are)\s+(?:the\s+)?differences? in\s+{_ASPECT}\s+between\s+{_TWO}\W*$",
    )
]
_CHANGED = Pattern(
    rf"{_FILLED}what (?:has |have |was |were |is |are )?(?:{en.CHANGING})"
    rf"(?:\s+(?:there\s+)?(?:between|from|in|since|compared (?:to|with)|about)\s+(?:{_TWO}|(?P<both>.+?)))?\W*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class AskedParts:
    """A question for the chapters, sections or headings of documents."""

    of: str
    """The words that say of which; empty where none do."""
    sure: bool
    """Whether its word for parts is used of documents alone."""

    def among(self, documents: Sequence[Document]) -> tuple[Document, ...]:
        """The documents that are meant; none where something else than a document is."""
        if not self.sure and en.DOCUMENT_WORDS.isdisjoint(words(self.of)):
            return ()
        return AskedOverview(self.of, self.sure).among(documents)


@dataclass(frozen=True, slots=True)
class AskedItems:
    """A question for all things of a kind."""

    things: str
    """What they are called, as more than one."""
    of: str
    """The words behind it that say which, or of which documents; empty where none do."""

    def among(self, documents: Sequence[Document]) -> tuple[Document, ...]:
        """The documents that are meant; none where the words behind say something else."""
        return AskedOverview(self.of, by_title=True).among(documents)


@dataclass(frozen=True, slots=True)
class AskedComparison:
    """A question that sets two things side by side."""

    things: tuple[str, ...]
    """Two, or one that stands for both: "the two drafts"."""
    by: str = ""
    """In what they are compared; empty where that is left open."""
    changes: bool = False
    """Whether it is asked what changed, rather than how two things compare."""
    beside: bool = False
    """Whether it only wants them side by side, so that what is said of each answers it."""
    at: str = "of"
    """What stands between `by` and a thing: "rents in Ulm"."""

    @property
    def of_each(self) -> str | None:
        """The question on each of two things that are compared in something; None where that is left open.

        "Compare the price of A and B" is "What is the price of A? What is the price of B?".
        """
        if not self.by or self.changes or len(self.things) != 2:
            return None
        asking = f"What {'are' if is_plural(self.by.split()[-1]) else 'is'} the {self.by} {self.at}"
        return " ".join(f"{asking} {thing}?" for thing in self.things)

    def documents_among(self, documents: Sequence[Document]) -> tuple[Document, ...]:
        """The two documents that are compared; none where the things are no documents, or it is asked what changed."""
        named = [AskedOverview(thing, by_title=False).among(documents) for thing in self.things]
        alone = [one[0] for one in named if len(one) == 1]
        return tuple(alone) if len(alone) == 2 and alone[0] != alone[1] and not self.changes else ()


def asked_parts(question: str) -> AskedParts | None:
    """What parts a question, on one line, asks for; None for every other."""
    for pattern in _PARTS if len(question) <= LONGEST else ():
        if match := pattern.match(question):
            return AskedParts((match["of"] or "").strip(), match["sure"] is not None)
    return None


def asked_items(question: str) -> AskedItems | None:
    """The things that a question, on one line, wants all of; None for every other."""
    match = _ITEMS.match(question) if len(question) <= LONGEST else None
    last = words(match["things"])[-1:] if match else []
    if match is None or not last or not is_plural(last[0]):
        return None
    return AskedItems(match["things"], match["of"] or "")


def wants_all(question: str) -> bool:
    """Whether a question, on one line, wants a list of all that there is."""
    return len(question) <= LONGEST and _ALL_OF_THEM.match(question) is not None


def asked_comparison(question: str) -> AskedComparison | None:
    """What a question, on one line, sets side by side; None for every other."""
    for pattern in (_CHANGED, *_OF_EACH, *_COMPARED) if len(question) <= LONGEST else ():
        if match := pattern.match(question):
            said = match.groupdict()
            things = (said["one"], said["other"]) if said["one"] else (said.get("both") or "",)
            by, beside = said.get("what") or said.get("by") or "", pattern in (_COMPARED[0], _COMPARED[-1])
            at = said.get("at") or "of"
            return AskedComparison(tuple(one.strip() for one in things), by, pattern is _CHANGED, beside, at)
    return None
