"""Measures how long the terminal chat keeps its user waiting.

    .venv/bin/python -m scripts.bench.chat_latency [--documents 1000] [--questions 10] [--seconds 10] [--data-dir DIR] [--json]

- start: from the command until a letter can be typed, and until one stands on the screen, in a terminal of its own;
- found: from a question until it stands there what was found, the index warm;
- a key: from the press until the letter stands in the prompt, at rest, while a model writes, and while documents are
  indexed; a stall is how late the event loop woke.

The model is the tiny random one of make_tiny_gguf.py, asked again and again. Start needs a system with pseudo-terminals.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from askv4.offline import go_offline
from scripts.places import ROOT

go_offline()

from textual.pilot import Pilot

from askv4.cli.chat import open_model
from askv4.config import load_settings
from askv4.tui.app import ChatApp
from askv4.tui.panes.turn import TurnView
from askv4.tui.screens.chat import ChatScreen
from askv4.tui.session import Session
from scripts.tools.make_tiny_gguf import write_tiny_gguf

TICK_S = 0.005
QUESTION = "How many grains of sand does the third note hold?"


@dataclass(frozen=True)
class Latency:
    """Figures of one stretch, in milliseconds."""

    during: str
    seconds: float
    keys: int
    key_median: float
    key_p99: float
    key_worst: float
    stall_worst: float
    stalls_over_50: int
    """How often the event loop woke more than 50 ms late."""


def milliseconds(seconds: float) -> float:
    """Seconds as milliseconds, with one decimal."""
    return round(1000 * seconds, 1)


class Meter:
    """Presses keys and watches the event loop."""

    def __init__(self, chat: Pilot[None]) -> None:
        self.chat = chat
        self.screen = next(one for one in chat.app.screen_stack if isinstance(one, ChatScreen))
        self._keys: list[float] = []
        self._stalls: list[float] = []

    async def measure(self, during: str, busy: Callable[[], bool]) -> Latency:
        """Press a key ten times a second while `busy` says so."""
        self._keys, self._stalls = [], []
        watching = asyncio.create_task(self._watch())
        begun = time.perf_counter()
        while busy():
            self._keys.append(await self._press())
            await asyncio.sleep(0.1)
        watching.cancel()
        keys, stalls = sorted(self._keys), sorted(self._stalls)
        return Latency(
            during=during,
            seconds=round(time.perf_counter() - begun, 1),
            keys=len(keys),
            key_median=milliseconds(statistics.median(keys)),
            key_p99=milliseconds(keys[int(0.99 * (len(keys) - 1))]),
            key_worst=milliseconds(keys[-1]),
            stall_worst=milliseconds(stalls[-1]),
            stalls_over_50=sum(stall > 0.05 for stall in stalls),
        )

    async def _press(self) -> float:
        prompt = self.screen.prompt
        if len(prompt.text) > 40:
            prompt.text = ""
        before = len(prompt.text)
        begun = time.perf_counter()
        self.chat.app.simulate_key("a")
        while len(prompt.text) == before:
            await asyncio.sleep(0)
        return time.perf_counter() - begun

    async def _watch(self) -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(TICK_S)
            self._stalls.append(time.perf_counter() - begun - TICK_S)


def write_notes(corpus: Path, count: int) -> None:
    """Documents of a few passages each."""
    for number in range(count):
        paragraphs = "\n\n".join(
            f"The {number}th note, part {part}, holds {number * part} grains of sand. " * 12 for part in range(1, 4)
        )
        (corpus / f"note-{number:05}.md").write_text(f"# Note {number}\n\n{paragraphs}\n", encoding="utf-8")


@dataclass(frozen=True)
class Waits:
    """Figures of what happens once or a few times, in milliseconds; medians."""

    start_drawn: float
    """Process start to the prompt on the screen."""
    start_typed: float
    """Process start to the first letter on the screen."""
    found: float
    """Question to what was found."""
    found_worst: float


def start_times(corpus: Path, data_dir: Path, times: int = 5) -> tuple[float, float]:
    """Seconds from the command until the prompt is drawn, and until a letter typed then is; the index is there."""
    command = [sys.executable, "-m", "askv4", "chat", "--corpus", str(corpus), "--data-dir", str(data_dir)]
    environ = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "COLUMNS": "100", "LINES": "30"}
    # As users have it: modules are compiled once.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    drawn, typed = [], []
    for _ in range(times + 1):
        master, slave = os.openpty()
        begun = time.perf_counter()
        chat = subprocess.Popen(
            [*command, "--mode", "extractive"], stdin=slave, stdout=slave, stderr=slave, env=environ, cwd=data_dir
        )
        os.close(slave)
        _read_until(master, b"Ask your documents")
        drawn.append(time.perf_counter() - begun)
        os.write(master, b"Q")
        _read_until(master, b"Q")
        typed.append(time.perf_counter() - begun)
        chat.kill()
        chat.wait()
        os.close(master)
    return statistics.median(drawn[1:]), statistics.median(typed[1:])


def _read_until(terminal: int, wanted: bytes) -> None:
    seen = b""
    while wanted not in seen:
        if not select.select([terminal], [], [], 60)[0]:
            raise TimeoutError(f"the chat did not show {wanted!r}")
        seen += os.read(terminal, 65536)


async def found_times(screen: ChatScreen, times: int) -> list[float]:
    """Seconds from a question until what was found stands there, sorted. The first question is not counted."""
    shown, seconds = TurnView.show_found, []

    def show_found(turn: TurnView, *arguments: Any) -> None:
        shown(turn, *arguments)
        seconds.append(time.perf_counter() - begun)

    TurnView.show_found = show_found  # type: ignore[assignment,method-assign]
    for _ in range(times):
        begun = time.perf_counter()
        await screen.answering.ask(QUESTION)
        await until(lambda: screen.conversation.turns[-1].answer is not None)
        await asyncio.sleep(0.1)
    TurnView.show_found = shown  # type: ignore[method-assign]
    return sorted(seconds[1:])


async def until(happened: Callable[[], object]) -> None:
    while not happened():
        await asyncio.sleep(0.02)


async def run(
    documents: int, questions: int, seconds: float, folder: Path, data_dir: Path
) -> tuple[Waits, list[Latency]]:
    """All three stretches, and questions, in one chat; then the start of others."""
    corpus = folder / "corpus"
    corpus.mkdir()
    write_notes(corpus, 3)
    model = write_tiny_gguf(folder / "tiny.gguf")
    options = {"corpus": str(corpus), "data_dir": str(data_dir), "mode": "llm", "model": str(model)}
    session = Session(load_settings(options, environ={}), open_model)
    app = ChatApp(session)
    async with app.run_test(size=(140, 40)) as chat:
        meter = Meter(chat)
        await until(lambda: session.in_step.is_set() and session.model is not None)
        await asyncio.sleep(1)
        end = time.monotonic() + seconds
        rest = await meter.measure("rest", lambda: time.monotonic() < end)
        shown = await found_times(meter.screen, questions + 1)
        writing = await _while_writing(meter, seconds)
        await asyncio.to_thread(write_notes, corpus, documents)
        await until(lambda: _working(meter))
        indexing = await meter.measure("indexing", lambda: _working(meter))
    app.threads.wait(30)
    session.close()
    drawn, typed = await asyncio.to_thread(start_times, corpus, data_dir)
    waits = (drawn, typed, statistics.median(shown), shown[-1])
    return Waits(*map(milliseconds, waits)), [rest, writing, indexing]


def _working(meter: Meter) -> bool:
    return bool(meter.screen.query_one("#progress").display)


async def _while_writing(meter: Meter, seconds: float) -> Latency:
    end = time.monotonic() + seconds

    async def keep_asking() -> None:
        while True:
            await meter.screen.answering.ask(QUESTION)
            await until(lambda: meter.screen.conversation.turns[-1].answer is not None)

    asking = asyncio.create_task(keep_asking())
    measured = await meter.measure("writing", lambda: time.monotonic() < end)
    asking.cancel()
    meter.screen.answering.stop()
    return measured


def table(waits: Waits, figures: list[Latency]) -> str:
    """The figures for people, in milliseconds."""
    started = f"start: prompt drawn after {waits.start_drawn:.0f}, a letter typed then after {waits.start_typed:.0f}"
    shown = f"found: {waits.found:.0f} after the question (worst {waits.found_worst:.0f})"
    head = "during      keys  median    p99  worst  worst stall  stalls > 50 ms"
    rows = [
        f"{f.during:<10} {f.keys:>5} {f.key_median:>7.1f} {f.key_p99:>6.1f} {f.key_worst:>6.1f} {f.stall_worst:>12.1f} {f.stalls_over_50:>15}"
        for f in figures
    ]
    return "\n".join([started, shown, head, *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--questions", type=int, default=10, help="after which what was found is waited for")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument(
        "--data-dir", type=Path, help="a folder that may hold prepared encoders; a new one if not given"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data_dir = options.data_dir or Path(folder, "data")
        waits, figures = asyncio.run(run(options.documents, options.questions, options.seconds, Path(folder), data_dir))
    if options.json:
        print(json.dumps({"waits": asdict(waits), "keys": [asdict(figure) for figure in figures]}))
    else:
        print(table(waits, figures))


if __name__ == "__main__":
    main()
