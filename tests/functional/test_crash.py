"""Syncs that are killed, that run into each other or out of room, end in the index that an undisturbed one makes.

The full measure, 20 kills of a sync of 200 documents and 20 of an `add`, and ten full disks, is
`.venv/bin/python -m scripts.bench.crash`.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from askv4.sync.index import open_index
from scripts.bench import crash, crash_add, crash_disk
from scripts.bench.crash_parts import Corpus, difference, open_test_encoder, snapshot
from scripts.places import ROOT


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is another thing on Windows")
def test_killed_syncs_lose_nothing(tmp_path: Path, encoder_dir: Path) -> None:
    lines: list[str] = []
    kills, wrong = crash.torture(tmp_path, documents=30, rounds=4, seed=7, encoders=encoder_dir, say=lines.append)
    assert wrong == [], "\n".join(lines)
    assert kills.documents + kills.publishing >= 2, "the killer was too slow to show anything: " + "\n".join(lines)


def test_three_processes_at_once_make_one_index(tmp_path: Path, encoder_dir: Path) -> None:
    corpus = Corpus(tmp_path / "corpus", 25, random.Random(5))
    command = [*crash.SYNC_ONCE, str(corpus.folder), str(tmp_path / "data"), str(encoder_dir)]
    for _ in range(2):
        running = [
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in "123"
        ]
        for process in running:
            output, errors = process.communicate(timeout=120)
            assert process.returncode == 0, errors
            assert output.endswith("end\n")
        corpus.change()
    encoder = open_test_encoder(encoder_dir)
    with (
        open_index(tmp_path / "data", corpus.folder, encoder) as index,
        open_index(tmp_path / "fresh", corpus.folder, encoder) as fresh,
    ):
        index.sync()
        fresh.sync()
        assert difference(snapshot(index), snapshot(fresh)) == []


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is another thing on Windows")
def test_a_killed_add_loses_nothing(tmp_path: Path, encoder_dir: Path) -> None:
    lines: list[str] = []
    wrong = crash_add.torture(tmp_path, rounds=3, seed=3, encoders=encoder_dir, say=lines.append)
    assert wrong == [], "\n".join(lines)


@pytest.mark.parametrize(("what", "size"), [("sync_on_small_disk", "900k"), ("add_to_small_disk", "300k")])
def test_a_full_disk_loses_nothing(tmp_path: Path, encoder_dir: Path, what: str, size: str) -> None:
    lines: list[str] = []
    parts = crash_disk
    try:
        wrong = getattr(parts, what)(tmp_path, size, 5, encoder_dir, lines.append)
    except parts.DisksNotAllowedError as error:
        pytest.skip(str(error))
    assert wrong == [], "\n".join(lines)
    assert "No space left" in lines[0] or "full" in lines[0]
