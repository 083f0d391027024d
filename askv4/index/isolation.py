"""Files are read in processes of their own, with limits: a crash, a hang or a flood of memory costs one document.

Plain text is read in this process: no foreign parser sees it, and a start of Python would be slower than the reading.
Other files go to a few readers that stay for the length of a sync and work side by side, while this process embeds.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from queue import LifoQueue

from askv4.errors import DocumentUnreadable
from askv4.index.reader_process import ReaderLimits, ReaderProcess
from askv4.index.reading import Candidate, Load, ReadFile, ReadFiles, read_file
from askv4.text.loaders import format_of
from askv4.types import ParsedText

_LIGHT_BYTES = 4 << 20
_MOST_READERS = 4


@dataclass(frozen=True, slots=True)
class Isolation:
    """How files are read in processes of their own."""

    readers: int = 0
    """How many work side by side; 0 for as many as suits the machine."""
    limits: ReaderLimits = field(default_factory=ReaderLimits)
    loader: str = "askv4.text.loaders"
    """The module whose `load` parses in the readers."""


def isolated_reader(load: Load, isolation: Isolation | None = None) -> ReadFiles:
    """Reads plain text with `load` in this process and everything else in processes of their own.

    Where no other interpreter can be started (a frozen program), everything is read here.
    """
    isolation = isolation or Isolation()

    def read_all(candidates: Iterable[Candidate]) -> Iterator[ReadFile]:
        heavy: list[Candidate] = []
        for candidate in candidates:
            result = _read_here(candidate, load) if can_isolate() else read_file(candidate, load)
            if result is None:
                heavy.append(candidate)
            else:
                yield result
        if heavy:
            yield from _read_apart(heavy, isolation)

    return read_all


def can_isolate() -> bool:
    """Whether another interpreter can be started."""
    return bool(sys.executable) and not getattr(sys, "frozen", False)


def _read_here(candidate: Candidate, load: Load) -> ReadFile | None:
    """A file of plain text, read; None when it is for a process of its own."""
    entry = format_of(candidate.name)
    if entry is not None and not entry.light:
        return None
    foreign = False

    def load_if_plain(data: bytes, name: str) -> ParsedText:
        nonlocal foreign
        # A name may promise text, or nothing, and the content be another format.
        if len(data) > _LIGHT_BYTES or _has_signature(data[:1024]):
            foreign = True
            raise DocumentUnreadable("it is not read in this process")
        return load(data, name)

    result = read_file(candidate, load_if_plain)
    return None if foreign else result


def _has_signature(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"{\\rtf", b"\xd0\xcf\x11\xe0", b"<", b"\xef\xbb\xbf<")) or b"%PDF-" in head


def _read_apart(candidates: list[Candidate], isolation: Isolation) -> Iterator[ReadFile]:
    """Results in the order in which they come; a few files ahead of whoever takes them, so that memory is bounded."""
    count = min(isolation.readers or max(1, min(_MOST_READERS, (os.cpu_count() or 2) - 1)), len(candidates))
    idle: LifoQueue[ReaderProcess] = LifoQueue()
    readers = [ReaderProcess(isolation.loader, isolation.limits) for _ in range(count)]
    for reader in readers:
        idle.put(reader)

    def read(candidate: Candidate) -> ReadFile:
        reader = idle.get()
        try:
            return reader.read(candidate)
        finally:
            idle.put(reader)

    pool = ThreadPoolExecutor(count, thread_name_prefix="askv4-reader")
    try:
        yield from _as_they_come(pool, read, candidates, 2 * count)
    finally:
        for reader in readers:
            reader.close()
        pool.shutdown(wait=True, cancel_futures=True)


def _as_they_come(
    pool: ThreadPoolExecutor, read: Callable[[Candidate], ReadFile], candidates: Iterable[Candidate], ahead: int
) -> Iterator[ReadFile]:
    waiting: set[Future[ReadFile]] = set()
    for candidate in candidates:
        waiting.add(pool.submit(read, candidate))
        if len(waiting) >= ahead:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        yield from (future.result() for future in done)
