"""The last step of a sync: the vector store gets exactly the vectors of the passages that are in the catalogue.

The catalogue holds the vectors, the store makes them searchable. What the one wants is compared with what the other has,
whatever happened before, so this step also repairs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from askv4.errors import IndexDamaged
from askv4.records import chunks
from askv4.store.catalog import Catalog
from askv4.store.generations import keep_latest
from askv4.store.vectors import VectorStore
from askv4.store.writer import PUBLISHED, UNFINISHED, CatalogWriter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from askv4.neural.encoder import Encoder

EMBEDDING_BATCH = 64
_ENCODERS_KEPT = 2
"""Vectors of the encoder used before stay, so that trying another one costs its embedding once."""

REMADE = "the vector index was damaged and is made anew"

Advance = Callable[[int, int], None]
"""Takes how many vectors are written, and of how many."""


def in_step(catalog: Catalog, vectors: VectorStore) -> bool:
    """Whether the last sync came to its end and the store is still the one that it left. Opens neither."""
    published = catalog.meta(PUBLISHED) == _state(vectors)
    return published and catalog.meta(UNFINISHED) is None and vectors.is_intact()


def present_keys(catalog: Catalog, vectors: VectorStore, narrate: Callable[[str], None]) -> set[str]:
    """The keys in the store. A damaged store is emptied, and written anew from the catalogue's vectors; a line to
    `narrate` says so, as it does when a store that there was is gone."""
    try:
        if vectors.is_intact():
            keys = vectors.keys()
            encoder, _, token = (catalog.meta(PUBLISHED) or "").rpartition(" ")
            if token and not vectors.token and encoder == vectors.encoder_identity:
                narrate("the vector index is gone and is made anew")
            return keys
    except IndexDamaged:
        pass  # said below, and healed
    narrate(REMADE)
    vectors.discard()
    return set()


class Embedder:
    """Computes vectors and keeps them in the catalogue, so that none is computed twice.

    A vector that only the store still has, as after the loss of the catalogue, is taken from there.
    """

    def __init__(
        self, catalog: Catalog, writer: CatalogWriter, encoder: Encoder, vectors: VectorStore, present: Collection[str]
    ) -> None:
        """`present` are the keys of `vectors`."""
        self._catalog = catalog
        self._writer = writer
        self._encoder = encoder
        self._vectors = vectors
        self._present = present
        self._known = catalog.vector_keys(encoder.identity)
        self.embedded = 0
        """How many vectors were computed."""

    @property
    def known(self) -> Collection[str]:
        """The keys of the vectors that the catalogue has."""
        return self._known

    def lacks(self, key: str) -> bool:
        """Whether the vector of that name has yet to be computed, or to be taken from the store."""
        return key not in self._known

    def embed(self, texts: Mapping[str, str], progress: Callable[[int], None] | None = None) -> None:
        """Keeps the vectors of `texts`, given by key, where they are lacking.

        `progress` gets the number of vectors that this call has kept so far.
        """
        done = 0
        for batch in chunks((key for key in texts if self.lacks(key)), EMBEDDING_BATCH):
            rows = self._vectors.get([key for key in batch if key in self._present])
            new = [key for key in batch if key not in rows]
            if new:
                rows.update(zip(new, self._encoder.encode_passages([texts[key] for key in new]), strict=True))
            stored = {key: row.astype("<f4", copy=False).tobytes() for key, row in rows.items()}
            self._writer.keep_vectors(self._encoder.identity, stored)
            self._known.update(batch)
            self.embedded += len(new)
            done += len(batch)
            if progress is not None:
                progress(done)


def publish(
    catalog: Catalog,
    writer: CatalogWriter,
    vectors: VectorStore,
    embedder: Embedder,
    present: set[str],
    advance: Advance,
) -> None:
    """Brings the vector store in step with the catalogue and notes that it is.

    `present` are the store's keys. The caller holds the index lock. Raises DataFolderUnwritable; the next sync goes on
    from there.
    """
    wanted = catalog.keys()
    for batch in chunks(sorted(wanted.difference(embedder.known)), EMBEDDING_BATCH):
        embedder.embed(catalog.embedded_texts(batch))
    missing = sorted(wanted - present)
    surplus = present - wanted
    if missing or surplus:
        advance(0, len(missing))
        vectors.update(_rows(catalog, vectors, missing), surplus, progress=lambda done: advance(done, len(missing)))
        keep_latest(vectors.path, _ENCODERS_KEPT)
    writer.finish_work(_state(vectors), vectors.encoder_identity, set(embedder.known) - wanted)


def _state(vectors: VectorStore) -> str:
    return f"{vectors.encoder_identity} {vectors.token}"


def _rows(
    catalog: Catalog, vectors: VectorStore, keys: Iterable[str]
) -> Iterator[tuple[Sequence[str], NDArray[np.float32]]]:
    import numpy as np

    for batch in chunks(keys, 1_000):
        kept = catalog.vectors(vectors.encoder_identity, batch)
        rows = np.frombuffer(b"".join(kept[key] for key in batch), dtype="<f4")
        yield batch, rows.reshape(len(batch), vectors.dimension)
