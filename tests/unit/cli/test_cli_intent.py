"""What a command line asks for, which the set-up of a checkout is told before the program runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from askv4.cli.commands import COMMANDS
from askv4.cli.intent import intent_of
from askv4.errors import Askv4Error


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration but the test's own."""
    for name in [name for name in os.environ if name.startswith("ASKV4_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ASKV4_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("ASKV4_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ASKV4_CORPUS", str(tmp_path / "corpus"))
    (tmp_path / "config.toml").touch()


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
        ("mcp --model tiny", True),
        ("why so", False),
        ("--mode extractive why", False),
        ("--mode auto why", False),
        ("models", False),
        ("models --model tiny", False),
        ("models pull --encoder some/model", False),
        ("models try --llm-url http://127.0.0.1:8080", False),
        ("--mode llm --llm-url http://127.0.0.1:8080 why", False),
        ("--model tiny docs", False),
        ("pull models", False),
        ("-- models pull", False),
        ("ask -- --model", False),
        ("", False),
    ],
)
def test_a_model_is_asked_for_in_so_many_words(line: str, asked: bool) -> None:
    assert intent_of(line.split()).asks_for_model is asked


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("why so", True),
        ("ask why", True),
        ("", True),
        ("chat", True),
        ("-- docs", True),
        ("why -- --help", True),
        ("docs", False),
        ("conversations", False),
        ("conversations list", False),
        ("models", False),
        ("--corpus c search why", False),
        ("--mode extractive why", False),
        ("why --mode=extractive", False),
        ("--llm-url http://127.0.0.1 why", False),
    ],
)
def test_questions_and_the_chat_are_answered_by_a_model(line: str, answers: bool) -> None:
    assert intent_of(line.split()).answers is answers


def test_no_command_but_a_question_and_the_chat_answers() -> None:
    """Listing conversations once started a compilation."""
    assert {name for name, command in COMMANDS.items() if command.answers} == {"ask", "chat"}


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("--model tiny why", {"names_model": True}),
        ("--mode llm why", {"names_model": False}),
        ("", {"chat": True}),
        ("chat --in notes", {"chat": True}),
        ("ask why", {"chat": False, "for_programs": False, "goes_on": False}),
        ("why so --json", {"for_programs": True}),
        ("ask --batch -", {"for_programs": True}),
        ("ask --continue why", {"goes_on": True}),
    ],
)
def test_how_the_answer_is_given(line: str, fields: dict[str, bool]) -> None:
    intent = intent_of(line.split())
    assert {name: getattr(intent, name) for name in fields} == fields


def test_the_configuration_counts(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('mode = "extractive"\n', encoding="utf-8")
    assert not intent_of(["why"]).answers
    assert intent_of(["why", "--mode", "llm"]).answers
    assert intent_of(["why"]).data_dir == str(tmp_path / "data")
    assert intent_of(["why", "--data-dir", str(tmp_path / "other")]).data_dir == str(tmp_path / "other")


@pytest.mark.parametrize(
    "line", ["--help", "models pull --help", "--version", "--mode never why", "snyc", "docs on strike"]
)
def test_what_the_program_says_itself_is_left_to_it(line: str) -> None:
    with pytest.raises((click.ClickException, click.exceptions.Exit, Askv4Error)):
        intent_of(line.split())
    assert _told(line).stdout == b""


def test_it_is_told_as_json() -> None:
    done = _told("models pull")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["asks_for_model"] is True


def _told(line: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "askv4.cli.intent", *line.split()]
    return subprocess.run(command, check=False, capture_output=True)
