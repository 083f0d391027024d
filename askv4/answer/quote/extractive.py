"""The answer in quotations: which sentences, joined how, in which order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from askv4.answer.evidence.assess import Evidence, ScoredSentence
from askv4.answer.evidence.features import FRAGMENT_WORDS
from askv4.answer.question.question import Question
from askv4.answer.quote.citing import Places, cite
from askv4.answer.quote.completing import Neighbour, Note, complete
from askv4.answer.quote.voice import lead_in, needs_lead, same_voice
from askv4.language.words import asks, words
from askv4.text.row_labels import is_table_head
from askv4.types import Citation, Hit, Span

FLOOR = 0.10
"""A sentence is shown when its probability is at least this, and at least a share of the best one's."""
OTHER_VOICE_SHARE = 0.15
"""Share of the best probability from which the best sentence of another kind of source is shown to a yes/no question."""
NEAR_DUPLICATE_COSINE = 0.93
NEAR_DUPLICATE_WORDS = 0.8
NEAREST = 3
"""Passages shown where there is no answer, a candidate among them."""
REFUSAL = "The sources do not answer this."


@dataclass(frozen=True, slots=True)
class Length:
    """How much an answer quotes."""

    sentences: int
    """The most that are chosen; sentences that they need to be understood come on top."""
    share: float
    """A sentence is shown when its probability is at least this share of the best one's,"""
    odds: float = 0.0
    """and its odds at least this share of the square root of the best one's: the surer that one is, the surer another must be."""

    def takes(self, probability: float, best: float) -> bool:
        """Whether a sentence is likely enough beside the best one; a sentence that answers for sure leaves little to add."""
        return probability >= max(FLOOR, self.share * best) and _odds(probability) >= self.odds * sqrt(_odds(best))


_NONE = Question("")
BRIEF = Length(5, 0.12, 0.09)
LONG = Length(12, 0.05)


@dataclass(frozen=True, slots=True)
class Quotation:
    """One unbroken run of a document's text that the answer shows."""

    hit: Hit
    span: Span
    probability: float
    notes: tuple[Note, ...] = ()
    """What is shown in brackets."""
    sentences: tuple[Span, ...] = ()
    """The chosen sentences in it, best first; the others were brought along."""

    def holds(self, scored: ScoredSentence) -> bool:
        """Whether it shows the whole sentence."""
        one, same = scored.candidate, scored.candidate.hit.document.document == self.hit.document.document
        return same and self.span.start <= one.span.start and one.span.end <= self.span.end


def choose(evidence: Evidence, length: Length = BRIEF) -> list[ScoredSentence]:
    """The sentences to show, best first: each adds something, and a differing kind of source is heard."""
    if not evidence.sentences:
        return []
    best, limit = evidence.sentences[0].probability, length.sentences
    chosen: list[ScoredSentence] = []
    for scored in evidence.sentences:
        if len(chosen) >= limit or (chosen and not length.takes(scored.probability, best)):
            break
        if not any(_near_duplicate(scored, other) for other in chosen) and (not chosen or _adds(scored, evidence)):
            chosen.append(scored)
    other = _other_voice(evidence, chosen, length)
    if other is not None:
        chosen = [*chosen[: limit - 1], other]
    return chosen


def _odds(probability: float) -> float:
    return probability / max(1.0 - probability, 1e-6)


def _adds(scored: ScoredSentence, evidence: Evidence) -> bool:
    """Whether a sentence has something to say beside a better one: no question, no fragment without a word of what was asked."""
    one = scored.candidate
    fragment = len(words(one.text)) < FRAGMENT_WORDS and one.stems.isdisjoint(evidence.gathered.encoded.terms)
    return not fragment and not asks(one.text)


