#!/usr/bin/env python3
"""Fit the two logistic regressions of askv4/answer/evidence.py and write askv4/answer/evidence_weights.json.

    .venv/bin/python scripts/train_evidence.py --data ../shared/data --tools ../shared/tools --work /tmp/evidence [--write]

Every question goes through the program's own index, retrieval and features, so that training and use cannot drift apart.
Sets: clapnq (sentences that annotators used), xquad (sentences that hold the answer), mtrag_un (answerable or not). Each
answerable question of clapnq and xquad is asked a second time with its own document left out: near in topic, not
answerable. Prints, leaving one set out at a time, how well each regression does on the set that it has not seen.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import pickle
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.preprocessing import StandardScaler

# The checkout's package: beside this file `askv4` would be the starter of that name.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from askv4.answer.conversation import understand
from askv4.answer.evidence import Logistic, typed
from askv4.answer.features import QUESTION_FEATURES, SENTENCE_FEATURES, question_features, sentence_features
from askv4.answer.gather import Gathered, gather
from askv4.index.encoder import open_shipped
from askv4.index.onnx_encoder import OnnxEncoder
from askv4.index.store import Index, open_index
from askv4.retrieve.retriever import Retriever
from askv4.types import Hit, Turn

WEIGHTS = Path(__file__).resolve().parent.parent / "askv4" / "answer" / "evidence_weights.json"
SETS = {"clapnq": 1, "xquad": 3, "mtrag_un": 1}
"""Set -> take every Nth question."""


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


def load_tools(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_data", folder / "check_data.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def squeeze(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def examples(name: str, every: int, args: argparse.Namespace) -> Iterator[Example]:
    tools = load_tools(args.tools)
    passages, questions = tools.load(name, args.data / name)
    corpus = args.work / name / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for i, (title, text) in enumerate(passages):
        body = (f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n" if title else "") + text + "\n"
        path = corpus / f"p{i:05d}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != body:
            path.write_text(body, encoding="utf-8")
    encoder = open_shipped(args.work / "data", narrate=print)
    with open_index(args.work / "data", corpus, encoder) as index:
        index.sync()
        for question in questions[::every]:
            yield from _ask(name, question, index, encoder)


def _ask(name: str, question: dict[str, Any], index: Index, encoder: OnnxEncoder) -> Iterator[Example]:
    history = [Turn(turn["question"], turn["answer"]) for turn in question["history"]]
    understood = understand(question["question"], history)
    hits = Retriever(index.catalog, index.vectors, encoder).search(understood.asked, 40, also=understood.wordings)
    right = {f"p{i:05d}.md" for i in question["relevant"]}
    marked = bool(question["gold"] or question["answers"])
    for removed in (False, True) if marked else (False,):
        kept = [hit for hit in hits if not (removed and hit.document.document in right)]
        kept = [replace(hit, rank=rank) for rank, hit in enumerate(kept, start=1)]
        gathered = gather(understood.question, kept, encoder, index.catalog)
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


def fit(table: np.ndarray, labels: np.ndarray, weights: np.ndarray, c: float) -> Logistic:
    scaler = StandardScaler().fit(table)
    scaler.scale_[scaler.scale_ < 1e-6] = 1.0
    found = LogisticRegression(C=c, max_iter=5000).fit(scaler.transform(table), labels, sample_weight=weights)
    mean, scale, learned = (np.asarray(x, dtype=np.float32) for x in (scaler.mean_, scaler.scale_, found.coef_[0]))
    return Logistic(mean, scale, learned, float(found.intercept_[0]))


def fit_sentences(found: list[Example]) -> Logistic:
    """On answerable questions, each set with the same total weight."""
    use = [e for e in found if e.labels is not None and e.answerable and len(e.table)]
    size = {name: sum(len(e.table) for e in use if e.data == name) for name in SETS}
    weights = np.concatenate([np.full(len(e.table), 5000 / size[e.data]) for e in use])
    return fit(np.vstack([e.table for e in use]), np.concatenate([e.labels for e in use]), weights, 0.3)


def question_table(found: list[Example], sentence: Logistic) -> np.ndarray:
    return np.array(
        [question_features(e.gathered, e.table, typed(e.gathered, e.table, sentence(e.table))) for e in found]
    )


def fit_questions(found: list[Example], table: np.ndarray) -> Logistic:
    """Each set and, within it, each verdict with the same total weight."""
    keys = [(e.data, e.answerable) for e in found]
    weights = np.array([500 / keys.count(key) for key in keys])
    return fit(table, np.array([e.answerable for e in found]), weights, 0.01)


def average_precision(probability: np.ndarray, labels: np.ndarray) -> float:
    right = labels[np.argsort(-probability)]
    return float((np.cumsum(right) / np.arange(1, len(right) + 1))[right].mean())


def balanced(probability: np.ndarray, answerable: np.ndarray, threshold: float) -> float:
    return float(((probability[answerable] >= threshold).mean() + (probability[~answerable] < threshold).mean()) / 2)


def report(found: list[Example], threshold: float) -> None:
    for name in SETS:
        seen, unseen = [e for e in found if e.data != name], [e for e in found if e.data == name]
        sentence = fit_sentences(seen)
        model = fit_questions(seen, question_table(seen, sentence))
        marked = [(e.table, e.labels) for e in unseen if e.labels is not None and e.labels.any() and e.answerable]
        figures: dict[str, Any] = {"left out": name, "questions": len(unseen)}
        if marked:
            figures["sentence AP"] = np.mean([average_precision(sentence(t), labels) for t, labels in marked])
            figures["cosine AP"] = np.mean([average_precision(t[:, 0], labels) for t, labels in marked])
        p = model(question_table(unseen, sentence))
        y = np.array([e.answerable for e in unseen])
        figures |= {"AUC": roc_auc_score(y, p), "balanced": balanced(p, y, threshold), "Brier": brier_score_loss(y, p)}
        natural = np.array([not e.removed for e in unseen])
        if len(set(y[natural])) == 2:
            figures |= {
                "AUC as given": roc_auc_score(y[natural], p[natural]),
                "balanced as given": balanced(p[natural], y[natural], threshold),
            }
        print(
            "  ".join(f"{k}: {v:.3f}" if isinstance(v, float) else f"{k}: {v}" for k, v in figures.items()), flush=True
        )


def as_dict(model: Logistic, names: tuple[str, ...]) -> dict[str, Any]:
    rounded = {key: [round(float(x), 5) for x in getattr(model, key)] for key in ("mean", "scale", "weights")}
    return {"features": list(names), **rounded, "bias": round(model.bias, 5)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--tools", type=Path, default=Path("../shared/tools"))
    parser.add_argument("--work", type=Path, default=Path("/tmp/evidence"))
    parser.add_argument("--threshold", type=float, default=0.38)
    parser.add_argument("--cache", action="store_true", help="reuse the figures gathered by the last run")
    parser.add_argument("--write", action="store_true", help="write evidence_weights.json")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    cache = args.work / "examples.pickle"  # this script's own scratch file
    if args.cache and cache.exists():
        found = pickle.loads(cache.read_bytes())
    else:
        found = [e for name, every in SETS.items() for e in examples(name, every, args)]
        cache.write_bytes(pickle.dumps(found))
    found = [e for e in found if len(e.table)]
    report(found, args.threshold)
    sentence = fit_sentences(found)
    model = fit_questions(found, question_table(found, sentence))
    for names, fitted in ((SENTENCE_FEATURES, sentence), (QUESTION_FEATURES, model)):
        print("  ".join(f"{n} {w:+.2f}" for n, w in zip(names, fitted.weights, strict=True)))
    if args.write:
        stored = {
            "made_by": "scripts/train_evidence.py",
            "data": "development halves of CLAPnq (Apache-2.0), XQuAD English (CC BY-SA 4.0), MTRAG-UN (Apache-2.0)",
            "threshold": args.threshold,
            "sentence": as_dict(sentence, SENTENCE_FEATURES),
            "question": as_dict(model, QUESTION_FEATURES),
        }
        WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
        print("wrote", WEIGHTS)


if __name__ == "__main__":
    main()
