"""Parts of the set-up that a whole run does not show."""

from __future__ import annotations

import errno
import http.server
import io
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.setup import install, llama, network, state
from scripts.setup.commands import CommandFailed, Commands, lanes
from scripts.setup.progress import Progress


class Terminal(io.StringIO):
    """A stream that takes itself for a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def server() -> Iterator[str]:
    """A web server that knows no page."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{made.server_port}/"
        made.shutdown()
        thread.join()


@pytest.fixture
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy stands between."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.mark.usefixtures("direct")
def test_a_closed_port_does_not_answer(server: str) -> None:
    # The standard library's server says 501 to what it does not know: a server that is out of order is no source.
    assert not network.answers(server)
    assert not network.answers("http://127.0.0.1:9/")


@pytest.mark.usefixtures("direct")
def test_any_page_is_an_answer(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        http.server.BaseHTTPRequestHandler, "do_HEAD", lambda handler: handler.send_error(404), raising=False
    )
    assert network.answers(server)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EROFS, "cannot be written, so .venv cannot be made there; copy the checkout"),
        (errno.EACCES, "cannot be written, so .venv cannot be made there; copy the checkout"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EIO, "run this again"),
    ],
)
def test_a_folder_that_cannot_be_written_is_said_so(
    number: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(SystemExit) as stopped:
        install.ensure("run")
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert words in said.err


def test_a_full_disk_keeps_llama_from_being_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(install, "VENV", tmp_path)
    monkeypatch.setattr(install, "LOCK", tmp_path / ".lock")
    monkeypatch.setattr(state, "STATE", str(tmp_path))
    monkeypatch.setattr(install, "install_parts", refuse)
    install.ensure("chat")
    assert "the disk is full" in capsys.readouterr().err
    assert "No space left" in (state.chat_failure(state.fingerprint()) or "")


def test_no_compiler_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama, "lacks_compiler", lambda: True)
    monkeypatch.setattr(sys, "platform", "linux")
    reason = llama.reason_of(CommandFailed(["pip"], 1, ["ERROR: No matching distribution found"]))
    assert reason.startswith("there is no C++ compiler; install one (Debian and Ubuntu: `apt install g++`")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps its compilers off the path")
def test_a_compiler_is_looked_for_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert llama.lacks_compiler()
    compiler = tmp_path / "clang++"
    compiler.touch(mode=0o755)
    assert not llama.lacks_compiler()


def test_the_reason_is_the_last_line_that_calls_itself_an_error() -> None:
    tail = ["Collecting x", "ERROR: first", "ERROR: No matching distribution found for x", "and then some"]
    assert CommandFailed(["pip"], 1, tail).reason == "No matching distribution found for x"
    assert CommandFailed(["pip"], 1, ["one", "two"]).reason == "two"
    assert CommandFailed(["/bin/pip"], 3, []).reason == "pip ended with 3"


def test_a_failing_lane_stops_the_others(tmp_path: Path) -> None:
    commands = Commands(tmp_path / "log.txt")
    progress = Progress(io.StringIO())
    with pytest.raises(CommandFailed) as failed, lanes(commands, progress) as start:  # noqa: PT012
        start(commands.run, [sys.executable, "-c", "import time; time.sleep(600)"])
        start(commands.run, [sys.executable, "-c", "print('error: no'); raise SystemExit(4)"])
    assert failed.value.reason == "error: no"
    with pytest.raises(CommandFailed):
        commands.run([sys.executable, "-c", "pass"])


def test_commands_are_quiet_and_logged(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    commands = Commands(tmp_path / "log.txt")
    lines: list[str] = []
    code = "import os; print('said', os.environ['PIP_NO_INPUT'], 'PYTHONPATH' in os.environ)"
    commands.run([sys.executable, "-c", code], lines.append)
    assert lines == ["said 1 False\n"]
    assert "said 1 False\n# ended with 0" in (tmp_path / "log.txt").read_text(encoding="utf-8")
    assert capfd.readouterr() == ("", "")


def test_a_terminal_has_one_line_that_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    terminal = Terminal()
    progress = Progress(terminal)
    progress.begin("compiling")
    progress.detail("", "7 of 83")
    progress.tick()
    progress.say("done")
    shown = terminal.getvalue()
    assert "\raskv4: compiling [0:00] 7 of 83\x1b[K" in shown
    assert shown.endswith("\r\x1b[Kaskv4: done\n")
    assert max(len(part.split("\x1b")[0]) for part in shown.split("\r")) < 60


def test_a_log_gets_a_line_a_step_and_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("scripts.setup.progress.time.monotonic", lambda: now[0])
    log = io.StringIO()
    progress = Progress(log)
    progress.begin("compiling")
    for now[0] in (1.0, 59.0, 61.0, 62.0, 125.0):
        progress.detail("", f"{now[0]:.0f} of 200")
        progress.tick()
    progress.clear()
    assert log.getvalue() == (
        "askv4: compiling\naskv4: compiling: 1:01, 61 of 200\naskv4: compiling: 2:05, 125 of 200\n"
    )
