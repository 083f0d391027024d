"""The command line before any document is read: help, wrong usage, impossible folders, and how little is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HEAVY = (
    "chromadb",
    "llama_cpp",
    "onnxruntime",
    "sentence_transformers",
    "torch",
    "textual",
    "rich",
    "numpy",
    "yaml",
    "platformdirs",
)


def test_help_loads_next_to_nothing(fresh_program: Callable[..., Any]) -> None:
    program = fresh_program(PYTHONPROFILEIMPORTTIME="1")
    for args in (["--help"], ["ask", "--help"], ["search", "--help"], ["--frobnicate"]):
        run = program(*args)
        loaded = {
            line.rpartition("|")[2].strip().partition(".")[0]
            for line in run.stderr.splitlines()
            if line.startswith("import time:")
        }
        assert "click" in loaded
        assert not loaded & set(HEAVY)


def test_until_a_command_is_run_none_is_loaded(fresh_program: Callable[..., Any]) -> None:
    program = fresh_program()
    code = (
        "import sys, askv4.cli.main\n"
        "from askv4.cli.commands import COMMANDS\n"
        "assert not {found.module for found in COMMANDS.values()} & set(sys.modules)\n"
        "import askv4.cli.ask\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=dict(program.environ),
        cwd=program.cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "[]\n", done.stdout + done.stderr


def one_line(stderr: str) -> str:
    assert stderr.startswith("askv4: "), stderr
    assert stderr.count("\n") == 1, stderr
    return stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--corpus", "nowhere", "why?"], "nowhere does not exist; make the folder"),
        (["--corpus", "", "why?"], "name a folder"),
        (["--corpus", "file", "why?"], "is a file, not a folder"),
        (["--corpus", "corpus", "--data-dir", "corpus/index", "sync"], "lies in the corpus folder"),
        (["--corpus", "corpus", "--data-dir", "file/data", "sync"], "cannot be made"),
        (["ask", "--batch", "nowhere.txt"], "nowhere.txt"),
        (["--mode", "llama", "why?"], "'llama'"),
        ([""], "the question is empty"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(fresh_program: Callable[..., Any], args: list[str], words: str) -> None:
    program = fresh_program()
    (program.cwd / "file").write_text("")
    (program.cwd / "corpus").mkdir()
    run = program(*args)
    assert (run.status, run.stdout) == (2, b"")
    assert words in one_line(run.stderr)


def test_v_shows_where_an_error_came_from(fresh_program: Callable[..., Any]) -> None:
    program = fresh_program()
    for args in (["--corpus", "nowhere", "why?"], ["--mode", "llama", "why?"]):
        assert "Traceback" in program("-v", *args).stderr


def test_nothing_is_asked(fresh_program: Callable[..., Any]) -> None:
    program = fresh_program()
    for stdin in (b"", None, b" \n"):
        run = program(stdin=stdin)
        assert run.status == 2
        assert 'askv4 ask "your question"' in one_line(run.stderr)


def test_a_malformed_batch_stops_before_any_work(fresh_program: Callable[..., Any]) -> None:
    program = fresh_program()
    run = program("ask", "--batch", "-", stdin=b'fine?\n{"question":\n')
    assert (run.status, run.stdout) == (2, b"")
    assert "standard input, line 2" in one_line(run.stderr)
    assert not (Path(program.environ["HOME"]) / ".local").exists()


def test_a_wrong_configuration_is_named(fresh_program: Callable[..., Any]) -> None:
    program = fresh_program(ASKV4_CONFIG="askv4.toml")
    (program.cwd / "askv4.toml").write_text('modell = "x"\n')
    run = program("docs")
    assert run.status == 2
    assert 'unknown key "modell"; did you mean "model"?' in one_line(run.stderr)
    program = fresh_program(ASKV4_COLOR="purple")
    assert "ASKV4_COLOR is 'purple'" in one_line(program("docs").stderr)


def test_a_data_folder_that_may_not_be_written(fresh_program: Callable[..., Any], tmp_path: Path) -> None:
    if os.name == "nt" or os.geteuid() == 0:
        pytest.skip("permissions do not hold for this user")
    program = fresh_program()
    (program.cwd / "corpus").mkdir()
    (tmp_path / "data").mkdir(mode=0o500)
    run = program("--data-dir", str(tmp_path / "data"), "sync")
    assert run.status == 2
    assert "cannot be written" in one_line(run.stderr)


def test_help_into_a_reader_that_has_gone(fresh_program: Callable[..., Any]) -> None:
    process = fresh_program().start("--help")
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait(30)
