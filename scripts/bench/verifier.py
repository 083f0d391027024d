"""At which threshold the verifier serves best, beside the exact rules and with them: the tables of docs/verifier.md.

    .venv/bin/python -m scripts.bench.verifier [--shared ../shared] [--json FILE] [--misses N]

Accuracy on the entailment sets that nothing was trained on (training/README.md calls them `check`); then, of each set of
statement_sets.py, how many false statements are caught and how many true ones accused: by the verifier as the check asks
it, by the rules of askv4/answer/write/grounding.py, and where either objects. `--misses` prints so many statements of each kind
that the check, as leads meet it, judges wrongly. Without the data it says so and ends with 0. bench_quality.py measures the
same at the threshold that the program has.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from askv4.answer.write.verifier import SUPPORTED_SHORT, StatementVerifier, enough
from askv4.neural.verifier import Verifier
from scripts.bench.statement_sets import (
    AgreeingVerifier,
    RememberingVerifier,
    accuracies,
    altered_sentences,
    grounding_pairs,
    halueval,
    own_words,
)
from scripts.places import SHARED
from scripts.training.entailment_sets import CHECKS, check_pairs
from scripts.training.grounding_alterations import Case
from scripts.training.grounding_cases import COUNTED, HARDER

THRESHOLDS = (0.2, 0.35, 0.5, 0.6, 0.65, 0.7)
"""For longer statements; what answers in a few words has the program's."""


@dataclass(frozen=True)
class Judged:
    """A set of statements with what verifier and rules say of each."""

    name: str
    true: NDArray[np.bool_]
    carried: NDArray[np.float32]
    short: NDArray[np.bool_]
    """Whether they answer in a few words."""
    objected: NDArray[np.bool_]
    """By the rules."""

    def shares(self, accused: NDArray[np.bool_]) -> tuple[float, float]:
        """(of the false ones caught, of the true ones accused)."""
        caught = accused[~self.true].mean() if (~self.true).any() else float("nan")
        return float(caught), float(accused[self.true].mean()) if self.true.any() else float("nan")


def sets(shared: Path) -> dict[str, list[Case]]:
    """Name -> statements."""
    return {
        "grounding pairs": grounding_pairs(shared),
        "altered sentences": altered_sentences(shared, COUNTED),
        "altered otherwise": altered_sentences(shared, HARDER),
        "HaluEval": halueval(shared),
        "people's own words": own_words(shared),
    }


def judged(name: str, cases: Sequence[Case], verifier: Verifier) -> Judged:
    """What verifier and rules say of each."""
    check, rules = StatementVerifier(verifier), StatementVerifier(AgreeingVerifier(Path()))
    return Judged(
        name,
        np.array([case.true for case in cases]),
        np.array([check.likely(case.cited, case.sentence) for case in cases], dtype=np.float32),
        np.array([enough(case.sentence) == SUPPORTED_SHORT for case in cases]),
        np.array([not rules.supports(case.cited, case.sentence, case.allowed) for case in cases]),
    )


def print_misses(cases: Sequence[Case], verifier: Verifier, most: int) -> None:
    """The first statements of each kind that the check judges wrongly, with what it says."""
    check, shown = StatementVerifier(verifier), Counter[str]()
    for case in cases:
        said = check.problems(case.cited, case.sentence, case.allowed)
        if bool(said) == case.true and shown[case.kind] < most:
            shown[case.kind] += 1
            print(f"    {case.kind} ({case.source}): {case.sentence}")
            print(f"        source: {' | '.join(case.cited)[:600]}")
            print(f"        {'; '.join(said) or 'nothing objected'}")


def table(of_set: Judged) -> dict[str, tuple[float, float]]:
    """Way of judging -> caught, accused; printed as it is made."""
    rows = {"rules": of_set.shares(of_set.objected)}
    for threshold in THRESHOLDS:
        below = of_set.carried < np.where(of_set.short, SUPPORTED_SHORT, threshold)
        rows[f"verifier {threshold}"] = of_set.shares(below)
        rows[f"rules or verifier {threshold}"] = of_set.shares(below | of_set.objected)
    print(f"{of_set.name}: {int(of_set.true.sum())} true, {int((~of_set.true).sum())} false")
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
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    parser.add_argument(
        "--work", type=Path, default=Path(tempfile.gettempdir()) / "askv4-quality" / "verifier" / "data"
    )
    parser.add_argument("--only-accuracy", action="store_true")
    parser.add_argument("--misses", type=int, default=0)
    options = parser.parse_args()
    checks = options.shared / "data" / "training" / "entailment"
    if not checks.is_dir():
        print(
            f"bench_verifier: no development data in {options.shared}; name its folder with --shared", file=sys.stderr
        )
        return 0
    verifier = RememberingVerifier(options.work)
    figures: dict[str, Any] = {"accuracy": {}}
    for name in CHECKS:
        figures["accuracy"][name] = of_set = accuracies(check_pairs(checks, name), verifier)
        print(f"{name:16} " + "  ".join(f"{key} {value:.3f}" for key, value in of_set.items()), flush=True)
    if not options.only_accuracy:
        for name, cases in sets(options.shared).items():
            figures[name] = table(judged(name, cases, verifier))
            print_misses(cases, verifier, options.misses)
        figures["seconds_a_pair"] = seconds_a_pair(Verifier(options.work))
        print(f"{1000 * figures['seconds_a_pair']:.0f} ms a pair")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
