"""Blocks of labelled lines, and what each is about: "WM-350", then "Price: 549 euros" and "Warranty: 5 years".

What it is about stands in its first line alone, and every block may have the same labels: a line is understood only with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from askv4.types import Span

_LABEL = re.compile(r"[\s>*_•-]*([^\W\d_][^\n:：]{0,39}?)\**[:：]\**\s+(?=\S)")
_GAP = re.compile(r"[^\S\n]*\n[^\S\n]*(?:[-*+•–▪][^\S\n]+)?")
"""What stands between two lines of one block,"""
_LOOSE = re.compile(rf"{_GAP.pattern}|[^\S\n]*\n\s*\n[^\S\n]*(?:[-*+•–▪][^\S\n]+)?")
"""and where each line is a paragraph."""
_ENDS = re.compile(r"[.,;!?…][\"'”’»)\]*_]*$")
_MARKS = " \t*_#>:：•+-"
_LONGEST = 60
_FEWEST = 2
"""Labelled lines below the first one."""


def heads(text: str, sentences: Sequence[Span]) -> dict[int, str]:
    """Place of a sentence that is a labelled line -> what its block is about. Spans and `text` count from the same offset."""
    labels = [_label(text, one) for one in sentences]
    blocks = [block for run in _runs(text, sentences, labels) for block in _blocks(run, labels)]
    begun = Counter(labels[block[0]] for block in blocks)
    told: dict[int, str] = {}
    for first, *below in blocks:
        known, label = [place for place in below if labels[place]], labels[first]
        head = sentences[first].of(text).strip(_MARKS)
        # Of labelled lines only what comes again says in each block what it is about, and only by a name.
        named = _names(head) if label is None else begun[label] > 1 and _names(head[len(label) + 1 :], letters=True)
        if len(known) >= _FEWEST and named and _differ([first, *known], labels):
            told |= dict.fromkeys(known, head)
    return told


def _runs(text: str, sentences: Sequence[Span], labels: Sequence[str | None]) -> Iterator[list[int]]:
    """Places of sentences that are lines of their own and follow each other without a blank line; where no two labelled lines
    do, as loaders write paragraphs, blank lines part nothing. A line alone goes with the labelled lines below it."""
    between = [text[one.end : other.start] for one, other in pairwise(sentences)]
    both = [one is not None and other is not None for one, other in pairwise(labels)]
    tight = any(label and _GAP.fullmatch(gap) for label, gap in zip(both, between, strict=True))
    gaps = _GAP if tight else _LOOSE
    run: list[int] = []
    for place in range(len(sentences)):
        heads = len(run) == 1 and labels[run[0]] is None and labels[place] is not None
        if run and not (_LOOSE if heads else gaps).fullmatch(between[place - 1]):
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _blocks(run: list[int], labels: Sequence[str | None]) -> Iterator[list[int]]:
    """The blocks of a run: all of it, or where its labels come again what stands from each line without one to the next."""
    starts = run[:1] if _differ(run, labels) else [place for place in run if labels[place] is None or place == run[0]]
    for first, after in pairwise([*starts, run[-1] + 1]):
        yield list(range(first, after))


def _differ(places: Sequence[int], labels: Sequence[str | None]) -> bool:
    """Whether no label comes again. In one block that would be a speaker."""
    known = [labels[place] for place in places if labels[place]]
    return len(set(known)) == len(known)


def _label(text: str, span: Span) -> str | None:
    match = _LABEL.match(text, span.start, span.end)
    return match[1].casefold() if match else None


def _names(head: str, *, letters: bool = False) -> bool:
    """Whether a line names a thing, and is no sentence; with `letters` a number names none."""
    first = next((char for char in head if char.isalnum()), "")
    begins = first.isalpha() or (bool(first) and not letters)
    return begins and not first.islower() and len(head) <= _LONGEST and not _ENDS.search(head)
