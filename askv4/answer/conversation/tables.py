"""The tables of the kept conversations, made where there are none and brought up to date where they are older."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from askv4.errors import ConversationsTooNew

_VERSION = 2
_TABLES = """
CREATE TABLE conversations (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  title    TEXT NOT NULL,
  corpus   BLOB NOT NULL,  -- the folder's path as the system has it, which need not be valid text
  created  REAL NOT NULL,
  updated  REAL NOT NULL,
  single   INTEGER NOT NULL DEFAULT 0  -- one question by itself, that nobody has gone on from
);
CREATE TABLE turns (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation_id  INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
  question         TEXT NOT NULL,
  said             TEXT NOT NULL,  -- the answer's text, to be searched
  answer           TEXT NOT NULL,  -- all of the answer, as JSON
  contents         TEXT NOT NULL,  -- hashes of the cited documents' files, as JSON
  asked            REAL NOT NULL
);
CREATE INDEX turns_of_conversation ON turns (conversation_id, id);
"""
_SINCE_1 = "ALTER TABLE conversations ADD COLUMN single INTEGER NOT NULL DEFAULT 0"


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Sees to the tables of the file at `path`. Raises ConversationsTooNew, sqlite3.Error."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > _VERSION:
        raise ConversationsTooNew(f"{path} was written by a newer askv4")
    if version == _VERSION:
        return
    connection.execute("PRAGMA journal_mode = WAL")
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        # Another askv4 may have been first.
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        for statement in _TABLES.split(";\n") if version == 0 else [_SINCE_1] if version == 1 else []:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
