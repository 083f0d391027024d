"""Installs the parts that are missing, one set-up of a folder at a time; read only when there is work."""

from __future__ import annotations

import contextlib
import errno
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import IO

from . import llama, packages, state
from .commands import Commands
from .packages import LOCK
from .pins import ROOT, VENV
from .progress import Progress
from .state import WINDOWS
from .work import LOG, STATE, SetupFailed, Stopped, Work


def ensure(*parts: str, later: bool = False) -> None:
    """Install those of the parts "run", "test" and "chat" that are not in place.

    Waits for another set-up of this folder. Exits with status 2 and a line on stderr when "run" or "test" cannot be
    installed, with 130 when interrupted. Without "chat" the program still answers, so why it could not be installed is
    said in a line and kept in its stamp. With `later`, the answer is already given and an interruption is no error.
    """
    progress = Progress()
    try:
        with _signals(), _locked(progress) as lock:
            install_parts(Work(progress, Commands(LOG, lock.fileno())), parts)
    except (KeyboardInterrupt, Stopped):
        progress.say("the set-up was stopped; the next run goes on with it")
        if not later:
            sys.exit(130)
    except SetupFailed as failure:
        progress.quote(failure.tail)
        progress.say(str(failure))
        sys.exit(2)
    except OSError as error:
        progress.say(_in_words(error))
        if parts != ("chat",):
            sys.exit(2)
        with contextlib.suppress(OSError):
            state.write_stamp("chat", "failed", state.fingerprint(), str(error))
    finally:
        progress.clear()


def install_parts(work: Work, parts: Sequence[str]) -> None:
    """Install those of `parts` that are not in place by now: another set-up may have been faster."""
    STATE.mkdir(parents=True, exist_ok=True)
    if any(part != "chat" and not state.is_ready(part, work.current) for part in parts):
        packages.install(work, tests="test" in parts)
    if "chat" in parts and not state.is_ready("chat", work.current):
        llama.install(work)


def _in_words(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{ROOT} cannot be written, so .venv cannot be made there; copy the checkout to a folder of your own"
    if error.errno == errno.ENOSPC:
        return f"the disk is full: .venv needs about 1.5 GB in {ROOT}; make room and run this again"
    return f"the set-up failed: {error}; run this again"


@contextlib.contextmanager
def _locked(progress: Progress) -> Iterator[IO[str]]:
    """Hold the lock of this folder's set-up. The system frees it when its holder dies, so it is never stale."""
    VENV.mkdir(exist_ok=True)
    with LOCK.open("a", encoding="utf-8") as file:
        waiting = False
        while not _try_lock(file):
            if not waiting:
                progress.begin("waiting for another set-up of this folder")
                waiting = True
            time.sleep(0.2)
            progress.tick()
        yield file


def _try_lock(file: IO[str]) -> bool:
    try:
        if WINDOWS:
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some network folders know no locks; two set-ups at once are rare enough there.
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """A closed terminal or a `kill` ends what the set-up started, too."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
