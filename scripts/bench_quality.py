#!/usr/bin/env python3
"""The quality of askv4 on the development data, in one table beside the bars that it should reach.

    .venv/bin/python scripts/bench_quality.py                           all sets, all questions: half an hour on two cores
    .venv/bin/python scripts/bench_quality.py --every 10 --sets clapnq,gold
    .venv/bin/python scripts/bench_quality.py --redraw                  docs/quality.md and its plot, from what is stored
    .venv/bin/python scripts/bench_quality.py -- /other/askv4           measure another program of the same contract

Sets: gold (../shared/gold, through `askv4 eval`), clapnq, xquad and mtrag_un (through ../shared/tools/check_data.py as it
is), near (near_questions.jsonl beside this script), xquad_zh and cmrc2018 (the full-text route alone). Each measured set
is stored as a line of docs/quality.jsonl with date, commit and machine. Indexes are kept under --work and used again.
Without the data it says so and ends with status 0.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quality_measures import ROOT, SETS, Bench, measure
from quality_page import latest, reliability_svg, section, text_table, with_section

SHARED = ROOT.parent / "shared"
DOCS = ROOT / "docs"
OWN = {"near"}
"""What needs nothing from ../shared."""


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
    chosen = latest(records)
    plot = docs / "calibration.svg"
    plot.write_text(reliability_svg(chosen), encoding="utf-8")
    page = docs / "quality.md"
    text = page.read_text(encoding="utf-8") if page.exists() else "# Quality\n"
    page.write_text(with_section(text, section(chosen, plot.name)), encoding="utf-8")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The command line; what stands after `--` is the program to measure."""
    ours, command = list(words), [sys.executable, "-m", "askv4"]
    if "--" in ours:
        command = ours[ours.index("--") + 1 :]
        ours = ours[: ours.index("--")]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default=",".join(SETS), help=f"which sets, with commas between ({','.join(SETS)})")
    parser.add_argument("--every", type=int, default=1, help="take every Nth question (1)")
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
    options.sets = options.sets.split(",")
    unknown = [name for name in options.sets if name not in SETS]
    if unknown:
        parser.error(f"unknown set {unknown[0]}; the sets are {', '.join(SETS)}")
    if options.every < 1 or not command:
        parser.error("--every must be at least 1, and a program must stand after --")
    options.command = command
    return options


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
    gold = options.shared / "gold" / "seed_questions.dev.jsonl"
    bench = Bench(options.shared / "data", options.shared / "tools", gold, options.work, options.command, options.every)
    measured: dict[str, dict[str, Any]] = {}
    for name in options.sets:
        print(f"bench_quality: {name}", file=sys.stderr)
        # The few gold questions are always all asked.
        every = 1 if name == "gold" else options.every
        figures = measure(name, bench)
        measured[name] = {"set": name, "every": every, **about(), "figures": figures}
        options.out.parent.mkdir(parents=True, exist_ok=True)
        with options.out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(measured[name], ensure_ascii=False) + "\n")
    print(text_table(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
