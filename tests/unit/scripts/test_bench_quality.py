"""The table, the page and the plot of scripts/bench_quality.py, and the arithmetic behind them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "scripts"))
from quality_measures import calibration, words_data
from quality_page import BEGIN, END, latest, reliability_svg, section, text_table, with_section

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"


def record(data: str, every: int = 1, date: str = "2026-01-01T00:00:00+00:00", **figures: Any) -> dict[str, Any]:
    machine = {"python": "3.11", "system": "x", "cpus": 2, "load": 1.0}
    return {
        "set": data,
        "every": every,
        "date": date,
        "commit": "abc",
        "changed": False,
        "machine": machine,
        "figures": figures,
    }


FOUND = calibration([0.05, 0.95, 0.92, 0.15, None, 1.0], [False, True, True, True, True, False])


def test_calibration_by_bins() -> None:
    assert FOUND["questions"] == 5
    assert FOUND["brier"] == pytest.approx((0.05**2 + 0.05**2 + 0.08**2 + 0.85**2 + 1) / 5, abs=1e-4)
    assert FOUND["chance"] == pytest.approx(0.6 * 0.4)
    assert FOUND["bins"] == [[1, 0.05, 0.0], [1, 0.15, 1.0], [3, 0.9567, 0.6667]]


def test_the_latest_record_of_most_questions_is_shown() -> None:
    whole, newer, part = record("gold", right=19), record("gold", right=20), record("gold", every=5, right=3)
    assert latest([whole, newer, part]) == {"gold": newer}
    assert latest([part, whole]) == {"gold": whole}


def test_figures_stand_beside_their_bars() -> None:
    chosen = latest(
        [record("clapnq", sentence_f1=0.6, balanced=0.73, exact=1.0), record("xquad", every=20, shown=0.96)]
    )
    lines = text_table(chosen).splitlines()
    assert "clapnq                        sentence_f1  0.485     0.6       0.58  yes".split() in [
        line.split() for line in lines
    ]
    assert ["clapnq", "balanced", "0.81", "0.73", "0.9", "no"] in [line.split() for line in lines]
    assert any("each 20th question" in line and line.endswith("yes") for line in lines)


def test_the_page_keeps_what_people_wrote() -> None:
    made = section(latest([record("clapnq", balanced=0.9, calibration=FOUND)]), "calibration.svg")
    page = with_section(f"# Quality\n\nbefore\n\n{BEGIN}\nold\n{END}\n\nafter\n", made)
    assert page.startswith("# Quality\n\nbefore\n\n")
    assert page.endswith("\n\nafter\n")
    assert "old" not in page
    assert "| clapnq | balanced | 0.81 | 0.9 | 0.9 | yes |" in page
    assert "![reliability of the confidence](calibration.svg)" in page
    assert with_section(page, made) == page
    assert with_section("# Quality\n", made).count(BEGIN) == 1


def test_the_plot_is_a_picture_with_a_dot_for_each_bin() -> None:
    tree = ElementTree.fromstring(
        reliability_svg(latest([record("clapnq", calibration=FOUND), record("gold", right=1)]))
    )
    dots = [node for node in tree.iter() if node.tag.endswith("circle")]
    assert len(dots) == len(FOUND["bins"]) + 1
    assert all(0 <= float(dot.get("cx", "-1")) <= 530 and 0 <= float(dot.get("cy", "-1")) <= 400 for dot in dots)


def test_what_is_stored_can_be_drawn_again(tmp_path: Path) -> None:
    out = tmp_path / "quality.jsonl"
    out.write_text(json.dumps(record("clapnq", balanced=0.9, calibration=FOUND)) + "\n", encoding="utf-8")
    command = [
        sys.executable,
        str(SCRIPTS / "bench_quality.py"),
        "--redraw",
        "--out",
        str(out),
        "--docs",
        str(tmp_path),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "balanced" in done.stdout
    assert BEGIN in (tmp_path / "quality.md").read_text(encoding="utf-8")
    assert (tmp_path / "calibration.svg").read_text(encoding="utf-8").startswith("<svg")


def test_without_the_data_it_says_so(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPTS / "bench_quality.py"), "--shared", str(tmp_path / "nothing")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0
    assert "no development data" in done.stderr


def test_chinese_sets_are_read_as_passages_with_their_questions(tmp_path: Path) -> None:
    (tmp_path / "cmrc2018").mkdir()
    rows = {
        "corpus.jsonl": {"id": "0-0", "title": "题目", "text": "正文。"},
        "queries.jsonl": {"id": "q", "text": "什么？", "doc": "0-0", "answers": ["正文"]},
    }
    for name, row in rows.items():
        (tmp_path / "cmrc2018" / name).write_text(json.dumps(row) + "\n", encoding="utf-8")
    texts, questions = words_data("cmrc2018", tmp_path)
    assert texts == {"0-0.md": '---\ntitle: "题目"\n---\n正文。\n'}
    assert questions == [("什么？", "0-0.md")]
