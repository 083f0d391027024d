"""Lists that an ordinary answer quotes: the items that stand together, and what may be missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from askv4.answer.collect.asked import wants_all
from askv4.answer.evidence.assess import Evidence, ScoredSentence
from askv4.answer.evidence.gather import PASSAGES
from askv4.answer.question.question import Question
from askv4.answer.quote.extractive import LONG, Length
from askv4.language.patterns import Pattern
from askv4.types import Span

if TYPE_CHECKING:
    from askv4.types import Hit

LEAST_ITEMS = 3
"""Lines that follow each other from which on they are a list."""
CHOSEN = 2
"""So many items must be likely by themselves before all of their list is quoted."""
_NEXT_LINE = Pattern(r"[^\S\n]*\n[^\S\n]*(?:[-*•–▪|]|\(?\w{1,2}[.)])?[^\S\n]*")
"""What stands between the items of a list."""


def as_list(
    question: Question, evidence: Evidence, length: Length, text_of: Callable[[str], str]
) -> tuple[Evidence, Length]:
    """Evidence and length for an answer that lists all there is: more sentences, and all items of a list of which some are
    likely. Both as they are where no list is asked for."""
    if evidence.status != "answered" or not wants_all(question.asked):
        return evidence, length
    longer = replace(length, sentences=max(length.sentences, LONG.sentences))
    text_of, best = cache(text_of), evidence.sentences[0].probability
    sentences = list(evidence.sentences)
    for hit in evidence.gathered.hits:
        for run in _runs(hit, text_of(hit.document.document)):
            items = [one for one in sentences if one.candidate.hit is hit and one.candidate.span in run]
            if sum(LONG.takes(one.probability, best) for one in items) >= CHOSEN:
                sentences = [
                    _whole(items, run, text_of(hit.document.document)),
                    *(s for s in sentences if s not in items),
                ]
    return replace(evidence, sentences=tuple(sorted(sentences, key=lambda one: -one.probability))), longer


def _whole(items: Sequence[ScoredSentence], run: Sequence[Span], text: str) -> ScoredSentence:
    """A list as one sentence, as likely as its likeliest item; `items` are best first."""
    span = Span(run[0].start, run[-1].end)
    stems = frozenset[str]().union(*(one.candidate.stems for one in items))
    return ScoredSentence(replace(items[0].candidate, span=span, text=span.of(text), stems=stems), items[0].probability)


def what_may_miss(question: Question, hits: Sequence[Hit], passages: int) -> str | None:
    """A line on a list's completeness; None where no list is asked for. The first of `hits` were read, of all `passages`."""
    if not wants_all(question.asked):
        return None
    read = min(PASSAGES, len(hits))
    if read >= passages:
        return "all passages were read for this list"
    return f"from the {read} passages that came nearest, of {passages:,}; others may name more"


def _runs(hit: Hit, text: str) -> list[list[Span]]:
    """The sentences of a passage that are lines of their own and follow each other, three or more."""
    runs: list[list[Span]] = []
    for span in hit.sentences:
        follows = bool(runs) and _NEXT_LINE.fullmatch(text[runs[-1][-1].end : span.start]) is not None
        if follows:
            runs[-1].append(span)
        else:
            runs.append([span])
    return [run for run in runs if len(run) >= LEAST_ITEMS]
