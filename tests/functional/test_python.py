"""askv4 as a library: the examples of docs/python.md run, and what they promise holds."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, ClassVar

import pytest

import askv4
from askv4 import (
    Answer,
    Askv4Error,
    CorpusEmpty,
    CorpusMissing,
    DocumentNotFound,
    DocumentUnreadable,
    Finished,
    Quoted,
    Retrieved,
    UsageError,
    Workspace,
)
from askv4.store.lock import index_lock

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text(encoding="utf-8"), re.S)
TOWER = "The Varde tower is 42 metres tall.\n\nIt was built in 1911 by Sigrid Holm.\n"


@pytest.fixture
def place(tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with corpus/ and a data folder whose encoder is prepared."""
    (tmp_path / "corpus" / "old").mkdir(parents=True)
    (tmp_path / "corpus" / "tower.txt").write_text(TOWER, encoding="utf-8")
    (tmp_path / "corpus" / "old" / "mill.txt").write_text("The mill is 9 metres tall.\n", encoding="utf-8")
    assert data_dir.name == "data"
    monkeypatch.chdir(tmp_path)
    return tmp_path


def opened(place: Path, **options: Any) -> Workspace:
    return Workspace.open(place / "corpus", data_dir=place / "data", mode="extractive", **options)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_page_runs(example: str, place: Path) -> None:
    scope: dict[str, object] = {}
    exec(compile(example, str(place / "example.py"), "exec"), scope)
    if "answer" in scope:
        answer = scope["answer"]
        assert isinstance(answer, Answer)
        assert answer.status == "answered"
        assert "42 metres" in answer.citations[0].quote


def test_importing_it_loads_nothing() -> None:
    code = "import askv4, sys; print(sorted(m for m in sys.modules if m.startswith('askv4')), len(sys.modules))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.startswith("['askv4'] ")
    heavy = "import askv4, sys; askv4.Workspace; print([m for m in sys.argv[1:] if m in sys.modules])"
    names = ["chromadb", "chromadb_rust_bindings", "numpy", "onnxruntime", "torch", "llama_cpp", "textual", "click"]
    assert subprocess.run([sys.executable, "-c", heavy, *names], capture_output=True, text=True).stdout == "[]\n"


def test_every_public_name_is_there() -> None:
    for name in askv4.__all__:
        assert getattr(askv4, name).__doc__
    with pytest.raises(AttributeError):
        askv4.nothing  # noqa: B018


def test_events_come_in_order_and_agree_with_ask(place: Path) -> None:
    with opened(place) as workspace:
        events = list(workspace.stream("How tall is the Varde tower?"))
        asked = workspace.ask("How tall is the Varde tower?")
    assert [type(event) for event in events] == [Retrieved, Quoted, Finished]
    assert isinstance(events[-1], Finished)
    assert events[-1].answer.citations == asked.citations


def test_a_folder_of_the_corpus_can_be_asked_alone(place: Path) -> None:
    with opened(place, within="old") as workspace:
        assert [hit.document.document for hit in workspace.search("how tall").hits] == ["old/mill.txt"]
    with pytest.raises(UsageError, match="no folder"):
        opened(place, within="new")


def test_documents_come_and_go(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("send2trash.send2trash", lambda path: Path(path).unlink())
    letter = place / "letter.txt"
    letter.write_text("The harbour opens at seven.", encoding="utf-8")
    with opened(place) as workspace:
        [added] = workspace.add(letter)
        assert (added.document, added.outcome) == ("letter.txt", "added")
        assert workspace.report.added == 1
        assert "at seven" in workspace.text("letter.txt")
        assert workspace.text(str(place / "corpus" / "letter.txt")) == workspace.text("letter.txt")
        workspace.remove("letter.txt")
        assert [one.document for one in workspace.documents()] == ["old/mill.txt", "tower.txt"]
        with pytest.raises(DocumentNotFound, match=r"tower\.text") as caught:
            workspace.text("tower.text")
        assert "tower.txt" in caught.value.remedy


def test_what_cannot_be_done_is_said(place: Path) -> None:
    with pytest.raises(CorpusMissing):
        Workspace.open(place / "nowhere", data_dir=place / "data")
    with pytest.raises(UsageError, match="lies in the corpus"):
        Workspace.open(place / "corpus", data_dir=place / "corpus" / "data")
    (place / "empty").mkdir()
    with Workspace.open(place / "empty", data_dir=place / "data") as workspace, pytest.raises(CorpusEmpty):
        workspace.ask("anything?")
    (place / "corpus" / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
    with opened(place) as workspace, pytest.raises(DocumentUnreadable) as caught:
        workspace.text("broken.pdf")
    assert isinstance(caught.value, Askv4Error)


def test_threads_may_share_it(place: Path) -> None:
    answers: list[Answer] = []
    with opened(place) as workspace:
        threads = [
            threading.Thread(target=lambda: answers.append(workspace.ask("How tall is the Varde tower?")))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [answer.citations for answer in answers] == [answers[0].citations] * 4


def test_a_long_sync_of_another_askv4_does_not_hold_up_a_question(place: Path) -> None:
    class Heard:
        """Takes what is narrated."""

        lines: ClassVar[list[str]] = []

        def notice(self, line: str) -> None:
            self.lines.append(line)

        def detail(self, line: str) -> None:
            self.lines.append(line)

        def wait(self, line: str) -> None:
            self.lines.append(line)

    with opened(place) as workspace:
        folder = workspace.index.folder
    (place / "corpus" / "pier.txt").write_text("The pier was built in 1850.\n", encoding="utf-8")
    with index_lock(folder), opened(place, narrator=Heard()) as workspace:
        assert "1911" in workspace.ask("When was the Varde tower built?").answer
    assert any("answers are from the 2 that are there" in line for line in Heard.lines)
