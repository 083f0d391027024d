"""Measure askv4 as its user meets it, whole processes included.

    .venv/bin/python -m scripts.bench.speed cold                          one question, the index built: median of 10 processes
    .venv/bin/python -m scripts.bench.speed cold -n 20 --json             as one JSON object
    .venv/bin/python -m scripts.bench.speed cold --command askv4 -- --corpus DIR --mode extractive
    .venv/bin/python -m scripts.bench.speed sync                          a folder of 1,000 new documents: documents and passages a second
    .venv/bin/python -m scripts.bench.speed sync --documents 10000 --tiny

What follows `--` goes to askv4. Standard library only; run scripts/askv4.py once before, to have .venv.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from scripts.setup import state

QUESTION = "was V4 trained on Ascend?"


def wall_seconds(command: Sequence[str], runs: int, accepted: Sequence[int]) -> list[float]:
    """Seconds from start to end of each of `runs` processes, one after the other.

    Raises:
        SystemExit: a process ended with a status that is not among `accepted`; what it said is on stderr.
    """
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        seconds.append(time.perf_counter() - began)
        if done.returncode not in accepted:
            sys.stderr.write(done.stderr)
            raise SystemExit(f"bench: {shlex.join(command)} ended with {done.returncode}")
    return seconds


def summary(seconds: Sequence[float]) -> dict[str, float]:
    """Median, extremes and number of some durations, in seconds."""
    return {
        "median": round(statistics.median(seconds), 4),
        "min": round(min(seconds), 4),
        "max": round(max(seconds), 4),
        "runs": len(seconds),
    }


def cold(options: argparse.Namespace) -> dict[str, Any]:
    """A question in a new process, once the index is built; beside it what a process that answers nothing takes."""
    program = shlex.split(options.command) if options.command else state.program([])
    ask = [*program, "ask", *options.arguments, options.question]
    # The first run may export the encoder and build the index; it is not counted.
    first = wall_seconds(ask, 1, (0, 1))
    python = [state.PYTHON if not options.command else sys.executable, "-c", "pass"]
    return {
        "question": options.question,
        "seconds": {
            "answer": summary(wall_seconds(ask, options.runs, (0, 1))),
            "--version": summary(wall_seconds([*program, "--version"], options.runs, (0,))),
            "bare Python": summary(wall_seconds(python, options.runs, (0,))),
            "first run": summary(first),
        },
    }


_WORDS = (
    "harbour office watchman supplier weather station ferry school board counted repaired sold measured borrowed painted "
    "crates lemons lanterns pigeons clocks letters pipes chairs bridge mill store deck lamps gate in under near and the a"
).split()
_KINDS = ("md", "md", "txt", "txt", "txt", "html", "html", "csv", "eml", "json")


def sync(options: argparse.Namespace) -> dict[str, Any]:
    """A first sync of a folder of new documents in a process of its own, and one with nothing left to do."""
    program = shlex.split(options.command) if options.command else state.program([])
    with tempfile.TemporaryDirectory(prefix="askv4-bench-") as name:
        folder = Path(name)
        corpus, data = folder / "corpus", folder / "data"
        corpus.mkdir()
        command = [*program, "sync", "--json", "--corpus", str(corpus), "--data-dir", str(data), *options.arguments]
        _report_of(command)  # prepares the encoder
        size = write_documents(corpus, options.documents, tiny=options.tiny)
        began = time.perf_counter()
        report = _report_of(command)
        seconds = time.perf_counter() - began
        began = time.perf_counter()
        _report_of(command)
        again = time.perf_counter() - began
    return {
        "documents": report["documents_read"],
        "passages": report["passages_embedded"],
        "megabytes": round(size / 1e6, 2),
        "seconds": round(seconds, 2),
        "documents_per_s": report["documents_per_s"],
        "passages_per_s": report["passages_per_s"],
        "seconds with nothing to do": round(again, 2),
    }


def _report_of(command: Sequence[str]) -> dict[str, Any]:
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"bench: {shlex.join(command)} ended with {done.returncode}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def write_documents(folder: Path, count: int, *, tiny: bool) -> int:
    """Documents of several formats and about 1,500 characters, or of one sentence each; gives their size in bytes."""
    chance, size = random.Random(1), 0
    for number in range(count):
        kind = "txt" if tiny else _KINDS[number % len(_KINDS)]
        sentences = [_sentence(chance) for _ in range(1 if tiny else 18)]
        path = folder / f"drawer-{number % 100}" / f"paper-{number}.{kind}"
        path.parent.mkdir(exist_ok=True)
        size += path.write_text(_as_document(kind, number, sentences), encoding="utf-8")
    return size


def _sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(_WORDS, k=12)).capitalize() + f" {chance.randint(2, 99999)}."


def _as_document(kind: str, number: int, sentences: list[str]) -> str:
    head, half = f"Paper {number}", len(sentences) // 2
    if kind == "md":
        return f"# {head}\n\n{' '.join(sentences[:half])}\n\n## More\n\n{' '.join(sentences[half:])}\n"
    if kind == "html":
        paragraphs = "".join(f"<p>{sentence}</p>" for sentence in sentences)
        return f"<html><head><title>{head}</title></head><body><h1>{head}</h1>{paragraphs}</body></html>"
    if kind == "csv":
        return "number,note\n" + "".join(f"{row},{sentence}\n" for row, sentence in enumerate(sentences))
    if kind == "eml":
        return f"From: a@example.org\nTo: b@example.org\nSubject: {head}\n\n{' '.join(sentences)}\n"
    if kind == "json":
        return json.dumps({"title": head, "notes": sentences})
    return " ".join(sentences) + "\n"


def table(report: dict[str, Any]) -> str:
    """The figures of a report, one a line."""
    if "documents" in report:
        return "\n".join(f"{name:<28}{value}" for name, value in report.items() if name != "machine")
    rows = [f"{'':<14}{'median':>9}{'min':>9}{'max':>9}{'runs':>6}"]
    for name, row in report["seconds"].items():
        rows.append(f"{name:<14}{row['median']:>7.2f} s{row['min']:>7.2f} s{row['max']:>7.2f} s{row['runs']:>6}")
    return "\n".join(rows)


def machine() -> dict[str, Any]:
    """What the figures belong to."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {"python": platform.python_version(), "system": platform.platform(), "cpus": os.cpu_count(), "load": load}


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The command line; what stands after `--` is in `arguments`."""
    ours, theirs = list(words), []
    if "--" in ours:
        theirs = ours[ours.index("--") + 1 :]
        ours = ours[: ours.index("--")]
    parser = argparse.ArgumentParser(description="Measure askv4, whole processes included.")
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="WHAT")
    measure = kinds.add_parser("cold", help="one question in a new process, the index built")
    measure.add_argument("question", nargs="?", default=QUESTION)
    measure.add_argument("-n", "--runs", type=int, default=10, help="processes to measure (10)")
    measure.add_argument("--command", help="the askv4 to measure, instead of the one in .venv")
    measure.add_argument("--json", action="store_true", help="print one JSON object")
    measure.set_defaults(function=cold)
    measure = kinds.add_parser("sync", help="a folder of new documents, indexed for the first time")
    measure.add_argument("--documents", type=int, default=1000, help="how many (1000)")
    measure.add_argument("--tiny", action="store_true", help="documents of one sentence")
    measure.add_argument("--command", help="the askv4 to measure, instead of the one in .venv")
    measure.add_argument("--json", action="store_true", help="print one JSON object")
    measure.set_defaults(function=sync, runs=1)
    options = parser.parse_args(ours)
    if options.runs < 1:
        parser.error("-n must be at least 1")
    options.arguments = theirs
    return options


def main(words: Sequence[str]) -> None:
    """Measure and print."""
    options = parse(words)
    measure: Callable[[argparse.Namespace], dict[str, Any]] = options.function
    report = {"machine": machine(), **measure(options)}
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        print(table(report))
        about = report["machine"]
        print(f"{about['system']}, Python {about['python']}, {about['cpus']} CPUs, load {about['load']}")


if __name__ == "__main__":
    main(sys.argv[1:])
