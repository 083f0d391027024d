"""Nothing leaves the machine: everything works in a network namespace that has no interfaces at all."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.conftest import Program

QUESTION = "what is the code of the Halden gate?"
ALONE = ["unshare", "--user", "--map-root-user", "--net"]

Alone = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def program(tmp_path: Path, data_dir: Path, make_program: Callable[..., Program]) -> Program:
    corpus = tmp_path / "cwd" / "corpus"
    corpus.mkdir(parents=True)
    (corpus / "a.txt").write_text("The Halden gate has the code 4711.", encoding="utf-8")
    return make_program(tmp_path, ASKV4_DATA_DIR=str(data_dir))


@pytest.fixture
def alone(program: Program) -> Alone:
    """Runs the program where there is no interface that is up; skips where no such namespace can be made."""

    def run(*args: str, command: list[str] | None = None) -> subprocess.CompletedProcess[str]:
        whole = [*ALONE, *(command or program.command(*args))]
        return subprocess.run(
            whole, cwd=program.cwd, env=dict(program.environ), capture_output=True, text=True, timeout=300
        )

    try:
        done = run(command=["cat", "/proc/net/route", "/proc/net/if_inet6"])
    except OSError as error:
        pytest.skip(f"no network namespace can be made here: {error}")
    if done.returncode or len(done.stdout.splitlines()) > 1:
        pytest.skip(f"no network namespace can be made here: {done.stderr.strip()}")
    return run


def test_ask_add_sync_and_search_need_no_network(program: Program, alone: Alone) -> None:
    assert "4711" in alone("ask", QUESTION).stdout
    (program.cwd / "page.html").write_text(
        "<h1>Orso</h1><p>The ferry to Orso costs 14 euros.</p><img src='http://example.com/x.png'>", encoding="utf-8"
    )
    assert alone("add", "page.html").returncode == 0
    assert alone("sync").returncode == 0
    assert "14 euros" in alone("search", "ferry to Orso").stdout
    assert "14 euros" in alone("ask", "how much does the ferry to Orso cost?").stdout


def test_the_first_use_needs_no_network(alone: Alone, tmp_path: Path) -> None:
    """With an empty data folder: the encoder is prepared, too, with torch and transformers."""
    done = alone("--data-dir", str(tmp_path / "new"), QUESTION)
    assert "4711" in done.stdout, done.stderr


def test_a_lead_needs_no_network(alone: Alone, real_model: Path) -> None:
    done = alone("--json", "--model", str(real_model), QUESTION)
    assert json.loads(done.stdout)["status"] == "answered", done.stderr
    assert done.returncode == 0


@pytest.mark.skipif(not hasattr(os, "forkpty"), reason="needs a terminal of its own")
def test_the_chat_needs_no_network(program: Program, alone: Alone) -> None:  # noqa: ARG001  it skips
    child, terminal = os.forkpty()
    if child == 0:
        os.chdir(program.cwd)
        os.execvpe(ALONE[0], [*ALONE, *program.command("chat", "--mode", "extractive")], dict(program.environ))
    seen = b""
    asked = False
    try:
        while b"4711" not in seen:
            seen += os.read(terminal, 65536)
            if not asked and b"Ask your documents" in seen:
                os.write(terminal, b"code of the gate at Halden?\r")
                asked, seen = True, b""
        os.write(terminal, b"\x11")
    finally:
        os.close(terminal)
        os.waitpid(child, 0)


def test_doctor_sees_no_socket(program: Program) -> None:
    run = program("doctor", "--network", "--json")
    findings = json.loads(run.stdout)["findings"]
    assert run.status == 0, findings
    assert [one["found"] for one in findings if one["what"] == "sockets"] == ["Python opened or used 0 sockets"]
    assert {one["found"].partition(":")[0] for one in findings if one["what"] == "reports"} >= {
        "chromadb",
        "onnxruntime",
    }


def test_doctor_sees_a_socket_that_is_opened(program: Program) -> None:
    """The hook sees what it should: a server that was named is talked to."""
    run = program("doctor", "--network", "--json", ASKV4_MODE="llm", ASKV4_LLM_URL="http://127.0.0.1:9/v1")
    assert "socket.connect" in run.out
