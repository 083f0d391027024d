"""One process that reads files for another, within limits of time and memory.

Parent and child speak JSON lines: a candidate goes in, the file's record comes out before it is parsed and its text
afterwards. So the parent knows what it gave up on, and does not try the same content again. A loader that works step by
step (text recognition, page by page) asks for the time of each step in between. Nothing that the child sends is run: the
child handles files from anywhere.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from askv4.corpus.reading import DueFile, Load, Outcome, ReadFile, read_file
from askv4.errors import Askv4Error, DocumentTooLarge, ParserCrashed, ParserTooSlow
from askv4.records import FileRecord, FileState
from askv4.text.loaders import pace
from askv4.types import Block, ParsedText

_BOOTSTRAP = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from askv4.corpus.reader_process import serve; serve(sys.argv[2], json.loads(sys.argv[3]))"
)
_LOOK_EVERY_S = 0.1
_GRACE_S = 10.0


@dataclass(frozen=True, slots=True)
class ReaderLimits:
    """What reading one document may take. Times are those of the processor: on a machine that is busy with other things a
    good document takes longer, and must not be lost by it."""

    seconds: float = 120.0
    seconds_per_mb: float = 4.0
    """Added for each megabyte of the file."""
    memory_mb: int = 2048
    most_seconds: float = 4 * 3600.0
    """However many steps a loader announces."""
    patience: float = 5.0
    """How many times as long it may take by the clock, so that a parser that waits for ever is ended, too."""

    def seconds_for(self, size: int) -> float:
        """The time for a file of `size` bytes."""
        return self.seconds + self.seconds_per_mb * size / 1e6


class ReaderProcess:
    """A child that reads files one after the other; it is started when needed and replaced when it ended."""

    def __init__(self, loader: str, limits: ReaderLimits) -> None:
        self._loader = loader
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._served = 0
        self._closed = False
        self._lock = threading.Lock()

    def read(self, candidate: DueFile) -> ReadFile:
        """Reads one file; what becomes of the child becomes part of the result."""
        fresh = self._served == 0
        result, crashed = self._attempt(candidate)
        if crashed and not fresh and not self._closed:
            # An earlier document may have done the damage.
            result, _ = self._attempt(candidate)
        return result

    def close(self) -> None:
        """Ends the child."""
        with self._lock:
            self._closed = True
            self._end()

    def _attempt(self, candidate: DueFile) -> tuple[ReadFile, bool]:
        """The result, and whether the child ended by itself."""
        child = self._running()
        size = _size_of(candidate.path)
        watch = _Watch(child, self._limits.seconds_for(size), self._limits)
        record = FileRecord(candidate.name, FileState(0, 0, 0), None, candidate.recipe, settled=True)
        with watch:
            for event in _conversation(child, candidate):
                if "record" in event:
                    record = _record_from(event["record"])
                elif "allow" in event:
                    watch.allow(event["allow"])
                else:
                    self._served += 1
                    return _result_from(record, event), False
        with self._lock:
            self._end()
        error = watch.verdict or ParserCrashed(_how_it_ended(child))
        return ReadFile("failed", record, reason=error.line), watch.verdict is None

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._child is None or self._child.poll() is not None:
                self._end()
                self._served = 0
                self._child = _start(self._loader, self._limits)
                if self._closed:
                    self._child.kill()
            return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for stream in (child.stdin, child.stdout):
                if stream is not None:
                    _close(stream)


class _Watch:
    """Ends a child that takes too long or too much memory, and says so."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float, limits: ReaderLimits) -> None:
        self._child = child
        self._limits = limits
        self._started = time.monotonic()
        self._used_before = _processor_seconds(child.pid)
        self._allowed = seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.verdict: Askv4Error | None = None

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def allow(self, seconds: float) -> None:
        """The next step may take `seconds`."""
        used = _processor_seconds(self._child.pid) - self._used_before
        self._allowed = min(max(self._allowed, used + seconds), self._limits.most_seconds)

    def _look(self) -> None:
        import psutil

        while not self._done.wait(_LOOK_EVERY_S):
            try:
                used_mb = psutil.Process(self._child.pid).memory_info().rss >> 20
            except psutil.Error:
                return  # it has ended
            used = _processor_seconds(self._child.pid) - self._used_before
            waited = time.monotonic() - self._started
            if used_mb > self._limits.memory_mb:
                self.verdict = DocumentTooLarge(
                    f"reading it takes more than {self._limits.memory_mb} MB of memory", "divide it into smaller files"
                )
            elif used > self._allowed or waited > self._allowed * self._limits.patience:
                self.verdict = ParserTooSlow(f"it could not be read within {self._allowed:.0f} seconds")
            if self.verdict is not None:
                self._child.kill()
                return


