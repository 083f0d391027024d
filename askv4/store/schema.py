"""The catalogue's SQLite file: its tables, how it is opened, and what its errors mean.

A file that cannot be read, or that an older askv4 wrote, is not repaired in place: the corpus is the source, so the file
is moved aside and the next sync fills a new one. Its vectors are found again in Chroma's files, by content.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from json import JSONDecodeError
from pathlib import Path
from typing import Literal

from askv4.errors import DataFolderUnwritable, IndexDamaged, IndexLocked, IndexTooNew, IndexTrouble
from askv4.files import folder_of_this_run
from askv4.language.cjk import for_index
from askv4.language.compounds import with_joined
from askv4.store.lock import index_lock
from askv4.store.rows import RowChanged

SCHEMA_VERSION = 9
"""Raise it with every change of the tables; an older file is then rebuilt, without embedding anything again."""

TOKENIZER = "porter unicode61 remove_diacritics 2"
BUSY_TIMEOUT_S = 30.0

# Titles and headings count more than the body: `bm25` takes a weight for each column.
_TABLES = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE documents (
  id         INTEGER PRIMARY KEY,
  name       BLOB NOT NULL UNIQUE,  -- UTF-8 with surrogates, because file names need not be valid text
  title      TEXT NOT NULL,
  kind       TEXT,
  context    TEXT,
  date       TEXT,
  state      TEXT NOT NULL CHECK (state IN ('indexed', 'skipped')),
  reason     TEXT CHECK ((reason IS NULL) = (state = 'indexed')),
  bytes      INTEGER NOT NULL,
  mtime_ns   INTEGER NOT NULL,
  ctime_ns   INTEGER NOT NULL,
  sha256     BLOB,
  recipe     TEXT NOT NULL,
  settled    INTEGER NOT NULL,
  encoding   TEXT,
  notes      TEXT NOT NULL DEFAULT '[]',
  has_lines  INTEGER NOT NULL DEFAULT 1,
  pages      INTEGER,
  passages   INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE texts (
  document_id  INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
  deflated     BLOB NOT NULL,
  page_starts  BLOB NOT NULL  -- little-endian 32-bit offsets at which pages begin; empty when the format has none
);

CREATE TABLE numbered (
  document_id  INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  path         TEXT NOT NULL,  -- numbers, the innermost first, each with a "/" behind it, so that one index finds "(b)" of "4.2" anywhere
  sorts        TEXT NOT NULL,  -- what they are called, in the same order
  start        INTEGER NOT NULL,
  end          INTEGER NOT NULL,
  headed       INTEGER NOT NULL
);
CREATE INDEX numbered_by_path ON numbered (path);
CREATE INDEX numbered_by_document ON numbered (document_id);

CREATE TABLE facts (
  document_id  INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  what         TEXT NOT NULL,
  value        TEXT NOT NULL,
  start        INTEGER,  -- NULL where it does not stand in the text
  end          INTEGER,
  source       TEXT NOT NULL,
  PRIMARY KEY (document_id, what)
) WITHOUT ROWID;

CREATE TABLE passages (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id  INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  start        INTEGER NOT NULL,
  end          INTEGER NOT NULL CHECK (end > start),
  heading      TEXT,
  text         TEXT NOT NULL,
  sentences    BLOB NOT NULL,  -- little-endian 32-bit pairs: start and end, counted from the passage's start
  line         INTEGER,
  page         INTEGER,
  key          TEXT NOT NULL,
  lead         TEXT,  -- what is embedded before the text: title and heading
  short_forms  TEXT NOT NULL DEFAULT ''  -- JSON of [short, long] pairs; empty without any
);
CREATE INDEX passages_by_place ON passages (document_id, start);
CREATE INDEX passages_by_key ON passages (key);

-- Sentences of two documents that say different things; `compared` holds the passages that were compared with each other. Both are
-- filled when somebody asks where documents differ, and go with their passages, so that only what changed is compared anew.
CREATE TABLE compared (
  passage_id  INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE
);
CREATE TABLE contrasts (
  one          INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
  one_start    INTEGER NOT NULL,
  other        INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
  other_start  INTEGER NOT NULL,
  sort         TEXT NOT NULL,
  one_said     TEXT NOT NULL,
  other_said   TEXT NOT NULL,
  strength     REAL NOT NULL,
  PRIMARY KEY (one, one_start, other, other_start, sort)
) WITHOUT ROWID;
CREATE INDEX contrasts_by_other ON contrasts (other);

-- The vectors of all passages, and of those that an interrupted sync had not stored yet. Chroma's files are made from them.
CREATE TABLE vectors (
  encoder  TEXT NOT NULL,
  key      TEXT NOT NULL,
  vector   BLOB NOT NULL,  -- little-endian float32
  UNIQUE (encoder, key)
);

-- What the full-text index sees. `for_index` is a function of `connect`: it parts Chinese, Japanese and Korean
-- text, and joins compounds with a hyphen.
CREATE VIEW passage_texts AS
  SELECT passages.id, for_index(documents.title) AS title, for_index(passages.heading) AS heading,
    for_index(passages.text || ' ' || passages.short_forms) AS body
  FROM passages JOIN documents ON documents.id = passages.document_id;

CREATE VIRTUAL TABLE passages_fts USING fts5 (
  title, heading, body, content = 'passage_texts', content_rowid = 'id', tokenize = '{TOKENIZER}'
);
INSERT INTO passages_fts (passages_fts, rank) VALUES ('rank', 'bm25(2.0, 1.5, 1.0)');
CREATE VIRTUAL TABLE passages_vocabulary USING fts5vocab (passages_fts, 'row');
CREATE VIRTUAL TABLE passages_places USING fts5vocab (passages_fts, 'instance');

CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN
  INSERT INTO passages_fts (rowid, title, heading, body)
    SELECT id, title, heading, body FROM passage_texts WHERE id = new.id;
END;
-- FTS5 must be told the very words that it forgets, so passages go while their document's title is still there.
CREATE TRIGGER passages_forgotten BEFORE DELETE ON passages BEGIN
  INSERT INTO passages_fts (passages_fts, rowid, title, heading, body)
    SELECT 'delete', id, title, heading, body FROM passage_texts WHERE id = old.id;
END;
CREATE TRIGGER documents_forgotten BEFORE DELETE ON documents BEGIN
  DELETE FROM passages WHERE document_id = old.id;
END;
CREATE TRIGGER titles_fixed BEFORE UPDATE OF title ON documents WHEN old.passages > 0 BEGIN
  SELECT RAISE (ABORT, 'a document with passages is replaced, never retitled');
END;
"""