def _other_voice(evidence: Evidence, chosen: Sequence[ScoredSentence], length: Length) -> ScoredSentence | None:
    """The best sentence of a source of another kind or context, when none is among the chosen and it is good enough."""
    voice = chosen[0].candidate.hit.document
    # Who asks whether it is so wants to hear who says otherwise.
    enough = Length(1, OTHER_VOICE_SHARE) if evidence.gathered.question.is_yes_no else length
    if any(not same_voice(voice, scored.candidate.hit.document) for scored in chosen):
        return None
    for scored in evidence.sentences:
        if not enough.takes(scored.probability, evidence.sentences[0].probability):
            return None
        if not same_voice(voice, scored.candidate.hit.document):
            return None if any(_near_duplicate(scored, other) for other in chosen) else scored
    return None


def _near_duplicate(one: ScoredSentence, other: ScoredSentence) -> bool:
    a, b = one.candidate, other.candidate
    if a.hit.document.document == b.hit.document.document and (a.opened or b.opened):
        return a.text == b.text  # rows of a table have their labels in common
    if float(a.vector @ b.vector) >= NEAR_DUPLICATE_COSINE:
        return True
    union = len(a.stems | b.stems)
    return bool(union) and len(a.stems & b.stems) / union >= NEAR_DUPLICATE_WORDS


def without_heads(chosen: Sequence[ScoredSentence], text_of: Callable[[str], str]) -> list[ScoredSentence]:
    """The chosen sentences without the lines of labels of tables, unless there is nothing else."""
    kept = [s for s in chosen if not is_table_head(text_of(s.candidate.hit.document.document), s.candidate.span)]
    return kept or list(chosen)


def quotations(
    chosen: Sequence[ScoredSentence],
    text_of: Callable[[str], str],
    before: Neighbour,
    after: Neighbour = lambda _hit, _span: None,
    question: Question = _NONE,
) -> list[Quotation]:
    """Chosen sentences as unbroken quotations: the one that answers best first, then the others of its document in reading
    order, then the other documents by their best sentence.

    A sentence brings what it cannot be read without (`completing`); sentences that touch become one quotation. `before`
    and `after` give the sentence beside a span in the same paragraph, or None.
    """
    rank: dict[str, int] = {}
    for scored in chosen:
        rank.setdefault(scored.candidate.hit.document.document, len(rank))
    quoted = {(scored.candidate.hit.document.document, scored.candidate.span) for scored in chosen}

    def unquoted(hit: Hit, span: Span) -> Span | None:
        # The sentence before that is quoted itself will touch this one, and needs neither bringing nor naming.
        previous = before(hit, span)
        return None if (hit.document.document, previous) in quoted else previous

    pieces = sorted(
        (completed(scored, text_of, unquoted, after, question) for scored in chosen),
        key=lambda piece: (rank[piece.hit.document.document], piece.span.start, -piece.span.end),
    )
    joined: list[Quotation] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and _touch(last, piece, text_of):
            joined[-1] = _joined(last, piece)
        else:
            joined.append(piece)
    best = max(joined, key=lambda quotation: quotation.probability, default=None)
    joined.sort(key=lambda quotation: (rank[quotation.hit.document.document], quotation is not best))
    return _said_once(joined)


def completed(
    scored: ScoredSentence, text_of: Callable[[str], str], before: Neighbour, after: Neighbour, question: Question
) -> Quotation:
    """A chosen sentence as a quotation of its own, with what it cannot be read without."""
    hit, span = scored.candidate.hit, scored.candidate.span
    whole = complete(hit, span, text_of(hit.document.document), question, before, after)
    return Quotation(hit, whole.span, scored.probability, whole.notes, (span,))


def _joined(one: Quotation, other: Quotation) -> Quotation:
    first, second = (one, other) if one.probability >= other.probability else (other, one)
    span = Span(one.span.start, max(one.span.end, other.span.end))
    said = {words for _, words in one.notes if words.endswith((":", "："))}
    notes = (*one.notes, *(note for note in other.notes if note[1] not in said))
    return Quotation(one.hit, span, first.probability, notes, (*first.sentences, *second.sentences))


