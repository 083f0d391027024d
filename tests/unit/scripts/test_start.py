"""What a start finds in place, before the program starts."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from askv4.cli.intent import Intent
from scripts.places import ROOT
from scripts.setup import asked, chat_model, start, state
from scripts.setup.asked import Asked

SCRIPTS = ROOT / "scripts"


@pytest.fixture
def question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """A question, with folders of the test's own, asked by someone who sees what happens."""
    monkeypatch.setattr(state, "STATE", str(tmp_path))
    monkeypatch.setattr(state, "PYTHON", sys.executable)
    monkeypatch.setattr(asked, "ROOT", str(tmp_path / "checkout"))
    monkeypatch.setattr(start, "watched", lambda: True)
    return Asked(
        answers=True,
        asks_for_model=False,
        names_model=False,
        chat=False,
        for_programs=False,
        goes_on=False,
        data_dir=str(tmp_path / "data"),
    )


def _put_model(folder: Path) -> None:
    (folder / "models").mkdir(parents=True)
    (folder / "models" / "a.gguf").touch()


def test_the_program_tells_what_the_set_up_has_to_know() -> None:
    assert [field.name for field in dataclasses.fields(Asked)] == [field.name for field in dataclasses.fields(Intent)]


def test_models_are_found_where_a_pull_puts_them(question: Asked) -> None:
    models = Path(question.data_dir, "models")
    assert not question.has_model()
    (models / ".incoming").mkdir(parents=True)
    (models / ".incoming" / "half.gguf").touch()
    (models / "README.md").touch()
    assert not question.has_model()
    (models / "org" / "repository").mkdir(parents=True)
    (models / "org" / "repository" / "Some.GGUF").touch()
    assert question.has_model()


def test_models_are_found_in_the_checkout(question: Asked, tmp_path: Path) -> None:
    _put_model(tmp_path / "checkout")
    assert question.has_model()


@pytest.mark.parametrize(
    ("chat", "model", "lying", "lacks"),
    [
        (None, None, False, True),
        (None, None, True, True),
        ("ready", None, False, True),
        ("ready", None, True, False),
        ("ready", "ready", False, False),
        (None, "ready", False, True),
        ("failed", None, False, False),
        ("failed", None, True, False),
        ("ready", "failed", False, False),
        (None, "failed", False, False),
        (None, "failed", True, True),
    ],
)
def test_what_is_set_up_around_an_answer(
    chat: str | None, model: str | None, lying: bool, lacks: bool, question: Asked
) -> None:
    """Stamps of another fingerprint count for nothing; a refusal goes before everything."""
    if lying:
        _put_model(Path(question.data_dir))
    for part, word in (("chat", chat), ("model", model)):
        if word is not None:
            state.write_stamp(part, word, "now")
    assert chat_model.lacks_model(question, "now") is lacks
    # What reads the stamps alone may ask once too often, and never once too few.
    assert start.may_lack_model(["why"], "now") or not lacks
    assert start.may_lack_model(["why"], "later")
    assert chat_model.lacks_model(question, "later")
    assert not chat_model.lacks_model(dataclasses.replace(question, answers=False), "later")
    question.refusal.parent.mkdir(exist_ok=True)
    question.refusal.touch()
    assert not chat_model.lacks_model(question, "later")


@pytest.mark.usefixtures("question")
def test_what_is_settled_is_not_asked_about_but_in_so_many_words(tmp_path: Path) -> None:
    refusal = tmp_path / "no-model"
    refusal.touch()
    state.write_stamp("model", "refused", "now", str(refusal))
    assert not start.may_lack_model(["why", "docs"], "now")
    for words in (["models", "pull"], ["why", "--model=a.gguf"], ["--mode", "llm", "why"]):
        assert start.may_lack_model(words, "now")
    refusal.unlink()
    assert start.may_lack_model(["why"], "now")


@pytest.mark.usefixtures("question")
def test_without_a_terminal_it_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "watched", lambda: False)
    assert start.may_lack_model(["why"], "now")
    state.write_stamp("told", "told", "now")
    assert not start.may_lack_model(["why"], "now")


@pytest.mark.parametrize("script", ["askv4.py", "test.py"])
@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0)])
def test_another_python_is_told_in_one_line(script: str, version: tuple[int, int, int]) -> None:
    code = (
        f"import runpy, sys; sys.version_info = {version}; sys.version = '{'.'.join(map(str, version))} (main)'; "
        f"runpy.run_path({str(SCRIPTS / script)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"askv4: this is Python {'.'.join(map(str, version))}; run it with 3.11, 3.12 or 3.13\n"


def test_help_waits_for_no_set_up(tmp_path: Path) -> None:
    shutil.copy(SCRIPTS / "test.py", tmp_path)
    shutil.copytree(SCRIPTS / "setup", tmp_path / "setup")
    command = [sys.executable, str(tmp_path / "test.py"), "tests/unit", "--help"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "--only-set-up" in done.stdout
    assert done.stderr == ""
    assert not list(tmp_path.parent.glob(".venv"))


def test_a_start_imports_nothing_slow() -> None:
    code = (
        "import sys; before = set(sys.modules); from scripts.setup import start; start.fingerprint(); "
        "start.may_lack_model(['why'], ''); print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], check=True, cwd=ROOT, capture_output=True, text=True)
    slow = {"json", "pathlib", "re", "shutil", "subprocess", "tempfile", "threading", "typing", "urllib"}
    loaded = set(done.stdout.split())
    assert not slow & loaded
    assert {name for name in loaded if name.startswith("scripts.setup.")} == {
        "scripts.setup.start",
        "scripts.setup.state",
    }
