"""A part of the corpus as a condition on the catalogue's documents."""

from __future__ import annotations

from collections.abc import Iterator

from askv4.records import Scope
from askv4.store.rows import encode_name

_DATED = """coalesce((SELECT value FROM facts WHERE document_id = documents.id AND what = 'date' AND value GLOB '[12][0-9][0-9][0-9]*'),
  documents.date, strftime('%Y-%m-%d', mtime_ns / 1000000000, 'unixepoch', 'localtime'))"""
"""The document's own date, else its file's; as much of it as is known."""
_NAME = "lower(CAST(documents.name AS TEXT))"


def of_documents(scope: Scope | None) -> tuple[str, list[object]]:
    """A condition on the rows of `documents`, and its values."""
    if scope is None:
        return "TRUE", []
    places = list(_places(scope))
    conditions = [f"({' OR '.join(condition for condition, _ in places)})"] if places else []
    values = [value for _, mine in places for value in mine]
    if scope.since:  # "2024" may be any day of it
        conditions.append(f"substr({_DATED}, 1, 10) || substr('0000-99-99', 1 + min(10, length({_DATED}))) >= ?")
        values.append(scope.since)
    if scope.until:
        conditions.append(f"substr({_DATED}, 1, 10) <= ?")
        values.append(scope.until + "0000-99-99"[len(scope.until) :])
    return " AND ".join(conditions) or "TRUE", values


def of_passages(scope: Scope | None, column: str) -> tuple[str, list[object]]:
    """A condition on a column that holds passages' ids, and its values."""
    if scope is None:
        return "TRUE", []
    condition, values = of_documents(scope)
    inside = f"SELECT passages.id FROM passages JOIN documents ON documents.id = document_id WHERE {condition}"
    return f"{column} IN ({inside})", values


def _places(scope: Scope) -> Iterator[tuple[str, list[object]]]:
    for folder in scope.folders:  # between "/" and the "0" that follows it
        stem = encode_name(folder)
        yield "(documents.name >= ? AND documents.name < ?)", [stem + b"/", stem + b"0"]
    for name in scope.documents:
        yield "documents.name = ?", [encode_name(name)]
    for pattern in scope.patterns:
        low = _lower(pattern)
        yield f"({_NAME} GLOB ? OR {_NAME} GLOB ?)", [low, f"*/{low}"]
    for kind in scope.kinds:
        yield "lower(documents.kind) IN (?, ?)", [_lower(kind), _lower(kind).removesuffix("s")]


def _lower(text: str) -> str:
    """As SQLite's lower() has it, which leaves the capitals of other letters than a to z."""
    return "".join(char.lower() if char.isascii() else char for char in text)
