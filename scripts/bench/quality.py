"""The quality of askv4 on the development data, in one table beside the bars that it should reach.

    .venv/bin/python -m scripts.bench.quality                           all sets, all questions: an hour on two cores
    .venv/bin/python -m scripts.bench.quality --sets papers near        these alone
    .venv/bin/python -m scripts.bench.quality --sample 100              a look; nothing is stored
    .venv/bin/python -m scripts.bench.quality --redraw                  docs/quality.md and its plot, from what is stored
    .venv/bin/python -m scripts.bench.quality --label "without emphasis" --out /main/docs/quality.jsonl
                                                                        an ablation, run in a checkout that lacks something
    .venv/bin/python -m scripts.bench.quality -- /other/askv4           measure another program of the same contract

Sets of questions, asked of the whole program in quotation mode: gold (../shared/gold, through `askv4 eval`), clapnq, xquad and
mtrag_un (../shared/tools/check_data.py as it is), papers (../shared/papers, check_papers.py as it is), near
(near_questions.jsonl beside this script), xquad_zh and cmrc2018 (the full-text route alone). Of the models, which are loaded
from this checkout: selqa_dev and qed_dev (the reader alone), negnli_rte, cad_snli_test and condaqa_dev (the verifier),
grounding, halueval, altered and own_words (statement_sets.py: the check of written sentences), conflict_pairs and ramdocs
(bench_conflicts.py, the halves that no rule was written on).

Each measured set is stored as a line of docs/quality.jsonl with date, commit and machine. Indexes are kept under --work and
used again. Without the data it says so and ends with status 0.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.bench.quality_measures import by_check_data, by_check_papers, by_eval, by_near_questions, by_words
from scripts.bench.quality_models import by_conflicts, by_entailment, by_reader, by_statements
from scripts.bench.quality_page import latest, reliability_svg, section, text_table, with_section
from scripts.bench.quality_run import OWN_PROGRAM, Bench, Figures
from scripts.places import ROOT, SHARED

DOCS = ROOT / "docs"
OWN = {"near", "conflict_pairs"}
"""What needs nothing from ../shared."""
TIMES = ("sync_s", "search_ms", "ask_ms")
SETS: Mapping[str, Callable[[str, Bench], Figures]] = {
    "gold": by_eval,
    "clapnq": by_check_data,
    "xquad": by_check_data,
    "mtrag_un": by_check_data,
    "papers": by_check_papers,
    "near": by_near_questions,
    "xquad_zh": by_words,
    "cmrc2018": by_words,
    "selqa_dev": by_reader,
    "qed_dev": by_reader,
    "negnli_rte": by_entailment,
    "cad_snli_test": by_entailment,
    "condaqa_dev": by_entailment,
    "grounding": by_statements,
    "halueval": by_statements,
    "altered": by_statements,
    "own_words": by_statements,
    "conflict_pairs": by_conflicts,
    "ramdocs": by_conflicts,
}


def stored(path: Path) -> list[dict[str, Any]]:
    """The records of a file, oldest first; none of a file that is not there."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def about() -> dict[str, Any]:
    """What the figures belong to: date, commit, whether the tree differs from it, machine."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], check=False, capture_output=True, text=True, cwd=ROOT)
        return done.stdout.strip()

    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": git("rev-parse", "--short", "HEAD") or "unknown",
        "changed": bool(git("status", "--porcelain", "--", "askv4")),
        "machine": {
            "python": platform.python_version(), "system": platform.platform(), "cpus": os.cpu_count(), "load": load,
        },
    }  # fmt: skip


def redraw(records: Sequence[dict[str, Any]], docs: Path) -> None:
    """Write the generated part of quality.md, and its plot."""
    plot = docs / "calibration.svg"
    plot.write_text(reliability_svg(latest(records)), encoding="utf-8")
    page = docs / "quality.md"
    text = page.read_text(encoding="utf-8") if page.exists() else "# Quality\n"
    page.write_text(with_section(text, section(records, plot.name)), encoding="utf-8")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The command line; what stands after `--` is the program to measure."""
    ours, command = list(words), list(OWN_PROGRAM)
    if "--" in ours:
        command = ours[ours.index("--") + 1 :]
        ours = ours[: ours.index("--")]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sets", nargs="+", default=list(SETS), metavar="NAME", help=f"which sets (all: {', '.join(SETS)})"
    )
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth question (1)")
    parser.add_argument("--sample", type=int, metavar="N", help="take at most about N of each set, and store nothing")
    parser.add_argument(
        "--label", default="", help="what was taken away: kept apart, and shown beside the figures of the whole program"
    )
    parser.add_argument("--no-times", action="store_true", help="store no durations: the machine was busy")
    parser.add_argument("--shared", type=Path, default=SHARED, help="where data, tools and gold lie (../shared)")
    parser.add_argument(
        "--work", type=Path, default=Path(tempfile.gettempdir()) / "askv4-quality", help="indexes are kept here"
    )
    parser.add_argument(
        "--out", type=Path, default=DOCS / "quality.jsonl", help="figures are stored here (docs/quality.jsonl)"
    )
    parser.add_argument("--docs", type=Path, default=DOCS, help="where --redraw writes (docs)")
    parser.add_argument(
        "--redraw", action="store_true", help="measure nothing; write the page and the plot from what is stored"
    )
    options = parser.parse_args(ours)
    options.sets = [name for word in options.sets for name in word.split(",")]
    unknown = [name for name in options.sets if name not in SETS]
    if unknown:
        parser.error(f"unknown set {unknown[0]}; the sets are {', '.join(SETS)}")
    if min(options.every, options.sample or 1) < 1 or not command:
        parser.error("--every and --sample must be at least 1, and a program must stand after --")
    options.command = command
    return options


def record(name: str, bench: Bench, options: argparse.Namespace) -> dict[str, Any]:
    """Measures a set: a line of quality.jsonl."""
    # The few gold questions are always all asked.
    every = 1 if name == "gold" else options.every
    figures = SETS[name](name, bench)
    if options.no_times:
        figures = {key: value for key, value in figures.items() if key not in TIMES}
    label = {"label": options.label} if options.label else {}
    sample = {"sample": options.sample} if options.sample is not None else {}
    return {"set": name, "every": every, **sample, **label, **about(), "figures": figures}


def main(words: Sequence[str]) -> int:
    """Measure, store and print; or write the page."""
    options = parse(words)
    if options.redraw:
        records = stored(options.out)
        redraw(records, options.docs)
        print(text_table(latest(records)))
        return 0
    if set(options.sets) - OWN and not (options.shared / "data").is_dir():
        print(f"bench_quality: no development data in {options.shared}; name its folder with --shared", file=sys.stderr)
        return 0
    bench = Bench(options.shared, options.work, options.command, options.every, options.sample)
    measured: dict[str, dict[str, Any]] = {}
    for name in options.sets:
        print(f"bench_quality: {name}", file=sys.stderr)
        measured[name] = record(name, bench, options)
        if options.sample is None:
            options.out.parent.mkdir(parents=True, exist_ok=True)
            with options.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(measured[name], ensure_ascii=False) + "\n")
    print(text_table(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
