"""Unit vectors by content key, in a persistent Chroma collection. The only module that imports Chroma.

`import chromadb` takes about a second, its Rust bindings alone a few hundredths, so the bindings are used as Chroma's own
`chromadb.api.rust` uses them. Where an installed version has bindings of another shape, the full client takes over; both
open what the other wrote. Embeddings are always given, so Chroma's own embedding function is never made or downloaded.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from itertools import chain
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from askv4.errors import DataFolderUnwritable, IndexDamaged
from askv4.index.generations import Generation, Generations
from askv4.index.records import chunks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Batch = tuple[Sequence[str], NDArray[np.float32]]

_Answer = TypeVar("_Answer")
_Metadata = dict[str, str | int]
_SCOPE = ("default_tenant", "default_database")
_BATCH = 4_000
"""Vectors added at once. Chroma writes its whole graph after each batch, so small ones would cost quadratic time."""
_HNSW = {
    "space": "ip",  # the rows are unit vectors, and this space keeps them as they are
    "ef_construction": 200,
    "ef_search": 500,
    "max_neighbors": 16,
    # Chroma writes its graph after this many changes; 1 leaves nothing for readers to catch up with, or to write.
    "sync_threshold": 1,
}


class VectorStore:
    """Vectors of one encoder under `path`: float32 rows of unit length and `dimension` numbers.

    Nothing is opened before the first call that needs it. Threads may share it; other processes may read while one, the
    holder of the index lock, writes (`generations.py` says how). When a read meets damage, `on_damage` is called once
    and the read tried again, if it is set; else IndexDamaged is raised.
    """

    on_damage: Callable[[str], None] | None = None
    """Gets the token of the damaged state."""

    def __init__(self, path: Path, encoder_identity: str, dimension: int) -> None:
        self.path = path
        self.encoder_identity = encoder_identity
        self.dimension = dimension
        self._name = "passages-" + hashlib.sha256(encoder_identity.encode()).hexdigest()[:20]
        self._generations = Generations(path, self._name)
        self._lock = RLock()
        self._open: _Collection | None = None
        self._open_stamp: tuple[int, int] | None = None

    # Reading

    @property
    def token(self) -> str:
        """Names the state of the collection; empty when there is none."""
        generation = self._generations.current()
        return generation.token if generation else ""

    def is_intact(self) -> bool:
        """Whether the files are those that were written; true for a collection that does not exist."""
        generation = self._generations.current()
        return generation is None or generation.is_intact()

    def query(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The `k` nearest keys with their cosine to `vector` [dimension], best first."""
        if k < 1:
            return []
        row = vector.tolist()
        return self._read_or_heal(lambda collection: collection.query(row, k), [])

    def get(self, keys: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors [dimension] of those keys that are there."""
        wanted = list(dict.fromkeys(keys))
        return self._read_or_heal(lambda collection: collection.get(wanted), {}) if wanted else {}

    def keys(self) -> set[str]:
        """All keys. Raises IndexDamaged."""
        return self._read(lambda collection: set(collection.keys()), set())

    def missing(self, keys: Iterable[str]) -> set[str]:
        """Those of `keys` that have no vector. Raises IndexDamaged."""
        return set(keys) - self.keys()

    def close(self) -> None:
        """Lets go of the files; a later call opens them again."""
        with self._lock:
            if self._open is not None:
                self._open.close()
            self._open = self._open_stamp = None

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
        """Adds and deletes in one step: readers, and a run after a crash, see all of it or nothing.

        `progress` gets the number of vectors written so far. Raises DataFolderUnwritable, and IndexDamaged when what is
        there cannot be read; then nothing has changed.
        """
        base = self._generations.current()
        present = self.keys()
        gone = present.intersection(deletions)
        deleted = (base.deleted if base else 0) + len(gone)
        if base is not None and deleted > max(500, (len(present) - len(gone)) // 2):
            # Deleted nodes stay in the graph; when they become many, a new one is smaller and searched better.
            kept = sorted(present - gone)
            additions = chain(self._batches(kept), additions)
            base, present, gone, deleted = None, set(), set(), 0
        with self._meaning_of_errors():
            try:
                staging = self._generations.stage(base)
                count = self._write(staging, base, _new_rows(additions, present), gone, progress)
                self.close()
                self._generations.publish(staging, count, deleted)
            except BaseException:
                with suppress(OSError, IndexDamaged):
                    self._generations.sweep()
                raise

    def discard(self) -> None:
        """Forgets all vectors, as when they are damaged."""
        self.close()
        with self._meaning_of_errors():
            self._generations.discard()

    # Parts

    def _write(
        self,
        staging: Path,
        base: Generation | None,
        rows: Iterator[tuple[list[str], list[list[float]]]],
        gone: Collection[str],
        progress: Callable[[int], None] | None,
    ) -> int:
        metadata: _Metadata = {"encoder": self.encoder_identity, "dimension": self.dimension}
        collection = _open_collection(staging, self._name, None if base else metadata)
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

    def _batches(self, keys: Sequence[str]) -> Iterator[Batch]:
        import numpy as np

        for start in range(0, len(keys), _BATCH):
            found = self._vectors_of(keys[start : start + _BATCH])
            yield list(found), np.stack(list(found.values()))

    def _vectors_of(self, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        return self._read(lambda collection: collection.get(keys), {})

    def _read_or_heal(self, ask: Callable[[_Collection], _Answer], nothing: _Answer) -> _Answer:
        try:
            return self._read(ask, nothing)
        except IndexDamaged:
            if self.on_damage is None:
                raise
            # Outside the lock: whoever repairs may have to wait for a thread that is waiting for it.
            self.on_damage(self.token)
            return self._read(ask, nothing)

    def _read(self, ask: Callable[[_Collection], _Answer], nothing: _Answer) -> _Answer:
        """Asks the current generation; `nothing` is the answer of a collection that does not exist."""
        with self._lock:
            for attempt in range(3):
                stamp = self._generations.stamp()
                try:
                    collection = self._current(stamp)
                    with self._meaning_of_errors():
                        return nothing if collection is None else ask(collection)
                except (IndexDamaged, DataFolderUnwritable):
                    self.close()
                    # Another process may have published, and deleted what was being read.
                    if attempt == 2 or stamp == self._generations.stamp():
                        raise
        raise AssertionError("the loop returns or raises")

    def _current(self, stamp: tuple[int, int] | None) -> _Collection | None:
        if stamp != self._open_stamp:
            self.close()
        if stamp is None:
            return None
        if self._open is None:
            generation = self._generations.current()
            if generation is None or not generation.is_intact():
                raise IndexDamaged(f"the vectors in {self.path} are not as they were written", "run `askv4 sync`")
            with self._meaning_of_errors():
                self._open = _open_collection(generation.folder, self._name)
            self._open_stamp = stamp
        return self._open

    @contextmanager
    def _meaning_of_errors(self) -> Iterator[None]:
        """Turns Chroma's errors, a panic of its Rust code included, and those of the disk into askv4's."""
        try:
            yield
        except (IndexDamaged, DataFolderUnwritable):
            raise
        except OSError as error:
            raise DataFolderUnwritable(f"cannot write in {self.path}: {error.strerror or error}") from error
        except BaseException as error:
            text = " ".join(str(error).split())
            if any(sign in text for sign in _UNWRITABLE_SIGNS):
                raise DataFolderUnwritable(f"cannot write the vectors in {self.path}: {text}") from error
            # PyO3's PanicException derives from BaseException alone and belongs to no module that can be imported.
            if _is_chromas(error) or isinstance(error, sqlite3.DatabaseError):
                raise IndexDamaged(f"the vectors in {self.path} cannot be used: {text}", "run `askv4 sync`") from error
            raise


_UNWRITABLE_SIGNS = ("(code: 13)", "(code: 8)", "(code: 14)", "No space left", "Read-only file system", "disk is full")


def _is_chromas(error: BaseException) -> bool:
    kind = type(error)
    return kind.__module__.startswith("chromadb") or kind.__name__ == "PanicException"


def _new_rows(additions: Iterable[Batch], present: set[str]) -> Iterator[tuple[list[str], list[list[float]]]]:
    """The additions in portions of `_BATCH`, without keys that are there already or come twice."""
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
        for portion in chunks(fresh, _BATCH):
            if keys and len(keys) + len(portion) > _BATCH:
                yield keys, np.concatenate(rows).tolist()
                keys, rows = [], []
            keys += portion
            rows.append(vectors[[fresh[key] for key in portion]])
    if keys:
        yield keys, np.concatenate(rows).tolist()


class _Collection(Protocol):
    """An open Chroma collection."""

    def add(self, keys: list[str], rows: list[list[float]]) -> None: ...
    def delete(self, keys: list[str]) -> None: ...
    def count(self) -> int: ...
    def keys(self) -> list[str]: ...
    def get(self, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]: ...
    def query(self, row: list[float], k: int) -> list[tuple[str, float]]: ...
    def close(self) -> None: ...


def _open_collection(folder: Path, name: str, create: _Metadata | None = None) -> _Collection:
    """The collection `name` in `folder`, made with the metadata `create` when that is given."""
    if (bindings := _fitting_bindings()) is None:
        return _ClientCollection(folder, name, create)
    return _BoundCollection(bindings, folder, name, create)


_SHAPE = {
    "add": "($self, ids, collection_id, embeddings, metadatas=None, documents=None, uris=None, ",
    "count": "($self, collection_id, ",
    "create_collection": "($self, name, configuration_json_str=None, schema_str=None, metadata=None, get_or_create=False, ",
    "delete": "($self, collection_id, ids=None, where=..., where_document=None, limit=None, ",
    "get": "($self, collection_id, ids=None, where=..., limit=None, offset=0, where_document=None, include=..., ",
    "get_collection": "($self, name, tenant, database)",
    "query": "($self, collection_id, ids, query_embeddings, n_results, where=..., where_document=None, include=..., ",
}


@cache
def _fitting_bindings() -> Any | None:
    """Chroma's Rust bindings when their methods take what this module passes, else None."""
    try:
        import chromadb_rust_bindings as bindings  # type: ignore[import-untyped]

        shape = bindings.Bindings.__text_signature__
        fits = shape == "(allow_reset, sqlite_db_config, hnsw_cache_size, persist_path=None)" and all(
            getattr(bindings.Bindings, method).__text_signature__.startswith(start) for method, start in _SHAPE.items()
        )
    except (ImportError, AttributeError):
        return None
    return bindings if fits else None


class _BoundCollection:
    """A collection through the bindings alone."""

    def __init__(self, bindings: Any, folder: Path, name: str, create: _Metadata | None) -> None:
        config = bindings.SqliteDBConfig(
            url=str(folder / "chroma.sqlite3"),
            hash_type=bindings.MigrationHash.MD5,
            migration_mode=bindings.MigrationMode.Apply,
        )
        self._chroma = bindings.Bindings(
            allow_reset=False, sqlite_db_config=config, hnsw_cache_size=16, persist_path=str(folder)
        )
        if create is None:
            self._id = str(self._chroma.get_collection(name, *_SCOPE).id)
        else:
            # "legacy" is how Chroma notes that no embedding function goes with a collection.
            settings = json.dumps({"hnsw": _HNSW, "spann": None, "embedding_function": {"type": "legacy"}})
            made = self._chroma.create_collection(name, settings, None, create, False, *_SCOPE)
            self._id = str(made.id)

    def add(self, keys: list[str], rows: list[list[float]]) -> None:
        self._chroma.add(keys, self._id, rows, None, None, None, *_SCOPE)

    def delete(self, keys: list[str]) -> None:
        for start in range(0, len(keys), _BATCH):
            self._chroma.delete(self._id, keys[start : start + _BATCH], None, None, None, *_SCOPE)

    def count(self) -> int:
        return int(self._chroma.count(self._id, *_SCOPE))

    def keys(self) -> list[str]:
        found = self._chroma.get(self._id, None, None, None, 0, None, [], *_SCOPE)
        return list(found.ids)

    def get(self, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        vectors: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(keys), _BATCH):
            ids = list(keys[start : start + _BATCH])
            found = self._chroma.get(self._id, ids, None, None, 0, None, ["embeddings"], *_SCOPE)
            vectors.update(_rows(found.ids, found.embeddings))
        return vectors

    def query(self, row: list[float], k: int) -> list[tuple[str, float]]:
        found = self._chroma.query(self._id, None, [row], k, None, None, ["distances"], *_SCOPE)
        return _ranked(found.ids[0], found.distances[0])

    def close(self) -> None:
        # The bindings have no other way to end than to be forgotten.
        if hasattr(self, "_chroma"):
            del self._chroma


class _ClientCollection:
    """A collection through the full client."""

    def __init__(self, folder: Path, name: str, create: _Metadata | None) -> None:
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        import chromadb
        from chromadb.config import Settings

        self._client: Any = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
        self._collection: Any = (
            self._client.get_collection(name, embedding_function=None)
            if create is None
            else self._client.create_collection(
                name,
                metadata=create,
                embedding_function=None,
                configuration={"hnsw": _HNSW},  # type: ignore[arg-type]
            )
        )

    def add(self, keys: list[str], rows: list[list[float]]) -> None:
        self._collection.add(ids=keys, embeddings=rows)

    def delete(self, keys: list[str]) -> None:
        for start in range(0, len(keys), _BATCH):
            self._collection.delete(ids=keys[start : start + _BATCH])

    def count(self) -> int:
        return int(self._collection.count())

    def keys(self) -> list[str]:
        return list(self._collection.get(include=[])["ids"])

    def get(self, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        vectors: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(keys), _BATCH):
            found = self._collection.get(ids=list(keys[start : start + _BATCH]), include=["embeddings"])
            vectors.update(_rows(found["ids"], found["embeddings"]))
        return vectors

    def query(self, row: list[float], k: int) -> list[tuple[str, float]]:
        found = self._collection.query(query_embeddings=[row], n_results=k, include=["distances"])
        return _ranked(found["ids"][0], found["distances"][0])

    def close(self) -> None:
        self._client.close()


def _rows(keys: Sequence[str], rows: Any) -> dict[str, NDArray[np.float32]]:
    import numpy as np

    return {key: np.asarray(row, dtype=np.float32) for key, row in zip(keys, rows, strict=True)}


def _ranked(keys: Sequence[str], distances: Sequence[float]) -> list[tuple[str, float]]:
    """Distances of the inner-product space become cosines; equal ones in the order of their keys."""
    return sorted(((key, 1.0 - distance) for key, distance in zip(keys, distances, strict=True)), key=_best_first)


def _best_first(found: tuple[str, float]) -> tuple[float, str]:
    return -found[1], found[0]
