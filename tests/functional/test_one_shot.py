"""One question on a terminal and in a pipe: quotations at once, the lead above them, nothing printed twice."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fake_llm_server import fake_server
from tests.functional.conftest import Program
from tests.functional.tui_kit import CITED, fill

QUOTED, LEAD, MADE_UP = (
    "“The harbour of Vellmar opens on 3 April.",
    "The harbour of Vellmar opens on 3 April.",
    "It has 5000 berths.",
)
on_a_terminal = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


@pytest.fixture
def program(fresh_program: Callable[..., Program], tmp_path: Path, data_dir: Path) -> Program:
    corpus = fill(tmp_path / "corpus")
    # More is quoted than a small screen holds.
    note = "".join(
        f"The harbour of Vellmar opens its gate {n} on {n} May.{' It is narrow.' * 12}\n\n" for n in range(1, 9)
    )
    (corpus / "gates.md").write_text(f"# Gates\n\n{note}", encoding="utf-8")
    return fresh_program(ASKV4_CORPUS=str(corpus), ASKV4_DATA_DIR=str(data_dir))


class Screen:
    """A terminal in which a program has been started; a line tells its exit status."""

    def __init__(self, tmux: list[str]) -> None:
        self._tmux = tmux

    def shown(self, *, all_: bool = False) -> str:
        """The screen, or everything that was ever on it."""
        back = ["-S", "-"] if all_ else []
        done = subprocess.run(
            [*self._tmux, "capture-pane", "-p", *back], capture_output=True, text=True, timeout=30, check=True
        )
        return done.stdout.rstrip()

    def until(self, happened: Callable[[str], object]) -> str:
        end = time.monotonic() + 120
        while not happened(shown := self.shown()):
            assert time.monotonic() < end, shown
            time.sleep(0.05)
        return shown

    def interrupt(self) -> None:
        subprocess.run([*self._tmux, "send-keys", "C-c"], check=True, timeout=30)


@contextmanager
def terminal(program: Program, *args: str, size: tuple[int, int]) -> Iterator[Screen]:
    socket = Path(f"/tmp/askv4-one-{program.cwd.parent.name[-20:]}")
    tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
    # The shell, too, would be interrupted, and the line with the status not be written.
    command = f"trap : INT; {shlex.join([sys.executable, '-m', 'askv4', *args])}; echo status $?; sleep 600"
    environ = {**program.environ, "TERM": "xterm-256color", "NO_COLOR": "1"}
    variables = [
        f"-e{name}={environ[name]}" for name in ("HOME", "PYTHONPATH", "ASKV4_CORPUS", "ASKV4_DATA_DIR", "NO_COLOR")
    ]
    start = ["new-session", "-d", "-x", str(size[0]), "-y", str(size[1]), "-c", str(program.cwd)]
    subprocess.run([*tmux, *start, *variables, "sh", "-c", command], env=environ, check=True, timeout=30)
    try:
        yield Screen(tmux)
    finally:
        subprocess.run([*tmux, "kill-server"], capture_output=True, timeout=30, check=False)


def pieces(text: str) -> list[str]:
    return [f"{word} " for word in text.split()]


@on_a_terminal
@pytest.mark.parametrize("size", [(80, 12), (120, 40)])
def test_the_lead_takes_its_place_above_the_quotations(program: Program, size: tuple[int, int]) -> None:
    with (
        fake_server(pieces=pieces(f"{LEAD} {MADE_UP}"), silence_between=0.3) as server,
        terminal(program, "--mode", "llm", "--llm-url", server.url, "--long", CITED, size=size) as screen,
    ):
        waiting = screen.until(lambda shown: re.search("writing the answer … [1-9]", shown))
        assert waiting.index("Ctrl-C keeps the quotations") < waiting.index("[1]")
        assert "5000" not in waiting
        if size[1] == 12:
            assert re.search(r"… \d+ more lines$", waiting)
        screen.until(lambda shown: "status 0" in shown)
        everything = screen.shown(all_=True)
    assert everything.startswith(f"{LEAD} [1]\n\n[1] ")
    assert "writing" not in everything
    assert "5000" not in everything
    sources = re.findall(r"^\[\d+\]", everything, re.M)
    assert len(sources) == len(set(sources)) > 1
    text = " ".join(everything.split())
    for gate in range(1, 9):
        assert text.count(f"gate {gate} on {gate} May") <= 1
    assert text.count(QUOTED) == 1


@on_a_terminal
def test_ctrl_c_keeps_the_quotations_as_the_answer(program: Program) -> None:
    with (
        fake_server(pieces=pieces(LEAD), silence_between=60) as server,
        terminal(program, "--mode", "llm", "--llm-url", server.url, CITED, size=(100, 40)) as screen,
    ):
        screen.until(lambda shown: "writing the answer" in shown)
        screen.interrupt()
        screen.until(lambda shown: "status 0" in shown)
        everything = screen.shown(all_=True)
    assert everything.startswith("[1] ")
    assert "writing" not in everything
    assert " ".join(everything.split()).count(QUOTED) == 1


def test_in_a_pipe_it_is_printed_once_and_v_tells_what_was_left_out(program: Program) -> None:
    with fake_server(pieces=pieces(f"{LEAD} {MADE_UP}")) as server:
        run = program("-v", "--mode", "llm", "--llm-url", server.url, CITED)
        as_json = program("--json", "--mode", "llm", "--llm-url", server.url, CITED)
    assert run.status == 0
    assert run.out.startswith(f"{LEAD} [1]\n\n[1] ")
    assert run.out.count(QUOTED) == 1
    assert "\x1b" not in run.out
    assert "5000" not in run.out
    assert f"left out: {MADE_UP} (" in run.stderr
    answer = json.loads(as_json.out)
    assert (answer["mode"], answer["lead"], answer["answer"]) == ("llm", f"{LEAD} [1]", f"{LEAD} [1]")
    assert [one["supported"] for one in answer["grounding"]] == [True, False]


def test_a_real_model_writes_the_lead(program: Program, real_model: Path) -> None:
    run = program("--mode", "llm", "--model", str(real_model), CITED, timeout=600)
    assert run.status == 0, run.stderr
    lead, _, sources = run.out.partition("\n\n")
    assert re.search(r"3(rd)?( of)? April|April 3", lead)
    assert re.search(r"\[1\]$", lead)
    assert sources.startswith("[1] ")