Condition = Literal["ready", "absent", "old", "damaged"]


def ensure_catalog(
    path: Path, narrate: Callable[[str], None] | None = None, on_wait: Callable[[str], None] | None = None
) -> None:
    """Makes sure that a readable catalogue of this version lies at `path`; one that is fine is only looked at.

    A damaged or older file is moved aside, with a line to `narrate`. Raises IndexTooNew, DataFolderUnwritable.
    """
    if condition(path) == "ready":
        return
    with index_lock(path.parent, on_wait):
        state = condition(path)  # another process may have made it meanwhile
        if state == "ready":
            return
        if state != "absent":
            _move_aside(path)
            if narrate is not None:
                narrate(_EXPLANATIONS[state])
        _create(path)


_EXPLANATIONS = {
    "damaged": "the catalogue was damaged and is built anew from the documents",
    "old": "the catalogue was written by an older askv4 and is built anew from the documents",
}


def condition(path: Path) -> Condition:
    """What lies at `path`. Raises IndexTooNew when a newer askv4 wrote it."""
    if damage_marker(path).exists():
        return "damaged"
    if not path.exists():
        return "absent"
    try:
        with meaning_of_errors(path), closing(connect(path)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except IndexDamaged:
        return "damaged"
    if version > SCHEMA_VERSION:
        raise IndexTooNew(f"the index in {path.parent} has version {version}, this askv4 knows {SCHEMA_VERSION}")
    if version == SCHEMA_VERSION:
        return "ready"
    if version == 0:
        return "damaged" if tables else "absent"
    return "old"


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode to a file that exists; any thread may use it, one at a time.

    Where nothing can be written, it reads what is there: a write-ahead log needs a file beside it, even to be read.
    """
    try:
        return _connected(path, "mode=rw")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _UNWRITABLE or not path.is_file():
            raise
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:  # a killed writer left changes that are not in the file yet
            return _connected(_copied(path, log), "mode=rw")
        return _connected(path, "mode=ro&immutable=1")


@cache
def _copied(path: Path, log: Path) -> Path:
    folder = Path(tempfile.mkdtemp(dir=folder_of_this_run()))
    shutil.copyfile(log, folder / log.name)
    return Path(shutil.copyfile(path, folder / path.name))


def _connected(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA schema_version").fetchone()  # the first that reads, so that trouble shows here
    except BaseException:
        connection.close()
        raise
    connection.execute("PRAGMA foreign_keys = ON")
    # Triggers feed the full-text index through this function; some builds of SQLite let them call none unless asked.
    connection.execute("PRAGMA trusted_schema = ON")
    connection.create_function("for_index", 1, _for_index, deterministic=True)
    # With a write-ahead log this loses at most the last documents in a power cut, never the file.
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _for_index(text: str | None) -> str | None:
    return None if text is None else for_index(with_joined(text))


def _create(path: Path) -> None:
    with meaning_of_errors(path):
        path.touch()
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            try:
                connection.executescript(f"BEGIN;{_TABLES}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;")
            except sqlite3.OperationalError as error:
                if "no such module" in str(error):
                    raise IndexTrouble(
                        "the SQLite of this Python has no full-text search (FTS5)", "use a Python from python.org"
                    ) from error
                raise


def _move_aside(path: Path) -> None:
    """Keeps one copy to look at; the marker goes last, so that a crash here starts over."""
    with meaning_of_errors(path):
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            path.replace(path.with_name(f"{path.stem}.damaged{path.suffix}"))
        damage_marker(path).unlink(missing_ok=True)


def damage_marker(path: Path) -> Path:
    """The file that says: a reader met damage, rebuild the catalogue before the next use."""
    return path.with_name(f"{path.name}.is-damaged")


@contextmanager
def meaning_of_errors(path: Path) -> Iterator[None]:
    """Turns SQLite's and the file system's errors about the catalogue at `path` into askv4's.

    Raises IndexDamaged (and leaves a mark, so that the next start rebuilds), DataFolderUnwritable, IndexLocked.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or str(error).startswith(_OTHER_TABLES):
            raise _damaged(path, error) from error
        if primary in _UNWRITABLE:
            raise DataFolderUnwritable(f"cannot write the index in {path.parent}: {error}") from error
        if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise IndexLocked(f"the catalogue {path} is in use and was not let go: {error}") from error
        raise
    except (RowChanged, zlib.error, UnicodeDecodeError, JSONDecodeError) as error:
        raise _damaged(path, error) from error
    except OSError as error:
        raise DataFolderUnwritable(f"cannot write in {path.parent}: {error.strerror or error}") from error


def _damaged(path: Path, error: Exception) -> IndexDamaged:
    with suppress(OSError):
        damage_marker(path).touch()
    return IndexDamaged(
        f"the catalogue {path} is damaged ({error})", "ask again: it is then rebuilt from the documents"
    )


_OTHER_TABLES = ("no such table", "no such column", "malformed database schema")
"""What SQLite says when letters of the tables' own definitions have changed."""
_UNWRITABLE = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
)
