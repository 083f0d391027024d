"""What every measure of scripts/bench/quality.py needs: where things lie, how much is measured, a process to run."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from scripts.places import ROOT

OWN_PROGRAM = (sys.executable, "-m", "askv4")
Figures = dict[str, Any]
_T = TypeVar("_T")


@dataclass(frozen=True)
class Bench:
    """Where data and program are, and how much is measured."""

    shared: Path
    """As ../shared."""
    work: Path
    """Indexes and prepared models are kept here."""
    command: Sequence[str] = OWN_PROGRAM
    every: int = 1
    """Every Nth question of a set is taken."""
    sample: int | None = None
    """Instead of `every`: about how many of a set at most."""

    @property
    def data(self) -> Path:
        return self.shared / "data"

    @property
    def tools(self) -> Path:
        return self.shared / "tools"

    def step(self, total: int) -> int:
        """Of `total` questions in a row, every `step`th is taken."""
        return self.every if self.sample is None else max(1, -(-total // self.sample))

    def some(self, rows: Sequence[_T]) -> list[_T]:
        """As large a part, drawn by chance (seed 0): for sets whose rows alternate."""
        step = self.step(len(rows))
        if step == 1:
            return list(rows)
        places = random.Random(0).sample(range(len(rows)), -(-len(rows) // step))
        return [rows[place] for place in sorted(places)]

    def prepared(self, name: str) -> Path:
        """The set's own folder; prepared models are shared by all, since preparing takes as long as a hundred questions."""
        work = self.work / name
        (work / "data").mkdir(parents=True, exist_ok=True)
        (self.work / "encoders").mkdir(exist_ok=True)
        own = work / "data" / "encoders"
        if not own.exists() and sys.platform != "win32":
            own.symlink_to((self.work / "encoders").resolve(), target_is_directory=True)
        return work

    def run(self, command: Sequence[str], ends: Sequence[int] = (0,)) -> str:
        """What a process prints. Ends with what it said where its status is not one of `ends`."""
        # Another program brings its own package.
        own = {"PYTHONPATH": str(ROOT)} if tuple(self.command) == OWN_PROGRAM else {}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, **own})
        if done.returncode not in ends:
            said = f"{done.stdout[-1500:]}{done.stderr[-1500:]}"
            sys.exit(f"bench_quality: {' '.join(command[:3])} ... ended with {done.returncode}\n{said}")
        return done.stdout
