"""Whether a question asks for an overview, and of which documents."""

from __future__ import annotations

import re
from collections.abc import Sequence

from askv4.answer.question.question import Question
from askv4.language import en, others
from askv4.language.patterns import Pattern
from askv4.language.tokens import fold, stem
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


_DOCUMENTS = en.DOCUMENT_WORDS | others.DOCUMENT_WORDS


def asked_overview(question: Question, documents: Sequence[Document]) -> tuple[Document, ...] | None:
    """The documents that a question asks an overview of; None for every other question.

    `documents` are those that may be meant. "What is X about?" asks for one only where X names a document, by a word for
    documents, by its kind or its file's name; about the subject of an article it asks something else.
    """
    indexed = [one for one in documents if one.state == "indexed"]
    for pattern, by_title in ((_COVERED, True), (_ABOUT, False), (_SAYS, False), (_POINTED, True), (_SUMMED, True)):
        match = pattern.match(question.asked)
        if match:
            groups = match.groupdict()
            return _of(groups["thing"] or groups.get("other") or "", indexed, by_title=by_title)
    return None


def _of(thing: str, documents: Sequence[Document], *, by_title: bool) -> tuple[Document, ...] | None:
    said = [word for word in words(thing) if word not in en.STOP_WORDS and word not in others.ARTICLES]
    named = [word for word in said if word not in en.ALL_DOCUMENTS | others.DOCUMENT_WORDS]
    if not named:
        return tuple(documents)
    if len(documents) == 1 and all(word in _DOCUMENTS for word in named):
        return tuple(documents)
    is_document = by_title or any(word in _DOCUMENTS for word in named)
    for called in (_stems(" ".join(named)), _stems(" ".join(word for word in named if word not in _DOCUMENTS))):
        meant = [one for one in documents if called and called <= _own_stems(one)]
        meant = [one for one in meant if is_document or called & _stems(one.kind or "") or one.document in thing]
        if meant:
            return tuple(meant)
    return None


def _own_stems(document: Document) -> frozenset[str]:
    """Stems of the words that a document is named by: title, kind, its file's and folders' names."""
    return _stems(f"{document.title} {document.kind or ''} {document.document}")


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(fold(word)) for word in words(text.replace("_", " ")))
