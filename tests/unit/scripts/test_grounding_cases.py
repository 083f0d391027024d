"""The cases that the grounding check is measured on, and the measurement itself, on a small data folder made here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.house import ROOT

SCRIPTS = ROOT / "scripts"
SOURCE = [
    "The Harbour Bridge in Lisbon was opened by Maria Lopez on May 27 , 1937 .",
    "It is 2,737 metres long and has 12 pillars .",
    "It may not be crossed on foot .",
    "More than 40 million vehicles cross it every year , which was never planned .",
]
OTHER = [
    "The Clock Tower in Graz was built for Peter Hansen in March 1560 .",
    "Its bell weighs 4,633 kilograms and is rung 101 times .",
    "The tower was not sold , and its keeper earned more .",
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in the form of the development data, with two texts."""
    folder = tmp_path_factory.mktemp("data")
    rows = [
        _clapnq("bridge", "which bridge is it", "Harbour Bridge", SOURCE),
        _clapnq("tower", "what is it", "Clock Tower", OTHER),
    ]
    _write(folder / "clapnq" / "answerable.jsonl", rows)
    pair = {
        "question": "Where is the bridge?",
        "knowledge": "The bridge is in Lisbon.",
        "right": "Lisbon",
        "hallucinated": "Graz",
    }
    _write(folder / "halueval" / "pairs.jsonl", [pair])
    return folder


def _clapnq(name: str, question: str, title: str, sentences: list[str]) -> dict[str, Any]:
    output = {"answer": " ".join(sentences), "selected_sentences": sentences}
    return {"id": name, "input": question, "passages": [{"title": title}], "output": [output]}


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def _bench(*options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPTS / "bench_grounding.py"), "--no-encoder", *map(str, options)]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)


def test_without_data_it_says_so(tmp_path: Path) -> None:
    done = _bench("--data", tmp_path / "nowhere")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no development data" in done.stderr


def test_false_sentences_are_caught_and_true_ones_are_not_accused(data: Path) -> None:
    done = _bench("--data", data, "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    rows = {(row["kind"], row["source"]): row for row in figures["rows"]}
    for kind in ("number", "date", "name", "negation added", "negation removed"):
        row = rows[kind, "clapnq verbatim"]
        assert row["flagged"] == row["cases"] > 0
    assert rows["true", "clapnq verbatim"]["cases"] == len(SOURCE) + len(OTHER)
    assert figures["annotators"]["accused"] == 0
    assert rows["made up", "halueval"] == {
        "kind": "made up",
        "source": "halueval",
        "cases": 1,
        "flagged": 1,
        "by": {"name": 1},
    }
    assert rows["true", "halueval"]["flagged"] == 0
    assert figures["bar_met"] is True


def test_the_table_ends_with_the_bar(data: Path) -> None:
    done = _bench("--data", data, "--misses", 1)
    assert "altered sentences caught: 100.0%" in done.stdout
    assert "annotators' sentences accused: 0.0%" in done.stdout


def test_cases_of_one_text_stay_on_one_side(data: Path) -> None:
    halves = [json.loads(_bench("--data", data, "--json", "--half", half).stdout or '{"rows": []}') for half in (0, 1)]
    whole = json.loads(_bench("--data", data, "--json").stdout)
    counts = [sum(row["cases"] for row in figures["rows"]) for figures in (*halves, whole)]
    assert counts[0] + counts[1] == counts[2]
