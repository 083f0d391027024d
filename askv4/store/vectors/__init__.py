"""Vectors: `store` is what the others use, `part` a collection on the disk, `chroma` the only one that imports Chroma."""

from askv4.store.vectors.store import VectorStore

__all__ = ["VectorStore"]
