"""What the tests of the index share: documents made by hand, and an encoder that counts what it is asked."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from askv4.neural.encoder import Encoder
from askv4.records import FileRecord, FileState, NewDocument, NewPassage, content_key
from askv4.store.catalog import Catalog
from askv4.store.writer import CatalogWriter
from askv4.types import Span


class CountingEncoder:
    """Passes everything on to a real encoder and keeps the passages that it embedded."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.identity = encoder.identity
        self.name = encoder.name
        self.dimension = encoder.dimension
        self.max_tokens = encoder.max_tokens
        self.embedded: list[str] = []

    def load(self) -> None:
        self._encoder.load()

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        return self._encoder.encode_passages(texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encoder.encode_queries(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_tokens(texts)


def unit_rows(count: int, dimension: int, seed: int = 0) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(count, dimension))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def key(number: int) -> str:
    return f"{number:032x}"


def keys(start: int, end: int) -> list[str]:
    return [key(number) for number in range(start, end)]


def new_document(name: str, text: str, spans: Sequence[tuple[int, int]] | None = None, **fields: Any) -> NewDocument:
    """A document whose passages are `spans` of its text (the whole text by default), each of one sentence."""
    passages = tuple(
        NewPassage(start, end, None, text[start:end], (Span(start, end),), 1, None, content_key(text[start:end]), "")
        for start, end in ([(0, len(text))] if spans is None else spans)
    )
    record = FileRecord(name, FileState(len(text), 1, 1), b"hash", "recipe", settled=True)
    values: dict[str, Any] = {
        "title": name,
        "kind": None,
        "context": None,
        "date": None,
        "encoding": "utf-8",
        "notes": (),
        "has_lines": True,
        "pages": (),
        "passages": passages,
    }
    return NewDocument(record=record, text=text, **(values | fields))


def filled(path: Path, *documents: NewDocument) -> Catalog:
    catalog = Catalog(path)
    writer = CatalogWriter(catalog)
    for document in documents:
        writer.store(document)
    return catalog


def write(path: Path, text: str, age_s: float = 60) -> Path:
    """A file that was last written a while ago, so that its date can be relied on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    then = time.time() - age_s
    os.utime(path, (then, then))
    return path
