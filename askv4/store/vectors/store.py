"""Unit vectors by content key: a large collection, and a small one of what came last.

A change is made on a copy of the collection that it concerns (`generations.py` says why), which takes a second where
there are a hundred thousand vectors. So once the large collection is large, additions go to the small one, and vectors
that are to go are noted there as hidden. When there is too much of either, the two become one again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from askv4.errors import DataFolderUnwritable, IndexDamaged
from askv4.files import PARTIAL
from askv4.store.vectors.chroma import best_first
from askv4.store.vectors.part import StoredCollection

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from askv4.store.vectors.exact import CatalogVectors
    from askv4.store.vectors.part import Batch

_Answer = TypeVar("_Answer")

LARGE = 5_000
"""Vectors from which on the large collection is not copied for every change."""
MOST_RECENT = 1_000
MOST_HIDDEN = 300
"""A search has to look past the hidden ones."""


class VectorStore:
    """Vectors of one encoder under `path`: float32 rows of unit length and `dimension` numbers.

    Nothing is opened before the first call that needs it. Threads may share it; other processes may read while one, the
    holder of the index lock, writes. When a read meets damage, `on_damage` is called once and the read tried again, if it
    is set; else IndexDamaged is raised.
    """

    on_damage: Callable[[str], None] | None = None
    """Gets the token of the damaged state."""
    instead: CatalogVectors | None = None
    """What is asked where this store cannot be opened because nothing can be written."""

    def __init__(self, path: Path, encoder_identity: str, dimension: int) -> None:
        self.path = path
        self.encoder_identity = encoder_identity
        self.dimension = dimension
        name = hashlib.sha256(encoder_identity.encode()).hexdigest()[:20]
        self.main = StoredCollection(path, f"passages-{name}", encoder_identity, dimension)
        self.recent = StoredCollection(path, f"recent-{name}", encoder_identity, dimension)

    # Reading

    @property
    def token(self) -> str:
        """Names the state of the store; empty when there is none."""
        return "+".join(part.generation.token for part in (self.main, self.recent) if part.generation)

    def is_intact(self) -> bool:
        """Whether the files are those that were written; true for a store that does not exist."""
        states = [part.generation for part in (self.main, self.recent)]
        return all(state is None or state.is_intact() for state in states)

    def is_whole(self) -> bool:
        """`is_intact`, by every byte; false for a state whose file of names cannot be read."""
        parts = (self.main, self.recent)
        return all(not part.exists or (part.generation is not None and part.generation.is_whole()) for part in parts)

    def query(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The `k` nearest keys with their cosine to `vector` [dimension], best first."""
        if k < 1:
            return []
        row = vector.tolist()

        def nearest() -> list[tuple[str, float]]:
            if not self.recent.exists:
                return self.main.query(row, k)
            hidden = self._hidden()
            cosines = {key: cosine for key, cosine in self.main.query(row, k + len(hidden)) if key not in hidden}
            cosines.update(self.recent.query(row, k))
            return sorted(cosines.items(), key=best_first)[:k]

        return self._read_or_heal(nearest, lambda other: other.query(vector, k))

    def get(self, keys: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors [dimension] of those keys that are there."""
        wanted = list(dict.fromkeys(keys))

        def rows() -> dict[str, NDArray[np.float32]]:
            vectors = self.recent.get(wanted)
            hidden = self._hidden()
            vectors.update(self.main.get([key for key in wanted if key not in vectors and key not in hidden]))
            return vectors

        return self._read_or_heal(rows, lambda other: other.get(wanted)) if wanted else {}

    def keys(self) -> set[str]:
        """All keys. Raises IndexDamaged."""
        return (self.main.keys() - self._hidden()) | self.recent.keys()

    def missing(self, keys: Iterable[str]) -> set[str]:
        """Those of `keys` that have no vector. Raises IndexDamaged."""
        return set(keys) - self.keys()

    def close(self) -> None:
        """Lets go of the files; a later call opens them again."""
        self.main.close()
        self.recent.close()

    # Writing: only by the holder of the index lock

    def add(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Adds unit rows [n, dimension] under keys that may be there already."""
        self.update([(keys, vectors)])

    def delete(self, keys: Collection[str]) -> None:
        """Deletes the vectors of these keys, where there are any."""
        self.update([], keys)

    def update(
        self,
        additions: Iterable[Batch],
        deletions: Collection[str] = (),
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Deletes, and adds what is not there.

        Readers, and a run after a crash, see the state before or after, or one that has some of the deleted ones still.
        `progress` gets the number of vectors written so far. Raises DataFolderUnwritable, and IndexDamaged when what is
        there cannot be read.
        """
        main = self.main.generation
        if not self.recent.exists and (main is None or main.count < LARGE):
            self.main.update(additions, deletions, progress)
            return
        recent = self.recent.keys()
        # Those of the small one as well: a kill between the two collections leaves vectors in both.
        hidden = self._hidden().union(deletions)
        first, rest = _split(additions, MOST_RECENT - len(recent))
        if main is not None and main.count >= LARGE and rest is None and len(hidden) <= MOST_HIDDEN:
            self.recent.update(first, deletions, progress, sorted(hidden))
            return
        kept = self.recent.batches(sorted(recent.difference(deletions)))
        self.main.update(chain(kept, first, rest or ()), hidden, progress)
        self.recent.discard()

    def has_leftovers(self) -> bool:
        """Whether a writer that was killed, or one that is at work, has left unfinished folders."""
        return any(self.path.glob(f"*{PARTIAL}"))

    def sweep(self) -> None:
        """Deletes what writers that were killed have left."""
        if self.has_leftovers():
            self.main.sweep()
            self.recent.sweep()

    def discard(self) -> None:
        """Forgets all vectors, as when they are damaged."""
        self.main.discard()
        self.recent.discard()

    def _hidden(self) -> set[str]:
        """Keys in the large collection that are deleted."""
        state = self.recent.generation
        return set(state.hidden) if state else set()

    def _read_or_heal(self, read: Callable[[], _Answer], otherwise: Callable[[CatalogVectors], _Answer]) -> _Answer:
        try:
            try:
                return read()
            except IndexDamaged:
                if self.on_damage is None:
                    raise
                # Outside the locks: whoever repairs may have to wait for a thread that is waiting for one.
                self.on_damage(self.token)
                return read()
        except DataFolderUnwritable:
            if self.instead is None:
                raise
            return otherwise(self.instead)


def _split(additions: Iterable[Batch], room: int) -> tuple[list[Batch], Iterator[Batch] | None]:
    """The first additions, and the others when there are more than there is room for."""
    first: list[Batch] = []
    count, iterator = 0, iter(additions)
    for batch in iterator:
        first.append(batch)
        count += len(batch[0])
        if count > room:
            return first, iterator
    return first, None
