"""Which corpus answers, by its name, and which part of it; and what is kept of the questions."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from askv4 import Workspace
from askv4.errors import UsageError
from tests.functional.conftest import Program

MILL = "How much is the rent of the mill?"
FILES = {
    "lease.md": "---\ntitle: Lease\nkind: contract\ndate: 2023-04-01\n---\n# Lease\nThe rent of the mill is 900 euros a month.\n",
    "letters/rent.txt": "12 May 2024\n\nThe rent of the mill goes up to 950 euros a month.\n",
    "old.txt": "The rent of the mill was 700 euros a month, long ago.\n",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two folders of documents, neither of them called corpus."""
    for name, text in FILES.items():
        path = tmp_path / "mill" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    os.utime(tmp_path / "mill" / "old.txt", (1_550_000_000, 1_550_000_000))  # 2019
    (tmp_path / "harbour").mkdir()
    (tmp_path / "harbour" / "fees.md").write_text("# Fees\nA berth costs 40 euros a night.\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def askv4(fresh_program: Callable[..., Program], data_dir: Path) -> Program:
    return fresh_program(ASKV4_DATA_DIR=str(data_dir), ASKV4_MODE="extractive")


def row(run: Any) -> dict[str, Any]:
    assert run.status in (0, 1), run.stderr
    value = json.loads(run.out)
    assert isinstance(value, dict)
    return value


def test_workspaces_are_made_asked_renamed_and_forgotten(askv4: Program, home: Path) -> None:
    askv4("workspaces", "make", "mill", str(home / "mill"))
    askv4("workspaces", "make", "harbour", str(home / "harbour"))
    run = askv4("--in-workspace", "harbour", "what does a berth cost?")
    assert run.status == 0
    assert "40 euros" in run.out
    assert run.stderr == f"askv4: the corpus is {home / 'harbour'} (workspace harbour)\n"
    assert askv4("workspaces", "default", "mill").status == 0
    assert "900 euros" in askv4(MILL).out
    assert askv4("workspaces", "rename", "mill", "windmill").status == 0
    listed = row(askv4("workspaces", "--json"))
    assert [(one["name"], one["default"]) for one in listed["workspaces"]] == [("harbour", False), ("windmill", True)]
    assert listed["asked"] == str(home / "mill")
    assert askv4("workspaces", "forget", "windmill").status == 0
    assert (home / "mill" / "lease.md").is_file()
    assert row(askv4("workspaces", "--json"))["default"] is None
    wrong = askv4("--in-workspace", "harbor", "docs")
    assert wrong.status == 2
    assert "did you mean 'harbour'?" in wrong.stderr


def test_a_workspace_of_ones_own_is_filled_by_add_which_says_where(askv4: Program, home: Path) -> None:
    made = row(askv4("workspaces", "make", "tea", "--json"))["corpus"]
    added = askv4("add", "--in-workspace", "tea", str(home / "harbour" / "fees.md"))
    assert f"the corpus is {made} (workspace tea)" in added.stderr
    assert (Path(made) / "fees.md").is_file()
    assert askv4("workspaces", "make", "tea").status == 2, "the name is taken"
    assert askv4("workspaces", "make", "a/b").status == 2
    assert askv4("workspaces", "make", "x", str(home / "nowhere")).status == 2


def test_an_empty_corpus_here_does_not_hijack(askv4: Program) -> None:
    (askv4.cwd / "corpus").mkdir()
    run = askv4("was V4 trained on Ascend?")
    assert "is empty and passed over" in run.stderr
    assert "your own corpus is made" in run.stderr
    (askv4.cwd / "corpus" / "note.md").write_text("The bell was cast in Varde.", encoding="utf-8")
    assert "Varde" in askv4("where was the bell cast?").out
    (askv4.cwd / "corpus" / "note.md").unlink()
    assert "passed over" not in askv4("where was the bell cast?").stderr, "it is a corpus that has lost its documents"


def test_conversations_belong_to_their_corpus_and_single_questions_stand_apart(askv4: Program, home: Path) -> None:
    mill, harbour = ["--corpus", str(home / "mill")], ["--corpus", str(home / "harbour")]
    askv4(*mill, MILL)
    askv4(*harbour, "what does a berth cost?")
    askv4("ask", *harbour, "--no-keep", "who pays?")
    assert askv4("conversations", *mill).out == "1 single question: askv4 conversations list --single\n"
    askv4("ask", *mill, "--continue", "and what was it long ago?")
    assert askv4("conversations", *mill).out.startswith(f"1  {MILL}")
    kept = row(askv4("conversations", "list", "--all", "--json"))["conversations"]
    assert [(one["corpus"], one["single"]) for one in kept] == [
        (str(home / "mill"), False),
        (str(home / "harbour"), True),
    ]
    assert "berth" in askv4("conversations", "list", "berth", *harbour).out
    assert askv4("conversations", "clear", *harbour).status == 2, "nobody has said yes"
    assert askv4("conversations", "clear", "--yes", *harbour).out == "forgot 1 single question\n"
    assert "nothing has been asked yet; --all" in askv4("conversations", *harbour).out
    assert len(row(askv4("conversations", "list", "--all", "--json"))["conversations"]) == 1


PARTS: list[tuple[dict[str, Any], set[str]]] = [
    ({"within": "letters"}, {"letters/rent.txt"}),
    ({"within": ["*.TXT"]}, {"letters/rent.txt", "old.txt"}),
    ({"within": ["lease.md"]}, {"lease.md"}),
    ({"within": ["contracts"]}, {"lease.md"}),
    ({"within": ["Markdown", "old*"]}, {"lease.md", "old.txt"}),
    ({"since": "2023"}, {"lease.md", "letters/rent.txt"}),
    ({"since": "2023-05", "until": "May 2024"}, {"letters/rent.txt"}),
    ({"until": "2020"}, {"old.txt"}),
]


def test_a_part_of_the_corpus_is_asked(home: Path, data_dir: Path) -> None:
    with Workspace.open(home / "mill", data_dir=data_dir, mode="extractive") as workspace:
        for part, documents in PARTS:
            within = part.get("within", ())
            workspace.look_in([within] if isinstance(within, str) else within, part.get("since"), part.get("until"))
            shown = {hit.document.document for hit in workspace.search("rent of the mill").hits}
            assert shown == documents, part
            told = "documents without a date of their own go by their file's: 1"
            assert workspace.dates_note == (told if "within" not in part else None)
        for part, problem in (
            ({"within": "novel"}, "no folder, file, format or kind 'novel'"),
            ({"within": "letters", "until": "2020"}, "no document of"),
            ({"since": "someday"}, "no date"),
            ({"since": "2024", "until": "2023"}, "no time at all"),
        ):
            with pytest.raises(UsageError, match=problem):
                workspace.look_in([part["within"]] if "within" in part else [], part.get("since"), part.get("until"))


def test_capitals_of_other_alphabets_are_themselves(home: Path, data_dir: Path) -> None:
    (home / "mill" / "ÄRZTE.md").write_text("---\nkind: Überlassung\n---\nThe doctors pay no rent.\n", encoding="utf-8")
    with Workspace.open(home / "mill", data_dir=data_dir, mode="extractive") as workspace:
        for part in ("Überlassung", "ÄRZ*", "*ÄRZTE.MD"):
            workspace.look_in([part], None, None)
            assert {hit.document.document for hit in workspace.search("rent").hits} == {"ÄRZTE.md"}, part


def test_the_command_line_asks_a_part_and_says_how_it_is_dated(askv4: Program, home: Path) -> None:
    run = askv4("search", "rent", "--corpus", str(home / "mill"), "--json", "--in", "*.txt", "--since", "2024")
    assert {one["document"] for one in row(run)["results"]} == {"letters/rent.txt"}
    assert "documents without a date of their own go by their file's: 1" in run.stderr
