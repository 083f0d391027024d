"""The catalogue: documents, their texts, passages and sentences, and a full-text index. The one source of truth.

Whatever is cited comes from here. Writing is in `writer.py`, used by the sync alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from askv4.errors import DocumentNotFound, DocumentUnreadable
from askv4.language.cjk import for_terms, is_cjk
from askv4.records import FileState, KnownFile, Scope, StoredPassage, chunks, embedded_text
from askv4.store.pool import ConnectionPool
from askv4.store.rows import (
    DOCUMENT_COLUMNS,
    PASSAGE_COLUMNS,
    decode_name,
    document_of,
    encode_name,
    fact_of,
    inflate,
    marks,
    numbered_of,
    pack_numbers,
    passage_of,
    unpack_pages,
    unpack_sentences,
)
from askv4.store.schema import ensure_catalog, meaning_of_errors
from askv4.store.scoping import of_documents, of_passages
from askv4.store.terms import TermSplitter, sound
from askv4.text.places import line_of, page_of
from askv4.types import Document, Fact, Numbered, Skipped, Span


class Catalog:
    """The catalogue at `path`, made when it is missing, rebuilt when it is damaged (a line says so to `narrate`).

    Threads may share it: each call takes a connection of its own from a pool, readers see the last committed state and
    never wait for a writer. Every method raises IndexDamaged when SQLite finds the file broken; the next start rebuilds.
    The constructor also raises IndexTooNew and DataFolderUnwritable.
    """

    def __init__(
        self,
        path: Path,
        narrate: Callable[[str], None] | None = None,
        on_wait: Callable[[str], None] | None = None,
    ) -> None:
        self.path = path
        self._narrate = narrate
        self._on_wait = on_wait
        ensure_catalog(path, narrate, on_wait)
        self.pool = ConnectionPool(path)
        self._terms: TermSplitter | None = None

    def reopen(self) -> None:
        """Takes up the file anew, after a rebuild if a reader met damage."""
        self.pool.close()
        ensure_catalog(self.path, self._narrate, self._on_wait)

    def close(self) -> None:
        """Closes all connections; a later call opens new ones."""
        self.pool.close()
        if self._terms is not None:
            self._terms.close()
            self._terms = None

    # Documents

    def documents(self, within: Scope | None = None) -> list[Document]:
        """Every file of the corpus, or of a part of it, those that could not be read included, by name."""
        condition, values = of_documents(within)
        query = f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE {condition} ORDER BY name"
        with self.pool.reading() as connection:
            rows = connection.execute(query, values).fetchall()
            return [document_of(row) for row in rows]

    def document(self, name: str) -> Document:
        """The document called `name`. Raises DocumentNotFound."""
        with self.pool.reading() as connection:
            row = connection.execute(
                f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE name = ?", (encode_name(name),)
            ).fetchone()
        if row is None:
            raise DocumentNotFound(f"no document is called {name!r}")
        return document_of(row)

    def skipped(self) -> list[Skipped]:
        """The files that could not be read, by name."""
        with self.pool.reading() as connection:
            rows = connection.execute(
                "SELECT name, reason FROM documents WHERE state = 'skipped' ORDER BY name"
            ).fetchall()
        return [Skipped(decode_name(name), reason) for name, reason in rows]

    def place(self, document: str, offset: int) -> tuple[int | None, int | None]:
        """(line, page) of an offset into a document's text, 1-based; None where its format has none.

        Raises DocumentNotFound, DocumentUnreadable.
        """
        text = self.text(document)
        with self.pool.reading() as connection:
            row = connection.execute(
                "SELECT has_lines, page_starts FROM documents JOIN texts ON document_id = documents.id WHERE name = ?",
                (encode_name(document),),
            ).fetchone()
        if row is None:  # a sync took it away in between
            raise DocumentNotFound(f"no document is called {document!r}")
        return line_of(text, offset) if row[0] else None, page_of(unpack_pages(row[1]), offset)

    def text(self, name: str) -> str:
        """The extracted text, into which all offsets point.

        Raises DocumentNotFound, and DocumentUnreadable for a document that was skipped.
        """
        with self.pool.reading() as connection:
            row = connection.execute(
                "SELECT deflated FROM documents JOIN texts ON document_id = documents.id WHERE name = ?",
                (encode_name(name),),
            ).fetchone()
        if row is None:
            document = self.document(name)
            raise DocumentUnreadable(f"{name!r} was not read: {document.reason}")
        with meaning_of_errors(self.path):
            return inflate(row[0])

    def known_files(self) -> dict[str, KnownFile]:
        """What is remembered of every file, by name."""
        with self.pool.reading() as connection:
            rows = connection.execute(
                "SELECT name, state, reason, bytes, mtime_ns, ctime_ns, sha256, recipe, settled FROM documents"
            ).fetchall()
        files = (
            KnownFile(decode_name(name), state, reason, FileState(size, mtime, ctime), sha256, recipe, bool(settled))
            for name, state, reason, size, mtime, ctime, sha256, recipe, settled in rows
        )
        return {file.name: file for file in files}

    # Search

    def match(self, fts_query: str, limit: int, within: Scope | None = None) -> list[tuple[int, float]]:
        """Passage ids and their BM25 (higher is better), best first; title and heading weigh more than the body.

        `within` is the part of the corpus to which the search is limited.
        Raises ValueError when `fts_query` is not in the query language of FTS5.
        """
        condition, values = of_passages(within, "rowid")
        query = f"SELECT rowid, -rank FROM passages_fts WHERE passages_fts MATCH ? AND {condition} ORDER BY rank, rowid LIMIT ?"
        with self.pool.reading() as connection:
            try:
                rows = connection.execute(query, (sound(fts_query), *values, limit)).fetchall()
            except sqlite3.OperationalError as error:
                # Only the query can be at fault here: full disks and locked files have codes of their own.
                if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
                    raise ValueError(f"not a full-text query: {error}") from error
                raise
        return [(passage_id, score) for passage_id, score in rows]

    def passages(self, ids: Iterable[int]) -> dict[int, StoredPassage]:
        """The passages of these ids; those that are gone by now are missing."""
        passages: dict[int, StoredPassage] = {}
        documents: dict[int, Document] = {}
        with self.pool.reading() as connection:
            for chunk in chunks(ids, 500):
                rows = connection.execute(
                    f"SELECT {PASSAGE_COLUMNS}, {DOCUMENT_COLUMNS} FROM passages "
                    f"JOIN documents ON documents.id = passages.document_id WHERE passages.id IN ({marks(chunk)})",
                    chunk,
                )
                for row in rows:
                    document = documents.get(row[2]) or documents.setdefault(row[2], document_of(row[12:]))
                    passages[row[0]] = passage_of(row, document)
        return passages

    def passages_by_key(self, keys: Iterable[str]) -> dict[str, list[int]]:
        """Ids of the passages whose embedded text has each of these keys; several when a text is repeated."""
        ids_by_key: dict[str, list[int]] = {}
        with self.pool.reading() as connection:
            for chunk in chunks(keys, 500):
                rows = connection.execute(
                    f"SELECT key, id FROM passages WHERE key IN ({marks(chunk)}) ORDER BY id", chunk
                )
                for key, passage_id in rows:
                    ids_by_key.setdefault(key, []).append(passage_id)
        return ids_by_key

    def ids_within(self, within: Scope) -> dict[int, str]:
        """Passage id -> key of its vector, for the documents in a part of the corpus."""
        condition, values = of_passages(within, "id")
        with self.pool.reading() as connection:
            return dict(connection.execute(f"SELECT id, key FROM passages WHERE {condition}", values))

    def keys_of(self, ids: Iterable[int]) -> dict[int, str]:
        """Passage id -> key of its vector, for those of `ids` that exist."""
        keys_by_id: dict[int, str] = {}
        with self.pool.reading() as connection:
            for chunk in chunks(ids, 500):
                keys_by_id.update(
                    connection.execute(f"SELECT id, key FROM passages WHERE id IN ({marks(chunk)})", chunk)
                )
        return keys_by_id

    def documents_of(self, ids: Iterable[int]) -> dict[int, int]:
        """Passage id -> a number that all passages of its document share, for those of `ids` that exist."""
        documents: dict[int, int] = {}
        with self.pool.reading() as connection:
            for chunk in chunks(ids, 500):
                query = f"SELECT id, document_id FROM passages WHERE id IN ({marks(chunk)})"
                documents.update(connection.execute(query, chunk))
        return documents

    def neighbours(self, document: str, start: int, end: int, before: int, after: int) -> list[Span]:
        """Spans of up to `before` sentences that end by `start` and up to `after` that begin at or after `end`, in
        reading order; what lies within start..end is not among them. Empty for an unknown document."""
        spans = self._sentences_near(document, start, end, before, after)
        earlier = [span for span in spans if span.end <= start]
        later = [span for span in spans if span.start >= end]
        return [*(earlier[-before:] if before > 0 else ()), *later[: max(after, 0)]]

    def _sentences_near(self, document: str, start: int, end: int, before: int, after: int) -> list[Span]:
        # A passage holds one sentence at least, so this many passages on either side hold enough.
        with self.pool.reading() as connection:
            of_document = "document_id = (SELECT id FROM documents WHERE name = ?)"
            name = encode_name(document)
            rows = [
                *connection.execute(
                    f"SELECT start, sentences FROM passages WHERE {of_document} AND start < ? "
                    "ORDER BY start DESC LIMIT ?",
                    (name, start, max(before, 0) + 1),
                ),
                *connection.execute(
                    f"SELECT start, sentences FROM passages WHERE {of_document} AND start >= ? "
                    "ORDER BY start LIMIT ? + (SELECT count(*) FROM passages "
                    f"WHERE {of_document} AND start >= ? AND start < ?)",
                    (name, start, max(after, 0), name, start, end),
                ),
            ]
        return sorted({span for row in rows for span in unpack_sentences(row[0], row[1])})

    def passage_count(self) -> int:
        """How many passages there are."""
        with self.pool.reading() as connection:
            (count,) = connection.execute("SELECT coalesce(sum(passages), 0) FROM documents").fetchone()
        return int(count)

    # Places

    def numbered(self, numbers: Sequence[str], within: Scope | None = None) -> list[tuple[str, Numbered]]:
        """The parts of documents whose numbers end so, each with its document's name; `within` is a part of the corpus."""
        path = pack_numbers(numbers)
        condition, values = of_documents(within)
        with self.pool.reading() as connection:
            rows = connection.execute(
                "SELECT name, path, sorts, start, end, headed FROM numbered JOIN documents ON documents.id = document_id "
                f"WHERE path >= ? AND path < ? AND {condition} ORDER BY name, start",
                (path, f"{path}\U0010ffff", *values),
            ).fetchall()
        return [(decode_name(name), numbered_of(*row)) for name, *row in rows]

    def sorts(self, within: Scope | None = None) -> dict[str, frozenset[str]]:
        """Document -> what its numbered parts are called."""
        condition, values = of_documents(within)
        with self.pool.reading() as connection:
            rows = connection.execute(
                f"SELECT DISTINCT name, sorts FROM numbered JOIN documents ON documents.id = document_id WHERE {condition}",
                values,
            ).fetchall()
        by_name: dict[str, frozenset[str]] = {}
        for name, sorts in rows:
            by_name[decode_name(name)] = by_name.get(decode_name(name), frozenset()) | frozenset(sorts.split("/")[:-1])
        return by_name

    def facts(self, what: str) -> dict[str, Fact]:
        """Document -> what is known of it: its "author", "recipient" or "date"."""
        with self.pool.reading() as connection:
            rows = connection.execute(
                "SELECT name, what, value, start, end, source FROM facts JOIN documents ON documents.id = document_id "
                "WHERE what = ?",
                (what,),
            ).fetchall()
        return {decode_name(name): fact_of(*row) for name, *row in rows}

    def pages(self, document: str) -> tuple[int, ...]:
        """The offsets at which a document's pages begin."""
        query = "SELECT page_starts FROM documents JOIN texts ON document_id = documents.id WHERE name = ?"
        with self.pool.reading() as connection:
            row = connection.execute(query, (encode_name(document),)).fetchone()
        return unpack_pages(row[0]) if row else ()

    def passages_between(self, document: str, start: int, end: int, most: int = -1) -> list[StoredPassage]:
        """The passages of a document that have something between two offsets, in reading order; the first `most` of them."""
        with self.pool.reading() as connection:
            rows = connection.execute(
                "SELECT passages.id FROM passages JOIN documents ON documents.id = document_id "
                "WHERE name = ? AND start < ? AND end > ? ORDER BY start LIMIT ?",
                (encode_name(document), end, start, most),
            ).fetchall()
        return sorted(self.passages(passage_id for (passage_id,) in rows).values(), key=lambda one: one.start)

    # Words

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each term occurs, in any form that has the same stem; title and heading count.

        A term that the tokenizer splits ("V4-Flash") counts as a phrase, a single Chinese or Japanese character wherever
        it stands.
        """
        wanted = list(dict.fromkeys(terms))
        stems = self.stems(wanted)
        counts: dict[str, int] = {}
        with self.pool.reading() as connection:
            for term, parts in zip(wanted, stems, strict=True):
                alone = len(parts) == 1 and len(parts[0]) == 1 and is_cjk(parts[0])
                if len(parts) == 1 and not alone:
                    query, value = "SELECT doc FROM passages_vocabulary WHERE term = ?", parts[0]
                else:
                    query = "SELECT count(*) FROM passages_fts WHERE passages_fts MATCH ?"
                    phrase = for_terms(sound(term)).replace('"', " ").replace("\0", " ")
                    value = f'"{phrase.strip()}"{"*" if alone else ""}'
                row = connection.execute(query, (value,)).fetchone() if parts else None
                counts[term] = int(row[0]) if row else 0
        return counts

    def stems(self, texts: Sequence[str]) -> list[list[str]]:
        """The terms that the full-text index makes of each text, in order."""
        if self._terms is None:
            self._terms = TermSplitter()
        return self._terms.split(texts)

    def terms_beginning(self, letters: Iterable[str]) -> dict[str, int]:
        """The terms of the full-text index that begin with one of these letters, with the number of their passages."""
        counts: dict[str, int] = {}
        with self.pool.reading() as connection:
            for letter in dict.fromkeys(letters):
                query = "SELECT term, doc FROM passages_vocabulary WHERE term >= ? AND term < ?"
                counts.update(connection.execute(query, (letter, chr(ord(letter) + 1))))
        return counts

    def texts_with(self, term: str, limit: int) -> list[str]:
        """Title, heading and text of the first passages that hold a term of the full-text index."""
        # Not by MATCH, which would stem the stem again.
        query = (
            "SELECT title, heading, text FROM passages JOIN documents ON documents.id = document_id "
            "WHERE passages.id IN (SELECT DISTINCT doc FROM passages_places WHERE term = ? LIMIT ?)"
        )
        with self.pool.reading() as connection:
            rows = connection.execute(query, (term, limit)).fetchall()
        return ["\n".join(filter(None, row)) for row in rows]

    def vocabulary(self) -> dict[str, int]:
        """Every term of the full-text index (stemmed, without accents) with the number of passages that have it."""
        with self.pool.reading() as connection:
            return dict(connection.execute("SELECT term, doc FROM passages_vocabulary"))

    # What the sync asks

    def keys(self) -> set[str]:
        """The keys of all passages."""
        with self.pool.reading() as connection:
            return {key for (key,) in connection.execute("SELECT DISTINCT key FROM passages")}

    def embedded_texts(self, keys: Iterable[str]) -> dict[str, str]:
        """What the encoder sees of the passages with these keys."""
        texts: dict[str, str] = {}
        with self.pool.reading() as connection:
            for chunk in chunks(keys, 500):
                query = f"SELECT key, lead, text FROM passages WHERE key IN ({marks(chunk)})"
                texts.update((key, embedded_text(lead, text)) for key, lead, text in connection.execute(query, chunk))
        return texts

    def meta(self, name: str) -> str | None:
        """A value that the sync noted for itself."""
        with self.pool.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def vector_keys(self, encoder: str) -> set[str]:
        """Keys of the vectors by an encoder."""
        with self.pool.reading() as connection:
            return {key for (key,) in connection.execute("SELECT key FROM vectors WHERE encoder = ?", (encoder,))}

    def vectors(self, encoder: str, keys: Sequence[str]) -> dict[str, bytes]:
        """The vectors of those keys that are there, as little-endian float32."""
        blobs: dict[str, bytes] = {}
        with self.pool.reading() as connection:
            for chunk in chunks(keys, 500):
                query = f"SELECT key, vector FROM vectors WHERE encoder = ? AND key IN ({marks(chunk)})"
                blobs.update(connection.execute(query, (encoder, *chunk)))
        return blobs