def _said_once(quoted: Sequence[Quotation]) -> list[Quotation]:
    """The quotations without brackets that the last one of the same document which had any has, too."""
    last: dict[str, set[str]] = {}
    shown = []
    for quotation in quoted:
        name = quotation.hit.document.document
        long = {note: note[1] for note in quotation.notes if note[1].endswith((":", "："))}
        told = last.get(name, set())
        shown.append(replace(quotation, notes=tuple(n for n in quotation.notes if n not in long or n[1] not in told)))
        if long:
            last[name] = {*long.values()}
    return shown


def _is_row(quotation: Quotation) -> bool:
    """Whether it is shown with labels for its cells: two rows in one line would be hard to read."""
    return any(not words.endswith((":", "：")) for _, words in quotation.notes)


def _touch(one: Quotation, other: Quotation, text_of: Callable[[str], str]) -> bool:
    if one.hit.document.document != other.hit.document.document:
        return False
    if other.span.start <= one.span.end:
        return True
    if _is_row(one) and _is_row(other):
        return False
    between = text_of(one.hit.document.document)[one.span.end : other.span.start]
    return not between.strip() and between.count("\n") < 2


def numbered(scored: ScoredSentence, quoted: Sequence[Quotation]) -> int:
    """The number of the quotation that holds a chosen sentence."""
    return next(n for n, quotation in enumerate(quoted, start=1) if quotation.holds(scored))


def compose(
    quoted: Sequence[Quotation],
    text_of: Callable[[str], str],
    places: Places,
    marks: Callable[[Quotation, str], tuple[Span, ...]] = lambda _quotation, _text: (),
    against: Collection[str] = (),
) -> tuple[str, tuple[Citation, ...]]:
    """The answer's text, one quotation to a line with its marker, and the citations that the markers name.

    `marks` gives the words of a quotation that answer, in its document's text. `against` holds the documents that differ
    from each other: each is named, with its date.
    """
    cited = [quotation.hit.document for quotation in quoted]
    lines, citations = [], []
    for n, quotation in enumerate(quoted, start=1):
        document = quotation.hit.document
        text = text_of(document.document)
        line = shown(quotation, text)
        noted = line if quotation.notes else ""
        citations.append(cite(n, quotation.hit, quotation.span, text, places, marks(quotation, text), shown=noted))
        words = f"“{line}” [{n}]"
        said = n > 1 and quoted[n - 2].hit.document == document
        differs = document.document in against
        lead = not said and (differs or needs_lead(document, cited))
        lines.append(f"{lead_in(document, dated=differs)}: {words}" if lead else words)
    return "\n".join(lines), tuple(citations)


def shown(quotation: Quotation, text: str) -> str:
    """A quotation on one line, with what it needs in brackets."""
    pieces, done = [], quotation.span.start
    for at, note in sorted(quotation.notes):
        before = text[quotation.span.start : at]
        if done <= at < quotation.span.end and note.rstrip(":：") not in before:
            pieces += [text[done:at], f" [{note}] "]
            done = at
    return " ".join("".join([*pieces, text[done : quotation.span.end]]).split())


def nearest(
    hits: Sequence[Hit], judged: Sequence[ScoredSentence], text_of: Callable[[str], str], places: Places, first: int = 1
) -> tuple[Citation, ...]:
    """The best passages as citations numbered `first` to `NEAREST`, for a reader whose question the sources do not answer.

    Each with its likeliest sentence: the refusal may be wrong, and then that is what the reader looks for. `judged`: best first.
    """
    likely = {one.candidate.hit.passage_id: one.candidate.span for one in reversed(judged)}
    return tuple(
        cite(
            n, hit, Span(hit.start, hit.end), text_of(hit.document.document), places, likely=likely.get(hit.passage_id)
        )
        for n, hit in zip(range(first, NEAREST + 1), hits, strict=False)
    )
