"""The table, the page and the plot of scripts/bench/quality.py, and the arithmetic behind them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from scripts.bench.quality_counts import calibration, error_rates
from scripts.bench.quality_measures import words_data
from scripts.bench.quality_page import BEGIN, END, latest, reliability_svg, rows, section, text_table, with_section
from scripts.places import ROOT


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


def test_the_latest_record_of_most_questions_is_shown() -> None:
    whole, newer, part = record("gold", right=19), record("gold", right=20), record("gold", every=5, right=3)
    assert latest([whole, newer, part]) == {"gold": newer}
    assert latest([part, whole]) == {"gold": whole}


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("| ").split("|")]


def test_figures_stand_beside_their_bars() -> None:
    chosen = latest(
        [record("clapnq", sentence_f1=0.6, balanced=0.73, exact=1.0), record("xquad", every=20, shown=0.96)]
    )
    lines = [" ".join(line.split()) for line in text_table(chosen).splitlines()]
    assert "clapnq sentence_f1 0.485 0.609 0.6 0.63 no" in lines
    assert "clapnq balanced 0.81 0.844 0.73 0.89 no" in lines
    assert "clapnq exact 1 1 yes" in lines
    assert any("each 20th question" in line and line.endswith("yes") for line in lines)


def test_some_bars_are_not_to_be_exceeded() -> None:
    bars = {
        row[0]: row[-3:]
        for row in rows(latest([record("papers", wrong_or_false=0.061), record("near", false_refusals_shown=0.25)]))
    }
    assert bars == {"papers": ("0.061", "at most 0.06", "no"), "near": ("0.25", "at most 0.25", "yes")}


def test_both_thresholds_have_a_table() -> None:
    rates = error_rates(["answered", "uncertain", "uncertain"], [True, True, False])
    lines = section([record("near", **rates)], "x.svg").splitlines()
    at = lines.index("### Both thresholds")
    assert cells(lines[at + 2])[1:4] == ["false answers, upper", "false refusals, upper", "balanced, upper"]
    assert cells(lines[at + 4]) == ["near", "0", "0.5", "0.75", "1", "0", "0.5", "0.667"]


def test_papers_and_checks_have_tables_of_their_own() -> None:
    papers = record("papers", right=0.5, by_kind={"form": [3, 1, 5]}, by_cause={"C1 amounts": [0, 1, 2]})
    check = record(
        "grounding",
        caught=0.9,
        accused=0.1,
        caught_verifier=0.7,
        accused_verifier=0.1,
        caught_rules=0.4,
        accused_rules=0.0,
    )
    own = record("own_words", accused=0.1, accused_verifier=0.1, accused_rules=0.0)
    lines = section([papers, check, own], "x.svg").splitlines()
    assert "| form | 3 | 1 | 5 |" in lines[lines.index("### Papers, by kind") :]
    assert "| C1 amounts | 0 | 1 | 2 |" in lines[lines.index("### Papers, by cause") :]
    checks = lines[lines.index("### The check of written sentences") :]
    assert "| grounding | 0.9 / 0.1 | 0.7 / 0.1 | 0.4 / 0 |" in checks
    assert "| own_words | - / 0.1 | - / 0.1 | - / 0 |" in checks


def test_ablations_stand_beside_the_whole_program_and_never_for_it() -> None:
    whole, without = record("near", balanced=0.7), {**record("near", balanced=0.6), "label": "without emphasis"}
    assert latest([whole, without]) == {"near": whole}
    lines = section([whole, without, {**record("xquad", shown=0.9), "label": "alone"}], "x.svg").splitlines()
    table = lines[lines.index("### Ablations") + 4 :]
    assert cells(table[0]) == ["without emphasis", "abc", "near", "balanced", "0.7", "0.6"]
    assert table[1] == ""
    assert "### Ablations" not in section([whole], "x.svg")


def test_the_page_keeps_what_people_wrote() -> None:
    made = section([record("clapnq", balanced=0.9, calibration=FOUND)], "calibration.svg")
    page = with_section(f"# Quality\n\nbefore\n\n{BEGIN}\nold\n{END}\n\nafter\n", made)
    assert page.startswith("# Quality\n\nbefore\n\n")
    assert page.endswith("\n\nafter\n")
    assert "old" not in page
    assert "| clapnq | balanced | 0.81 | 0.844 | 0.9 | 0.89 | yes |" in page
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
    done = bench("--redraw", "--out", out, "--docs", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "balanced" in done.stdout
    assert BEGIN in (tmp_path / "quality.md").read_text(encoding="utf-8")
    assert (tmp_path / "calibration.svg").read_text(encoding="utf-8").startswith("<svg")


def test_without_the_data_it_says_so(tmp_path: Path) -> None:
    done = bench("--shared", tmp_path / "nothing")
    assert done.returncode == 0
    assert "no development data" in done.stderr


def test_a_sample_is_stored_nowhere_and_a_label_is(tmp_path: Path) -> None:
    """On two Chinese questions: words alone need no model."""
    data, out = tmp_path / "data" / "cmrc2018", tmp_path / "out.jsonl"
    data.mkdir(parents=True)
    (data / "corpus.jsonl").write_text(
        "".join(
            json.dumps({"id": f"{n}", "title": "", "text": text}) + "\n"
            for n, text in enumerate(("红色的房子。", "蓝色的船。"))
        ),
        encoding="utf-8",
    )
    (data / "queries.jsonl").write_text(
        "".join(
            json.dumps({"id": f"q{n}", "text": text, "doc": f"{n}", "answers": ["x"]}) + "\n"
            for n, text in enumerate(("红色的？", "蓝色的？"))
        ),
        encoding="utf-8",
    )
    given = ["--shared", tmp_path, "--sets", "cmrc2018", "--work", tmp_path / "work", "--out", out]
    looked = bench(*given, "--sample", 1)
    assert looked.returncode == 0, looked.stderr
    assert "about 1 of them" in looked.stdout
    assert not out.exists()
    assert bench(*given, "--label", "without vectors").returncode == 0
    (stored,) = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert (stored["label"], stored["figures"]["questions"], stored["figures"]["ndcg@10"]) == (
        "without vectors",
        2,
        1.0,
    )


def bench(*options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.bench.quality", *map(str, options)]
    return subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)


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
