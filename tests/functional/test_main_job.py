"""The main job on the shipped corpus: the README's question, citations that are spans, refusals, follow-ups."""

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

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="module")
def program(
    tmp_path_factory: pytest.TempPathFactory, make_program: Callable[..., Program], encoder_dir: Path
) -> Program:
    """A user whose encoder is prepared."""
    home = tmp_path_factory.mktemp("main-job")
    shutil.copytree(encoder_dir / "encoders", home / "data" / "encoders")
    return make_program(home, ASKV4_DATA_DIR=str(home / "data"))


@pytest.fixture(scope="module")
def answers(program: Program) -> Callable[[list[Any]], list[dict[str, Any]]]:
    """Answers the rows of a batch over the shipped corpus."""

    def ask(rows: list[Any]) -> list[dict[str, Any]]:
        lines = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows) + "\n"
        run = program("ask", "--corpus", str(CORPUS), "--batch", "-", stdin=lines.encode())
        assert run.status == 0, run.stderr
        return [json.loads(line) for line in run.out.splitlines()]

    return ask


def assert_exact(answer: dict[str, Any]) -> None:
    for citation in answer["citations"] + answer["nearest"]:
        text = (CORPUS / citation["document"]).read_bytes().decode("utf-8")
        assert citation["quote"] == text[citation["start"] : citation["end"]]
        assert citation["line"] == text.count("\n", 0, citation["start"]) + 1


def test_the_question_of_the_readme(answers: Callable[[list[Any]], list[dict[str, Any]]]) -> None:
    (answer,) = answers(["was V4 trained on Ascend?"])
    assert (answer["status"], answer["mode"], answer["model"]) == ("answered", "extractive", None)
    quotes = " ".join(citation["quote"] for citation in answer["citations"])
    assert "DeepSeek did not disclose whether V4 itself was trained on Nvidia or Huawei chips" in quotes
    assert "its chips were used for part of V4-Flash training" in quotes
    assert answer["citations"][0]["document"] == "v4-huawei-nvidia.md"
    assert all(f"[{citation['n']}]" in answer["answer"] for citation in answer["citations"])
    assert_exact(answer)


def test_the_kind_of_source_is_named_where_it_changes_the_meaning(
    answers: Callable[[list[Any]], list[dict[str, Any]]],
) -> None:
    comment, both = answers(["What price should China's Mac Mini have?", "Does V4 run exclusively on Huawei chips?"])
    assert comment["answer"].startswith("A reader comment")
    assert "$799" in comment["citations"][0]["quote"]
    assert {citation["kind"] for citation in both["citations"]} == {"news report", "analysis"}
    assert "A news report from before V4's release says" in both["answer"]
    assert_exact(comment)
    assert_exact(both)


def test_what_the_sources_do_not_say_is_refused_with_what_came_nearest(
    answers: Callable[[list[Any]], list[dict[str, Any]]],
) -> None:
    questions = [
        "What is the capital of France?",
        "How many parameters does V4 have?",
        "Who founded the Red Cross?",
        "?!",
    ]
    for answer in answers(questions):
        assert answer["status"] == "not_in_sources", answer["question"]
        assert answer["citations"] == []
        assert answer["nearest"], answer["question"]
        assert_exact(answer)


def test_a_follow_up_takes_over_what_came_before(answers: Callable[[list[Any]], list[dict[str, Any]]]) -> None:
    history = [{"question": "was V4 trained on Ascend?", "answer": "DeepSeek did not disclose it."}]
    (answer,) = answers([{"question": "And what about V4-Flash?", "history": history}])
    assert all(word in answer["standalone_question"] for word in ("V4-Flash", "trained", "Ascend"))
    assert answer["status"] == "answered"
    assert "V4-Flash" in answer["answer"]


def test_a_source_that_is_named_is_asked_alone(answers: Callable[[list[Any]], list[dict[str, Any]]]) -> None:
    history = [{"question": "What does Jensen Huang fear?", "answer": "A stack that is entirely Chinese."}]
    controls, that = answers(
        [
            "What does the analysis say about export controls?",
            {"question": "What did the analysis say about that?", "history": history},
        ]
    )
    assert controls["status"] == "answered"
    assert that["standalone_question"] == "What about that? (Jensen Huang fear)"
    shown = [*controls["citations"], *that["citations"], *that["nearest"]]
    assert {one["document"] for one in shown} == {"v4-huawei-nvidia.md"}
    assert "alone" in controls["note"]


def test_questions_of_any_shape_get_an_answer_or_a_refusal(
    answers: Callable[[list[Any]], list[dict[str, Any]]],
) -> None:
    odd = ['"', "* AND NEAR(", "🤖" * 50, "V4 " * 3000, "WAS V4 TRAINED ON ASCEND", "v4 ascend training", "\u202eorder"]
    for question, answer in zip(odd, answers(odd), strict=True):
        assert answer["status"] in ("answered", "uncertain", "not_in_sources"), question[:20]
        assert_exact(answer)


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here: the development questions cannot be asked")
def test_the_development_questions(program: Program) -> None:
    # The checker runs a command of its own, so it gets one that stands for this program.
    command = [*program.command("--corpus", str(CORPUS))]
    run = subprocess.run(
        [sys.executable, str(SHARED / "tools/check_gold.py"), str(SHARED / "gold/seed_questions.dev.jsonl"), "--need=0.95", "--", *command],
        capture_output=True, text=True, env=dict(program.environ), cwd=program.cwd, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_copied_file_is_answered_from_at_once(program: Program, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(CORPUS, corpus)
    run = program("--corpus", str(corpus), "--json", "Who keeps the lighthouse of Farø?")
    assert run.status == 1
    (corpus / "lighthouse.txt").write_text("The lighthouse of Farø is kept by Inger Holm.\n", encoding="utf-8")
    run = program("--corpus", str(corpus), "--json", "Who keeps the lighthouse of Farø?")
    assert run.status == 0, run.out
    assert json.loads(run.out)["citations"][0]["quote"] == "The lighthouse of Farø is kept by Inger Holm."


def test_nothing_is_left_behind_outside_the_data_folder(program: Program) -> None:
    """Libraries that report to their makers leave an identifier or a queue in the user's folders; onnxruntime did."""
    # Some keep still on build machines, and would hide here what they do on a user's.
    environ = {
        name: value for name, value in program.environ.items() if name not in ("CI", "GITHUB_ACTIONS", "TF_BUILD")
    }
    user = Program(program.cwd, environ)
    assert user("--corpus", str(CORPUS), "--mode", "extractive", "was V4 trained on Ascend?").status == 0
    left = [path for name in ("HOME", "LOCALAPPDATA", "APPDATA") for path in Path(environ[name]).rglob("*")]
    assert left == []
