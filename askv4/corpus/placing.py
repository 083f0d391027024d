"""A file gets a place in a folder: whole or not at all, and never that of another."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import BinaryIO

_PREFIX, _SUFFIX = ".askv4-", ".part"
_LONGEST_NAME = 255
"""Bytes that the disks of today allow a name."""


@contextmanager
def unfinished_copy(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A hidden new file in the folder, open for writing, and its path. At the end it is gone, unless it was placed.

    What killed processes left in the folder is cleared away first; a copy that is under way is held by a lock, which ends
    with its process. Raises OSError.
    """
    _clear(folder)
    file, hidden = _new_locked(folder)
    try:
        with file:
            yield file, hidden
    finally:
        hidden.unlink(missing_ok=True)


def place(hidden: Path, target: Path) -> Path:
    """Gives a finished copy the first free name of report.pdf, report-2.pdf, ... Raises OSError."""
    for free in free_names(target):
        try:
            os.link(hidden, free)  # unlike a rename, it never replaces a file
        except FileExistsError:
            continue
        except OSError:  # a disk without hard links
            if os.path.lexists(free):
                continue
            hidden.rename(free)
        return free
    raise AssertionError("the names do not end")


def free_names(target: Path) -> Iterator[Path]:
    """The name itself, and then the names that stand in when it is taken; none is longer than a disk allows."""
    yield target
    for number in count(2):
        ending = f"-{number}{target.suffix}"
        stem = target.stem
        while stem and len(os.fsencode(stem + ending)) > _LONGEST_NAME:
            stem = stem[:-1]
        yield target.with_name(stem + ending)


def _new_locked(folder: Path) -> tuple[BinaryIO, Path]:
    while True:
        hidden = folder / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
        file = hidden.open("xb")
        # Between its making and its locking another process may have taken it for a left-over.
        if _lock(file) and hidden.exists():
            return file, hidden
        file.close()


def _clear(folder: Path) -> None:
    for leftover in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        try:
            with leftover.open("rb") as file:
                if not _lock(file):
                    continue
            leftover.unlink(missing_ok=True)
        except OSError:
            continue  # someone else's, or (on Windows) still open: it is hidden and does no harm


def _lock(file: BinaryIO) -> bool:
    """Whether the file is now held by this process; where there are no such locks, an open file cannot be removed."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a disk without locks
        return True
    return True
