#!/usr/bin/env python3
"""How many false sentences the grounding check catches, and how many true ones it accuses.

    .venv/bin/python scripts/bench_grounding.py [--data ../shared/data] [--json] [--half 0|1] [--no-encoder] [--misses N]

The cases are those of scripts/grounding_cases.py. The bar: of the altered sentences of the counted kinds at least 90 % are
caught, of the annotators' own sentences at most 10 % are accused. `--half` takes one half of the texts only (the rules were
written looking at half 0; half 1 is unseen); `--no-encoder` leaves the similarity of meaning out; `--misses` prints so many
cases of each kind that were judged wrongly. Without the data it says so and ends with status 0.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# The checkout's package: beside this file `askv4` would be the starter of that name.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from grounding_cases import COUNTED, HARDER, Case, load

from askv4.answer.grounding import Problem, problems
from askv4.text.sentences import split_sentences
from askv4.types import Block

CATCH, ACCUSE = 0.90, 0.10


@dataclass
class Row:
    """The verdicts on the cases of one kind from one data set."""

    cases: int = 0
    flagged: int = 0
    by: Counter[str] = field(default_factory=Counter)
    """Kind of problem -> cases in which it was found."""

    @property
    def share(self) -> float:
        """Share of the cases that were flagged."""
        return self.flagged / self.cases if self.cases else 0.0


def sentences(text: str) -> list[str]:
    """`text` cut as askv4 cuts documents; a line's end is the end of a sentence."""
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        found += [span.of(text) for span in split_sentences(text, [Block(start, start + len(line))])]
        start += len(line)
    return found


def similarities(cases: Sequence[Case], work: Path) -> list[float | None]:
    """For each case what `similarity_to` gives, every text encoded once."""
    from askv4.index.encoder import open_encoder

    together = [" ".join(case.cited) for case in cases]
    texts = sorted(
        {text for case, whole in zip(cases, together, strict=True) for text in (case.sentence, *case.cited, whole)}
    )
    encoder = open_encoder(work, narrate=lambda line: print(line, file=sys.stderr))
    rows: list[NDArray[np.float32]] = []
    for first in range(0, len(texts), 256):
        rows.append(encoder.encode_passages(texts[first : first + 256]))
        if first % 4096 == 0:
            print(f"encoding: {first} of {len(texts)} texts", file=sys.stderr)
    vectors = dict(zip(texts, np.concatenate(rows), strict=True))
    return [
        max(float(vectors[case.sentence] @ vectors[text]) for text in (*case.cited, whole))
        for case, whole in zip(cases, together, strict=True)
    ]


def judge(cases: Sequence[Case], similarity: Sequence[float | None]) -> list[tuple[Problem, ...]]:
    """What the checker says of each case."""
    return [
        problems(case.sentence, case.cited, similarity=near, allowed=case.allowed)
        for case, near in zip(cases, similarity, strict=True)
    ]


def tabulate(cases: Sequence[Case], verdicts: Sequence[tuple[Problem, ...]]) -> dict[tuple[str, str], Row]:
    """(kind, source) -> verdicts."""
    rows: dict[tuple[str, str], Row] = defaultdict(Row)
    for case, found in zip(cases, verdicts, strict=True):
        row = rows[case.kind, case.source]
        row.cases += 1
        row.flagged += bool(found)
        row.by.update({problem.kind for problem in found})
    return rows


def total(rows: dict[tuple[str, str], Row], kinds: Sequence[str], source: str | None = None) -> Row:
    """All rows of some kinds, of one data set or of all."""
    chosen = [row for (kind, data), row in rows.items() if kind in kinds and source in (None, data)]
    return Row(sum(r.cases for r in chosen), sum(r.flagged for r in chosen), sum((r.by for r in chosen), Counter()))


def print_table(rows: dict[tuple[str, str], Row]) -> None:
    """One line for each kind and data set, and the two figures that the bar is about."""
    groups = [
        ("altered, counted: caught", COUNTED), ("altered otherwise: caught", HARDER), ("made up: caught", ("made up", "wrong answer")),
        ("true: accused", ("true", "reworded", "mostly true")),
    ]  # fmt: skip
    for title, kinds in groups:
        print(title)
        for kind in kinds:
            for (other, source), row in rows.items():
                if other == kind:
                    why = ", ".join(f"{name} {count}" for name, count in row.by.most_common())
                    print(f"  {kind:17} {source:17} {row.cases:5} {row.share:7.1%}  {why}")
    caught, accused = total(rows, COUNTED), total(rows, ("true",), "clapnq answers")
    print(f"altered sentences caught: {caught.share:.1%} of {caught.cases} (bar: at least {CATCH:.0%})")
    print(f"annotators' sentences accused: {accused.share:.1%} of {accused.cases} (bar: at most {ACCUSE:.0%})")


def as_json(rows: dict[tuple[str, str], Row]) -> dict[str, Any]:
    """The table for programs."""
    caught, accused = total(rows, COUNTED), total(rows, ("true",), "clapnq answers")
    return {
        "rows": [
            {"kind": kind, "source": source, "cases": row.cases, "flagged": row.flagged, "by": dict(row.by)}
            for (kind, source), row in rows.items()
        ],
        "altered": {"cases": caught.cases, "caught": round(caught.share, 4)},
        "annotators": {"cases": accused.cases, "accused": round(accused.share, 4)},
        "bar_met": caught.share >= CATCH and accused.share <= ACCUSE,
    }


def print_misses(cases: Sequence[Case], verdicts: Sequence[tuple[Problem, ...]], most: int) -> None:
    """The first cases of each kind that were judged wrongly."""
    shown: Counter[str] = Counter()
    for case, found in zip(cases, verdicts, strict=True):
        if (case.true or case.kind == "mostly true") != bool(found) or shown[case.kind] >= most:
            continue
        shown[case.kind] += 1
        print(f"{case.kind} ({case.source}): {case.sentence}")
        print(f"    cites {' | '.join(case.cited)[:600]}")
        print(f"    {[problem.message for problem in found]}")


def main() -> int:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parent.parent.parent / "shared" / "data")
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(tempfile.gettempdir()) / "askv4-grounding",
        help="the encoder's export is kept here",
    )
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--no-encoder", action="store_true")
    parser.add_argument("--misses", type=int, default=0)
    options = parser.parse_args()
    cases = [case for case in load(options.data, sentences) if options.half in (None, case.half)]
    if not cases:
        print(f"bench_grounding: no development data in {options.data}; name its folder with --data", file=sys.stderr)
        return 0
    verdicts = judge(cases, [None] * len(cases) if options.no_encoder else similarities(cases, options.work))
    rows = tabulate(cases, verdicts)
    if options.json:
        print(json.dumps(as_json(rows), indent=2))
    else:
        print_table(rows)
    print_misses(cases, verdicts, options.misses)
    return 0


if __name__ == "__main__":
    sys.exit(main())
