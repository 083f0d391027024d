"""Sources that disagree: cited sentences of different documents that bear on the same point and do not say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from askv4.answer.voice import same_voice, source_name
from askv4.types import Conflict, Document

SAME_POINT = 0.4
"""Cosine of two sentences from which they are taken to speak of the same point."""

_NEGATED = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|neither|nor|without|cannot|denie[ds]|refus\w+|undisclosed|unknown)\b|n['’]t\b",
    re.I,
)
_TENTATIVE = re.compile(
    r"\b(?:could|may|might|would|should|perhaps|possibly|probably|likely|reportedly|allegedly|apparently|rumou?r\w*|"
    r"speculat\w+|expected|planned|plans?|hopes?|aims?|if|suggests?|seems?|appears?|believed|claims?)\b",
    re.I,
)
_NUMBER = re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)\s?(%|[A-Za-z]+)?")


@dataclass(frozen=True, slots=True)
class Statement:
    """A cited sentence, as far as comparing needs it."""

    n: int
    """Number of its citation."""
    document: Document
    text: str
    vector: NDArray[np.float32]
    """[d] unit."""


def find_conflicts(statements: Iterable[Statement]) -> tuple[Conflict, ...]:
    """Pairs of documents of different kind or context whose cited sentences answer differently; each pair once."""
    found: dict[frozenset[str], Conflict] = {}
    for one, other in combinations(statements, 2):
        pair = frozenset({one.document.document, other.document.document})
        if len(pair) < 2 or pair in found or same_voice(one.document, other.document):
            continue
        if float(one.vector @ other.vector) >= SAME_POINT and (difference := _difference(one.text, other.text)):
            found[pair] = Conflict(
                citations=(one.n, other.n),
                documents=(one.document.document, other.document.document),
                reason=_reason(one, other, difference),
            )
    return tuple(found.values())


def _difference(one: str, other: str) -> str | None:
    """In which respect two sentences on one point differ; None when neither negation, certainty nor figures do."""
    if bool(_NEGATED.search(one)) != bool(_NEGATED.search(other)):
        return "one denies what the other does not"
    if bool(_TENTATIVE.search(one)) != bool(_TENTATIVE.search(other)):
        return "one supposes what the other states"
    mine, theirs = _figures(one), _figures(other)
    shared = mine.keys() & theirs.keys()
    if any(mine[unit].isdisjoint(theirs[unit]) for unit in shared):
        return "their figures differ"
    return None


def _figures(text: str) -> dict[str, set[str]]:
    """Unit -> numbers given in it; numbers without a unit under ""."""
    figures: dict[str, set[str]] = {}
    for match in _NUMBER.finditer(text):
        figures.setdefault((match.group(2) or "").lower().rstrip("s"), set()).add(match.group(1).replace(",", ""))
    return figures


def _reason(one: Statement, other: Statement, difference: str) -> str:
    return f"{source_name(one.document)} [{one.n}] and {source_name(other.document)} [{other.n}]: {difference}"


def conflict_line(conflicts: Sequence[Conflict]) -> str | None:
    """One line for a reader: the sources differ, and on what ground; None without conflicts."""
    if not conflicts:
        return None
    return "The sources differ: " + "; ".join(conflict.reason for conflict in conflicts) + "."
