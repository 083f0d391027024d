"""Runs the program as users do: a process of its own, in folders of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Run:
    """How a run of the program ended."""

    status: int
    stdout: bytes
    stderr: str

    @property
    def out(self) -> str:
        """Stdout as text."""
        return self.stdout.decode("utf-8")


@dataclass(frozen=True)
class Program:
    """askv4, started in the folder `cwd` with an environment in which no user has left anything."""

    cwd: Path
    environ: Mapping[str, str]

    def __call__(self, *args: str, stdin: bytes | None = b"", timeout: float = 300, **environ: str) -> Run:
        """Run to the end. `stdin` None closes standard input."""
        done = subprocess.run(
            self.command(*args),
            cwd=self.cwd,
            env={**self.environ, **environ},
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))

    def start(self, *args: str, **environ: str) -> subprocess.Popen[bytes]:
        """Start and leave the rest to the test."""
        return subprocess.Popen(
            self.command(*args),
            cwd=self.cwd,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    @staticmethod
    def command(*args: str) -> list[str]:
        """The command line that starts it."""
        return [sys.executable, "-m", "askv4", *args]


@pytest.fixture(scope="session")
def make_program() -> Callable[..., Program]:
    """Makes a program for a user whose folders lie in `home`; keyword arguments are environment variables."""

    def make(home: Path, cwd: Path | None = None, **environ: str) -> Program:
        cwd = cwd or home / "cwd"
        cwd.mkdir(exist_ok=True)
        return Program(cwd, user_environment(home / "user") | environ)

    return make


@pytest.fixture
def fresh_program(tmp_path: Path, make_program: Callable[..., Program]) -> Callable[..., Program]:
    """Makes a program for a user who has never run it; keyword arguments are environment variables."""
    return partial(make_program, tmp_path)


def user_environment(home: Path) -> dict[str, str]:
    """The environment of a user whose folders lie in `home`."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ASKV4_", "XDG_", "PYTEST_", "COV_"))
        and name not in ("NO_COLOR", "COLUMNS", "FORCE_COLOR")
    }
    folders = {name: str(home / name.lower()) for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA")}
    return inherited | folders | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
