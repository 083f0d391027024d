"""Two things side by side: what the documents say of both together, then of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from askv4.answer.collect.asked import AskedComparison, asked_comparison
from askv4.answer.evidence.gather import heading_of
from askv4.answer.question.asked_place import stems_of
from askv4.answer.question.question import Question
from askv4.answer.quote.extractive import Quotation, compose
from askv4.answer.quote.listing import renumbered
from askv4.answer.quote.quoting import Sources, texts
from askv4.language import en
from askv4.language.words import asks, capital, words
from askv4.retrieve.reranker import titled
from askv4.text.line_blocks import heads
from askv4.types import Answer, Citation, Hit, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HITS = 8
"""Passages that are looked at for each of the two."""
READ = 12
"""Sentences that the reader sees of each sort, at some 20 ms each."""
TOGETHER = 3
"""Sentences on both that are quoted at most,"""
EACH = 2
"""and on each,"""
BELOW = 4
"""or below the heading that names it."""
LEAST_WORDS = 4
"""A shorter sentence says nothing of a thing but its name."""
LEAST = -3.0
"""The reader's logit from which a sentence says something of a thing; chance has about -8."""

LEANING = 3.0
"""Logits that a sentence loses which begins by leaning on another."""
PRONOUNS = frozenset(en.POINTING_BACK.split("|"))

