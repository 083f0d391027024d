"""Search over the catalogue's own vectors, all of them: for a disk that takes nothing, where Chroma does not even open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from askv4.store.vectors.chroma import best_first

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from askv4.store.catalog import Catalog


class CatalogVectors:
    """The vectors of one encoder in a catalogue that does not change. Loaded when the first is asked for."""

    def __init__(self, catalog: Catalog, encoder_identity: str) -> None:
        self._catalog = catalog
        self._encoder = encoder_identity
        self._loaded: tuple[list[str], NDArray[np.float32]] | None = None

    def query(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The `k` nearest keys of passages with their cosine to `vector` [dimension], best first."""
        import numpy as np

        if self._loaded is None:
            kept = self._catalog.vectors(self._encoder, sorted(self._catalog.keys()))
            rows = np.frombuffer(b"".join(kept.values()), dtype="<f4").reshape(len(kept), len(vector))
            self._loaded = list(kept), rows
        keys, rows = self._loaded
        cosines = (rows @ vector).tolist()
        return sorted(zip(keys, cosines, strict=True), key=best_first)[:k]

    def get(self, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors [dimension] of those keys that are there."""
        import numpy as np

        return {key: np.frombuffer(row, dtype="<f4") for key, row in self._catalog.vectors(self._encoder, keys).items()}
