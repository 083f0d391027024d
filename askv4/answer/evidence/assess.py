"""Which sentences answer the question, and whether they do: surely, perhaps, or not.

Logistic regressions over the figures of features.py, fitted by scripts/training/train_evidence.py on public question sets: one picks
the sentences that are worth the reader's time, one weighs them with what the reader said, one weighs all together; two
more do so for questions in letters that encoder and reader cannot read, by the words alone.
Nothing here touches a disk, a clock or a model: values in, values out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from askv4.answer.evidence.features import (
    QUESTION_FEATURES,
    QUESTION_FIGURES,
    QUESTION_WORD_FEATURES,
    READ_FEATURES,
    SENTENCE_FEATURES,
    WORD_FEATURES,
    Matrix,
    columns,
    question_figures,
    sentence_features,
    with_reading,
)
from askv4.answer.evidence.gather import CandidateSentence, Gathered, Reading, SentenceReader, read, unread
from askv4.answer.question.question import squeezed
from askv4.language.ticks import MARKS, is_unticked
from askv4.language.words import asks, content_words, words
from askv4.types import Span, Status

UNSHARED = 0.03
"""Confidence by the words alone below which a question in another language than English has hardly a word in common with what
was found: then the models, which were trained on English, may call it possible, but not an answer."""
OPEN_QUESTION = 0.15
"""Penalty for an unanswered question of the document's own: a factor on its probability."""
NOT_CHOSEN = 0.02
"""The same for an option that was left unticked,"""
OF_OTHERS = 0.01
"""and for what is said of another thing than the one that is named."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted logistic regression over standardised features."""

    mean: Matrix
    scale: Matrix
    weights: Matrix
    bias: float

    def __call__(self, table: Matrix) -> NDArray[np.float64]:
        """[rows] probabilities, strictly between 0 and 1."""
        z = ((table - self.mean) / self.scale) @ self.weights + self.bias
        return np.clip(1.0 / (1.0 + np.exp(-z.astype(np.float64))), 1e-6, 1 - 1e-6)

    @classmethod
    def from_dict(cls, stored: dict[str, Any], names: tuple[str, ...]) -> Logistic:
        """Read what the training script wrote; ValueError when it was fitted on other features."""
        if tuple(stored["features"]) != names:
            raise ValueError("weights.json was fitted on other features; run scripts/training/train_evidence.py")
        array = {key: np.array(stored[key], dtype=np.float32) for key in ("mean", "scale", "weights")}
        return cls(array["mean"], array["scale"], array["weights"], float(stored["bias"]))


@dataclass(frozen=True, slots=True)
class EvidenceModel:
    """The regressions, and the confidences from which there is an answer, and from which there may be one."""

    shortlist: Logistic
    sentence: Logistic
    question: Logistic
    sentence_by_words: Logistic
    question_by_words: Logistic
    answered_from: float
    uncertain_from: float


@cache
def load_model() -> EvidenceModel:
    """The fitted model that comes with the package."""
    stored = json.loads(files("askv4.answer.evidence").joinpath("weights.json").read_text(encoding="utf-8"))
    return EvidenceModel(
        Logistic.from_dict(stored["shortlist"], SENTENCE_FEATURES),
        Logistic.from_dict(stored["sentence"], SENTENCE_FEATURES + READ_FEATURES),
        Logistic.from_dict(stored["question"], QUESTION_FEATURES),
        Logistic.from_dict(stored["sentence_by_words"], WORD_FEATURES),
        Logistic.from_dict(stored["question_by_words"], QUESTION_WORD_FEATURES),
        float(stored["answered_from"]),
        float(stored["uncertain_from"]),
    )


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A candidate and the probability that it belongs to the answer."""

    candidate: CandidateSentence
    probability: float
    answer: Span | None = None
    """The words in it that answer, in its document's text, as the reader points at them."""
    answer_score: float = 0.0
    """Logit of these words less that of no words."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All candidates, best first, and the verdict on them together."""

    gathered: Gathered
    sentences: tuple[ScoredSentence, ...]
    confidence: float
    """Probability that the best sentences answer the question; 0 when nothing was found."""
    status: Status


def judge(gathered: Gathered, model: EvidenceModel, reader: SentenceReader) -> Evidence:
    """Score every candidate sentence and decide whether the best of them answer the question.

    A name that no passage has, and a best sentence that itself only asks, are a refusal.
    """
    if not gathered.candidates:
        return Evidence(gathered, (), 0.0, "not_in_sources")
    table = sentence_features(gathered)
    weigh = _by_models if gathered.encoded.readable else _by_words
    probability, confidence, reading = weigh(gathered, table, model, reader)
    order = np.argsort(-probability, kind="stable")
    sentences = tuple(
        ScoredSentence(
            gathered.candidates[i], float(probability[i]), reading.answers[i], float(reading.answer_scores[i])
        )
        for i in order
    )
    asked_again = bool(_left_open(gathered)[order[0]])
    status: Status = "not_in_sources"
    if confidence >= model.uncertain_from and not asked_again and not _unknown_identifiers(gathered):
        status = "answered" if confidence >= model.answered_from else "uncertain"
    return Evidence(gathered, sentences, confidence, status)


