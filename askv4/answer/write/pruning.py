"""The evidence that a model sees: the likeliest sentences and no more, in the order of their documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from askv4.answer.evidence.assess import Evidence
from askv4.answer.question.question import Question
from askv4.answer.quote.extractive import Length, choose, completed, shown, without_heads
from askv4.answer.quote.quoting import Beside, Sources, texts
from askv4.answer.write.addressed import speaks_to_a_model
from askv4.types import Citation, Document, Hit, Span

SHARE = 0.1
"""A sentence is left out below this share of the best one's probability: it would only lead a small model astray."""
MOST_TOKENS = 350
BRING, ROOMY = 2, 200
"""The two best sentences bring the one behind them while all have at most 200 tokens."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A sentence of the evidence, with the neighbour that it cannot be read without."""

    hit: Hit
    span: Span
    text: str
    """On one line, with what "it" stands for in round brackets, as the model sees it."""
    shown: str = ""
    """As `Citation.shown`."""


def prune(
    evidence: Sequence[Evidence], sources: Sources, question: Question, count: Callable[[str], int], sentences: int
) -> tuple[Excerpt, ...]:
    """The likeliest sentences of each `evidence`, about `sentences` in all and at most some `MOST_TOKENS` tokens as `count` counts.

    Where there is room, the best ones bring the sentence behind them: "there are two ways" says little without it.
    Documents stand in the order of their best sentence, sentences in the order of their document. One is kept at least,
    unless all are orders to the reader.
    """
    text_of = texts(sources)
    beside = Beside(sources, text_of)
    each = max(2, sentences // max(1, len(evidence)))
    chosen = [
        scored for one in evidence for scored in without_heads(choose(one, Length(each, SHARE)), text_of)
    ]  # fmt: skip
    kept: list[Excerpt] = []
    tokens = 0

    def keep(excerpt: Excerpt, most: int) -> bool:
        """Whether there was room."""
        nonlocal tokens
        if speaks_to_a_model(excerpt.text) or any(_overlap(excerpt, other) for other in kept):
            return True
        more = count(excerpt.text)
        if kept and tokens + more > most:
            return False
        tokens += more
        kept.append(excerpt)
        return True

    for scored in chosen:
        quotation = completed(scored, text_of, beside.before, beside.after, question)
        text = text_of(quotation.hit.document.document)
        line = shown(quotation, text)
        noted = line if quotation.notes else ""
        if not keep(Excerpt(quotation.hit, quotation.span, one_line(line), noted), MOST_TOKENS):
            break
    for one in kept[:BRING]:
        behind = beside.after(one.hit, one.span)
        if behind is not None and behind.start >= one.span.end:
            text = text_of(one.hit.document.document)
            keep(Excerpt(one.hit, behind, one_line(behind.of(text))), ROOMY)
    rank: dict[str, int] = {}
    for one in kept:
        rank.setdefault(one.hit.document.document, len(rank))
    return tuple(sorted(kept, key=lambda one: (rank[one.hit.document.document], one.span.start)))


def quoted_excerpts(citations: Sequence[Citation], count: Callable[[str], int]) -> tuple[Excerpt, ...]:
    """What citations quote, as much of it as a model is shown: one at least, unless all are orders to the reader."""
    kept: list[Excerpt] = []
    tokens = 0
    for one in citations:
        line, span = one_line(one.quote), Span(one.start, one.end)
        tokens += count(line)
        if speaks_to_a_model(line) or (kept and tokens > MOST_TOKENS):
            continue
        document = Document(
            document=one.document, title=one.title, kind=one.kind, context=None, date=None, state="indexed",
            reason=None, bytes=0, pages=None, passages=0, encoding=None,
        )  # fmt: skip
        hit = Hit(1, 1.0, 0, document, one.start, one.end, one.line, one.page, one.heading, one.quote, (span,))
        kept.append(Excerpt(hit, span, line))
    return tuple(kept)


def one_line(text: str) -> str:
    """Without line breaks, so that a document cannot write lines of its own into a prompt; square brackets become round."""
    return " ".join(text.split()).replace("[", "(").replace("]", ")")


def _overlap(one: Excerpt, other: Excerpt) -> bool:
    same = one.hit.document.document == other.hit.document.document
    return same and one.span.start < other.span.end and other.span.start < one.span.end
