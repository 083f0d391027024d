"""One writer at a time: an operating-system lock on a file, let go by itself when its holder dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from askv4.errors import DataFolderUnwritable, IndexLocked
from askv4.files import PRIVATE

PATIENCE_S = 3600.0
"""How long to wait for another askv4. A first sync of a large folder takes minutes, and a dead one holds nothing."""
_POLL_S = 0.05


@contextmanager
def index_lock(
    folder: Path, on_wait: Callable[[str], None] | None = None, timeout_s: float = PATIENCE_S
) -> Iterator[None]:
    """Holds the lock of the index in `folder`, between processes and between threads; not reentrant.

    `on_wait` is called once, with a line for the user, when someone else holds it. Raises IndexLocked after `timeout_s`
    seconds, DataFolderUnwritable when the lock file cannot be made.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / "lock", thread_local=False, mode=PRIVATE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if on_wait is not None:
                on_wait("another askv4 is updating the index; waiting for it")
            lock.acquire(timeout=timeout_s, poll_interval=_POLL_S)
    except Timeout:
        raise IndexLocked(f"another askv4 has held the index in {folder} for {timeout_s:.0f} seconds") from None
    except OSError as error:
        raise DataFolderUnwritable(f"cannot write in {folder}: {error.strerror or error}") from error
    try:
        yield
    finally:
        lock.release()
