"""Changes of the catalogue. Each method is one transaction: after a crash a document is there as it was or as it is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping

from askv4.records import FileRecord, NewDocument, chunks
from askv4.store.catalog import Catalog
from askv4.store.rows import deflate, encode_name, marks, pack_numbers, pack_pages, pack_sentences
from askv4.store.terms import sound
from askv4.types import Span

UNFINISHED = "unfinished"
"""Noted while a sync changes the catalogue; found at the start of another, it tells of an interruption."""
PUBLISHED = "published"
"""Which state of which vector store holds exactly the vectors of the catalogue's passages."""
ENCODER = "encoder"
"""Identity and name of the encoder that the passages' vectors are by."""
DISKS = "disks"
"""The folders of the corpus that were on disks of their own, or behind links, as JSON."""


class CatalogWriter:
    """Writes to a catalogue; the holder of the index lock has one.

    Every method raises DataFolderUnwritable when the disk is full or read-only, and then nothing has changed.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._pool = catalog.pool

    def begin_work(self, encoder: str, disks: str) -> None:
        """Notes that changes are under way, by which encoder and with which disks."""
        with self._pool.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)", ((UNFINISHED, "1"), (ENCODER, encoder), (DISKS, disks))
            )

    def finish_work(self, published: str, encoder: str, unused: Iterable[str]) -> None:
        """Notes that catalogue and vector store agree again; lets go of unused vectors, and of those by other encoders."""
        with self._pool.writing() as connection:
            connection.execute("DELETE FROM vectors WHERE encoder <> ?", (encoder,))
            connection.executemany(
                "DELETE FROM vectors WHERE key = ? AND encoder = ?", ((key, encoder) for key in unused)
            )
            connection.execute("DELETE FROM meta WHERE key = ?", (UNFINISHED,))
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (PUBLISHED, published))

    def finish_unchanged(self) -> None:
        """Notes that the work is done and did not concern the vectors."""
        with self._pool.writing() as connection:
            connection.execute("DELETE FROM meta WHERE key = ?", (UNFINISHED,))

    def keep_vectors(self, encoder: str, vectors: Mapping[str, bytes]) -> None:
        """Keeps vectors (little-endian float32) by key."""
        with self._pool.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                ((encoder, key, vector) for key, vector in vectors.items()),
            )

    def store(self, document: NewDocument, replaces: Iterable[str] = ()) -> None:
        """Puts a document in the place of the one of its name, and of those named in `replaces`."""
        deflated, pages = deflate(document.text), pack_pages(document.pages)
        with self._pool.writing() as connection:
            _forget(connection, (document.record.name, *replaces))
            document_id = _insert_document(connection, document)
            connection.execute("INSERT INTO texts VALUES (?, ?, ?)", (document_id, deflated, pages))
            connection.executemany(
                "INSERT INTO numbered VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (document_id, pack_numbers(one.numbers), pack_numbers(one.sorts), *_ends(one.span), one.headed)
                    for one in document.numbered
                ),
            )
            connection.executemany(
                "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (
                        document_id,
                        one.what,
                        sound(one.value),
                        *(_ends(one.span) if one.span else (None, None)),
                        one.source,
                    )
                    for one in document.facts
                ),
            )
            connection.executemany(
                "INSERT INTO passages (document_id, start, end, heading, text, sentences, line, page, key, lead, "
                "short_forms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        document_id,
                        passage.start,
                        passage.end,
                        passage.heading,
                        passage.text,
                        pack_sentences(passage.start, passage.sentences),
                        passage.line,
                        passage.page,
                        passage.key,
                        passage.lead,
                        json.dumps(passage.short_forms, ensure_ascii=False) if passage.short_forms else "",
                    )
                    for passage in document.passages
                ),
            )

    def skip(self, record: FileRecord, title: str, reason: str) -> None:
        """Puts a file that could not be read in the place of the document of its name."""
        with self._pool.writing() as connection:
            _forget(connection, (record.name,))
            connection.execute(
                "INSERT INTO documents (name, title, state, reason, bytes, mtime_ns, ctime_ns, sha256, recipe, settled) "
                "VALUES (?, ?, 'skipped', ?, ?, ?, ?, ?, ?, ?)",
                (encode_name(record.name), sound(title), sound(reason), *_file_values(record)),
            )

    def touch(self, record: FileRecord) -> None:
        """Takes over a file's new dates; its content is the one that is known."""
        with self._pool.writing() as connection:
            connection.execute(
                "UPDATE documents SET bytes = ?, mtime_ns = ?, ctime_ns = ?, sha256 = ?, recipe = ?, settled = ? "
                "WHERE name = ?",
                (*_file_values(record), encode_name(record.name)),
            )

    def remove(self, names: Iterable[str]) -> None:
        """Forgets documents."""
        with self._pool.writing() as connection:
            _forget(connection, names)


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _forget(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    for chunk in chunks(map(encode_name, names), 500):
        connection.execute(f"DELETE FROM documents WHERE name IN ({marks(chunk)})", chunk)


def _insert_document(connection: sqlite3.Connection, document: NewDocument) -> int:
    cursor = connection.execute(
        "INSERT INTO documents (name, title, kind, context, date, state, bytes, mtime_ns, ctime_ns, sha256, recipe, "
        "settled, encoding, notes, has_lines, pages, passages) "
        "VALUES (?, ?, ?, ?, ?, 'indexed', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            encode_name(document.record.name),
            sound(document.title),
            *(sound(value) if value else None for value in (document.kind, document.context, document.date)),
            *_file_values(document.record),
            document.encoding,
            json.dumps(document.notes),
            document.has_lines,
            len(document.pages) or None,
            len(document.passages),
        ),
    )
    if cursor.lastrowid is None:
        raise AssertionError("SQLite gives every inserted row an id")
    return cursor.lastrowid


def _file_values(record: FileRecord) -> tuple[object, ...]:
    file = record.file
    return (file.bytes, file.mtime_ns, file.ctime_ns, record.sha256, record.recipe, record.settled)
