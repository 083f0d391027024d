"""What scripts/_setup.py reads from a command line before askv4 itself does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "scripts"))
import _setup

SCRIPTS = Path(_setup.ROOT) / "scripts"


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("--mode llm why", True),
        ("why --mode=llm", True),
        ("--model tiny why", True),
        ("ask --model=/a/b.gguf why", True),
        ("models pull qwen", True),
        ("--data-dir d models pull qwen", True),
        ("why", False),
        ("--mode extractive why", False),
        ("--mode auto why", False),
        ("models", False),
        ("pull models", False),
        ("", False),
    ],
)
def test_asking_for_a_model(line: str, asked: bool) -> None:
    assert _setup.asks_for_chat(line.split()) is asked


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("why", "why"),
        ("--corpus docs sync", "sync"),
        ("--corpus=docs sync", "sync"),
        ("--json --data-dir d --mode auto ask why", "ask"),
        ("--help", None),
        ("", None),
    ],
)
def test_the_first_word_is_no_option(line: str, word: str | None) -> None:
    assert _setup.first_word(line.split()) == word


@pytest.mark.parametrize(
    ("line", "would"),
    [
        ("why", True),
        ("ask why", True),
        ("", True),
        ("chat", True),
        ("docs", False),
        ("--corpus c search why", False),
        ("--mode extractive why", False),
        ("why --mode=extractive", False),
        ("--help", False),
        ("--version", False),
    ],
)
def test_a_model_in_the_data_folder_is_used_by_what_answers(
    line: str, would: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_setup, "ROOT", str(tmp_path / "checkout"))
    monkeypatch.setenv("ASKV4_DATA_DIR", str(tmp_path))
    assert not _setup.would_use_chat(line.split())
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "README.md").touch()
    assert not _setup.would_use_chat(line.split())
    (tmp_path / "models" / "Some.GGUF").touch()
    assert _setup.would_use_chat(line.split()) is would


def test_the_data_folder_of_the_command_line_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_setup, "ROOT", str(tmp_path / "checkout"))
    monkeypatch.setenv("ASKV4_DATA_DIR", str(tmp_path / "empty"))
    (tmp_path / "named" / "models").mkdir(parents=True)
    (tmp_path / "named" / "models" / "a.gguf").touch()
    assert _setup.would_use_chat(["--data-dir", str(tmp_path / "named"), "why"])
    assert _setup.would_use_chat([f"--data-dir={tmp_path / 'named'}", "why"])
    assert not _setup.would_use_chat(["why"])


def test_the_default_data_folder_is_the_one_of_askv4(monkeypatch: pytest.MonkeyPatch) -> None:
    platformdirs = pytest.importorskip("platformdirs")
    monkeypatch.delenv("ASKV4_DATA_DIR", raising=False)
    expected = os.path.join(platformdirs.user_data_dir("askv4", appauthor=False), "data", "models")  # noqa: PTH118
    assert _setup.own_models(["why"]) == expected


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
        f"import sys; before = set(sys.modules); sys.path.append({str(SCRIPTS)!r}); import _setup; "
        "_setup.fingerprint(); _setup.asks_for_chat(['why']); _setup.would_use_chat(['why']); "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], check=True, capture_output=True, text=True)
    slow = {"_install", "json", "pathlib", "re", "shutil", "subprocess", "tempfile", "threading", "typing", "urllib"}
    assert not slow & set(done.stdout.split())
