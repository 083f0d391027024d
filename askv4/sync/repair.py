"""Checks an index byte by byte and rebuilds what is damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import numpy as np

from askv4.errors import IndexDamaged
from askv4.records import chunks
from askv4.store.catalog import Catalog
from askv4.store.schema import connect, damage_marker, meaning_of_errors
from askv4.sync.index import Index
from askv4.sync.syncing import SyncOptions

WHOLE = "whole"
_UNIT = 1e-3
"""So far from 1 a vector may be long."""


def repair_index(index: Index, options: SyncOptions) -> Iterator[tuple[str, str]]:
    """Each part of the index, and what was found and done. Raises what `Index.sync` raises."""
    said = WHOLE
    if not _catalog_is_whole(index):
        damage_marker(index.catalog.path).touch()
        index.catalog.reopen()
        said = "was damaged: built anew from the documents"
    vectors = WHOLE
    if not _vectors_are_whole(index):
        index.vectors.discard()
        vectors = "were damaged: made anew from the catalogue"
    index.sync(options)
    yield "catalogue", said
    yield "vectors", vectors


def _catalog_is_whole(index: Index) -> bool:
    path = index.catalog.path
    try:
        with meaning_of_errors(path), closing(connect(path)) as connection:
            outcome = connection.execute("PRAGMA integrity_check(1)").fetchone()
            connection.execute("INSERT INTO passages_fts (passages_fts, rank) VALUES ('integrity-check', 1)")
        return outcome == ("ok",) and _passages_are_the_texts(index.catalog) and _are_unit_vectors(index)
    except (IndexDamaged, sqlite3.DatabaseError, ValueError):
        return False


def _passages_are_the_texts(catalog: Catalog) -> bool:
    """Both have sums of their own, which are compared when they are read; here also with each other."""
    texts = {one.document: catalog.text(one.document) for one in catalog.documents() if one.state == "indexed"}
    keys = catalog.keys()
    ids = (id_ for same in catalog.passages_by_key(keys).values() for id_ in same)
    return all(
        passage.text == texts[passage.document.document][passage.start : passage.end]
        for chunk in chunks(ids, 500)
        for passage in catalog.passages(chunk).values()
    )


def _are_unit_vectors(index: Index) -> bool:
    catalog, encoder = index.catalog, index.encoder
    for chunk in chunks(sorted(catalog.vector_keys(encoder.identity)), 1_000):
        rows = np.frombuffer(b"".join(catalog.vectors(encoder.identity, chunk).values()), dtype="<f4")
        lengths = np.linalg.norm(rows.reshape(len(chunk), encoder.dimension), axis=1)
        if not (np.abs(lengths - 1) < _UNIT).all():
            return False
    return True


def _vectors_are_whole(index: Index) -> bool:
    try:
        return index.vectors.is_whole() and not index.vectors.missing(index.vectors.keys())
    except IndexDamaged:
        return False
