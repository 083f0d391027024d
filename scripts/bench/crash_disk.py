"""Disks that are full: `add` and `sync` end with 2 and one line, lose nothing, and complete when there is room."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.bench.crash_add import not_whole, prepared_data, unlike_fresh
from scripts.bench.crash_parts import Corpus, sentence
from scripts.places import ROOT

ROOM = "200m"
INDEX_SIZES = ("64k", "300k", "600k", "900k", "1200k", "1600k", "2500k")
CORPUS_SIZES = ("40k", "300k", "900k")


class DisksNotAllowedError(Exception):
    """No disk may be mounted here."""


def torture(folder: Path, seed: int, encoders: Path, say: Callable[[str], None]) -> list[str]:
    """Does it all under `folder`; gives what is wrong, which should be nothing."""
    wrong: list[str] = []
    try:
        for size in INDEX_SIZES:
            wrong += sync_on_small_disk(folder / f"sync-{size}", size, seed, encoders, say)
        for size in CORPUS_SIZES:
            wrong += add_to_small_disk(folder / f"add-{size}", size, seed, encoders, say)
    except DisksNotAllowedError as error:
        say(f"disk: left out, {error}")
    return wrong


def sync_on_small_disk(folder: Path, size: str, seed: int, encoders: Path, say: Callable[[str], None]) -> list[str]:
    """The index lies on a disk of that size, which is then enlarged."""
    corpus = Corpus(folder / "corpus", 60, random.Random(seed)).folder
    with small_disk(folder / "small", size):
        data = prepared_data(folder / "small" / "data", encoders)
        wrong = _full_then_complete(["sync"], folder, corpus, data, say, size)
        return wrong + unlike_fresh(folder, corpus, data, encoders)


def add_to_small_disk(folder: Path, size: str, seed: int, encoders: Path, say: Callable[[str], None]) -> list[str]:
    """The corpus lies on a disk of that size, which is then enlarged."""
    chance = random.Random(seed)
    papers = folder / "papers"
    papers.mkdir(parents=True)
    for number in range(12):
        text = " ".join(sentence(chance) for _ in range(5)) + "\n" * 100_000
        (papers / f"paper-{number}.txt").write_text(text, "utf-8")
    data = prepared_data(folder / "data", encoders)
    with small_disk(folder / "small", size):
        corpus = folder / "small" / "corpus"
        corpus.mkdir()
        wrong = _full_then_complete(["add", str(papers)], folder, corpus, data, say, size)
        wrong += not_whole(corpus / "papers", papers, complete=True)
        wrong += [f"add left {path}" for path in corpus.rglob(".*")]
        return wrong + unlike_fresh(folder, corpus, data, encoders)


def _full_then_complete(
    words: list[str], folder: Path, corpus: Path, data: Path, say: Callable[[str], None], size: str
) -> list[str]:
    wrong = []
    status, lines = _run(words, corpus, data)
    say(f"{words[0]} on a disk of {size}: status {status}, {lines[-1] if lines else 'silent'}")
    if status != 2:
        wrong.append(f"{folder.name}: status {status} on a full disk")
    if not lines or any("Traceback" in line for line in lines):
        wrong.append(f"{folder.name}: said {lines} on a full disk")
    if words[0] == "add":
        wrong += not_whole(corpus / "papers", Path(words[1]))
    _mount(folder / "small", f"remount,size={ROOM}")
    status, lines = _run(words, corpus, data)
    if status != 0:
        wrong.append(f"{folder.name}: status {status} with room again, {lines}")
    return wrong


def _run(words: list[str], corpus: Path, data: Path) -> tuple[int, list[str]]:
    command = [sys.executable, "-m", "askv4", *words, "--corpus", str(corpus), "--data-dir", str(data)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)
    return done.returncode, done.stderr.splitlines()


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A disk of that size at the folder. Raises DisksNotAllowedError."""
    folder.mkdir(parents=True, exist_ok=True)
    _mount(folder, f"size={size}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _mount(folder: Path, options: str) -> None:
    command = ["mount", "-t", "tmpfs", "-o", options, "askv4-test", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise DisksNotAllowedError(f"no disk can be mounted: {error}") from error
    if mounted.returncode != 0:
        raise DisksNotAllowedError(f"no disk may be mounted: {mounted.stderr.strip()}")
