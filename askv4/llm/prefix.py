"""What all prompts begin with, read once: llama.cpp's state after it, kept on disk for the next process.

A state is a cache: one that is missing, damaged or not writable costs the time to read the beginning again, and a line in
the log.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

_log = logging.getLogger("askv4.llm")

LEAST_TOKENS = 32
"""A shorter beginning is sooner read again than fetched."""
_MOST_FILES = 8
_HEAD_BYTES = 1 << 20
_LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a prompt that those after it share, and where its state is kept."""

    tokens: tuple[int, ...]
    path: Path

    def load(self) -> bytes | None:
        """The state after `tokens`, whole as it was saved; None where there is none."""
        try:
            with self.path.open("rb") as file:
                head = json.loads(file.readline(_LONGEST_LINE))
                state = file.read(int(head["bytes"]))
            whole = tuple(head["tokens"]) == self.tokens and hashlib.sha256(state).hexdigest() == head["sha256"]
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.info("%s is no state: %s", self.path, error)
            return None
        return state if whole else None

    def save(self, state: bytes) -> None:
        """Keep the state, in one step; of the states beside it only the newest stay."""
        head = {"bytes": len(state), "sha256": hashlib.sha256(state).hexdigest(), "tokens": self.tokens}
        draft = self.path.with_name(f".{self.path.name}.{uuid4().hex[:8]}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(json.dumps(head).encode() + b"\n" + state)
            draft.replace(self.path)
            ours = sorted(self.path.parent.glob("*.state"), key=lambda path: path.stat().st_mtime, reverse=True)
            for old in ours[_MOST_FILES:]:
                old.unlink(missing_ok=True)
        except OSError as error:
            _log.info("the state is not kept: %s", error)
        finally:
            draft.unlink(missing_ok=True)


class PrefixStates:
    """The states of one model under one version of llama.cpp."""

    def __init__(self, folder: Path, model: str, version: str) -> None:
        """`model` is the sum of its file, or what else tells one file from another."""
        self._folder = folder
        self._key = f"{model}\0{version}"

    def prefix(self, tokens: Sequence[int]) -> Prefix:
        """The beginning `tokens`."""
        named = hashlib.sha256(f"{self._key}\0{','.join(map(str, tokens))}".encode()).hexdigest()
        return Prefix(tuple(tokens), self._folder / f"{named[:24]}.state")


def identity(path: Path) -> str:
    """What tells a model file from every other without reading it whole: its length, its time, its first megabyte."""
    status = path.stat()
    with path.open("rb") as file:
        head = hashlib.sha256(file.read(_HEAD_BYTES)).hexdigest()
    return f"{status.st_size}-{status.st_mtime_ns}-{head}"
