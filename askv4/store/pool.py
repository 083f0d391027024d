"""SQLite connections for several threads: each block borrows one, so that a reader never waits for a writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from askv4.store.schema import connect, meaning_of_errors


class ConnectionPool:
    """Connections to one catalogue. Any thread may use the pool; `close` ends those that are not in use, and those in
    use when they come back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._lock = Lock()
        self._generation = 0

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection in autocommit mode: each statement sees the latest committed state.

        Raises IndexDamaged, IndexLocked, DataFolderUnwritable.
        """
        with self._lock:
            connection = self._idle.pop() if self._idle else None
            generation = self._generation
        try:
            with meaning_of_errors(self.path):
                if connection is None:
                    connection = connect(self.path)
                yield connection
        finally:
            if connection is not None:
                self._give_back(connection, generation)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction that is committed at the end of the block, and undone when it raises."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # SQLite has already rolled back by itself after some errors, such as a full disk.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Closes every connection; the pool opens new ones when it is used again."""
        with self._lock:
            idle, self._idle = self._idle, []
            self._generation += 1
        for connection in idle:
            connection.close()

    def _give_back(self, connection: sqlite3.Connection, generation: int) -> None:
        with self._lock:
            if generation == self._generation:
                self._idle.append(connection)
                return
        connection.close()