_Sentence = tuple[Hit, Span]


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence as the reader sees it."""

    text: str
    below: bool
    """Whether a heading above it, or the line that its block begins with, names one of the two, and so says what it is about."""


class Scores(Protocol):
    """The reader."""

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]: ...


def sides(
    question: Question,
    told: Callable[[], Answer],
    search: Callable[[str], Iterable[Hit]],
    reader: Scores,
    sources: Sources,
) -> Answer | None:
    """What the documents say of the two things that a question compares: beside what `told` gives, the usual answer, if it is
    one; in its place where no more is asked and both things have lines of their own.

    None where no two things are compared, where that is a refusal and more is asked than to set them side by side, or where
    there is none and the documents do not speak of both.
    """
    asked = asked_comparison(question.asked)
    if asked is None or len(asked.things) != 2:
        return None
    wanted = [_stems(thing) for thing in asked.things]
    if not all(wanted) or wanted[0] <= wanted[1] or wanted[1] <= wanted[0]:
        return None
    text_of = texts(sources)
    usual = told()
    refused = usual.status == "not_in_sources"
    if refused and (asked.by or not asked.beside):  # what is said of each then seldom tells how they differ
        return None
    answered = usual.status == "answered"
    speaking = _listed(asked, wanted, search, text_of)
    if answered and asked.beside and not asked.by and all(map(_have_lines, speaking[:2])):
        usual, answered = replace(usual, verdict=None, conflicts=()), False
    cited = usual.citations if answered else ()
    one, other, both = _chosen(asked, wanted, speaking, reader, cited)
    groups = [(capital(asked.things[0]), one), (capital(asked.things[1]), other)]
    if not answered:
        if not (one and other) and (refused or not both):
            return None
        groups.insert(0, ("Together", both))
    quoted = [Quotation(hit, span, 1.0, (), (span,)) for _, listed in groups for hit, span in listed]
    if not quoted:
        return usual if answered else None
    text, further = compose(quoted, text_of, sources.place)
    further = tuple(replace(one, n=one.n + len(cited)) for one in further)
    lines = iter(renumbered(text, {one.n - len(cited): one.n for one in further}).split("\n"))
    listing = [usual.quoted] if answered else []
    for head, listed in groups:
        listing += [f"{head}:", *(next(lines) for _ in listed)] if listed else []
    body = "\n".join(listing)
    return replace(usual, status="answered", answer=body, quoted=body, citations=(*cited, *further), nearest=())


def _listed(
    asked: AskedComparison,
    wanted: Sequence[frozenset[str]],
    search: Callable[[str], Iterable[Hit]],
    text_of: Callable[[str], str],
) -> tuple[dict[_Sentence, _Read], ...]:
    """The sentences on the one, on the other and on both, in the order of the documents that were found."""
    listed: tuple[dict[_Sentence, _Read], ...] = ({}, {}, {})
    seen: set[str] = set()
    for thing in asked.things:
        for hit in list(search(f"{thing} {asked.by}".strip()))[:HITS]:
            for place, span, read in _speaking(hit, text_of(hit.document.document), wanted):
                if read.text not in seen:
                    listed[place][hit, span] = read
                seen.add(read.text)
    return listed


def _have_lines(sentences: dict[_Sentence, _Read]) -> bool:
    """Whether a thing has sentences, and each stands below a line that is the thing."""
    return bool(sentences) and all(read.below for read in sentences.values())


def _chosen(
    asked: AskedComparison,
    wanted: Sequence[frozenset[str]],
    listed: Sequence[dict[_Sentence, _Read]],
    reader: Scores,
    cited: Sequence[Citation],
) -> tuple[list[_Sentence], list[_Sentence], list[_Sentence]]:
    """The best sentences on the one, on the other and on both, without those cited already."""
    shown = [0, 0, 0]
    for citation in cited:
        if (place := _place(citation.quote, wanted)) is not None:
            shown[place] += 1
    left = [
        {place: read for place, read in one.items() if not any(_holds(cite, *place) for cite in cited)}
        for one in listed
    ]
    by = f"the {asked.by} of " if asked.by else ""
    one, other = (
        _best(reader, f"What is {by}{thing}?", sentences, EACH - number)
        for thing, sentences, number in zip(asked.things, left, shown, strict=False)
    )
    return one, other, _best(reader, f"How do {asked.things[0]} and {asked.things[1]} differ?", left[2], TOGETHER)


def _speaking(hit: Hit, text: str, wanted: Sequence[frozenset[str]]) -> Iterator[tuple[int, Span, _Read]]:
    """The sentences of a passage that speak of one of the things, or both, and of which."""
    labels = heads(text, hit.sentences)
    for number, span in enumerate(hit.sentences):
        said, above = span.of(text), labels.get(number) or heading_of(hit)
        below = _is_one(above, wanted)
        place = _place(f"{above} {said}" if below else said, wanted)
        says = number in labels or (len(words(said)) >= LEAST_WORDS and not asks(said) and said not in labels.values())
        if place is not None and says:
            yield place, span, _Read(f"{above}: {said}" if below else said, below)


def _place(said: str, wanted: Sequence[frozenset[str]]) -> int | None:
    """0 for a text on the one thing, 1 on the other, 2 on both; None on neither."""
    stems = stems_of(words(said))
    about = [one <= stems for one in wanted]
    return 2 if all(about) else about.index(True) if any(about) else None


def _is_one(above: str, wanted: Sequence[frozenset[str]]) -> bool:
    """Whether a heading is one of the things, and does not only speak of it."""
    place = _place(above, wanted)
    content = stems_of(word for word in words(above) if word not in en.STOP_WORDS)
    return place in (0, 1) and 2 * len(wanted[place]) >= len(content)


def _holds(citation: Citation, hit: Hit, span: Span) -> bool:
    return citation.document == hit.document.document and citation.start < span.end and span.start < citation.end


def _best(reader: Scores, asking: str, sentences: dict[_Sentence, _Read], most: int) -> list[_Sentence]:
    """Those that answer best in the reader's eyes; one that leans on the sentence before it comes behind the others."""
    read = list(sentences.items())[:READ] if most > 0 else []
    scores = reader.scores(asking, [titled(hit, one.text) for (hit, _), one in read])
    rated = [
        (float(score) - LEANING * (words(one.text)[0] in en.LEANING), place)
        for place, (score, (_, one)) in enumerate(zip(scores, read, strict=True))
        if one.below or score >= LEAST
    ]
    likely = sorted(rated, key=lambda one: -one[0])[: BELOW if any(one.below for _, one in read) else most]
    return [read[place][0] for place in sorted(place for _, place in likely)]


def _stems(thing: str) -> frozenset[str]:
    """Stems of the words that say what it is; "training one" is training, and the letter of "plan A" is a name."""
    *others, last = words(thing) or [""]
    kept = [word for word in (*others, last) if word not in en.STOP_WORDS and word not in PRONOUNS]
    return stems_of([*kept, *([last] if others and len(last) == 1 else [])])
