"""Where documents say different things, as the catalogue keeps it: filled when somebody asks, gone with the passages.

No lock is needed beside SQLite's own: a passage's id is never used again, so what was found of one that is gone is let go.
"""

from __future__ import annotations

from collections.abc import Iterable

from askv4.errors import DataFolderUnwritable
from askv4.records import StoredContrast
from askv4.store.catalog import Catalog
from askv4.store.terms import sound

MADE_BY = "contrasts"
"""Noted with the rules and weights that compared."""


class ContrastStore:
    """The contrasts of a catalogue, and which passages have been compared with each other."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def passages(self) -> dict[int, tuple[str, int]]:
        """Passage id -> key of its vector and a number that all passages of its document share, for all there are."""
        with self._catalog.pool.reading() as connection:
            rows = connection.execute("SELECT id, key, document_id FROM passages ORDER BY id")
            return {passage_id: (key, document) for passage_id, key, document in rows}

    def compared(self, made_by: str) -> set[int]:
        """The passages that were compared by these rules and weights; what others found is forgotten."""
        if self._catalog.meta(MADE_BY) != made_by:
            return set()
        with self._catalog.pool.reading() as connection:
            return {passage_id for (passage_id,) in connection.execute("SELECT passage_id FROM compared")}

    def begin(self, made_by: str) -> bool:
        """Forgets what other rules or weights found; whether anything can be kept."""
        try:
            with self._catalog.pool.writing() as connection:
                row = connection.execute("SELECT value FROM meta WHERE key = ?", (MADE_BY,)).fetchone()
                if row is None or row[0] != made_by:
                    connection.execute("DELETE FROM compared")
                    connection.execute("DELETE FROM contrasts")
                    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (MADE_BY, made_by))
        except DataFolderUnwritable:
            return False
        return True

    def keep(self, contrasts: Iterable[StoredContrast], compared: Iterable[int]) -> None:
        """Keeps what was found of the passages `compared`, unless a sync took them away meanwhile."""
        there = "EXISTS (SELECT 1 FROM passages WHERE id = ?)"
        with self._catalog.pool.writing() as connection:
            connection.executemany(
                f"INSERT OR REPLACE INTO contrasts SELECT ?, ?, ?, ?, ?, ?, ?, ? WHERE {there} AND {there}",
                (
                    (
                        c.one,
                        c.one_start,
                        c.other,
                        c.other_start,
                        c.sort,
                        *map(sound, c.said),
                        c.strength,
                        c.one,
                        c.other,
                    )
                    for c in contrasts
                ),
            )
            connection.executemany(
                f"INSERT OR IGNORE INTO compared SELECT ? WHERE {there}", ((one, one) for one in compared)
            )

    def all(self) -> list[StoredContrast]:
        """All that are kept, the most telling first."""
        with self._catalog.pool.reading() as connection:
            rows = connection.execute(
                "SELECT one, one_start, other, other_start, sort, one_said, other_said, strength FROM contrasts "
                "ORDER BY strength DESC, one, one_start, other, other_start, sort"
            ).fetchall()
        return [
            StoredContrast(one, start, other, other_start, sort, (said, other_said), strength)
            for one, start, other, other_start, sort, said, other_said, strength in rows
        ]
