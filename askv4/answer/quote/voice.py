"""Whose words a quotation is: the lead-in that names the kind of source where that changes what the words mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from askv4.language.en import SITUATING, SOMEBODYS_KINDS
from askv4.language.patterns import Pattern
from askv4.language.words import capital, is_plural
from askv4.text.about import date_in_name
from askv4.types import Document

_SOMEBODYS = Pattern(rf"\b(?:{SOMEBODYS_KINDS})\b", re.I)


def same_voice(one: Document, other: Document) -> bool:
    """Whether two documents speak as the same kind of source in the same situation."""
    return (one.kind, one.context) == (other.kind, other.context)


def needs_lead(document: Document, cited: Sequence[Document]) -> bool:
    """Whether the kind of `document` must be named, given all documents that the answer cites."""
    if not document.kind:
        return False
    return bool(_SOMEBODYS.search(document.kind)) or any(not same_voice(document, other) for other in cited)


def lead_in(document: Document, *, dated: bool = False) -> str:
    """ "A reader comment says", "A news report from before the release says"; with its date where that matters."""
    name = dated_name(document) if dated else source_name(document)
    return f"{capital(name)} says"


def date_of(document: Document) -> str | None:
    """A document's date, else the one in its file's name."""
    return document.date or date_in_name(document.document)


def dated_name(document: Document) -> str:
    """ "a news report from before the release (2025-03-01)"."""
    date = date_of(document)
    return source_name(document) + (f" ({date})" if date else "")


def source_name(document: Document) -> str:
    """ "a reader comment", "a news report from before the release"; the title in quotes where no kind is known."""
    if not document.kind:
        return f"“{document.title}”"
    kind = _singular(" ".join(document.kind.split()).lower())
    article = "an" if kind[:1] in "aeiou" else "a"
    return " ".join(filter(None, [article, kind, _situation(document.context)]))


def _singular(kind: str) -> str:
    head, _, last = kind.rpartition(" ")
    if last.endswith("ies"):
        last = last[:-3] + "y"
    elif is_plural(last):
        last = last[:-1]
    return f"{head} {last}".strip()


def _situation(context: str | None) -> str:
    """The opening of the context line, where it reads on after "a report": up to its first comma, short, with a preposition."""
    opening = re.split(r"[,;:(.](?:\s|$)", (context or "").strip(), maxsplit=1)[0].strip()
    first = opening.split(" ", 1)[0].lower()
    if first not in SITUATING or len(opening) > 80:
        return ""
    return first + opening[len(first) :]
