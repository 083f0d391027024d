#!/usr/bin/env python3
"""How well the trained verifier tells statements that their source carries from others, beside the rules and with them.

    .venv/bin/python scripts/bench_verifier.py [--data ../shared] [--json FILE]

Three tables: accuracy on the entailment sets that nothing was trained on (training/README.md calls them `check`); of the
statements of grounding/pairs.jsonl, HaluEval and the sentences of grounding_cases.py, how many false ones are caught and
how many true ones accused, by the verifier, by the rules of askv4/answer/grounding.py (all, or those on numbers, dates,
names and other exact things), and where either objects; and the share that is caught where a tenth of the true ones is
accused. Without the data it says so and ends with 0.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SCRIPTS = Path(__file__).resolve().parent
# The checkout's package: beside this file `askv4` would be the starter of that name.
sys.path[:0] = [str(SCRIPTS.parent), str(SCRIPTS / "training")]

from bench_grounding import sentences, similarities
from entailment_sets import CHECKS, CONTRADICTION, ENTAILMENT, NOT_ENTAILMENT, check_pairs
from grounding_cases import COUNTED, HARDER, Case, load

from askv4.answer.grounding import problems
from askv4.neural.verifier import Verifier

THRESHOLDS = (0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)
CASES = 400
"""Sentences at most of each kind of grounding_cases.py: more change no figure by more than 0.03."""
LEFT_TO_IT = {"denial", "opposite"}
"""Kinds of problems that the verifier judges better: what the rules say of them is left out of the "exact rules"."""
LONGEST = 1200
"""Characters of a source: beyond, the verifier does not read it whole."""


@dataclass(frozen=True)
class Judged:
    """A set of statements with what verifier and rules say of each."""

    name: str
    true: NDArray[np.bool_]
    carried: NDArray[np.float32]
    objected: NDArray[np.bool_]
    """By the rules."""
    exactly: NDArray[np.bool_]
    """By the rules, those about what the verifier judges better left out."""

    def shares(self, accused: NDArray[np.bool_]) -> tuple[float, float]:
        """(of the false ones caught, of the true ones accused)."""
        caught = accused[~self.true].mean() if (~self.true).any() else float("nan")
        return float(caught), float(accused[self.true].mean()) if self.true.any() else float("nan")


def accuracies(folder: Path, verifier: Verifier) -> dict[str, dict[str, float]]:
    """Set -> accuracy of the three verdicts, and of carried or not."""
    found = {}
    for name in CHECKS:
        rows = check_pairs(folder, name)
        chances = verifier.verdicts([([row.premise], row.statement) for row in rows])
        said, labels = chances.argmax(axis=1), np.array([row.label for row in rows])
        loose = (labels == NOT_ENTAILMENT) & (said != ENTAILMENT)
        two_way = (said == ENTAILMENT) == (labels == ENTAILMENT)
        found[name] = {
            "rows": len(rows),
            "accuracy": float(((said == labels) | loose).mean()),
            "two_way": float(two_way.mean()),
        }
        told = labels != 1
        if name == "condaqa_dev":  # yes or no, where the passage says so
            pick = np.where(chances[:, ENTAILMENT] > chances[:, CONTRADICTION], ENTAILMENT, CONTRADICTION)
            found[name]["yes_no"] = float((pick == labels)[told].mean())
        print(
            f"{name:16} {len(rows):5} rows  "
            + "  ".join(f"{k} {v:.3f}" for k, v in found[name].items() if k != "rows"),
            flush=True,
        )
    return found


def small_sets(data: Path) -> dict[str, list[Case]]:
    """The pairs of grounding/, HaluEval, and a sample of every kind of altered and true sentence."""
    path = data / "grounding" / "pairs.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    sets = {
        "grounding pairs": [
            Case("grounding", "true" if row["supported"] else row["kind"], row["statement"], tuple(sentences(row["premise"])), "", "")
            for row in rows
        ],
        "altered sentences": [],
        "altered otherwise": [],
    }  # fmt: skip
    chance = random.Random(0)
    cases = [case for case in load(data / "data", sentences) if len(" ".join(case.cited)) < LONGEST]
    sets["HaluEval"] = [case for case in cases if case.source == "halueval"]
    for kind in ("true", "reworded", *COUNTED, *HARDER):
        of_kind = [case for case in cases if case.kind == kind and case.source.startswith(("clapnq", "xquad"))]
        chosen = chance.sample(of_kind, min(CASES if kind == "true" else CASES // 4, len(of_kind)))
        for name, kinds in (("altered sentences", COUNTED), ("altered otherwise", HARDER)):
            if kind in (*kinds, "true", "reworded"):
                sets[name] += chosen
    own = [case for case in cases if case.kind == "true" and case.source == "clapnq answers" and not verbatim(case)]
    return {**sets, "people's own words": chance.sample(own, min(CASES, len(own)))}


def verbatim(case: Case) -> bool:
    return any(case.sentence.strip(". ").lower() in cited.lower() for cited in case.cited)


def judged(name: str, cases: Sequence[Case], verifier: Verifier, work: Path) -> Judged:
    carried = verifier.probabilities([(case.cited, case.sentence) for case in cases])
    found = [
        problems(case.sentence, case.cited, similarity=near, allowed=case.allowed)
        for case, near in zip(cases, similarities(cases, work), strict=True)
    ]
    kinds = [{problem.kind for problem in of_one} for of_one in found]
    return Judged(
        name,
        np.array([case.true for case in cases]),
        carried,
        np.array([bool(of_one) for of_one in kinds]),
        np.array([bool(of_one - LEFT_TO_IT) for of_one in kinds]),
    )


def table(found: Judged) -> dict[str, tuple[float, float]]:
    """Way of judging -> caught, accused; printed as it is made."""
    rows = {"rules": found.shares(found.objected), "exact rules": found.shares(found.exactly)}
    for threshold in THRESHOLDS:
        below = found.carried < threshold
        rows[f"verifier {threshold}"] = found.shares(below)
        rows[f"rules or verifier {threshold}"] = found.shares(below | found.objected)
        rows[f"exact rules or verifier {threshold}"] = found.shares(below | found.exactly)
    if found.true.any() and not found.true.all():
        cut = np.quantile(found.carried[found.true], 0.10, method="lower")
        rows[f"verifier at a tenth accused ({cut:.2f})"] = found.shares(found.carried < cut)
    print(f"{found.name}: {int(found.true.sum())} true, {int((~found.true).sum())} false")
    for way, (caught, accused) in rows.items():
        print(f"  {way:40} caught {caught:.3f}  accused {accused:.3f}")
    return rows


def seconds_a_pair(verifier: Verifier) -> float:
    """On one core, at about 150 tokens."""
    pair = (
        [" ".join(["The old mill beside the river was rebuilt by the brothers in brick."] * 9)],
        "The mill is of brick.",
    )
    verifier.verdicts([pair])
    began = time.perf_counter()
    for _ in range(20):
        verifier.verdicts([pair])
    return (time.perf_counter() - began) / 20


def main() -> int:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SCRIPTS.parent.parent / "shared")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "askv4-grounding")
    parser.add_argument("--only-accuracy", action="store_true")
    options = parser.parse_args()
    checks = options.data / "data" / "training" / "entailment"
    if not checks.is_dir():
        print(f"bench_verifier: no development data in {options.data}; name its folder with --data", file=sys.stderr)
        return 0
    verifier = Verifier(options.work)
    found: dict[str, Any] = {"accuracy": accuracies(checks, verifier)}
    if not options.only_accuracy:
        for name, cases in small_sets(options.data).items():
            found[name] = table(judged(name, cases, verifier, options.work))
        found["seconds_a_pair"] = seconds_a_pair(verifier)
        print(f"{1000 * found['seconds_a_pair']:.0f} ms a pair")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
