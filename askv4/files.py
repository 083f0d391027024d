"""Files and folders on disk: whole folders put in place at once, flushed, locked; the sum of a file."""

from __future__ import annotations

import atexit
import hashlib
import itertools
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from askv4.errors import DataFolderUnwritable

PARTIAL = ".partial"
_UNFINISHED = ".unfinished-"
PRIVATE = 0o600
"""The rights of a file in the data folder."""


def make_private(folder: Path) -> None:
    """Makes a folder that only its owner may look into, whatever the umask; one that is there is tightened. Raises OSError.

    Windows keeps what lies below a user's own folder from others by itself.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32" and folder.stat().st_mode & 0o077:
        with suppress(OSError):  # another user's, a read-only disk, or a file system without rights
            folder.chmod(0o700)


def make_files_private(folder: Path) -> None:
    """Makes the files in a folder readable for their owner alone, as far as the system lets it."""
    if sys.platform == "win32":
        return
    for path in folder.rglob("*"):
        with suppress(OSError):  # another process' that is gone meanwhile, or a read-only disk
            if path.is_file() and not path.is_symlink() and path.stat().st_mode & 0o077:
                path.chmod(PRIVATE)


@contextmanager
def locked(folder: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Holds the right to make or replace `folder`, against other processes and threads; waits for it if need be.

    Raises DataFolderUnwritable.
    """
    from filelock import FileLock, Timeout

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.parent / f"{folder.name}.lock", timeout=0, mode=PRIVATE)
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


def sweep(folder: Path) -> list[Path]:
    """Removes what killed attempts left in `folder`, whatever they made; returns what that was. Raises DataFolderUnwritable."""
    swept = []
    for leftover in sorted([*folder.glob(f"{_UNFINISHED}*"), *folder.glob(f"*{PARTIAL}")]):
        name = leftover.name.removeprefix(_UNFINISHED).rpartition("-")[0] or leftover.name.removesuffix(PARTIAL)
        with locked(folder / name, lambda: None):
            if leftover.exists():  # else it was no leftover: another askv4 was at work
                shutil.rmtree(leftover, ignore_errors=True)
                swept.append(leftover)
    return swept


def publish(unfinished: Path, folder: Path) -> None:
    """Flushes `unfinished` to the disk and renames it to `folder`, replacing what is there. Raises OSError."""
    for path in sorted(unfinished.rglob("*")):
        flush(path)
    flush(unfinished)
    if folder.exists():
        # A folder cannot be renamed over another. Between the two steps there is none, which the next start repairs.
        folder.rename(Path(tempfile.mkdtemp(prefix=f"{_UNFINISHED}{folder.name}-", dir=folder.parent)) / "replaced")
    unfinished.rename(folder)
    flush(folder.parent)
    clear_unfinished(folder)


def erase(path: Path) -> None:
    """Deletes a file or folder; of a link the link alone, never what it leads to. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def remove_others(folder: Path, pattern: str, kept: int) -> None:
    """Removes what matches `pattern` beside `folder`, but the `kept` folders made last, as far as the system lets them go."""
    with suppress(OSError):  # another process may be removing the same
        others = [path for path in folder.parent.glob(pattern) if path.is_dir() and path != folder]
        for other in sorted(others, key=lambda path: path.stat().st_mtime_ns, reverse=True)[kept:]:
            remove(other)


def remove(folder: Path) -> None:
    """Deletes `folder`, unless the system forbids it: Windows does while a file in it is open.

    It is renamed first, so that whoever looks finds the whole of it or nothing. What a kill leaves has `PARTIAL` at the
    end of its name; removing that goes on where it was left.
    """
    doomed = folder.with_name(f"{folder.name.removesuffix(PARTIAL)}{PARTIAL}")
    with suppress(OSError):
        folder.rename(doomed)
        shutil.rmtree(doomed)


@cache
def folder_of_this_run() -> Path:
    """A folder for what the data folder cannot take; it goes with this process. Raises OSError."""
    folder = tempfile.mkdtemp(prefix="askv4-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def set_aside(path: Path) -> Path:
    """Renames a damaged SQLite file, with what belongs to it, so that a new one can take its place. Returns its new path.

    Raises OSError.
    """
    names = (path.with_name(f"{path.stem}.damaged{number or ''}{path.suffix}") for number in itertools.count())
    aside = next(name for name in names if not name.exists())
    for end in ("-wal", "-shm", ""):  # the file last: a kill before that leaves it to be set aside again
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    return aside


def flush(path: Path) -> None:
    """Has the file or folder at `path` written to the disk. Raises OSError."""
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


def otherwise(path: Path, expected: str, owner: str) -> str | None:
    """What is wrong with a file of `owner` that should have this sha256, in words; None where nothing is."""
    try:
        actual = sha256_of(path)
    except OSError as error:
        return f"cannot read {path}: {error}"
    return None if actual == expected else f"{path} is not the file of {owner}: its sha256 is {actual}, not {expected}"


def sha256_of(path: Path) -> str:
    """The file's sha256 as hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file beside its place and puts it there with one rename. Raises OSError."""
    # Not mkstemp(): its files are for their owner alone, and a page is made to be shown.
    unfinished = path.with_name(f"{_UNFINISHED}{secrets.token_hex(8)}")
    try:
        with unfinished.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise
