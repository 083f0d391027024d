"""The measuring itself; no duration is asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.places import ROOT

PROGRAM = """\
import json, sys
with open(sys.argv[1], "a", encoding="utf-8") as file:
    file.write(json.dumps(sys.argv[2:]) + "\\n")
sys.exit(3 if "fail" in sys.argv else 1 if "ask" in sys.argv else 0)
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    command = [sys.executable, "-m", "scripts.bench.speed", *words]
    return subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)


def bench(folder: Path, *words: str) -> tuple[subprocess.CompletedProcess[str], list[list[str]]]:
    """Measure a program that notes how it is called."""
    program = folder / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    calls = folder / "calls.txt"
    done = run("cold", "--command", f"'{sys.executable}' '{program}' '{calls}'", *words)
    return done, [json.loads(line) for line in calls.read_text(encoding="utf-8").splitlines()]


def test_each_kind_of_process_is_run_as_often_as_said(tmp_path: Path) -> None:
    done, calls = bench(tmp_path, "-n", "3", "--json", "why so?", "--", "--corpus", "x y")
    report = json.loads(done.stdout)
    asked = ["ask", "--corpus", "x y", "why so?"]
    # The first one builds the index and is not counted.
    assert calls == [asked] * 4 + [["--version"]] * 3
    assert {name: row["runs"] for name, row in report["seconds"].items()} == {
        "answer": 3,
        "--version": 3,
        "bare Python": 3,
        "first run": 1,
    }
    assert report["question"] == "why so?"
    assert all(0 < row["min"] <= row["median"] <= row["max"] for row in report["seconds"].values())


def test_the_table_has_a_line_for_each(tmp_path: Path) -> None:
    done, _ = bench(tmp_path, "-n", "1", "q")
    assert [line.split("  ")[0] for line in done.stdout.splitlines()[1:5]] == [
        "answer",
        "--version",
        "bare Python",
        "first run",
    ]


def test_a_program_that_fails_is_not_measured(tmp_path: Path) -> None:
    done, calls = bench(tmp_path, "fail")
    assert len(calls) == 1
    assert done.returncode == 1
    assert "ended with 3" in done.stderr


@pytest.mark.parametrize("words", [[], ["-n", "0"], ["cold", "-n", "0"]])
def test_wrong_usage_is_refused(words: list[str]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert "usage" in done.stderr


SYNCING = """\
import json, sys
from pathlib import Path
corpus = Path(sys.argv[sys.argv.index("--corpus") + 1])
files = [path for path in corpus.rglob("*") if path.is_file()]
kinds = sorted({path.suffix for path in files})
report = {"documents_read": len(files), "passages_embedded": 2 * len(files), "documents_per_s": 5.0, "passages_per_s": 10.0}
print(json.dumps({**report, "kinds": kinds}))
"""


def test_a_sync_is_measured_on_documents_of_several_formats(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(SYNCING, encoding="utf-8")
    words = ["sync", "--documents", "20", "--command", f"'{sys.executable}' '{program}'"]
    done = run(*words, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["documents"], report["passages"], report["documents_per_s"]) == (20, 40, 5.0)
    assert report["megabytes"] > 0
    shown = run(*words).stdout
    assert "documents_per_s             5.0\n" in shown
