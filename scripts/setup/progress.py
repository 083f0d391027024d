"""What the set-up says, all on stderr: the answer has stdout for itself."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from typing import TextIO

HEARTBEAT_SECONDS = 60.0
"""How often a long step shows that it is alive where lines cannot be rewritten, as in a log."""


class Progress:
    """One step at a time: a line rewritten in place on a terminal, a line per step elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._live = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._text = ""
        self._details: dict[str, str] = {}
        self._began = self._beat = time.monotonic()
        self._shown = ""

    def begin(self, text: str) -> None:
        """Begin the next step."""
        self._text = text
        self._details.clear()
        self._began = self._beat = time.monotonic()
        if self._live:
            self.tick()
        else:
            self._write(f"askv4: {text}\n")

    def detail(self, lane: str, text: str) -> None:
        """Where one of the step's parallel lanes is; an empty text takes it off. May be called from any thread."""
        self._details[lane] = text

    def tick(self) -> None:
        """Show the time that has passed. Call it a few times a second."""
        now = time.monotonic()
        if self._live:
            details = " · ".join(text for text in list(self._details.values()) if text)
            line = f"askv4: {self._text} [{_clock(now - self._began)}]" + (f" {details}" if details else "")
            line = line[: shutil.get_terminal_size().columns - 1]
            if line != self._shown:
                self._write(f"\r{line}\x1b[K")
                self._shown = line
        elif now - self._beat >= HEARTBEAT_SECONDS:
            self._beat = now
            details = ", ".join(text for text in list(self._details.values()) if text)
            self._write(
                f"askv4: {self._text}: {_clock(now - self._began)}" + (f", {details}" if details else "") + "\n"
            )

    def say(self, text: str) -> None:
        """A line that stays."""
        self.clear()
        self._write(f"askv4: {text}\n")

    def quote(self, lines: Sequence[str]) -> None:
        """The last lines of a command that failed."""
        self.clear()
        for line in lines[-12:]:
            self._write(f"    {line}\n")

    def clear(self) -> None:
        """Take the rewritten line away."""
        if self._shown:
            self._write("\r\x1b[K")
            self._shown = ""

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, UnicodeEncodeError):
            # Nobody listens, or the terminal lacks a letter: no reason to stop installing.
            self._live = False


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds), 60)
    return f"{minutes}:{seconds:02d}"
