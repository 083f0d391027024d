"""A file becomes parsed text, or a reason why not. Nothing here touches the index, so it may run in other processes."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from askv4.corpus.scan import file_state
from askv4.errors import DocumentError
from askv4.records import FileRecord, FileState
from askv4.text.loaders import MAX_BYTES
from askv4.types import ParsedText

Load = Callable[[bytes, str], ParsedText]
Outcome = Literal["parsed", "same", "failed", "vanished", "busy"]

TOO_LARGE = b""
"""Stands for the hash of a file that was not read because of its size."""
_ATTEMPTS = 4
PAUSE_S = 0.05
_COARSE_CLOCK_NS = 2_000_000_000
_FINE_CLOCK_NS = 20_000_000


@dataclass(frozen=True, slots=True)
class DueFile:
    """A file that may need work."""

    name: str
    path: Path
    recipe: str
    known_sha256: bytes | None = None
    """Hash of the content that is indexed already under the same recipe; the same content is not parsed again."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What became of a candidate."""

    outcome: Outcome
    """parsed: `parsed` holds its text; same: the content is the known one; failed: `reason` says why it was not read;
    vanished: the file is gone; busy: it was written to all the while."""
    record: FileRecord
    parsed: ParsedText | None = None
    reason: str | None = None


ReadFiles = Callable[[Iterable[DueFile]], Iterator[ReadFile]]
"""Reads candidates and gives one result for each, in any order."""


def reader(load: Load) -> ReadFiles:
    """Reads one file after the other in this process."""

    def read_all(candidates: Iterable[DueFile]) -> Iterator[ReadFile]:
        for candidate in candidates:
            yield read_file(candidate, load)

    return read_all


def read_file(candidate: DueFile, load: Load, on_record: Callable[[FileRecord], None] | None = None) -> ReadFile:
    """Reads, hashes and parses one file. Whatever is wrong with it becomes part of the result.

    `on_record` gets the file's record before the file is parsed.
    """
    try:
        content = _stable_content(candidate.path)
    except (FileNotFoundError, NotADirectoryError):
        return ReadFile("vanished", _record(candidate, FileState(0, 0, 0), None))
    except OSError as error:
        return _unreadable(candidate, error)
    if content.data is None:
        return _without_content(candidate, content)
    record = _record(candidate, content.file, hashlib.sha256(content.data).digest())
    if record.sha256 == candidate.known_sha256:
        return ReadFile("same", record)
    if on_record is not None:
        on_record(record)
    try:
        return ReadFile("parsed", record, load(content.data, candidate.name))
    except DocumentError as error:
        return ReadFile("failed", record, reason=error.line)
    except MemoryError:
        return ReadFile("failed", record, reason="reading it takes too much memory; divide it into smaller files")
    except Exception as error:  # a loader's failure must cost one document, not all
        logging.getLogger(__name__).exception("the loader failed on %r", candidate.name)
        what = " ".join(f"{type(error).__name__}: {error}".split())
        return ReadFile("failed", record, reason=f"the loader failed: {what}")


@dataclass(frozen=True, slots=True)
class _Content:
    file: FileState
    data: bytes | None
    too_large: bool = False


def _stable_content(path: Path) -> _Content:
    """The bytes of a file and the state that belongs to them; without bytes when it is too large or never rests."""
    for attempt in range(_ATTEMPTS):
        if attempt:  # even a pause of no length gives the processor away
            time.sleep(PAUSE_S * attempt)
        with path.open("rb") as file:
            before = file_state(os.fstat(file.fileno()))
            if before.bytes > MAX_BYTES:
                return _Content(before, None, too_large=True)
            data = file.read(MAX_BYTES + 1)
            after = file_state(os.fstat(file.fileno()))
        if before == after and len(data) == after.bytes:
            return _Content(after, data)
    return _Content(after, None)


def _without_content(candidate: DueFile, content: _Content) -> ReadFile:
    if content.too_large:
        reason = f"it is larger than {MAX_BYTES // 2**20} MB"
        return ReadFile("failed", _record(candidate, content.file, TOO_LARGE), reason=reason)
    return ReadFile("busy", _record(candidate, content.file, None), reason="it is being written; it is read next time")


def _unreadable(candidate: DueFile, error: OSError) -> ReadFile:
    try:
        file = file_state(candidate.path.stat())
    except OSError:
        file = FileState(0, 0, 0)
    reason = f"the file cannot be opened: {error.strerror or error}"
    return ReadFile("failed", _record(candidate, file, None), reason=reason)


def _record(candidate: DueFile, file: FileState, sha256: bytes | None) -> FileRecord:
    return FileRecord(candidate.name, file, sha256, candidate.recipe, _is_settled(file.mtime_ns, time.time_ns()))


def _is_settled(mtime_ns: int, now_ns: int) -> bool:
    """Whether a change after now must show in the date: some disks count whole or even seconds, others finer.

    A date in the future says nothing about when the file changed, and is not waited for.
    """
    grain = _COARSE_CLOCK_NS if mtime_ns % 1_000_000_000 == 0 else _FINE_CLOCK_NS
    return not 0 <= now_ns - mtime_ns < grain