def _processor_seconds(pid: int) -> float:
    """What a process has used of the processor; 0 when it has ended."""
    import psutil

    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def serve(loader: str, limits: Mapping[str, Any]) -> None:
    """The child's side: reads candidates from standard input until it ends, and answers on standard output."""
    channel = os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1)
    os.dup2(2, 1)  # whatever a library prints cannot be taken for an answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    bounds = ReaderLimits(**limits)
    _limit_memory(bounds.memory_mb)
    load: Load = import_module(loader).load

    def allow(seconds: float) -> None:
        faulthandler.dump_traceback_later(min(seconds, bounds.most_seconds) * bounds.patience + _GRACE_S, exit=True)
        _send(channel, {"allow": seconds})

    pace.listen(allow)
    for line in sys.stdin.buffer:
        candidate = _candidate_from(json.loads(line))
        # Should the parent be gone by then, nobody else would end a parser that hangs.
        wait = bounds.seconds_for(_size_of(candidate.path)) * bounds.patience
        faulthandler.dump_traceback_later(wait + _GRACE_S, exit=True)
        result = read_file(candidate, load, lambda record: _send(channel, {"record": _fields_of_record(record)}))
        faulthandler.cancel_dump_traceback_later()
        _send(channel, _fields_of(result))


def _limit_memory(memory_mb: int) -> None:
    """Sets the limit that stops a single huge allocation; the parent's watch stops slow growth, on every platform."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = (memory_mb + 1024) << 20  # address space includes libraries and the stacks of threads
    if hard == resource.RLIM_INFINITY or wanted < hard:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
        except (ValueError, OSError):
            return  # this system has no such limit


def _start(loader: str, limits: ReaderLimits) -> subprocess.Popen[bytes]:
    path = [entry or os.getcwd() for entry in sys.path]  # noqa: PTH109
    return subprocess.Popen(
        [sys.executable, "-P", "-X", "utf8", "-c", _BOOTSTRAP, json.dumps(path), loader, json.dumps(asdict(limits))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _conversation(child: subprocess.Popen[bytes], candidate: DueFile) -> Any:
    """The child's answers about one file; they stop when the child does."""
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(json.dumps(_fields_of_candidate(candidate)).encode("ascii") + b"\n")
        child.stdin.flush()
        while (line := child.stdout.readline()).endswith(b"\n"):
            yield json.loads(line)
    except (OSError, ValueError):
        return


def _send(channel: IO[str], event: Mapping[str, Any]) -> None:
    channel.write(json.dumps(event) + "\n")


def _fields_of_candidate(candidate: DueFile) -> dict[str, Any]:
    known = candidate.known_sha256
    return {
        "name": candidate.name,
        "path": str(candidate.path),
        "recipe": candidate.recipe,
        "known_sha256": None if known is None else known.hex(),
    }


def _candidate_from(fields: Mapping[str, Any]) -> DueFile:
    known = fields["known_sha256"]
    return DueFile(
        fields["name"], Path(fields["path"]), fields["recipe"], None if known is None else bytes.fromhex(known)
    )


def _fields_of_record(record: FileRecord) -> dict[str, Any]:
    sha256 = None if record.sha256 is None else record.sha256.hex()
    return {**asdict(record), "file": list(record.file), "sha256": sha256}


def _record_from(fields: Mapping[str, Any]) -> FileRecord:
    sha256 = fields["sha256"]
    return FileRecord(
        fields["name"],
        FileState(*fields["file"]),
        None if sha256 is None else bytes.fromhex(sha256),
        fields["recipe"],
        fields["settled"],
    )


def _fields_of(result: ReadFile) -> dict[str, Any]:
    parsed = None
    if result.parsed is not None:
        blocks = [(block.start, block.end, block.role, block.level) for block in result.parsed.blocks]
        parsed = {
            **{name: getattr(result.parsed, name) for name in ParsedText.__slots__},
            "blocks": blocks,
            "metadata": dict(result.parsed.metadata),
        }
    return {
        "outcome": result.outcome,
        "result_record": _fields_of_record(result.record),
        "parsed": parsed,
        "reason": result.reason,
    }


def _result_from(record: FileRecord, fields: Mapping[str, Any]) -> ReadFile:
    record = _record_from(fields["result_record"])
    outcome: Outcome = fields["outcome"]
    if fields["parsed"] is None:
        return ReadFile(outcome, record, reason=fields["reason"])
    parsed = dict(fields["parsed"])
    parsed["blocks"] = tuple(Block(*block) for block in parsed["blocks"])
    parsed["pages"], parsed["notes"] = tuple(parsed["pages"]), tuple(parsed["notes"])
    return ReadFile(outcome, record, ParsedText(**parsed), fields["reason"])


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _how_it_ended(child: subprocess.Popen[bytes]) -> str:
    status = child.wait()
    if status < 0:
        try:
            return f"the program that reads it crashed ({signal.Signals(-status).name})"
        except ValueError:
            return f"the program that reads it crashed (signal {-status})"
    return f"the program that reads it ended with status {status}"


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:
        return  # what was left to write has nobody to read it
