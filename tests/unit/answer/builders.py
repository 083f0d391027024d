"""Small values for tests of the answer room."""

from __future__ import annotations

import re

import numpy as np

from askv4.answer.evidence.assess import Evidence, ScoredSentence
from askv4.answer.evidence.gather import CandidateSentence, EncodedQuestion, Gathered
from askv4.answer.question.question import Question
from askv4.types import Document, Hit, Span


def document(name: str = "a.md", kind: str | None = None, context: str | None = None) -> Document:
    return Document(
        document=name, title=f"Title of {name}", kind=kind, context=context, date=None, state="indexed", reason=None,
        bytes=1, pages=None, passages=1, encoding="utf-8",
    )  # fmt: skip


def hit_of(text: str, of: Document | None = None, passage_id: int = 1, start: int = 0, rank: int = 1) -> Hit:
    """The whole of `text` from `start` as one passage; sentences end at full stops."""
    spans = tuple(Span(m.start() + start, m.end() + start) for m in re.finditer(r"[^.\s][^.]*\.", text[start:]))
    return Hit(
        rank=rank, score=1.0, passage_id=passage_id, document=of or document(), start=spans[0].start, end=spans[-1].end,
        line=1, page=None, heading=None, text=text[spans[0].start : spans[-1].end], sentences=spans,
    )  # fmt: skip


def vector(seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=32).astype(np.float32)
    return drawn / np.linalg.norm(drawn)


def evidence_of(*scored: tuple[Hit, int, float], vectors: dict[tuple[str, int], np.ndarray] | None = None) -> Evidence:
    """Evidence out of (hit, index of the sentence, probability)."""
    sentences = []
    for hit, index, probability in scored:
        span = hit.sentences[index]
        text = hit.text[span.start - hit.start : span.end - hit.start]
        name = (hit.document.document, index)
        own = (vectors or {}).get(name)
        candidate = CandidateSentence(
            hit, span, text, index, frozenset(text.lower().rstrip(".").split()),
            vector(abs(hash(name)) % 10_000) if own is None else own, np.zeros((1, 32), np.float32),
        )  # fmt: skip
        sentences.append(ScoredSentence(candidate, probability))
    sentences.sort(key=lambda s: -s.probability)
    encoded = EncodedQuestion(
        True, (), frozenset(), np.zeros(0, np.float32), vector(0), np.zeros((1, 32), np.float32),
        np.ones(1, np.float32),
    )  # fmt: skip
    hits = tuple({s.candidate.hit.passage_id: s.candidate.hit for s in sentences}.values())
    return Evidence(
        Gathered(Question("q"), encoded, hits, tuple(s.candidate for s in sentences), {}, {}, {}),
        tuple(sentences),
        0.9,
        "answered",
    )
