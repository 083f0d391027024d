"""`askv4 add` is killed at random moments: no file is lost, none is there by halves, and a last run completes the rest."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from askv4.sync.index import open_index
from scripts.bench.crash_parts import difference, open_test_encoder, sentence, snapshot
from scripts.places import ROOT

_MANY = 40
_LINES = 4_000
"""Of the large files, so that a kill meets the copying."""


def torture(folder: Path, rounds: int, seed: int, encoders: Path, say: Callable[[str], None]) -> list[str]:
    """Does it all under `folder`; gives what is wrong, which should be nothing."""
    chance = random.Random(seed)
    source, corpus, data = folder / "papers", folder / "corpus", prepared_data(folder / "data", encoders)
    corpus.mkdir(parents=True)
    _write_files(source, _MANY, chance)
    wrong: list[str] = []
    killed = 0
    whole = 3.0
    for number in range(rounds):
        began = time.monotonic()
        status = _killed(_command("add", str(source), corpus=corpus, data=data), chance.uniform(0.2, whole))
        whole = max(whole, time.monotonic() - began) if status is not None else whole
        killed += status is None
        wrong += [f"after round {number + 1} of add: {problem}" for problem in not_whole(corpus / "papers", source)]
        if status == 0:  # all is there: more to add, and the next kill has something to meet
            _write_files(source, 10, chance)
    done = subprocess.run(_command("add", str(source), corpus=corpus, data=data), capture_output=True, check=False)
    if done.returncode != 0:
        wrong.append(f"the normal run of add ended with {done.returncode}: {done.stderr.decode()}")
    wrong += not_whole(corpus / "papers", source, complete=True)
    wrong += [f"add left {path}" for path in corpus.rglob(".*")]
    wrong += unlike_fresh(folder, corpus, data, encoders)
    say(f"add: {rounds} rounds, {killed} killed, {len(list(corpus.rglob('*.txt')))} files in the end")
    return wrong


def prepared_data(folder: Path, encoders: Path) -> Path:
    """A data folder in which the encoder is already exported."""
    folder.mkdir(parents=True)
    (folder / "encoders").symlink_to(encoders / "encoders", target_is_directory=True)
    return folder


def not_whole(copies: Path, source: Path, *, complete: bool = False) -> list[str]:
    """Visible files among the copies that are not as in the source; with `complete`, also those that are lacking."""
    problems = []
    for path in (path for path in copies.rglob("*") if path.is_file() and not path.name.startswith(".")):
        original = source / path.relative_to(copies)
        if not original.exists() or original.read_bytes() != path.read_bytes():
            problems.append(f"{path} is not what was added")
    if complete:
        lacking = [path for path in source.rglob("*.txt") if not (copies / path.relative_to(source)).exists()]
        problems += [f"{path} was not added" for path in lacking]
    return problems


def unlike_fresh(folder: Path, corpus: Path, data: Path, encoders: Path) -> list[str]:
    """In which parts the index differs from one that is made anew."""
    encoder = open_test_encoder(encoders)
    with open_index(data, corpus, encoder) as index, open_index(folder / "fresh", corpus, encoder) as fresh:
        index.sync()
        fresh.sync()
        return [
            f"{folder.name}: differs from a fresh index: {part}"
            for part in difference(snapshot(index), snapshot(fresh))
        ]


def _write_files(folder: Path, count: int, chance: random.Random) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    there = len(list(folder.iterdir()))
    for number in range(there, there + count):
        text = " ".join(sentence(chance) for _ in range(3))
        if number % 10 == 0:  # a large file of few passages
            text += "\n" * _LINES * 250
        (folder / f"paper-{number}.txt").write_text(text + "\n", "utf-8")


def _command(*words: str, corpus: Path, data: Path) -> list[str]:
    return [sys.executable, "-m", "askv4", *words, "--corpus", str(corpus), "--data-dir", str(data)]


def _killed(command: list[str], delay_s: float, environ: Mapping[str, str] | None = None) -> int | None:
    """The status of a process that ends within the delay; None when it had to be killed."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **(environ or {})}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ) as process:
        try:
            return process.wait(delay_s)
        except subprocess.TimeoutExpired:
            process.kill()
            return None
