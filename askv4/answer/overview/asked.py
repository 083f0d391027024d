"""Whether a question asks for an overview, and of which documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from askv4.answer.question.asked_place import LONGEST, stems_of
from askv4.answer.question.named_document import file_words
from askv4.answer.question.question import Question
from askv4.answer.quote.placed import own_words
from askv4.language import en, others
from askv4.language.patterns import Pattern
from askv4.language.words import words
from askv4.types import Document

_FILLED = rf"^\W*(?:(?:{en.FILLERS})\W+)*(?:(?:can|could|would|will) you (?:please )?|please )?(?:{en.REQUEST_VERBS})?"
_POINTS = rf"(?:{en.CENTRAL_WORDS})\s+(?:{en.POINT_WORDS})"
_OF = r"(?:\s+(?:of|in|from|made (?:in|by)|does|do)\s+(?P<thing>.+?))?"
_END = r"(?:\s+(?:make|makes|contain|contains|cover|covers|have|has))?\W*$"
_COVERED = Pattern(
    rf"^\W*(?:(?:{en.FILLERS})\W+)*(?:what|which) (?:{en.POINT_WORDS}) (?:do|does|are)\s+(?P<thing>.+?)\s+"
    r"(?:cover|contain|discuss|deal with|treat|touch|covered in|about|raise)\w*\W*$",
    re.I,
)
_ABOUT = Pattern(rf"^\W*(?:(?:{en.FILLERS})\W+)*what(?:'s|’s| is| are)\s+(?P<thing>.+?)\s+(?:all )?about\W*$", re.I)
_SAYS = Pattern(
    rf"^\W*(?:(?:{en.FILLERS})\W+)*what (?:does|do)\s+(?P<thing>.+?)\s+(?:say|contain|cover|deal with|discuss|argue|claim)\W*$"
    rf"|^\W*(?:{others.ABOUT})\s+(?P<other>.+?)\W*$",
    re.I,
)
_POINTED = Pattern(
    rf"{_FILLED}(?:what (?:are|is|were)\s+)?(?:the\s+|its\s+|their\s+|some\s+|all\s+(?:the\s+)?)?{_POINTS}{_OF}{_END}",
    re.I,
)
_SUMMED = Pattern(
    rf"{_FILLED}(?:a\s+|an\s+|the\s+)?(?:(?:short|brief|quick)\s+)?(?:{en.SUMMING_UP}|{others.SUMMING_UP})"
    r"(?:\s+(?:of|about|de|von|der|des|di|da|do))?(?:\W+(?P<thing>.+?))?(?:\s+(?:for me|briefly|in short|zusammen))?\W*$",
    re.I,
)
_CERTAIN = Pattern(r"(?:the|this|that|my|our)\s", re.I)
"""Before the name of a file it calls the document: "the lease", while "bees" are what it is about."""
_DOCUMENTS = en.DOCUMENT_WORDS | others.DOCUMENT_NOUNS


@dataclass(frozen=True, slots=True)
class AskedOverview:
    """A question for an overview, before it is known of what."""

    thing: str
    """The words of the question that say of what; empty where nothing does."""
    by_title: bool
    """Whether a document's title names it: a summary is one of the document, while "what is X about?" may ask for its subject."""
    points: bool = False
    """Whether it asks for a list of points rather than for what something is about."""

    def among(self, documents: Sequence[Document]) -> tuple[Document, ...]:
        """The documents that are meant: all where none is named; else those named by all words; none where it is no document.

        Where the title alone does not do, it is said to be a document: by a word for documents, by its kind or its file's name.
        """
        said = [word for word in words(self.thing) if word not in en.STOP_WORDS and word not in others.ARTICLES]
        named = [word for word in said if word not in en.ALL_DOCUMENTS and word not in others.DOCUMENT_NOUNS]
        if not named or (len(documents) == 1 and _DOCUMENTS.issuperset(named)):
            return tuple(documents)
        is_document = self.by_title or not _DOCUMENTS.isdisjoint(named)
        is_certain = _CERTAIN.match(self.thing) is not None
        for called in (stems_of(named), stems_of(word for word in named if word not in _DOCUMENTS)):
            meant = [one for one in documents if called and called <= own_words(one)]
            kinds = {one.document: stems_of(words(one.kind or "")) for one in meant}
            meant = [
                one
                for one in meant
                if is_document
                or called & kinds[one.document]
                or one.document in self.thing
                or (is_certain and stems_of(file_words(one.document)) == called)
            ]
            if meant:
                return tuple(meant)
        return ()


def asked_overview(question: Question) -> AskedOverview | None:
    """What a question wants an overview of; None for every question that wants something else."""
    if len(question.asked) > LONGEST:
        return None
    for pattern, by_title in ((_COVERED, True), (_ABOUT, False), (_SAYS, False), (_POINTED, True), (_SUMMED, True)):
        if match := pattern.match(question.asked):
            groups = match.groupdict()
            return AskedOverview(groups["thing"] or groups.get("other") or "", by_title, pattern is _POINTED)
    return None
