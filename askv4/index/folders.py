"""Whole folders put in place at once: whoever looks sees the old one, none, or all of the new one."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from askv4.errors import DataFolderUnwritable

_UNFINISHED = ".unfinished-"


@contextmanager
def locked(folder: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Holds the right to make or replace `folder`, against other processes and threads; waits for it if need be.

    Raises DataFolderUnwritable.
    """
    from filelock import FileLock, Timeout

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.parent / f"{folder.name}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            on_wait()
            lock.acquire(timeout=-1, poll_interval=0.2)
    except OSError as error:
        raise DataFolderUnwritable(f"cannot write to {folder.parent}: {error}") from error
    try:
        yield
    finally:
        lock.release()


def new_unfinished(folder: Path) -> Path:
    """An empty folder beside `folder`, in which its content can be made. Call under the lock. Raises OSError."""
    clear_unfinished(folder)
    return Path(tempfile.mkdtemp(prefix=f"{_UNFINISHED}{folder.name}-", dir=folder.parent))


def clear_unfinished(folder: Path) -> None:
    """Removes what killed attempts left beside `folder`. Call under the lock: nobody else is writing there."""
    for leftover in folder.parent.glob(f"{_UNFINISHED}{folder.name}-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def publish(unfinished: Path, folder: Path) -> None:
    """Flushes `unfinished` to the disk and renames it to `folder`, replacing what is there. Raises OSError."""
    for path in sorted(unfinished.rglob("*")):
        _flush(path)
    _flush(unfinished)
    if folder.exists():
        # A folder cannot be renamed over another. Between the two steps there is none, which the next start repairs.
        folder.rename(Path(tempfile.mkdtemp(prefix=f"{_UNFINISHED}{folder.name}-", dir=folder.parent)) / "replaced")
    unfinished.rename(folder)
    _flush(folder.parent)
    clear_unfinished(folder)


def keep_latest(parent: Path, pattern: str, count: int) -> None:
    """Removes all folders of `parent` that match `pattern` but the `count` made last, as far as the system lets them go."""
    folders = [path for path in parent.glob(pattern) if path.is_dir()]
    for folder in sorted(folders, key=lambda path: path.stat().st_mtime_ns, reverse=True)[count:]:
        # Renamed first, so that whoever looks finds the whole folder or none. Windows refuses while a file is open.
        removed = parent / f"{_UNFINISHED}{folder.name}-removed"
        with suppress(OSError):
            folder.rename(removed)
        shutil.rmtree(removed, ignore_errors=True)


def _flush(path: Path) -> None:
    if path.is_dir():
        if sys.platform == "win32":  # folders cannot be opened there, and need not be
            return
        descriptor = os.open(path, os.O_RDONLY)
    else:
        descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
