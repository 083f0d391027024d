"""How often the verdict on a yes/no question speaks, and how often it is right then, from which probability on.

    .venv/bin/python -m scripts.bench.verdicts [--data ../shared/data/training/entailment] [--questions 200]

condaqa_dev (nothing was trained on it: whole passages, what a negation in them implies), boolq_dev (of which the verifier has
seen rows), each a sample; and the pairs of a question and a sentence in tests/unit/answer/yesno_pairs.txt. askv4 speaks from
`CLEAR` on; the last line of a set is what it does, as a whole. Without the data it says so and ends with 0.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from askv4.answer.question.question import Question
from askv4.answer.quote.verdict import CLEAR, SAYS, chances
from askv4.neural.verifier import Verifier
from scripts.places import ROOT
from scripts.training.entailment_sets import CONTRADICTION, ENTAILMENT, NEUTRAL, read

SETS = ("condaqa_dev", "boolq_dev")
PAIRS = ROOT / "tests" / "unit" / "answer" / "yesno_pairs.txt"
TRUTH = {ENTAILMENT: "yes", NEUTRAL: "not_stated", CONTRADICTION: "no"}
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
_YES = re.compile(r"(.+?)\s*\??\s*Yes\.?", re.I)


@dataclass(frozen=True)
class Asked:
    """A yes/no question, what it is asked of, and what that says: one of SAYS, or "-" for no direct answer."""

    question: str
    text: str
    says: str


def questions(folder: Path, name: str, most: int) -> list[Asked]:
    """A sample of a set, the same each time."""
    asked = [
        Asked(match[1], row.premise, TRUTH[row.label])
        for row in read(folder, name)
        if row.label in TRUTH and (match := _YES.fullmatch(row.statement))
    ]
    return random.Random(0).sample(asked, min(most, len(asked)))


def written_pairs() -> list[Asked]:
    """Those that the tests hold."""
    lines = [line.split(" | ") for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    return [Asked(line[1], line[2], line[0]) for line in lines if len(line) > 2]


def table(name: str, asked: Sequence[Asked], verifier: Verifier) -> None:
    """Print what the verifier says of each."""
    likely = np.vstack([chances(Question(one.question), [one.text], verifier) for one in asked])
    truth = np.array([one.says for one in asked])
    print(f"{name}: " + ", ".join(f"{(truth == says).sum()} {says}" for says in dict.fromkeys(truth)))
    for threshold in THRESHOLDS:
        cells = []
        for place, says in enumerate(SAYS):
            spoken = likely[:, place] >= threshold
            cells.append(f"{says} {(truth[spoken] == says).sum():3} of {spoken.sum():3}")
        both = likely[:, :2].max(axis=1) >= threshold
        right = truth[both] == np.array(SAYS)[likely[both, :2].argmax(axis=1)]
        cells.append(f"yes or no: speaks {both.mean():.3f}  right {right.mean() if both.any() else float('nan'):.3f}")
        print(f"  from {threshold:.2f}:  " + "   ".join(cells))
    said = np.where(likely[:, :2].max(axis=1) >= CLEAR, likely[:, :2].argmax(axis=1), -1)
    said[likely[:, 2] >= CLEAR] = 2
    right = [SAYS[int(place)] == says for place, says in zip(said, truth, strict=True) if place >= 0]
    print(f"  askv4:      speaks {(said >= 0).mean():.3f}  right {sum(right)} of {len(right)}", flush=True)


def main() -> int:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/training/entailment"))
    parser.add_argument("--questions", type=int, default=200, help="of each set")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        verifier = Verifier(Path(work))
        table("yesno_pairs.txt", written_pairs(), verifier)
        for name in SETS:
            try:
                asked = questions(options.data, name, options.questions)
            except OSError as error:
                print(f"{name} is not measured: {error}")
                continue
            table(name, asked, verifier)
    return 0


if __name__ == "__main__":
    sys.exit(main())
