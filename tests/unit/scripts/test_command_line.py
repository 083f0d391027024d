"""What scripts/setup/state.py reads from a command line before askv4 itself does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.setup import state

SCRIPTS = Path(state.ROOT) / "scripts"


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("--mode llm why", True),
        ("why --mode=llm", True),
        ("--model tiny why", True),
        ("ask --model=/a/b.gguf why", True),
        ("models pull qwen", True),
        ("models pull", True),
        ("--data-dir d models pull qwen", True),
        ("models --data-dir d try", True),
        ("eval gold.jsonl --mode llm", True),
        ("why", False),
        ("--mode extractive why", False),
        ("--mode auto why", False),
        ("models", False),
        ("models pull --help", False),
        ("models pull --encoder some/model", False),
        ("pull models", False),
        ("-- models pull", False),
        ("ask -- --model", False),
        ("", False),
    ],
)
def test_asking_for_a_model(line: str, asked: bool) -> None:
    assert state.asks_for_chat(line.split()) is asked


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("why", ["why"]),
        ("--corpus docs sync", ["sync"]),
        ("--corpus=docs sync", ["sync"]),
        ("--json --data-dir d --mode auto ask why", ["ask", "why"]),
        ("models --data-dir d pull qwen", ["models", "pull", "qwen"]),
        ("--help", []),
        ("", []),
        ("-- models pull", ["ask", "models", "pull"]),
    ],
)
def test_words_are_no_options_and_no_values_of_them(line: str, words: list[str]) -> None:
    assert state.words(line.split()) == words


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own; the checkout's models/ is left out."""
    for name in ("ASKV4_MODE", "ASKV4_LLM_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(state, "STATE", str(tmp_path))
    monkeypatch.setenv("ASKV4_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("line", "makes"),
    [
        ("why", True),
        ("ask why", True),
        ("", True),
        ("chat", True),
        ("-- docs", True),
        ("docs", False),
        ("conversations", False),
        ("--corpus c search why", False),
        ("--mode extractive why", False),
        ("why --mode=extractive", False),
        ("--llm-url http://127.0.0.1 why", False),
        ("--help", False),
        ("--version", False),
        ("why -- --help", True),
    ],
)
@pytest.mark.usefixtures("elsewhere")
def test_questions_and_the_chat_are_answered_by_a_model(line: str, makes: bool) -> None:
    assert state.makes_answer(line.split()) is makes


@pytest.mark.usefixtures("elsewhere")
def test_every_subcommand_is_known_to_be_one() -> None:
    """What makes no answer is no reason to compile anything: a new subcommand is recognised by its module."""
    from askv4.cli.commands import COMMANDS

    answering = {name for name in COMMANDS if state.makes_answer([name])}
    assert answering == {"ask", "chat"}


def test_every_option_with_a_value_is_known() -> None:
    import click

    from askv4.cli.main import cli

    context = click.Context(cli)
    commands = [cli, *filter(None, (cli.get_command(context, name) for name in ("ask", "chat", "models")))]
    assert len(commands) == 4
    options = [option for command in commands for option in command.params if isinstance(option, click.Option)]
    assert {name for option in options if not option.is_flag for name in option.opts} <= state._TAKE_A_VALUE


def test_models_are_found_where_a_pull_puts_them(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "ROOT", str(elsewhere.parent / "checkout"))
    assert not state.has_model([])
    incoming = elsewhere / "models" / ".incoming"
    incoming.mkdir(parents=True)
    (incoming / "half.gguf").touch()
    (elsewhere / "models" / "README.md").touch()
    assert not state.has_model([])
    pulled = elsewhere / "models" / "org" / "repository"
    pulled.mkdir(parents=True)
    (pulled / "Some.GGUF").touch()
    assert state.has_model([])


def test_the_data_folder_of_the_command_line_goes_first(
    elsewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "ROOT", str(tmp_path / "checkout"))
    (tmp_path / "named" / "models").mkdir(parents=True)
    (tmp_path / "named" / "models" / "a.gguf").touch()
    assert state.has_model(["--data-dir", str(tmp_path / "named"), "why"])
    assert state.has_model([f"--data-dir={tmp_path / 'named'}", "why"])
    assert not state.has_model(["why"])
    assert state.refusal(["why"]) == str(elsewhere / "no-model")


@pytest.mark.usefixtures("elsewhere")
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
        (None, "unwanted", True, False),
        ("ready", "unwanted", False, False),
    ],
)
def test_what_is_set_up_around_an_answer(
    chat: str | None, model: str | None, lying: bool, lacks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stamps of another fingerprint count for nothing; a refusal goes before everything."""
    monkeypatch.setattr(state, "PYTHON", sys.executable)
    monkeypatch.setattr(state, "has_model", lambda _: lying)
    for part, word in (("chat", chat), ("model", model)):
        if word is not None:
            state.write_stamp(part, word, "now")
    assert state.lacks_model(["why"], "now") is lacks
    assert state.lacks_model(["why"], "later")
    assert not state.lacks_model(["docs"], "later")
    refusal = Path(state.refusal(["why"]))
    refusal.parent.mkdir()
    refusal.touch()
    assert not state.lacks_model(["why"], "later")


def test_the_default_data_folder_is_the_one_of_askv4(monkeypatch: pytest.MonkeyPatch) -> None:
    platformdirs = pytest.importorskip("platformdirs")
    monkeypatch.delenv("ASKV4_DATA_DIR", raising=False)
    expected = os.path.join(platformdirs.user_data_dir("askv4", appauthor=False), "data", "models")  # noqa: PTH118
    assert state.own_models(["why"]) == expected


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


def test_a_start_imports_nothing_slow() -> None:
    """What is read at every start, before the program starts."""
    code = (
        "import sys; before = set(sys.modules); from scripts.setup import state; "
        "state.fingerprint(); state.asks_for_chat(['why']); state.lacks_model(['why'], ''); "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], check=True, cwd=state.ROOT, capture_output=True, text=True
    )
    slow = {
        "_install",
        "_model",
        "json",
        "pathlib",
        "re",
        "shutil",
        "subprocess",
        "tempfile",
        "threading",
        "typing",
        "urllib",
    }
    assert not slow & set(done.stdout.split())
