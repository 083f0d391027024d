"""What scripts/bench/quality.py measures of the models themselves, in this process: reader, verifier, check, conflicts.

Another program after `--` is not measured by these: they load the checkout's own package.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict

import numpy as np

from scripts.bench.quality_counts import caught_and_accused
from scripts.bench.quality_run import Bench, Figures


def by_reader(name: str, bench: Bench) -> Figures:
    """The reader alone, every row as it is given: how often an answering text is ranked above another (AUC)."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    from askv4.neural.reader import Reader

    path = bench.data / "training" / "answerability" / f"{READER_FILES[name]}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = bench.some([json.loads(line) for line in file])
    texts: dict[str, list[str]] = {}
    truths: dict[str, list[bool]] = {}
    for row in rows:
        texts.setdefault(row["question"], []).append(row["passage"])
        truths.setdefault(row["question"], []).append(row["label"] == "answerable")
    reader = Reader(bench.prepared(name) / "data", _say)
    scores = np.concatenate([reader.scores(question, passages) for question, passages in texts.items()])
    truth = np.concatenate([truths[question] for question in texts])
    return {
        "questions": len(texts),
        "rows": len(rows),
        "auc": round(float(roc_auc_score(truth, scores)), 4),
        "ap": round(float(average_precision_score(truth, scores)), 4),
    }


READER_FILES = {"selqa_dev": "selqa_dev_sent", "qed_dev": "qed_dev"}
"""Set -> file; nothing is ever trained on them."""


def by_entailment(name: str, bench: Bench) -> Figures:
    """An entailment set that nothing was trained on."""
    from scripts.bench.statement_sets import RememberingVerifier, accuracies
    from scripts.training.entailment_sets import check_pairs

    rows = bench.some(check_pairs(bench.data / "training" / "entailment", name))
    return {"rows": len(rows), **accuracies(rows, RememberingVerifier(bench.prepared("verifier") / "data"))}


def by_statements(name: str, bench: Bench) -> Figures:
    """False statements caught, true ones accused: by the check as leads meet it, by the verifier alone (`_verifier`), and
    by the exact rules alone (`_rules`). `by_kind`: [objected to by the check, all].
    """
    from askv4.answer.write.verifier import StatementVerifier, enough
    from scripts.bench.statement_sets import SETS, AgreeingVerifier, RememberingVerifier

    cases = bench.some(SETS[name](bench.shared))
    verifier = RememberingVerifier(bench.prepared("verifier") / "data")
    check = StatementVerifier(verifier)
    objected = {
        end: [not way.supports(case.cited, case.sentence, case.allowed) for case in cases]
        for end, way in (
            ("", check),
            ("_rules", StatementVerifier(AgreeingVerifier(bench.work))),
        )
    }
    objected["_verifier"] = [check.likely(case.cited, case.sentence) < enough(case.sentence) for case in cases]
    truth = [case.true for case in cases]
    shares: Figures = {"false": truth.count(False), "true": truth.count(True)}
    for end, verdicts in objected.items():
        shares[f"caught{end}"], shares[f"accused{end}"] = caught_and_accused(truth, verdicts)
    kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for case, said in zip(cases, objected[""], strict=True):
        kinds[case.kind][0] += said
        kinds[case.kind][1] += 1
    return {**{name: value for name, value in shares.items() if value is not None}, "by_kind": dict(kinds)}


def by_conflicts(name: str, bench: Bench) -> Figures:
    """The half that the rules were not written on; `told`: of all that differ, `right`: of those told."""
    from scripts.bench.conflicts import PAIRS, load_pairs, load_ramdocs, rows_of, summary

    cases = list(load_pairs(PAIRS) if name == "conflict_pairs" else load_ramdocs(bench.data / "ramdocs"))
    held = bench.some([case for case in cases if case.half == "held"])
    (line,) = summary(rows_of(cases, held, bench.prepared(name)))
    return {"cases": line["cases"], "told": line["recall"], "right": line["precision"], "first": line["first"]}


def _say(line: str) -> None:
    print(line, file=sys.stderr)
