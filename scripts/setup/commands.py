"""Running pip and its like for the set-up: unseen unless they fail, several at once, and stopped when the set-up is."""

from __future__ import annotations

import collections
import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from .progress import Progress

# Said by every pip here for every package, and nobody's trouble.
_NOISE = ("WARNING: Location ", "[notice]", "DEPRECATION")
_DROPPED_VARIABLES = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "__PYVENV_LAUNCHER__")


class CommandFailed(Exception):
    """A command ended with an error. `tail` holds the last lines that it said."""

    def __init__(self, command: Sequence[str], status: int, tail: Sequence[str]) -> None:
        super().__init__(f"{Path(command[0]).name} ended with {status}")
        self.tail = list(tail)

    @property
    def reason(self) -> str:
        """The line that says most: the last one that calls itself an error, else the last one."""
        errors = [line for line in self.tail if line.lower().lstrip().startswith(("error:", "fatal:", "cmake error"))]
        line = (errors or self.tail or [str(self)])[-1].strip()
        return line[len("ERROR: ") :] if line.startswith("ERROR: ") else line

    def mentions(self, *words: str) -> bool:
        """Whether one of `words` is among the last lines."""
        return any(word in line for line in self.tail for word in words)


class Commands:
    """Runs commands; what they say goes to a log. One object for one set-up; its methods may be called from threads."""

    def __init__(self, log: Path, held: int | None = None) -> None:
        """`held` is the file descriptor of the set-up's lock. The commands inherit it, so that a command which
        outlives a set-up that was killed keeps the next one waiting."""
        self._log = log
        self._held = () if held is None or os.name == "nt" else (held,)
        self._running: set[subprocess.Popen[str]] = set()
        self._guard = threading.Lock()
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether nothing starts any more."""
        return self._stopped

    def run(
        self,
        command: Sequence[str],
        on_line: Callable[[str], None] | None = None,
        environment: Mapping[str, str] | None = None,
        keeps_lock: bool = True,
    ) -> None:
        """Run `command` to its end; `on_line` sees each line that it says.

        Raises:
            CommandFailed: it ended with an error, or the set-up was stopped meanwhile.
        """
        tail: collections.deque[str] = collections.deque(maxlen=60)
        began = time.monotonic()
        inherited = self._held if keeps_lock else ()
        process = self._start(command, {**os.environ, **_quiet(), **(environment or {})}, inherited)
        try:
            assert process.stdout is not None
            with self._log.open("a", buffering=1, encoding="utf-8") as log:
                log.write(f"$ {subprocess.list2cmdline(list(command))}\n")
                for line in process.stdout:
                    if line.startswith(_NOISE):
                        continue
                    log.write(line)
                    if line.strip():
                        tail.append(line.rstrip())
                    if on_line is not None:
                        on_line(line)
                status = process.wait()
                log.write(f"# ended with {status} after {time.monotonic() - began:.1f} s\n")
        finally:
            with self._guard:
                self._running.discard(process)
        if status or self._stopped:
            raise CommandFailed(command, status, tail)

    def _start(
        self, command: Sequence[str], environment: dict[str, str], inherited: tuple[int, ...]
    ) -> subprocess.Popen[str]:
        for name in _DROPPED_VARIABLES:
            environment.pop(name, None)
        with self._guard:
            if self._stopped:
                raise CommandFailed(command, 130, ["stopped"])
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                env=environment,
                pass_fds=inherited,
                # A group of its own, with all that it starts: what stops it stops them, too.
                start_new_session=True,
            )
            self._running.add(process)
        return process

    def stop(self) -> None:
        """End what is running, and let nothing start any more."""
        with self._guard:
            self._stopped = True
            running = list(self._running)
        for process in running:
            _interrupt(process)
        deadline = time.monotonic() + 10
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            _kill(process)


def _interrupt(process: subprocess.Popen[str]) -> None:
    """As Ctrl-C would: pip removes its temporary folders, ninja ends its compilers."""
    with contextlib.suppress(OSError):
        if os.name == "nt":
            process.terminate()
        else:
            os.killpg(process.pid, signal.SIGINT)


def _kill(process: subprocess.Popen[str]) -> None:
    """What the process has left behind goes with it."""
    with contextlib.suppress(OSError):
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def lanes(commands: Commands, progress: Progress) -> Iterator[Callable[..., Future[Any]]]:
    """`with lanes(...) as start: start(function, *arguments)`: functions side by side, all ended when the block is left.

    The main thread keeps the progress line alive meanwhile. The first error of a lane stops the others and is raised.
    """
    futures: list[Future[Any]] = []
    with ThreadPoolExecutor(max_workers=4) as pool:

        def start(function: Callable[..., Any], *arguments: Any) -> Future[Any]:
            futures.append(pool.submit(function, *arguments))
            return futures[-1]

        try:
            yield start
            waiting = set(futures)
            while waiting:
                done, waiting = wait(waiting, timeout=0.2)
                for future in done:
                    future.result()
                progress.tick()
        except BaseException:
            commands.stop()
            raise


def _quiet() -> dict[str, str]:
    """Environment in which pip asks nothing, looks for no news about itself, and installs where it is told to."""
    return {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_USER": "0",
        "PIP_PROGRESS_BAR": "off",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONUNBUFFERED": "1",
    }
