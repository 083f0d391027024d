"""A Chroma collection of unit vectors by content key. The only module that imports Chroma.

`import chromadb` takes about a second, its Rust bindings alone a few hundredths, so the bindings are used as Chroma's own
`chromadb.api.rust` uses them. Where an installed version has bindings of another shape, the full client takes over; both
open what the other wrote. Embeddings are always given, so Chroma's own embedding function is never made or downloaded.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from askv4.errors import DataFolderUnwritable, IndexDamaged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Metadata = dict[str, str | int]
_SCOPE = ("default_tenant", "default_database")
BATCH = 4_000
"""Vectors added at once. Chroma writes its whole graph after each batch, so small ones would cost quadratic time."""
_HNSW = {
    "space": "ip",  # the rows are unit vectors, and this space keeps them as they are
    "ef_construction": 200,
    "ef_search": 500,
    "max_neighbors": 16,
    # Chroma writes its graph after this many changes; 1 leaves nothing for readers to catch up with, or to write.
    "sync_threshold": 1,
}


@contextmanager
def meaning_of_errors(path: Path) -> Iterator[None]:
    """Turns Chroma's errors, a panic of its Rust code included, and those of the disk into askv4's.

    Raises IndexDamaged, DataFolderUnwritable.
    """
    try:
        yield
    except (IndexDamaged, DataFolderUnwritable):
        raise
    except OSError as error:
        raise DataFolderUnwritable(f"cannot write in {path}: {error.strerror or error}") from error
    except BaseException as error:
        text = " ".join(str(error).split())
        if any(sign in text for sign in _UNWRITABLE_SIGNS):
            raise DataFolderUnwritable(f"cannot write the vectors in {path}: {text}") from error
        # PyO3's PanicException derives from BaseException alone and belongs to no module that can be imported.
        if _is_chromas(error) or isinstance(error, sqlite3.DatabaseError):
            raise IndexDamaged(f"the vectors in {path} cannot be used: {text}", "run `askv4 sync`") from error
        raise


_UNWRITABLE_SIGNS = ("(code: 13)", "(code: 8)", "(code: 14)", "No space left", "Read-only file system", "disk is full")


def _is_chromas(error: BaseException) -> bool:
    kind = type(error)
    return kind.__module__.startswith("chromadb") or kind.__name__ == "PanicException"


class Collection(Protocol):
    """An open Chroma collection."""

    def add(self, keys: list[str], rows: list[list[float]]) -> None: ...
    def delete(self, keys: list[str]) -> None: ...
    def count(self) -> int: ...
    def keys(self) -> list[str]: ...
    def get(self, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]: ...
    def query(self, row: list[float], k: int) -> list[tuple[str, float]]: ...
    def close(self) -> None: ...


def open_collection(folder: Path, name: str, create: Metadata | None = None) -> Collection:
    """The collection `name` in `folder`, made with the metadata `create` when that is given."""
    if (bindings := fitting_bindings()) is None:
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
def fitting_bindings() -> Any | None:
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

    def __init__(self, bindings: Any, folder: Path, name: str, create: Metadata | None) -> None:
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
        for start in range(0, len(keys), BATCH):
            self._chroma.delete(self._id, keys[start : start + BATCH], None, None, None, *_SCOPE)

    def count(self) -> int:
        return int(self._chroma.count(self._id, *_SCOPE))

    def keys(self) -> list[str]:
        result = self._chroma.get(self._id, None, None, None, 0, None, [], *_SCOPE)
        return list(result.ids)

    def get(self, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        vectors: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(keys), BATCH):
            ids = list(keys[start : start + BATCH])
            result = self._chroma.get(self._id, ids, None, None, 0, None, ["embeddings"], *_SCOPE)
            vectors.update(_rows(result.ids, result.embeddings))
        return vectors

    def query(self, row: list[float], k: int) -> list[tuple[str, float]]:
        result = self._chroma.query(self._id, None, [row], k, None, None, ["distances"], *_SCOPE)
        return _ranked(result.ids[0], result.distances[0])

    def close(self) -> None:
        # The bindings have no other way to end than to be forgotten.
        if hasattr(self, "_chroma"):
            del self._chroma


class _ClientCollection:
    """A collection through the full client."""

    def __init__(self, folder: Path, name: str, create: Metadata | None) -> None:
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
        for start in range(0, len(keys), BATCH):
            self._collection.delete(ids=keys[start : start + BATCH])

    def count(self) -> int:
        return int(self._collection.count())

    def keys(self) -> list[str]:
        return list(self._collection.get(include=[])["ids"])

    def get(self, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        vectors: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(keys), BATCH):
            result = self._collection.get(ids=list(keys[start : start + BATCH]), include=["embeddings"])
            vectors.update(_rows(result["ids"], result["embeddings"]))
        return vectors

    def query(self, row: list[float], k: int) -> list[tuple[str, float]]:
        result = self._collection.query(query_embeddings=[row], n_results=k, include=["distances"])
        return _ranked(result["ids"][0], result["distances"][0])

    def close(self) -> None:
        self._client.close()


def _rows(keys: Sequence[str], rows: Any) -> dict[str, NDArray[np.float32]]:
    import numpy as np

    return {key: np.asarray(row, dtype=np.float32) for key, row in zip(keys, rows, strict=True)}


def _ranked(keys: Sequence[str], distances: Sequence[float]) -> list[tuple[str, float]]:
    """Distances of the inner-product space become cosines; equal ones in the order of their keys."""
    return sorted(((key, 1.0 - distance) for key, distance in zip(keys, distances, strict=True)), key=best_first)


def best_first(pair: tuple[str, float]) -> tuple[float, str]:
    """Sorts keys with their cosines."""
    return -pair[1], pair[0]
