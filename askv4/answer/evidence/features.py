"""Figures about a question and the sentences that may answer it. None knows a word of any corpus.

Two tables: one row per candidate sentence (does it belong to the answer?), one row per question (do the best sentences
answer it at all?).
"""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

from askv4.answer.evidence.gather import CandidateSentence, EncodedQuestion, Gathered, Reading
from askv4.language.en import STOP_WORDS
from askv4.language.words import asks, words

Matrix = NDArray[np.float32]

SENTENCE_FEATURES = (
    "cosine", "cosine_around", "cosine_before", "cosine_after", "passage_cosine", "passage_gap", "passage_rank",
    "covered", "covered_around", "covered_passage", "late", "weakest", "late_gap", "cosine_gap",
    "length", "new_words", "is_question", "position", "fragment",
)  # fmt: skip

WORD_FEATURES = ("covered", "covered_around", "covered_passage", "passage_rank", "length", "new_words", "position")
READ_FEATURES = ("read", "read_gap", "read_rank", "read_passage", "read_span")

QUESTION_FEATURES = (
    "cosine_best", "passage_cosine_max", "covered_best", "weakest_union", "names_missing",
    "read_top", "read_top_likely", "read_passage", "read_passage_likely", "read_spread", "terms_three", "follow_up",
)  # fmt: skip
FRAGMENT_WORDS = 4
"""A sentence of fewer is a fragment."""
LEAST_TERMS = 3
"""A question with fewer terms counts as having three: hardly any in the training sets has fewer."""
QUESTION_WORD_FEATURES = (
    "covered_best", "covered_max", "covered_around_four", "covered_passage_max", "covered_passage_first",
    "covered_union", "terms", "names_missing", "names_missing_passage",
)  # fmt: skip
"""The figures about words: all there is for a question in letters that the models cannot read."""
QUESTION_FIGURES = (*QUESTION_FEATURES, *(name for name in QUESTION_WORD_FEATURES if name not in QUESTION_FEATURES))


def sentence_features(gathered: Gathered) -> Matrix:
    """[candidates, len(SENTENCE_FEATURES)], in the order of `gathered.candidates`."""
    candidates = gathered.candidates
    if not candidates:
        return np.zeros((0, len(SENTENCE_FEATURES)), dtype=np.float32)
    best_score = gathered.hits[0].score
    rows = [_row(gathered, index, best_score) for index in range(len(candidates))]
    table = np.array(rows, dtype=np.float32)
    for gap, of in (("late_gap", "late"), ("cosine_gap", "cosine")):
        column = table[:, SENTENCE_FEATURES.index(of)]
        table[:, SENTENCE_FEATURES.index(gap)] = column - column.max()
    return table


def columns(table: Matrix, every: tuple[str, ...], wanted: tuple[str, ...]) -> Matrix:
    """[rows, len(wanted)] of a table whose columns are named by `every`."""
    return table[:, [every.index(name) for name in wanted]]


def with_reading(table: Matrix, reading: Reading) -> Matrix:
    """[candidates, SENTENCE_FEATURES + READ_FEATURES]: the sentences' table with what the reader makes of them."""
    scores = reading.sentences
    rank = np.argsort(np.argsort(-scores, kind="stable"), kind="stable")
    passage = np.full_like(scores, reading.passage)
    added = (scores, scores - scores.max(), 1.0 / (1 + rank), passage, reading.answer_scores)
    return np.hstack([table, np.column_stack(added)]).astype(np.float32)


def _row(gathered: Gathered, index: int, best_score: float) -> list[float]:
    question, candidates = gathered.encoded, gathered.candidates
    one = candidates[index]
    before = _neighbour(candidates, index, -1)
    after = _neighbour(candidates, index, 1)
    near = [c for c in (before, after) if c is not None]
    around = one.vector + 0.5 * sum((c.vector for c in near), np.zeros_like(one.vector))
    context = gathered.context[one.hit.passage_id]
    late, weakest = late_interaction(question, one.states)
    return [
        float(one.vector @ question.vector),
        float(around @ question.vector) / max(float(np.linalg.norm(around)), 1e-9),
        float(before.vector @ question.vector) if before else 0.0,
        float(after.vector @ question.vector) if after else 0.0,
        one.hit.cosine or 0.0,
        one.hit.score - best_score,
        1.0 / one.hit.rank,
        covered(question, one.stems),
        covered(question, one.stems.union(context, *(c.stems for c in near))),
        covered(question, gathered.stems_of(one.hit.passage_id) | context),
        late,
        weakest,
        0.0,  # late_gap and cosine_gap need the whole table
        0.0,
        log(1 + len(words(one.text))),
        log(1 + len(one.stems.difference(question.terms, STOP_WORDS))),
        float(asks(one.text)),
        one.position / max(1, len(one.hit.sentences)),
        float(len(words(one.text)) < FRAGMENT_WORDS),
    ]


