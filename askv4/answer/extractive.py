"""The answer in quotations: which sentences, joined how, in which order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from askv4.answer.citing import Places, cite
from askv4.answer.evidence import Evidence, ScoredSentence
from askv4.answer.voice import lead_in, needs_lead, same_voice
from askv4.types import Citation, Hit, Span

MAX_SENTENCES = 4
FLOOR = 0.10
SHARE = 0.2
"""A sentence is shown when its probability is at least FLOOR and at least SHARE of the best one's."""
OTHER_VOICE_SHARE = 0.15
"""The same share for the best sentence of another kind of source: a differing source is worth more than one more quotation."""
NEAR_DUPLICATE_COSINE = 0.93
NEAR_DUPLICATE_WORDS = 0.8
REFUSAL = "The sources do not answer this."

_LEANS = re.compile(
    r"^[\"“‘'(]?(?:(?:and|but|so|yet|still|however|instead|also|then|thus|therefore|moreover|otherwise)\b,?\s+)?"
    r"(?:it|its|this|that|these|those|they|their|them|he|his|she|her|such|both|neither|the (?:former|latter))\b",
    re.I,
)
_OPENS_WITH_LINK = re.compile(r"^[\"“‘'(]?(?:but|yet|however|instead|otherwise|therefore|thus)\b", re.I)


@dataclass(frozen=True, slots=True)
class Quotation:
    """One unbroken run of a document's text that the answer shows."""

    hit: Hit
    span: Span
    probability: float


def choose(evidence: Evidence, limit: int = MAX_SENTENCES) -> list[ScoredSentence]:
    """The sentences to show, best first: each adds something, and a differing kind of source is heard."""
    if not evidence.sentences:
        return []
    best = evidence.sentences[0].probability
    chosen: list[ScoredSentence] = []
    for scored in evidence.sentences:
        enough = scored.probability >= max(FLOOR, SHARE * best)
        if len(chosen) == limit or (chosen and not enough):
            break
        if not any(_near_duplicate(scored, other) for other in chosen):
            chosen.append(scored)
    other = _other_voice(evidence, chosen, best)
    if other is not None:
        chosen = [*chosen[: limit - 1], other]
    return chosen


def _other_voice(evidence: Evidence, chosen: Sequence[ScoredSentence], best: float) -> ScoredSentence | None:
    """The best sentence of a source of another kind or context, when none is among the chosen and it is good enough."""
    voice = chosen[0].candidate.hit.document
    if any(not same_voice(voice, scored.candidate.hit.document) for scored in chosen):
        return None
    for scored in evidence.sentences:
        if scored.probability < max(FLOOR, OTHER_VOICE_SHARE * best):
            return None
        if not same_voice(voice, scored.candidate.hit.document):
            return None if any(_near_duplicate(scored, other) for other in chosen) else scored
    return None


def _near_duplicate(one: ScoredSentence, other: ScoredSentence) -> bool:
    a, b = one.candidate, other.candidate
    if float(a.vector @ b.vector) >= NEAR_DUPLICATE_COSINE:
        return True
    union = len(a.stems | b.stems)
    return bool(union) and len(a.stems & b.stems) / union >= NEAR_DUPLICATE_WORDS


def quotations(
    chosen: Sequence[ScoredSentence],
    text_of: Callable[[str], str],
    before: Callable[[Hit, Span], Span | None],
) -> list[Quotation]:
    """Chosen sentences as unbroken quotations, in reading order: documents by their best sentence, then by place.

    A sentence that leans on the one before it ("It took ...") brings that one along; sentences that touch become one
    quotation. `before(hit, span)` gives the sentence before a span in the same paragraph, or None.
    """
    rank: dict[str, int] = {}
    for scored in chosen:
        rank.setdefault(scored.candidate.hit.document.document, len(rank))
    pieces = sorted(
        (_with_antecedent(scored, before) for scored in chosen),
        key=lambda piece: (rank[piece.hit.document.document], piece.span.start, -piece.span.end),
    )
    joined: list[Quotation] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and _touch(last, piece, text_of):
            span = Span(last.span.start, max(last.span.end, piece.span.end))
            joined[-1] = Quotation(last.hit, span, max(last.probability, piece.probability))
        else:
            joined.append(piece)
    return joined


def _with_antecedent(scored: ScoredSentence, before: Callable[[Hit, Span], Span | None]) -> Quotation:
    hit, span = scored.candidate.hit, scored.candidate.span
    start = span.start
    if leans(scored.candidate.text):
        previous = before(hit, span)
        # One step back only: two sentences that both lean are a paragraph, and the reader opens the source for that.
        if previous is not None and previous.end <= span.start:
            start = previous.start
    return Quotation(hit, Span(start, span.end), scored.probability)


def leans(sentence: str) -> bool:
    """Whether a sentence opens with a word that points at the one before it."""
    return bool(_LEANS.match(sentence) or _OPENS_WITH_LINK.match(sentence))


def _touch(one: Quotation, other: Quotation, text_of: Callable[[str], str]) -> bool:
    if one.hit.document.document != other.hit.document.document:
        return False
    if other.span.start <= one.span.end:
        return True
    between = text_of(one.hit.document.document)[one.span.end : other.span.start]
    return not between.strip() and between.count("\n") < 2


def compose(
    found: Sequence[Quotation], text_of: Callable[[str], str], places: Places
) -> tuple[str, tuple[Citation, ...]]:
    """The answer's text, one quotation to a line with its marker, and the citations that the markers name."""
    cited = [quotation.hit.document for quotation in found]
    lines, citations = [], []
    for n, quotation in enumerate(found, start=1):
        document = quotation.hit.document
        citation = cite(n, quotation.hit, quotation.span, text_of(document.document), places)
        citations.append(citation)
        words = f"“{' '.join(citation.quote.split())}” [{n}]"
        said = n > 1 and found[n - 2].hit.document == document
        lines.append(words if said or not needs_lead(document, cited) else f"{lead_in(document)}: {words}")
    return "\n".join(lines), tuple(citations)


def nearest(hits: Sequence[Hit], text_of: Callable[[str], str], places: Places, most: int = 3) -> tuple[Citation, ...]:
    """The best passages as citations, for a reader whose question the sources do not answer."""
    return tuple(
        cite(n, hit, Span(hit.start, hit.end), text_of(hit.document.document), places)
        for n, hit in enumerate(hits[:most], start=1)
    )
