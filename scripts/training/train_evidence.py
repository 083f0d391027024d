"""Fit the logistic regressions of askv4/answer/evidence/assess.py and write askv4/answer/evidence/weights.json.

    .venv/bin/python -m scripts.training.train_evidence --data ../shared/data --tools ../shared/tools --work /tmp/evidence [--write]

Every question goes through the program's own index, retrieval and features, so that training and use cannot drift apart.
Sets: clapnq (sentences that annotators used), xquad (sentences that hold the answer), mtrag_un (answerable or not), near,
papers and twins (scripts/training: reader_questions.jsonl, reader_papers.jsonl and reader_twins.jsonl, the documents that
the reader was not trained on). Each answerable question of all but mtrag_un is asked a second time with its own document left out: near in topic, not answerable. Prints, leaving one
set out at a time, how well each regression does on the set that it has not seen: its calibration, and both rates of error
for either threshold. `answered_from` is an option; `uncertain_from` is the highest confidence, in steps, from which no set
that was left out has more than a quarter of its answerable questions refused.
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.preprocessing import StandardScaler

from askv4.answer.evidence.assess import Logistic, as_answers, shortlist
from askv4.answer.evidence.features import (
    QUESTION_FEATURES,
    QUESTION_FIGURES,
    QUESTION_WORD_FEATURES,
    READ_FEATURES,
    SENTENCE_FEATURES,
    WORD_FEATURES,
    columns,
    question_figures,
    sentence_features,
    with_reading,
)
from askv4.answer.evidence.gather import Gathered, Reading, gather, read, settled, unread
from askv4.answer.question.question import Question
from askv4.neural.encoder import open_shipped
from askv4.neural.onnx_encoder import OnnxEncoder
from askv4.neural.reader import Reader
from askv4.retrieve.retriever import Retriever
from askv4.sync.index import Index, open_index
from askv4.types import Hit, Turn
from scripts.places import ROOT
from scripts.training.question_sets import as_file, lay_out, load

WEIGHTS = ROOT / "askv4" / "answer" / "evidence" / "weights.json"
SETS = {"clapnq": 1, "xquad": 6, "mtrag_un": 1, "near": 2, "papers": 5, "twins": 4}
"""Set -> take every Nth question."""
STEPS = tuple(step / 20 for step in range(2, 15))
"""Confidences that may be thresholds. Below the lowest, nine of ten candidates would be wrong."""
REFUSED_AT_MOST = 0.25
"""Of the answerable questions of a set, below `uncertain_from`."""
EITHER = {"length", "new_words", "position", "terms", "terms_three", "follow_up"}
"""Figures that may speak for an answer or against it."""
AGAINST = {"is_question", "fragment", "names_missing", "names_missing_passage"}
"""Figures that speak against one; all others speak for it."""
CHINESE = {"xquad_zh": 3, "cmrc2018": 3}
"""The same for what the English models cannot read: the regressions over words are fitted on it."""


@dataclass
class Example:
    """One question with its candidates' figures."""

    data: str
    gathered: Gathered
    table: np.ndarray
    labels: np.ndarray | None
    """[candidates] whether the sentence belongs to the answer; None where nobody marked sentences."""
    answerable: bool
    removed: bool
    """Whether the answering document was left out."""
    reading: Reading | None = None
    """What the reader makes of it; None until a shortlist is fitted."""

    @property
    def whole(self) -> np.ndarray:
        """The sentences' table with what the reader says."""
        assert self.reading is not None
        return with_reading(self.table, self.reading)