def question_figures(gathered: Gathered, table: Matrix, probability: NDArray[np.float64], reading: Reading) -> Matrix:
    """[len(QUESTION_FIGURES)], from the sentences' table and their probabilities [candidates]; candidates must exist."""
    question, candidates = gathered.encoded, gathered.candidates
    column = {name: table[:, i] for i, name in enumerate(SENTENCE_FEATURES)}
    order = np.argsort(-probability, kind="stable")
    best, four = order[0], order[:4]
    union = frozenset().union(*(candidates[i].stems for i in four))
    context = union.union(*(gathered.context[candidates[i].hit.passage_id] for i in four))
    passage = candidates[best].hit.passage_id
    whole = gathered.context[passage] | gathered.stems_of(passage)
    _, weakest_union = late_interaction(question, np.vstack([candidates[i].states for i in four]))
    read = np.sort(reading.sentences)[::-1]
    # A passage of notes about several things says less as a whole than the one line of it that answers.
    top = max(reading.passage, float(read[0]))
    figures = {
        "cosine_best": column["cosine"][best],
        "passage_cosine_max": column["passage_cosine"].max(),
        "covered_best": column["covered"][best],
        "weakest_union": weakest_union,
        "names_missing": names_missing(question, context),
        "read_top": top,
        "read_top_likely": _likely(top),
        "read_passage": reading.passage,
        "read_passage_likely": _likely(reading.passage),
        "read_spread": read[0] - read[min(4, len(read) - 1)],
        "terms_three": log(1 + max(LEAST_TERMS, len(question.terms))),
        "follow_up": bool(gathered.question.history),
        "covered_max": column["covered"].max(),
        "covered_around_four": column["covered_around"][four].max(),
        "covered_passage_max": column["covered_passage"].max(),
        "covered_passage_first": column["covered_passage"][0],
        "covered_union": covered(question, union),
        "terms": log(1 + len(question.terms)),
        "names_missing_passage": names_missing(question, whole),
    }
    return np.array([figures[name] for name in QUESTION_FIGURES], dtype=np.float32)


def _likely(logit: float) -> float:
    return float(1.0 / (1.0 + np.exp(-float(logit))))


def covered(question: EncodedQuestion, stems: frozenset[str]) -> float:
    """Share of the question's idf that `stems` cover, 0 to 1."""
    total = float(question.idf.sum())
    if total <= 0:
        return 0.0
    return sum(float(w) for term, w in zip(question.terms, question.idf, strict=True) if term in stems) / total


def names_missing(question: EncodedQuestion, stems: frozenset[str]) -> float:
    """Share of the question's idf that lies in names which `stems` lack, 0 to 1."""
    return covered(question, question.names - stems)


def late_interaction(question: EncodedQuestion, states: Matrix) -> tuple[float, float]:
    """(mean, least) over the question's words of the best cosine to any token state in `states` [tokens, d].

    The mean weighs words by idf (MaxSim, Khattab and Zaharia 2020); the least looks at words of some weight only, so
    that the one thing a sentence does not speak of shows.
    """
    if not len(states) or not len(question.states):
        return 0.0, 0.0
    best = (question.states @ states.T).max(axis=1)
    weights = question.weights
    heavy = best[weights > 0.3 * weights.max()]
    return float((best * weights).sum() / weights.sum()), float(heavy.min()) if len(heavy) else 0.0


def _neighbour(candidates: tuple[CandidateSentence, ...], index: int, step: int) -> CandidateSentence | None:
    other = index + step
    if 0 <= other < len(candidates) and candidates[other].hit.passage_id == candidates[index].hit.passage_id:
        return candidates[other]
    return None
