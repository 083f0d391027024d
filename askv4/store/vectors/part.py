"""One collection of vectors on the disk, which is read while it is replaced by its next state."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

from askv4.errors import DataFolderUnwritable, IndexDamaged
from askv4.records import chunks
from askv4.store.generations import Generation, Generations
from askv4.store.vectors import chroma
from askv4.store.vectors.chroma import BATCH, meaning_of_errors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Batch = tuple[Sequence[str], NDArray[np.float32]]

_Answer = TypeVar("_Answer")


class StoredCollection:
    """The collection `name` under `path`. Nothing is opened before the first call that needs it; threads may share it.

    Reading raises IndexDamaged when the files are not those that were written.
    """

    def __init__(self, path: Path, name: str, encoder_identity: str, dimension: int) -> None:
        self._path = path
        self._name = name
        self._metadata: chroma.Metadata = {"encoder": encoder_identity, "dimension": dimension}
        self._generations = Generations(path, name)
        self._lock = RLock()
        self._open: chroma.Collection | None = None
        self._open_stamp: tuple[int, int] | None = None

    @property
    def generation(self) -> Generation | None:
        """The current state; None when there is none."""
        return self._generations.current() if self._generations.stamp() is not None else None

    @property
    def exists(self) -> bool:
        """Whether there is a state, readable or not. Costs one `stat`."""
        return self._generations.stamp() is not None

    @property
    def is_open(self) -> bool:
        """Whether a collection is open in this process, which costs memory and time."""
        return self._open is not None

    def query(self, row: list[float], k: int) -> list[tuple[str, float]]:
        """The `k` nearest keys with their cosine, best first."""
        return self._read(lambda collection: collection.query(row, k), [])

    def get(self, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors [dimension] of those keys that are there."""
        return self._read(lambda collection: collection.get(keys), {}) if keys else {}

    def keys(self) -> set[str]:
        """All keys."""
        return self._read(lambda collection: set(collection.keys()), set())

    def batches(self, keys: Sequence[str]) -> Iterator[Batch]:
        """The vectors of those keys that are there, in portions."""
        import numpy as np

        for start in range(0, len(keys), BATCH):
            rows = self.get(keys[start : start + BATCH])
            if rows:
                yield list(rows), np.stack(list(rows.values()))

    def update(
        self,
        additions: Iterable[Batch],
        deletions: Collection[str] = (),
        progress: Callable[[int], None] | None = None,
        hidden: Collection[str] = (),
    ) -> None:
        """Deletes and adds in one step: readers, and a run after a crash, see all of it or nothing.

        `hidden` is noted with the new state. Raises DataFolderUnwritable, and IndexDamaged when what is there cannot be
        read; then nothing has changed.
        """
        base = self._generations.current()
        present = self.keys()
        gone = present.intersection(deletions)
        deleted = (base.deleted if base else 0) + len(gone)
        if base is not None and deleted > max(500, (len(present) - len(gone)) // 2):
            # Deleted nodes stay in the graph; when they become many, a new one is smaller and searched better.
            additions = chain(self.batches(sorted(present - gone)), additions)
            base, present, gone, deleted = None, set(), set(), 0
        with meaning_of_errors(self._path):
            try:
                staging = self._generations.stage(base)
                count = self._write(staging, base, _new_rows(additions, present - gone), gone, progress)
                self.close()
                self._generations.publish(staging, count, deleted, hidden)
            except BaseException:
                with suppress(OSError, IndexDamaged):
                    self._generations.sweep()
                raise

    def discard(self) -> None:
        """Forgets all."""
        self.close()
        with meaning_of_errors(self._path):
            self._generations.discard()

    def sweep(self) -> None:
        """Deletes what is not current."""
        with meaning_of_errors(self._path):
            self._generations.sweep()

    def close(self) -> None:
        """Lets go of the files; a later call opens them again."""
        with self._lock:
            if self._open is not None:
                self._open.close()
            self._open = self._open_stamp = None

    def _write(
        self,
        staging: Path,
        base: Generation | None,
        rows: Iterator[tuple[list[str], list[list[float]]]],
        gone: Collection[str],
        progress: Callable[[int], None] | None,
    ) -> int:
        collection = chroma.open_collection(staging, self._name, None if base else self._metadata)
        try:
            expected = (base.count if base else 0) - len(gone)
            if gone:
                collection.delete(sorted(gone))
            written = 0
            for keys, vectors in rows:
                collection.add(keys, vectors)
                written += len(keys)
                if progress is not None:
                    progress(written)
            count = collection.count()
        finally:
            collection.close()
        if count != expected + written:
            raise IndexDamaged(f"the vector store holds {count} vectors where {expected + written} were written")
        return count

    def _read(self, ask: Callable[[chroma.Collection], _Answer], nothing: _Answer) -> _Answer:
        """Asks the current generation; `nothing` is the answer of a collection that does not exist."""
        with self._lock:
            for attempt in range(3):
                stamp = self._generations.stamp()
                try:
                    collection = self._current(stamp)
                    with meaning_of_errors(self._path):
                        return nothing if collection is None else ask(collection)
                except (IndexDamaged, DataFolderUnwritable):
                    self.close()
                    # Another process may have published, and deleted what was being read.
                    if attempt == 2 or stamp == self._generations.stamp():
                        raise
        raise AssertionError("the loop returns or raises")

    def _current(self, stamp: tuple[int, int] | None) -> chroma.Collection | None:
        if stamp != self._open_stamp:
            self.close()
        if stamp is None:
            return None
        if self._open is None:
            generation = self._generations.current()
            if generation is None or not generation.is_intact(thoroughly=True):
                raise IndexDamaged(f"the vectors in {self._path} are not as they were written", "run `askv4 sync`")
            with meaning_of_errors(self._path):
                self._open = chroma.open_collection(generation.folder, self._name)
            self._open_stamp = stamp
        return self._open


def _new_rows(additions: Iterable[Batch], present: set[str]) -> Iterator[tuple[list[str], list[list[float]]]]:
    """The additions in portions of `BATCH`, without keys that are there already or come twice."""
    import numpy as np

    seen = set(present)
    keys: list[str] = []
    rows: list[NDArray[np.float32]] = []
    for batch, vectors in additions:
        fresh: dict[str, int] = {}
        for row, key in enumerate(batch):
            if key not in seen:
                fresh.setdefault(key, row)
        seen.update(fresh)
        for portion in chunks(fresh, BATCH):
            if keys and len(keys) + len(portion) > BATCH:
                yield keys, np.concatenate(rows).tolist()
                keys, rows = [], []
            keys += portion
            rows.append(vectors[[fresh[key] for key in portion]])
    if keys:
        yield keys, np.concatenate(rows).tolist()