def squeeze(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def examples(name: str, every: int, args: argparse.Namespace) -> Iterator[Example]:
    passages, questions = load(name, args.data, args.tools)
    corpus = args.work / name / "corpus"
    lay_out(corpus, {f"p{i:05d}.md": as_file(*passage) for i, passage in enumerate(passages)})
    encoder, reader = open_shipped(args.work / "data", narrate=print), Reader(args.work / "data", print)
    with open_index(args.work / "data", corpus, encoder) as index:
        index.sync()
        for question in questions[::every]:
            yield from _ask(name, question, index, encoder, reader)


def _ask(name: str, question: dict[str, Any], index: Index, encoder: OnnxEncoder, reader: Reader) -> Iterator[Example]:
    history = tuple(Turn(turn["question"], turn["answer"]) for turn in question["history"])
    asked = Question(question["question"], history)
    hits = Retriever(index.catalog, index.vectors, encoder).search(asked.asked, 40, also=asked.wordings)
    right = {f"p{i:05d}.md" for i in question["relevant"]}
    marked = bool(question["gold"] or question["answers"])
    for removed in (False, True) if marked else (False,):
        kept = [hit for hit in hits if not (removed and hit.document.document in right)]
        kept = [replace(hit, rank=rank) for rank, hit in enumerate(kept, start=1)]
        kept = settled(reader, encoder, asked, kept)
        gathered = gather(asked, kept, encoder, index.catalog)
        labels = np.array([_answers(c.hit, c.text, right, question) for c in gathered.candidates]) if marked else None
        yield Example(
            name, gathered, sentence_features(gathered), labels, question["answerable"] and not removed, removed
        )


def _answers(hit: Hit, text: str, right: set[str], question: dict[str, Any]) -> bool:
    one = squeeze(text)
    if hit.document.document not in right or not one:
        return False
    if question["gold"]:
        return any(one in gold or gold in one for gold in map(squeeze, question["gold"]) if gold)
    return any(squeeze(answer) in one for answer in question["answers"])


def fit(names: tuple[str, ...], table: np.ndarray, labels: np.ndarray, weights: np.ndarray, c: float) -> Logistic:
    """A logistic regression with an L2 penalty (inverse strength `c`), whose weights have the sign that their meaning has.

    Without the signs, figures that go together get weights that cancel out where they were fitted, and nowhere else.
    """
    scaler = StandardScaler().fit(table)
    scaler.scale_[scaler.scale_ < 1e-6] = 1.0
    x, y = scaler.transform(table), labels.astype(float)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w[:-1] + w[-1]
        slope = weights * (expit(z) - y)
        value = (weights * (np.logaddexp(0, z) - y * z)).sum() + (w[:-1] ** 2).sum() / (2 * c)
        return float(value), np.append(x.T @ slope + w[:-1] / c, slope.sum())

    bounds = [(None, None) if n in EITHER else (None, 0) if n in AGAINST else (0, None) for n in names]
    start = np.zeros(len(names) + 1)
    fitted = minimize(loss, start, jac=True, bounds=[*bounds, (None, None)], options={"maxiter": 5000}).x
    mean, scale, learned = (np.asarray(v, dtype=np.float32) for v in (scaler.mean_, scaler.scale_, fitted[:-1]))
    return Logistic(mean, scale, learned, float(fitted[-1]))


def marked(examples: list[Example]) -> list[Example]:
    """Answerable questions whose sentences somebody marked."""
    return [e for e in examples if e.labels is not None and e.answerable]


def fit_sentences(examples: list[Example], *, with_reader: bool) -> Logistic:
    """Each set with the same total weight."""
    use = marked(examples)
    size = {name: sum(len(e.table) for e in use if e.data == name) for name in SETS}
    weights = np.concatenate([np.full(len(e.table), 5000 / size[e.data]) for e in use])
    tables = [e.whole if with_reader else e.table for e in use]
    names = SENTENCE_FEATURES + READ_FEATURES if with_reader else SENTENCE_FEATURES
    return fit(names, np.vstack(tables), np.concatenate([e.labels for e in use]), weights, 0.3)


def question_table(examples: list[Example], sentence: Logistic) -> np.ndarray:
    rows = []
    for e in examples:
        assert e.reading is not None
        probability = as_answers(e.gathered, sentence(e.whole))
        rows.append(question_figures(e.gathered, e.table, probability, e.reading))
    return columns(np.array(rows), QUESTION_FIGURES, QUESTION_FEATURES)


def fit_questions(examples: list[Example], names: tuple[str, ...], table: np.ndarray) -> Logistic:
    """Each set and, within it, each verdict with the same total weight."""
    keys = [(e.data, e.answerable) for e in examples]
    weights = np.array([500 / keys.count(key) for key in keys])
    return fit(names, table, np.array([e.answerable for e in examples]), weights, 0.3)


def average_precision(probability: np.ndarray, labels: np.ndarray) -> float:
    right = labels[np.argsort(-probability)]
    return float((np.cumsum(right) / np.arange(1, len(right) + 1))[right].mean())


def balanced(probability: np.ndarray, answerable: np.ndarray, threshold: float) -> float:
    return float(((probability[answerable] >= threshold).mean() + (probability[~answerable] < threshold).mean()) / 2)


def errors(probability: np.ndarray, answerable: np.ndarray, threshold: float) -> tuple[float, float]:
    """(of those not answerable, at or above the threshold; of the answerable, below it)."""
    above = probability >= threshold
    return float(above[~answerable].mean()), float((~above)[answerable].mean())


def lower_threshold(sets: dict[str, tuple[np.ndarray, np.ndarray]], upper: float) -> float:
    """Where uncertain answers begin; `sets` are the probabilities and the truth of each set that was left out.

    Never above the threshold of answers.
    """
    fits = [step for step in STEPS if all(errors(p, y, step)[1] <= REFUSED_AT_MOST for p, y in sets.values())]
    return min(upper, max(fits, default=STEPS[0]))


def print_thresholds(name: str, probability: np.ndarray, answerable: np.ndarray, *thresholds: float) -> None:
    """Both rates of error for each threshold, and how often what the models are so sure of is answerable."""
    for threshold in thresholds:
        false, refused = errors(probability, answerable, threshold)
        print(f"  {name} from {threshold:.2f}:  false answers {false:.3f}  false refusals {refused:.3f}")
    bins = np.minimum((probability * 10).astype(int), 9)
    told = [(b, (bins == b).sum(), answerable[bins == b].mean()) for b in range(10) if (bins == b).any()]
    print("    calibration:  " + "  ".join(f"{b / 10:.1f}+ {share:.2f} of {count}" for b, count, share in told))


def models(seen: list[Example]) -> tuple[Logistic, Logistic]:
    """The regressions over sentences and over questions."""
    sentence = fit_sentences(seen, with_reader=True)
    return sentence, fit_questions(seen, QUESTION_FEATURES, question_table(seen, sentence))


def held_out(examples: list[Example], folds: list[np.ndarray]) -> tuple[list[np.ndarray], np.ndarray]:
    """Sentences' and questions' probabilities, each from models that did not see the question; folds are masks."""
    sentences: list[np.ndarray] = [np.zeros(0)] * len(examples)
    questions = np.zeros(len(examples))
    for fold in folds:
        unseen = [e for e, out in zip(examples, fold, strict=True) if out]
        sentence, question = models([e for e, out in zip(examples, fold, strict=True) if not out])
        questions[fold] = question(question_table(unseen, sentence))
        for place, e in zip(np.flatnonzero(fold), unseen, strict=True):
            sentences[place] = as_answers(e.gathered, sentence(e.whole))
    return sentences, questions


def report(title: str, examples: list[Example], folds: list[np.ndarray], upper: float) -> float:
    """Print what the models do on what they have not seen; returns the lower threshold."""
    sentences, questions = held_out(examples, folds)
    print(title)
    truth = np.array([e.answerable for e in examples])
    masks = {name: np.array([e.data == name for e in examples]) for name in SETS}
    sets = {name: (questions[mask], truth[mask]) for name, mask in masks.items()}
    lower = lower_threshold(sets, upper)
    for name, (p, y) in sets.items():
        print_thresholds(name, p, y, lower, upper)
    for name in SETS:
        of_set = np.array([e.data == name for e in examples])
        natural = of_set & np.array([not e.removed for e in examples])
        for label, mask in (("", of_set), (" as given", natural)):
            y = np.array([e.answerable for e in examples])[mask]
            if len(set(y)) < 2 or (label and mask.sum() == of_set.sum()):
                continue
            p = questions[mask]
            line = {"AUC": roc_auc_score(y, p), "Brier": brier_score_loss(y, p)}
            line |= {f"balanced at {t}": balanced(p, y, t) for t in (0.4, 0.45, 0.5, 0.55, 0.6)}
            print(f"  {name}{label} ({len(y)}):  " + "  ".join(f"{k} {v:.3f}" for k, v in line.items()))
        rows = [
            (s, e.table, e.labels)
            for s, e in zip(sentences, examples, strict=True)
            if e.data == name and e.answerable and e.labels is not None and e.labels.any()
        ]
        if rows:
            ap = np.mean([average_precision(s, labels) for s, _, labels in rows])
            cosine = np.mean([average_precision(table[:, 0], labels) for _, table, labels in rows])
            print(f"  {name}, sentences:  average precision {ap:.3f}  by cosine alone {cosine:.3f}", flush=True)
    return lower


def as_dict(model: Logistic, names: tuple[str, ...]) -> dict[str, Any]:
    rounded = {key: [round(float(x), 5) for x in getattr(model, key)] for key in ("mean", "scale", "weights")}
    return {"features": list(names), **rounded, "bias": round(model.bias, 5)}


def train_models(args: argparse.Namespace) -> dict[str, Any]:
    """The regressions for questions that encoder and reader can read, as stored."""
    cache = args.work / "examples.pickle"  # this script's own scratch file
    if args.cache and cache.exists():
        usable = pickle.loads(cache.read_bytes())
        if args.reread:
            for e in usable:
                e.reading = None
    else:
        usable = []
    lacking = {name: every for name, every in SETS.items() if not any(e.data == name for e in usable)}
    if lacking:
        usable += [e for name, every in lacking.items() for e in examples(name, every, args) if len(e.table)]
        cache.write_bytes(pickle.dumps(usable))
    first = fit_sentences(usable, with_reader=False)
    read_all(usable, first, args)
    cache.write_bytes(pickle.dumps(usable))
    upper = args.answered_from
    by_set = [np.array([e.data == name for e in usable]) for name in SETS]
    lower = report("leaving one set out", usable, by_set, upper)
    questions = {e.gathered.question.standalone: None for e in usable}
    order = {text: place % 4 for place, text in enumerate(questions)}
    fold = np.array([order[e.gathered.question.standalone] for e in usable])
    report("four folds, by question", usable, [fold == n for n in range(4)], upper)
    sentence, model = models(usable)
    named = ((SENTENCE_FEATURES + READ_FEATURES, sentence), (QUESTION_FEATURES, model))
    for names, fitted in named:
        print("  ".join(f"{n} {w:+.2f}" for n, w in zip(names, fitted.weights, strict=True)))
    return {
        "answered_from": upper,
        "uncertain_from": lower,
        "shortlist": as_dict(first, SENTENCE_FEATURES),
        "sentence": as_dict(sentence, SENTENCE_FEATURES + READ_FEATURES),
        "question": as_dict(model, QUESTION_FEATURES),
    }


def read_all(examples: list[Example], first: Logistic, args: argparse.Namespace) -> None:
    """Has the reader read what `first` picks, where that was not done before."""
    reader = Reader(args.work / "data", print)
    for done, e in enumerate(examples, start=1):
        if e.reading is None:
            e.reading = read(e.gathered, shortlist(e.gathered, e.table, first), reader)
        if done % 200 == 0:
            print(f"read {done} of {len(examples)}", flush=True)


def train_words(args: argparse.Namespace) -> dict[str, Any]:
    """The regressions for questions that neither can read, as stored."""
    usable = [e for name, every in CHINESE.items() for e in examples(name, every, args) if len(e.table)]
    for name in CHINESE:
        unseen = [e for e in usable if e.data == name]
        sentence, question = words_models([e for e in usable if e.data != name])
        y = np.array([e.answerable for e in unseen])
        p = question(words_table(unseen, sentence))
        ap = [
            average_precision(sentence(words_columns(e)), e.labels)
            for e in unseen
            if e.answerable and e.labels is not None and e.labels.any()
        ]
        figures = {"AUC": roc_auc_score(y, p), "Brier": brier_score_loss(y, p), "average precision": np.mean(ap)}
        figures |= {f"balanced at {t}": balanced(p, y, t) for t in (0.35, 0.4, 0.45, 0.5, 0.55)}
        print(f"{name} left out ({len(y)}):  " + "  ".join(f"{k} {v:.3f}" for k, v in figures.items()), flush=True)
    sentence, question = words_models(usable)
    return {
        "sentence_by_words": as_dict(sentence, WORD_FEATURES),
        "question_by_words": as_dict(question, QUESTION_WORD_FEATURES),
    }


def words_columns(e: Example) -> np.ndarray:
    return columns(e.table, SENTENCE_FEATURES, WORD_FEATURES)


def words_table(examples: list[Example], sentence: Logistic) -> np.ndarray:
    rows = [question_figures(e.gathered, e.table, sentence(words_columns(e)), unread(e.gathered)) for e in examples]
    return columns(np.array(rows), QUESTION_FIGURES, QUESTION_WORD_FEATURES)


def words_models(examples: list[Example]) -> tuple[Logistic, Logistic]:
    use = marked(examples)
    labels = np.concatenate([e.labels for e in use if e.labels is not None])
    sentence = fit(WORD_FEATURES, np.vstack([words_columns(e) for e in use]), labels, np.ones(len(labels)), 0.3)
    return sentence, fit_questions(examples, QUESTION_WORD_FEATURES, words_table(examples, sentence))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--tools", type=Path, default=Path("../shared/tools"))
    parser.add_argument("--work", type=Path, default=Path("/tmp/evidence"))
    parser.add_argument("--answered-from", type=float, default=0.45, help="the upper threshold")
    parser.add_argument("--only", choices=["models", "words"], help="fit these anew and keep the others")
    parser.add_argument("--cache", action="store_true", help="reuse the figures gathered by the last run")
    parser.add_argument("--reread", action="store_true", help="with --cache: have the reader read anew")
    parser.add_argument("--write", action="store_true", help="write evidence/weights.json")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8")) if args.only else {}
    stored |= {
        "made_by": "scripts/training/train_evidence.py",
        "data": "development halves of CLAPnq (Apache-2.0), XQuAD English and Chinese (CC BY-SA 4.0), MTRAG-UN (Apache-2.0),"
        " CMRC 2018 (CC BY-SA 4.0); reader_questions.jsonl, every twentieth document,"
        " and reader_papers.jsonl and reader_twins.jsonl, every sixth",
    }
    for part, train in (("models", train_models), ("words", train_words)):
        if args.only in (None, part):
            stored |= train(args)
    if args.write:
        WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
        print("wrote", WEIGHTS)


if __name__ == "__main__":
    main()
