"""Files are read in processes of their own, with limits: a crash, a hang or a flood of memory costs one document.

Plain text is read in this process: no foreign parser sees it, and a start of Python would be slower than the reading.
Other files go to a few readers that stay for the length of a sync and work side by side, while this process reads plain
text and embeds.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from queue import LifoQueue
from types import TracebackType

from askv4.corpus.reader_process import ReaderLimits, ReaderProcess
from askv4.corpus.reading import DueFile, Load, ReadFile, ReadFiles, read_file
from askv4.errors import DocumentUnreadable
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

    def read_all(candidates: Iterable[DueFile]) -> Iterator[ReadFile]:
        with _Readers(isolation) as readers:
            for candidate in candidates:
                result = _read_here(candidate, load) if can_isolate() else read_file(candidate, load)
                if result is None:
                    readers.take(candidate)
                else:
                    yield result
                yield from readers.finished()
            yield from readers.rest()

    return read_all


def can_isolate() -> bool:
    """Whether another interpreter can be started."""
    return bool(sys.executable) and not getattr(sys, "frozen", False)


def _read_here(candidate: DueFile, load: Load) -> ReadFile | None:
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


class _Readers:
    """A few processes that read side by side; a few files ahead of what takes the results, so that memory is bounded."""

    def __init__(self, isolation: Isolation) -> None:
        self._isolation = isolation
        self._count = isolation.readers or max(1, min(_MOST_READERS, (os.cpu_count() or 2) - 1))
        self._idle: LifoQueue[ReaderProcess] = LifoQueue()
        self._readers: list[ReaderProcess] = []
        self._pool = ThreadPoolExecutor(self._count, thread_name_prefix="askv4-reader")
        self._queued: deque[DueFile] = deque()
        self._running: set[Future[ReadFile]] = set()

    def __enter__(self) -> _Readers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for reader in self._readers:
            reader.close()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def take(self, candidate: DueFile) -> None:
        """Lets a file be read as soon as there is room."""
        self._queued.append(candidate)
        self._start()

    def finished(self) -> Iterator[ReadFile]:
        """What has been read by now, in the order in which it came."""
        done = {future for future in self._running if future.done()}
        self._running -= done
        self._start()
        yield from (future.result() for future in done)

    def rest(self) -> Iterator[ReadFile]:
        """What is still to come."""
        while self._running:
            wait(self._running, return_when=FIRST_COMPLETED)
            yield from self.finished()

    def _start(self) -> None:
        while self._queued and len(self._running) < 2 * self._count:
            if len(self._readers) < self._count:
                reader = ReaderProcess(self._isolation.loader, self._isolation.limits)
                self._readers.append(reader)
                self._idle.put(reader)
            self._running.add(self._pool.submit(self._read, self._queued.popleft()))

    def _read(self, candidate: DueFile) -> ReadFile:
        reader = self._idle.get()
        try:
            return reader.read(candidate)
        finally:
            self._idle.put(reader)
