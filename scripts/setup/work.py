"""What the parts of one set-up share: pip, steps that are shown, stamps; and how a set-up ends early."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from . import state
from .commands import CommandFailed, Commands, lanes
from .progress import Progress
from .state import PYTHON

STATE = Path(state.STATE)
LOG = STATE / "log.txt"


class SetupFailed(Exception):
    """The set-up cannot go on: what happened and what to do, in one line, and the last lines of what failed."""

    def __init__(self, line: str, tail: Sequence[str] = ()) -> None:
        super().__init__(line)
        self.tail = list(tail)


class Stopped(BaseException):
    """A signal told the set-up to end."""


class Work:
    """One set-up, under the lock."""

    def __init__(self, progress: Progress, commands: Commands) -> None:
        self.progress = progress
        self.commands = commands
        self.current = state.fingerprint()

    def pip(self, *options: str) -> list[str]:
        """A pip command that installs what is pinned, as it stands."""
        return [PYTHON, "-m", "pip", "install", "--no-deps", "--no-compile", *options]

    def step(self, text: str, function: Callable[..., Any], *arguments: Any) -> None:
        """Do one thing while the progress line lives."""
        self.progress.begin(text)
        with lanes(self.commands, self.progress) as start:
            start(function, *arguments)

    def stamp(self, part: str, word: str, reason: str = "") -> None:
        """Write the stamp of a part for what is installed now."""
        state.write_stamp(part, word, self.current, reason)

    def compile(self, skipped: str, *folders: Path) -> None:
        """Write byte code, which each start would otherwise make or look for; never a reason to fail."""
        command = [PYTHON, "-m", "compileall", "-q", "-q", "-j", "0", "-x", rf"[/\\]({skipped})[/\\]"]
        with contextlib.suppress(CommandFailed):
            # Without the lock: its worker processes would keep it for ever if they alone were left.
            self.commands.run([*command, *map(str, folders)], keeps_lock=False)
