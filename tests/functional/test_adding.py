"""`add`, `remove`, `--in` and `.askv4ignore`, as users meet them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.documents import docx, scan


@pytest.fixture
def program(tmp_path: Path, make_program: Any, data_dir: Path) -> Any:
    corpus = tmp_path / "corpus"
    for folder, colour in (("north", "red"), ("south", "green")):
        (corpus / folder).mkdir(parents=True)
        (corpus / folder / "boats.txt").write_text(f"The harbour boats of the {folder} are painted {colour}.\n")
    return make_program(tmp_path, tmp_path, ASKV4_DATA_DIR=str(data_dir))


def test_documents_come_and_go(program: Any, tmp_path: Path) -> None:
    (tmp_path / "handbook.docx").write_bytes(docx())
    (tmp_path / "scan.pdf").write_bytes(scan())
    run = program("add", "handbook.docx", "scan.pdf", "absent.pdf", "--in", "rules")
    assert run.status == 2
    assert "absent.pdf: there is no such file" in run.stderr
    lines = run.out.splitlines()
    assert lines[0].startswith("added rules/handbook.docx: ")
    assert "passage" in lines[0]
    assert "pictures without text" in lines[1]

    again = program("add", "handbook.docx", "--json")
    (row,) = json.loads(again.out)["added"]
    assert (again.status, row["outcome"], row["document"]) == (0, "same", "rules/handbook.docx")

    piped = program("add", "-", "--name", "memo.txt", stdin=b"The ferry bell was cast in Ghent.\n")
    assert (piped.status, piped.out.splitlines()) == (0, ["added memo.txt: 1 passage"])
    asked = json.loads(program("search", "where was the ferry bell cast?", "--json", "-k", "1").out)
    assert asked["results"][0]["document"] == "memo.txt"

    Path(program.environ["HOME"]).mkdir(parents=True, exist_ok=True)  # where the bin of Linux lies
    removed = program("remove", "memo.txt", "corpus/rules")
    if sys.platform.startswith("linux"):
        assert removed.status == 0, removed.stderr
        assert removed.out.splitlines() == ["moved to the bin: memo.txt", "moved to the bin: rules"]
        names = [one["document"] for one in json.loads(program("docs", "--json").out)["documents"]]
        assert names == ["north/boats.txt", "south/boats.txt"]
        kept = [path.name for path in tmp_path.rglob("memo.txt*")]
        assert kept
    missing = program("remove", "memos.txt")
    assert missing.status == 2
    assert "no document is called" in missing.stderr


def test_a_question_stays_in_its_folder(program: Any) -> None:
    question = "what colour are the harbour boats painted?"
    for folder, colour in (("north", "red"), ("south", "green")):
        results = json.loads(program("search", question, "--json", "--in", folder).out)["results"]
        assert [one["document"] for one in results] == [f"{folder}/boats.txt"]
        answer = json.loads(program("ask", question, "--json", "--mode", "extractive", "--in", f"corpus/{folder}").out)
        cited = answer["citations"] + answer["nearest"]
        assert {one["document"] for one in cited} == {f"{folder}/boats.txt"}
        assert colour in cited[0]["quote"]
    wrong = program("search", question, "--in", "west")
    assert wrong.status == 2
    assert "north, south" in wrong.stderr


def test_ignored_files_are_no_documents(program: Any, tmp_path: Path) -> None:
    assert len(json.loads(program("docs", "--json").out)["documents"]) == 2
    (tmp_path / "corpus" / ".askv4ignore").write_text("south/\n")
    assert [one["document"] for one in json.loads(program("docs", "--json").out)["documents"]] == ["north/boats.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege on Windows")
def test_a_link_is_followed_shown_and_removed_alone(program: Any, tmp_path: Path) -> None:
    far = tmp_path / "far" / "bell.txt"
    far.parent.mkdir()
    far.write_text("The ferry bell was cast in Ghent.\n")
    assert program("add", "--link", "far/bell.txt").out == "linked bell.txt: 1 passage\n"
    outcome = json.loads(program("search", "where was the ferry bell cast?", "--json", "-k", "1").out)
    assert outcome["results"][0]["document"] == "bell.txt"
    far.rename(tmp_path / "gone.txt")
    listed = {one["document"]: one for one in json.loads(program("docs", "--json").out)["documents"]}
    bell = listed["bell.txt"]
    assert (bell["state"], bell["linked_to"], bell["passages"]) == ("indexed", str(far), 1)
    assert "what it links to is gone" in bell["reason"]
    (tmp_path / "gone.txt").rename(far)
    removed = program("remove", "bell.txt")
    assert removed.out == f"removed the link bell.txt; what it links to stays: {far}\n"
    assert far.read_text() == "The ferry bell was cast in Ghent.\n"
    assert "bell.txt" not in program("docs").out


def test_encoders_are_not_mixed(program: Any) -> None:
    assert program("sync").status == 0
    asked = program("ask", "what colour are the boats?", "--mode", "extractive", ASKV4_ENCODER_PRECISION="float32")
    assert (asked.status, asked.out) == (2, "")
    assert len(asked.stderr.splitlines()) == 1
    assert "int8, not with" in asked.stderr
    assert "`askv4 sync --re-embed`" in asked.stderr
    changed = program("sync", "--re-embed", "--json", ASKV4_ENCODER_PRECISION="float32")
    assert json.loads(changed.out)["passages_embedded"] == 2
    assert program("docs", ASKV4_ENCODER_PRECISION="float32").status == 0


def test_an_emptied_folder_is_forgotten_only_on_demand(program: Any, tmp_path: Path) -> None:
    assert program("sync").status == 0
    (tmp_path / "corpus").rename(tmp_path / "unplugged")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "new.txt").write_text("New.\n")
    for command in (["sync"], ["docs"], ["ask", "what colour are the boats?"], ["add", "new.txt"]):
        run = program(*command)
        assert (run.status, run.out) == (2, "")
        assert "reconnect the disk, or run `askv4 sync --prune`" in run.stderr
    assert list((tmp_path / "corpus").iterdir()) == []
    assert json.loads(program("sync", "--prune", "--json").out)["removed"] == 2
