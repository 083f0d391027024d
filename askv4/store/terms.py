"""What the full-text index makes of a text: SQLite's own tokenizer, asked through a table in memory.

Chinese, Japanese and Korean runs reach the tokenizer as pairs of characters, and compounds with a hyphen also as one word, here as
in the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from threading import Lock

from askv4.language.cjk import for_terms
from askv4.language.compounds import with_joined
from askv4.store.schema import TOKENIZER


class TermSplitter:
    """Splits and stems texts as the full-text index does. Threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._memory.execute(f"CREATE VIRTUAL TABLE texts USING fts5 (body, content = '', tokenize = '{TOKENIZER}')")
        self._memory.execute("CREATE VIRTUAL TABLE terms USING fts5vocab (texts, 'instance')")

    def split(self, texts: Sequence[str]) -> list[list[str]]:
        """The terms of each text, in order, those of joined compounds last."""
        terms: list[list[str]] = [[] for _ in texts]
        given = [for_terms(with_joined(sound(text))) for text in texts]
        with self._lock:
            self._memory.executemany("INSERT INTO texts (rowid, body) VALUES (?, ?)", enumerate(given))
            rows = self._memory.execute('SELECT doc, term FROM terms ORDER BY doc, "offset"').fetchall()
            self._memory.execute("INSERT INTO texts (texts) VALUES ('delete-all')")
        for number, term in rows:
            terms[number].append(term)
        return terms

    def close(self) -> None:
        """Frees the memory."""
        with self._lock:
            self._memory.close()


def sound(text: str) -> str:
    """The text with a question mark for each half of a surrogate pair, which SQLite does not take."""
    return text.encode("utf-8", "replace").decode("utf-8")
