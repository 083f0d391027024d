"""A sentence that is longer than a passage may be becomes several spans: at clauses, else at words, else anywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from askv4.text.packing import pack
from askv4.types import Span

Weigh = Callable[[Sequence[str]], list[int]]

_CUTS = (
    re.compile(r"[\r\n]+"),
    re.compile(r"[;:][\"'”’»)\]]*\s+|\s+[–—]+\s+|\s+\|\s+|\s+-+\s+|[；：]"),
    re.compile(r",[\"'”’»)\]]*\s+|[，、]"),
    re.compile(r"\s+"),
)
_JOINERS = "\u200d\ufe0e\ufe0f"


Weighed = tuple[Span, int]


def split_long(text: str, span: Span, weigh: Weigh, budget: int) -> list[Weighed]:
    """Spans in order that hold all of `span` but white space, each with its weight, none heavier than `budget`.

    `weigh` gives the weight of each of some texts; the weight of a span is the sum of its parts'. A single character
    heavier than `budget` stays, being indivisible.
    """
    units = _units(text, span, weigh, budget, 0)
    weights = [weight for _, weight in units]
    total = sum(weights)
    share = max(1, -(-total // max(1, -(-total // budget))))
    return [
        (Span(units[first][0].start, units[last - 1][0].end), sum(weights[first:last]))
        for first, last in pack(weights, [0.0] * len(units), share, budget)
    ]


def _units(text: str, span: Span, weigh: Weigh, budget: int, level: int) -> list[Weighed]:
    """The span cut at one kind of place, and what is still too heavy at the next kind."""
    parts = [span]
    while len(parts) == 1 and level < len(_CUTS):
        parts = _cut(text, span, _CUTS[level])
        level += 1
    if len(parts) == 1:
        return _slices(text, parts[0], weigh, budget)
    weights = weigh([part.of(text) for part in parts])
    units: list[Weighed] = []
    for part, weight in zip(parts, weights, strict=True):
        units.extend([(part, weight)] if weight <= budget else _units(text, part, weigh, budget, level))
    return units


def _cut(text: str, span: Span, places: re.Pattern[str]) -> list[Span]:
    """The span's parts, each with its closing punctuation and without white space around it."""
    ends = [match.end() for match in places.finditer(text, span.start, span.end)]
    parts: list[Span] = []
    start = span.start
    for end in [*ends, span.end]:
        raw = text[start:end]
        first = start + len(raw) - len(raw.lstrip())
        last = start + len(raw.rstrip())
        if first < last:
            parts.append(Span(first, last))
        start = end
    return parts


def _slices(text: str, span: Span, weigh: Weigh, budget: int) -> list[Weighed]:
    """Even slices of a run without white space, divided again until they fit."""
    waiting = [span]
    done: list[Weighed] = []
    while waiting:
        weights = weigh([part.of(text) for part in waiting])
        smaller: list[Span] = []
        for part, weight in zip(waiting, weights, strict=True):
            slices = _evenly(text, part, -(-weight // budget)) if weight > budget else [part]
            if len(slices) == 1:
                done.append((part, weight))
            else:
                smaller += slices
        waiting = smaller
    return sorted(done)


def _evenly(text: str, span: Span, count: int) -> list[Span]:
    """About `count` slices of the same length, not cut within a letter with its accents or a compound emoji."""
    step = max(1, (span.end - span.start) // count)
    slices: list[Span] = []
    start = span.start
    while start < span.end:
        end = min(start + step, span.end)
        for at in range(end, min(end + 8, span.end)):
            if not unicodedata.combining(text[at]) and text[at] not in _JOINERS and text[at - 1] != "\u200d":
                end = at
                break
        slices.append(Span(start, end))
        start = end
    return slices
