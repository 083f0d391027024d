"""The last step of a sync: the vector store gets exactly the vectors of the passages that are in the catalogue.

What the catalogue wants is compared with what the store has, whatever happened before, so this step also repairs: it
computes what is missing and deletes what belongs to no passage any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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

Advance = Callable[[int, int], None]
"""Takes how many vectors are written, and of how many."""


def in_step(catalog: Catalog, vectors: VectorStore) -> bool:
    """Whether the last sync came to its end and the store is still the one that it left. Opens neither."""
    published = catalog.meta(PUBLISHED) == _state(vectors)
    return published and catalog.meta(UNFINISHED) is None and vectors.is_intact()


def present_keys(catalog: Catalog, vectors: VectorStore, narrate: Callable[[str], None]) -> set[str]:
    """The keys in the store. A damaged store is emptied, and its vectors are then computed anew; a line to `narrate`
    says so, as it does when a store that there was is gone."""
    try:
        if vectors.is_intact():
            keys = vectors.keys()
            encoder, _, token = (catalog.meta(PUBLISHED) or "").rpartition(" ")
            if token and not vectors.token and encoder == vectors.encoder_identity:
                narrate("the stored vectors are gone and are computed anew from the texts")
            return keys
    except IndexDamaged:
        pass  # said below, and healed
    narrate("the stored vectors were damaged and are computed anew from the texts")
    vectors.discard()
    return set()


class Embedder:
    """Computes vectors and keeps them in the catalogue until they are published, so that none is computed twice."""

    def __init__(self, catalog: Catalog, writer: CatalogWriter, encoder: Encoder, present: set[str]) -> None:
        self._catalog = catalog
        self._writer = writer
        self._encoder = encoder
        self._known = present | catalog.kept_keys(encoder.identity)
        self.embedded = 0
        """How many vectors were computed."""

    def lacks(self, key: str) -> bool:
        """Whether the vector of that name has yet to be computed."""
        return key not in self._known

    def embed(self, texts: dict[str, str], progress: Callable[[int], None] | None = None) -> None:
        """Computes and keeps the vectors of `texts`, given by key, where they are lacking.

        `progress` gets the number of vectors computed by this call so far.
        """
        done = 0
        lacking = [(key, text) for key, text in texts.items() if self.lacks(key)]
        for batch in chunks(lacking, EMBEDDING_BATCH):
            keys = [key for key, _ in batch]
            rows = self._encoder.encode_passages([text for _, text in batch]).astype("<f4", copy=False)
            stored = {key: row.tobytes() for key, row in zip(keys, rows, strict=True)}
            self._writer.keep_vectors(self._encoder.identity, stored)
            self._known.update(keys)
            done += len(keys)
            self.embedded += len(keys)
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
    lacking = sorted(key for key in wanted if embedder.lacks(key))
    for batch in chunks(lacking, EMBEDDING_BATCH):
        embedder.embed(catalog.embedded_texts(batch))
    missing = sorted(wanted - present)
    surplus = present - wanted
    if missing or surplus:
        advance(0, len(missing))
        vectors.update(
            _kept_rows(catalog, vectors, missing), surplus, progress=lambda done: advance(done, len(missing))
        )
        keep_latest(vectors.path, _ENCODERS_KEPT)
    writer.finish_work(_state(vectors))


def _state(vectors: VectorStore) -> str:
    return f"{vectors.encoder_identity} {vectors.token}"


def _kept_rows(
    catalog: Catalog, vectors: VectorStore, keys: Iterable[str]
) -> Iterator[tuple[Sequence[str], NDArray[np.float32]]]:
    import numpy as np

    for batch in chunks(keys, 1_000):
        kept = catalog.kept_vectors(vectors.encoder_identity, batch)
        rows = np.frombuffer(b"".join(kept[key] for key in batch), dtype="<f4")
        yield batch, rows.reshape(len(batch), vectors.dimension)
