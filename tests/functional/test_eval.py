"""`askv4 eval` as its user meets it: figures, misses, a page, kept runs, drafts."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.conftest import Program
from tests.tiny_model import tiny_gguf

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
SHARED = ROOT.parent / "shared"
TEA = """---
title: Notes on tea
---
# Green

Steep green tea for two minutes. The water should be 75 degrees warm.

# Black

Black tea takes four minutes. It was first sold in London in 1657 by a merchant. The tea house of Varde was opened in 1893.
"""
BOATS = (
    "The ferry to the island of Gozo leaves at 07:15 on weekdays. A ticket for the ferry to Gozo costs 4.65 euros. "
    "The museum of Gozo received 41,000 visitors in the year 2019. Gozo is an island in the Mediterranean Sea."
)
GOLD = [
    {"id": "tea", "kind": "fact", "question": "How long should green tea steep?", "document": "tea.md", "quote": "two minutes"},
    {"id": "ferry", "kind": "fact", "question": "What does a ticket for the ferry to Gozo cost?", "groups": [["4.65 euros"]]},
    {"id": "wrong", "kind": "fact", "question": "When does the ferry to Gozo leave?", "document": "tea.md", "quote": "takes four minutes"},
    {"id": "gone", "question": "How warm should the water be for green tea?", "quote": "served with lemon in a pot"},
    {"id": "france", "kind": "none", "question": "What is the capital of France?", "answerable": False},
    {"id": "later", "question": "And black tea?", "quote": "Black tea takes four minutes.",
     "history": [{"question": "How long should green tea steep?", "answer": "Two minutes."}]},
]  # fmt: skip
RIGHT = {"tea", "ferry", "france", "later"}


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture(scope="module")
def program(
    tmp_path_factory: pytest.TempPathFactory, make_program: Callable[..., Program], encoder_dir: Path
) -> Program:
    """A user with documents in ./corpus and gold questions in ./gold.jsonl."""
    home = tmp_path_factory.mktemp("eval")
    (home / "corpus" / "travel").mkdir(parents=True)
    (home / "corpus" / "tea.md").write_text(TEA, "utf-8")
    (home / "corpus" / "travel" / "boats.txt").write_text(BOATS, "utf-8")
    (home / "gold.jsonl").write_text(lines(GOLD), "utf-8")
    shutil.copytree(encoder_dir / "encoders", home / "data" / "encoders")
    return make_program(home, home, ASKV4_DATA_DIR=str(home / "data"), ASKV4_MODE="extractive")


def test_the_figures_for_programs(program: Program) -> None:
    run = program("eval", "gold.jsonl", "--json", "--save", "first")
    assert run.status == 0, run.stderr
    result = json.loads(run.out)
    assert (result["mode"], result["model"], result["k"], result["gold"]) == ("extractive", None, 10, "gold.jsonl")
    figures, questions = result["figures"], result["questions"]
    assert [row["id"] for row in questions] == [row["id"] for row in GOLD]
    assert {row["id"] for row in questions if row["right"]} == RIGHT
    assert figures["right"] == {"count": 4, "total": 6, "share": 0.6667}
    assert figures["answered_right"]["total"] == 5
    assert (figures["false_answers"]["count"], figures["refused_right"]["count"]) == (0, 1)
    assert figures["exact"]["count"] == figures["exact"]["total"] > 0
    assert set(figures["recall"]) == {"1", "5", "10"}
    assert 0 < figures["ndcg"] < 1
    assert 0 < figures["median_ms"] <= figures["p95_ms"]
    wrong, gone = questions[2], questions[3]
    assert wrong["expected"][0]["document"] == "tea.md"
    assert wrong["expected"][0]["words"] == "takes four minutes"
    assert gone["expected"] == [None]
    assert gone["ranks"] == [None]


def test_the_table_the_page_and_what_ci_needs(program: Program) -> None:
    page = program.cwd / "misses.html"
    run = program("eval", "gold.jsonl", "--html", str(page), "--need", "90%", COLUMNS="90")
    assert run.status == 1
    assert "66.7% came out right, 90.0% are needed" in run.stderr
    assert f"written to {page}" in run.stderr
    for said in (
        "right ",
        "4 of 6",
        "recall@10",
        "nDCG@10",
        "95th percentile",
        "fact ",
        "Misses (2)",
        "When does the ferry",
    ):
        assert said in run.out
    assert max(map(len, run.out.splitlines())) <= 90
    made = page.read_text("utf-8")
    assert "<mark>takes four minutes</mark>" in made
    assert "No document holds these words exactly" in made
    # A page may be written over, and nothing else.
    assert program("eval", "gold.jsonl", "--html", str(page), "--need", "0.5").status == 0
    run = program("eval", "gold.jsonl", "--html", "gold.jsonl")
    assert (run.status, run.out) == (2, "")
    assert "is no page of askv4 eval" in run.stderr
    assert (program.cwd / "gold.jsonl").read_text("utf-8") == lines(GOLD)


def test_two_runs_are_compared(program: Program) -> None:
    mended = [{**row, "question": "What takes four minutes?"} if row["id"] == "wrong" else row for row in GOLD]
    (program.cwd / "mended.jsonl").write_text(lines(mended), "utf-8")
    assert program("eval", "gold.jsonl", "--save", "before", "--replace").status == 0
    assert program("eval", "mended.jsonl", "-k", "1", "--save", "after", "--replace").status == 0
    run = program("eval", "--compare", "before", "after")
    assert run.status == 0, run.stderr
    assert "5 questions compared: 0 better, 0 worse." in run.out
    assert "1 question only in the first run" in run.out
    compared = json.loads(program("eval", "--compare", "before", "after", "--json").out)
    assert (compared["mcnemar_p"], compared["better"], compared["only_second"]) == (1.0, [], 1)
    listed = json.loads(program("eval", "--list", "--json").out)["runs"]
    assert {"before", "after"} <= {row["name"] for row in listed}
    assert "before" in program("eval", "--list").out
    run = program("eval", "gold.jsonl", "--save", "before")
    assert (run.status, run.out) == (2, "")
    assert "kept already" in run.stderr
    run = program("eval", "--compare", "before", "nothing")
    assert run.status == 2
    assert "no run is called 'nothing'" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "there are no questions"),
        (["nothing.jsonl"], "nothing.jsonl: No such file"),
        (["bad.jsonl"], "bad.jsonl, line 2 has neither a quote"),
        (["gold.jsonl", "--draft", "3"], "GOLD and --draft are given"),
        (["--list", "--save", "x"], "--save goes with a gold file"),
        (["gold.jsonl", "-o", "x"], "-o goes with --draft"),
        (["gold.jsonl", "--need", "lots"], "is no share"),
        (["gold.jsonl", "--save", "../x"], "cannot be the name"),
        (["gold.jsonl", "--html", "no/such/folder.html"], "no such folder"),
        (["--draft", "2", "-o", "gold.jsonl"], "gold.jsonl exists already"),
    ],
)
def test_what_is_wrong_is_one_line_and_status_2(program: Program, arguments: list[str], said: str) -> None:
    (program.cwd / "bad.jsonl").write_text('{"question": "a?", "quote": "x"}\n{"question": "b?"}\n', "utf-8")
    run = program("eval", *arguments)
    assert (run.status, run.out) == (2, "")
    assert said in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_gold_comes_from_standard_input_and_a_misspelt_document_is_told(program: Program) -> None:
    row = {"question": "How long should green tea steep?", "document": "tee.md", "quote": "two minutes"}
    run = program("eval", "-", "--json", stdin=lines([row]).encode())
    assert run.status == 0
    assert "the gold file names tee.md, which the index does not have" in run.stderr
    assert json.loads(run.out)["figures"]["right"]["count"] == 0


def test_drafts_are_gold_questions_with_exact_quotes(program: Program) -> None:
    target = program.cwd / "draft.jsonl"
    target.unlink(missing_ok=True)
    run = program("eval", "--draft", "6", "-o", str(target))
    assert run.status == 0, run.stderr
    assert run.out == ""
    assert "read and correct them" in run.stderr
    rows = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    answerable = [row for row in rows if row["answerable"]]
    assert {row["document"] for row in answerable} == {"tea.md", "travel/boats.txt"}
    for row in answerable:
        text = (program.cwd / "corpus" / row["document"]).read_text("utf-8")
        assert text[row["start"] : row["end"]] == row["quote"]
    for row in rows:
        if not row["answerable"]:
            stranger = row["note"].split("“")[1].split("”")[0]
            assert stranger in row["question"]
            assert stranger not in TEA + BOATS
    measured = program("eval", str(target), "--json")
    assert measured.status == 0, measured.stderr
    assert json.loads(measured.out)["figures"]["recall"]["10"] == 1.0
    again = program("eval", "--draft", "6")
    assert again.out == target.read_text("utf-8")
    inside = program("eval", "--draft", "2", "--in", "travel").out
    assert {json.loads(line)["document"] for line in inside.splitlines()} == {"travel/boats.txt"}


def test_a_model_is_named_and_drafts_where_it_can(program: Program, tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: no model can run")
    model = tiny_gguf(tmp_path / "tiny.gguf")
    # What the sources do not answer never reaches the model, whose random words take long to hold against them.
    few = lines([row for row in GOLD if row["id"] == "france"])
    run = program("eval", "-", "--mode", "llm", "--model", str(model), "--json", stdin=few.encode())
    assert run.status == 0, run.stderr
    result = json.loads(run.out)
    assert (result["mode"], result["model"]) == ("llm", "tiny")
    assert [row["verdict"] for row in result["questions"]] == ["rightly refused"]
    drafts = program("eval", "--draft", "1", "--mode", "llm", "--model", str(model))
    assert drafts.status == 0, drafts.stderr
    assert all(json.loads(line)["question"].rstrip().endswith("?") for line in drafts.out.splitlines())


def test_the_leads_of_a_real_model_are_counted_kept_and_compared(program: Program, real_model: Path) -> None:
    led = [
        {**GOLD[0], "key_words": [["two minutes", "2 minutes"]], "wrong_words": ["four"]},
        {**GOLD[1], "key_words": [["4.65"]]},
        GOLD[4],
    ]
    (program.cwd / "led.jsonl").write_text(lines(led), "utf-8")
    assert program("eval", "led.jsonl", "--save", "quoted").status == 0
    page = program.cwd / "led.html"
    asked = ("eval", "led.jsonl", "--mode", "llm", "--model", str(real_model))
    run = program(*asked, "--json", "--save", "led", "--html", str(page))
    assert run.status == 0, run.stderr
    result = json.loads(run.out)
    figures, rows = result["figures"], {row["id"]: row for row in result["questions"]}
    assert (result["mode"], figures["right"]["count"], figures["leads"]["total"]) == ("llm", 3, 2)
    shown = [row for row in rows.values() if row["lead"] is not None]
    assert figures["leads"]["count"] == len(shown) >= 1
    assert figures["leads_right"]["count"] == sum(row["lead_right"] for row in shown)
    assert figures["leads_right"]["count"] + figures["leads_false"]["count"] == len(shown)
    assert (rows["france"]["lead"], rows["france"]["lead_ms"]) == (None, None)
    assert all(0 < rows[one]["quotes_ms"] < rows[one]["lead_ms"] for one in ("tea", "ferry"))
    assert figures["quotes_median_ms"] < figures["lead_median_ms"]
    assert shown[0]["lead"] in page.read_text("utf-8")
    compared = program("eval", "--compare", "quoted", "led", COLUMNS="100")
    assert compared.status == 0, compared.stderr
    assert f"{len(shown)} of 2" in next(line for line in compared.out.splitlines() if line.startswith("leads shown"))


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here: there is no checker to compare with")
def test_the_figures_are_those_of_the_checker(program: Program, tmp_path: Path) -> None:
    """The same answers, judged by `askv4 eval` and by check_gold.py."""
    rows = [json.loads(line) for line in (SHARED / "gold/seed_questions.dev.jsonl").read_text("utf-8").splitlines()]
    # Two that must be misses, whatever askv4 answers.
    rows.append(
        {**rows[0], "id": "no words", "question": rows[0]["question"] + "?", "groups": [["nobody wrote these words"]]}
    )
    rows.append(
        {"id": "unanswered", "kind": "x", "question": rows[1]["question"] + "?", "answerable": False, "groups": []}
    )
    gold = tmp_path / "gold.jsonl"
    gold.write_text(lines(rows), "utf-8")
    run = program("--corpus", str(CORPUS), "eval", str(gold), "--json")
    assert run.status == 0, run.stderr
    result = json.loads(run.out)
    answers = [{"status": row["status"], "citations": row["citations"]} for row in result["questions"]]
    said = tmp_path / "answers.jsonl"
    said.write_text(lines(answers), "utf-8")
    command = [
        sys.executable,
        "-c",
        "import sys; sys.stdin.read(); print(open(sys.argv[1], encoding='utf-8').read())",
        str(said),
    ]
    checked = subprocess.run(
        [sys.executable, str(SHARED / "tools/check_gold.py"), str(gold), "--", *command],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    figures = result["figures"]
    answered, refused = figures["answered_right"], figures["refused_right"]
    last = (
        f"answered right {answered['count']}/{answered['total']}, refused right {refused['count']}/{refused['total']}"
    )
    assert checked.stdout.splitlines()[-1] == last
    misses = [line.split(" -> ")[0] for line in checked.stdout.splitlines() if line.startswith("miss ")]
    assert misses == [
        f"miss {row['id']} {row['kind']}: {row['question']}" for row in result["questions"] if not row["right"]
    ]
    assert len(misses) >= 2
