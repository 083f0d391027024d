"""Words of a question that speak of the documents, not of its subject: "which firms are named in the sources?"."""

from __future__ import annotations

import re

from askv4.language import en
from askv4.language.patterns import Pattern

_NOUNS = "|".join(sorted(en.DOCUMENT_WORDS | {"sources"}))
_THEM = rf"(?:(?:of|all|any|the|this|that|these|those|my|our|your)\s+)*(?:\w+\s+)?(?:{_NOUNS})"
_ARE_NAMED = Pattern(
    rf"\b(?P<be>is|are|was|were)\s+(?!there\b)(?:{en.IN_PLACE})(?:\s+(?:in|by|within|across)\s+{_THEM})?\W*$", re.I
)
_THEY_NAME = Pattern(rf"\s(?:does|do|did)\s+{_THEM}\s+(?:{en.NAMING})\W*$", re.I)
_IN_THEM = Pattern(rf"\s(?:in|within|across|throughout)\s+{_THEM}\W*$", re.I)


def without_documents(asked: str) -> str | None:
    """The question about its subject alone; None where it says nothing of documents."""
    for pattern, instead in ((_ARE_NAMED, r"\g<be> there?"), (_THEY_NAME, " are there?"), (_IN_THEM, "?")):
        plain = pattern.sub(instead, asked)
        if plain != asked:
            return plain
    return None