def _by_models(
    gathered: Gathered, table: Matrix, model: EvidenceModel, reader: SentenceReader
) -> tuple[NDArray[np.float64], float, Reading]:
    """([candidates] probabilities, confidence, what the reader said), with all that encoder and reader say."""
    reading = read(gathered, shortlist(gathered, table, model.shortlist), reader)
    probability = as_answers(gathered, model.sentence(with_reading(table, reading)))
    figures = question_figures(gathered, table, probability, reading)
    confidence = _confidence(model.question, figures, QUESTION_FEATURES)
    if gathered.question.language and _by_words(gathered, table, model, reader)[1] < UNSHARED:
        confidence = min(confidence, model.answered_from - 0.01)
    return probability, confidence, reading


def _by_words(
    gathered: Gathered, table: Matrix, model: EvidenceModel, _reader: SentenceReader
) -> tuple[NDArray[np.float64], float, Reading]:
    """Like `_by_models`, by the words alone: for letters that neither model can read."""
    probability = model.sentence_by_words(columns(table, SENTENCE_FEATURES, WORD_FEATURES))
    reading = unread(gathered)
    figures = question_figures(gathered, table, probability, reading)
    return probability, _confidence(model.question_by_words, figures, QUESTION_WORD_FEATURES), reading


def _confidence(model: Logistic, figures: Matrix, wanted: tuple[str, ...]) -> float:
    return float(model(columns(figures[None, :], QUESTION_FIGURES, wanted))[0])


def shortlist(gathered: Gathered, table: Matrix, model: Logistic) -> list[int]:
    """The candidates' places, the likeliest first, before the reader has seen any."""
    return [int(place) for place in np.argsort(-as_answers(gathered, model(table)), kind="stable")]


def _left_open(gathered: Gathered) -> NDArray[np.bool_]:
    """[candidates] whether the sentence asks, and is the last of its passage or has another question behind it, or what stands
    above it anyway: the name of whose letter it is."""
    ones = gathered.candidates
    asking = [asks(one.text) for one in ones]
    answered = [
        i + 1 < len(ones)
        and ones[i + 1].hit.passage_id == one.hit.passage_id
        and not asking[i + 1]
        and not ones[i + 1].stems <= gathered.context[one.hit.passage_id]
        for i, one in enumerate(ones)
    ]
    return np.array(asking, dtype=np.bool_) & ~np.array(answered, dtype=np.bool_)


def _not_chosen(gathered: Gathered) -> NDArray[np.bool_]:
    """[candidates] whether it is an unticked option that the question does not name, beside one that is ticked.

    In a list of tasks, whose boxes stand behind bullets, what is not ticked is as much of an answer.
    """
    boxed = [MARKS.search(one.text) is not None and not _is_task(one) for one in gathered.candidates]
    if not any(boxed):  # nearly always, and this stands on the way of every question
        return np.zeros(len(boxed), dtype=np.bool_)
    asked = set(words(gathered.question.standalone))
    off = [box and is_unticked(one.text) for box, one in zip(boxed, gathered.candidates, strict=True)]
    told = list(zip(gathered.candidates, boxed, off, strict=True))
    chosen = {one.hit.passage_id for one, box, no in told if box and not no}
    return np.array(
        [no and one.hit.passage_id in chosen and not asked.issuperset(content_words(one.text)) for one, _, no in told],
        dtype=np.bool_,
    )


def _is_task(one: CandidateSentence) -> bool:
    """Whether a bullet stands before it."""
    return one.hit.text[: one.span.start - one.hit.start].rstrip(" ").endswith(("-", "*", "+", "•"))


def _unknown_identifiers(gathered: Gathered) -> bool:
    """Whether the question names something by letters and digits ("X9000") that no retrieved passage names.

    Such a name has no synonym: a passage about the X8000 does not answer, however near it is.
    """
    if not gathered.question.identifiers:
        return False
    shown = squeezed(" ".join(f"{hit.document.title} {hit.heading or ''} {hit.text}" for hit in gathered.hits))
    return any(identifier not in shown for identifier in gathered.question.identifiers)


def as_answers(gathered: Gathered, probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities after what an answer must be like: no question of the document's own, unless a sentence that answers it
    follows, no option that was left unticked where another one is ticked, and not of another thing than is named."""
    asked = np.ones(len(probability))
    asked[list(gathered.of_others)] = OF_OTHERS
    kept = asked * np.where(_not_chosen(gathered), NOT_CHOSEN, np.where(_left_open(gathered), OPEN_QUESTION, 1.0))
    return np.clip(probability * kept, 1e-6, 1 - 1e-6)
