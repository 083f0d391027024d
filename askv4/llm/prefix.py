"""What all prompts begin with, read once: llama.cpp's state after it, kept on disk for the next process.

A state is a cache: one that is missing, damaged or not writable costs the time to read the beginning again, and a line in
the log.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

_log = logging.getLogger("askv4.llm")

LEAST_TOKENS = 32
"""A shorter beginning is sooner read again than fetched."""
_MOST_FILES = 8
_SUM_BYTES = 32
_END_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a prompt that those after it share, and where its state is kept."""

    tokens: tuple[int, ...]
    key: bytes
    """Of the model, of llama.cpp's version, and of the tokens."""
    path: Path

    def begins(self, prompt: Sequence[int]) -> bool:
        """Whether `prompt` begins with it and goes on."""
        return len(self.tokens) < len(prompt) and tuple(prompt[: len(self.tokens)]) == self.tokens

    def load(self) -> bytes | None:
        """The state after `tokens`, whole as it was saved; None where there is none."""
        try:
            kept = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            _log.info("the state cannot be read: %s", error)
            return None
        state = kept[_SUM_BYTES:]
        if kept[:_SUM_BYTES] != self._sum(state):
            _log.info("%s is damaged, and made anew", self.path)
            return None
        return state

    def save(self, state: bytes) -> None:
        """Keep the state, in one step; of the states beside it only the newest stay."""
        draft = self.path.with_name(f"{self.path.name}-{uuid4().hex[:8]}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(self._sum(state) + state)
            draft.replace(self.path)
            # Drafts of processes that were killed are among them.
            ours = sorted(self.path.parent.glob("*.state*"), key=lambda path: path.stat().st_mtime, reverse=True)
            for old in ours[_MOST_FILES:]:
                old.unlink(missing_ok=True)
        except OSError as error:
            _log.info("the state is not kept: %s", error)
            with suppress(OSError):
                draft.unlink()

    def _sum(self, state: bytes) -> bytes:
        return hashlib.sha256(self.key + state).digest()


class PrefixStates:
    """The states of one model under one version of llama.cpp."""

    def __init__(self, folder: Path, parts: Sequence[Path], version: str) -> None:
        """`parts` are the model's files."""
        self._folder = folder
        self._key = f"{version}\0{identity(parts)}"

    def prefix(self, tokens: Sequence[int]) -> Prefix:
        """The beginning `tokens`."""
        key = hashlib.sha256(f"{self._key}\0{','.join(map(str, tokens))}".encode())
        return Prefix(tuple(tokens), key.digest(), self._folder / f"{key.hexdigest()[:24]}.state")


def identity(parts: Sequence[Path]) -> str:
    """What tells a model from every other without reading it whole: its files' lengths, times, first and last bytes."""
    stamps = []
    for path in parts:
        status = path.stat()
        with path.open("rb") as file:
            ends = hashlib.sha256(file.read(_END_BYTES))
            file.seek(max(0, status.st_size - _END_BYTES))
            ends.update(file.read(_END_BYTES))
        stamps.append(f"{status.st_size}-{status.st_mtime_ns}-{ends.hexdigest()}")
    return " ".join(stamps)
