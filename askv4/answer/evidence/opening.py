"""The names that a document gives where it begins, and does not repeat: "between Holm Ltd and Ms Oona Berg", then "The leave is 26 days."."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from askv4.records import StoredPassage
from askv4.types import Hit

LONGEST = 200
"""In characters: of a longer sentence the reader would see little else."""
_END = 1 << 60
_NAMED = 8
"""Sentences of the first passage that are looked at."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the first passage of a document names of what is asked about."""

    text: str
    """Its sentence with most of the names."""
    names: frozenset[str]
    """Stems of the names that the whole passage has."""


class Beginnings(Protocol):
    """What the catalogue knows about how a document begins."""

    def stems(self, texts: Sequence[str]) -> list[list[str]]: ...
    def passages_between(self, document: str, start: int, end: int, most: int = -1) -> list[StoredPassage]: ...


def openings(
    names: frozenset[str], terms: frozenset[str], hits: Iterable[Hit], catalog: Beginnings
) -> Mapping[str, Opening]:
    """Document -> its opening, for those of several passages that name some of `names`, or of `terms` what they write with a
    capital, in the first one; both are stems."""
    begun: dict[str, Opening] = {}
    for document in dict.fromkeys(hit.document.document for hit in hits if terms and hit.document.passages > 1):
        passages = catalog.passages_between(document, 0, _END, 1)
        if not passages:  # another process removed the document since it was found
            continue
        first = passages[0]
        texts = [first.text[span.start - first.start : span.end - first.start] for span in first.sentences[:_NAMED]]
        # A word whose place does not explain its capital, nor a line that is all capitals.
        capitals = (
            " ".join(word for word in text.split()[1:] if word[:1].isupper() and not text.isupper()) for text in texts
        )
        listed = catalog.stems([*texts, *capitals])
        named = [
            names.intersection(of) | terms.intersection(written)
            for of, written in zip(listed, listed[len(texts) :], strict=False)
        ]
        short = [place for place, text in enumerate(texts) if named[place] and len(text) <= LONGEST]
        if short:
            best = max(short, key=lambda place: (len(names.intersection(listed[place])), len(named[place])))
            begun[document] = Opening(texts[best], frozenset().union(*named))
    return begun
