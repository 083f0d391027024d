"""The values that the catalogue takes in and gives out, and the rule that ties passages to vectors."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TypeVar

from askv4.types import Document, Fact, Numbered, Span, State

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a corpus that is asked: documents in one of the places, where some are named, and of the time."""

    said: str
    """As it was asked for."""
    folders: tuple[str, ...] = ()
    """Named as documents are; what lies in their folders belongs, too."""
    documents: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    """Of file names, or of paths, in any case: `*` is anything, `?` one letter, `[ab]` one of them."""
    kinds: tuple[str, ...] = ()
    """As documents declare them."""
    since: str = ""
    """As much of an ISO date as is known."""
    until: str = ""


def embedded_text(lead: str | None, text: str) -> str:
    """What of a passage is embedded: what leads to it (title, heading) on lines of its own, then its text."""
    return f"{lead}\n{text}" if lead else text


def content_key(embedded: str) -> str:
    """Name of a vector: 32 hexadecimal digits that depend on the embedded text alone, wherever it stands."""
    return hashlib.sha256(embedded.encode("utf-8")).hexdigest()[:32]


class FileState(NamedTuple):  # a tuple, because every sync makes one for every file
    """What one `stat` says about a file; when it is unchanged, the file is not opened."""

    bytes: int
    mtime_ns: int
    ctime_ns: int
    """Time of the last change of the file's record, which catches content replaced under an old date; 0 on Windows,
    where the field holds the time of creation."""


class KnownFile(NamedTuple):
    """What the catalogue remembers of a file, enough to tell whether it needs work."""

    name: str
    state: State
    reason: str | None
    file: FileState
    sha256: bytes | None
    """Hash of the content; None when the file could not be read at all, so that it is tried again."""
    recipe: str
    """Version of everything that turns the file into passages; another one means that the file is due."""
    settled: bool
    """False when the file changed so shortly before it was read that a later change may carry the same date."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file as read: what the catalogue keeps about it whether or not it became a document."""

    name: str
    file: FileState
    sha256: bytes | None
    recipe: str
    settled: bool


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage on its way into the catalogue. Offsets are into the document's text."""

    start: int
    end: int
    heading: str | None
    text: str
    sentences: tuple[Span, ...]
    line: int | None
    page: int | None
    key: str
    """Name of the vector, made of the embedded text alone."""
    embedded: str
    """The text that the encoder sees: title, heading and text."""
    lead: str | None = None
    """What of `embedded` stands before the text: the declared title and the heading, a line each."""
    short_forms: tuple[tuple[str, str], ...] = ()
    """(short, long) of those in its text that its document defines."""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document on its way into the catalogue."""

    record: FileRecord
    title: str
    kind: str | None
    context: str | None
    date: str | None
    text: str
    encoding: str | None
    notes: tuple[str, ...]
    has_lines: bool
    pages: tuple[int, ...]
    """Offsets at which pages begin; empty when the format has none."""
    passages: tuple[NewPassage, ...]
    numbered: tuple[Numbered, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as the catalogue holds it: `text` is exactly the document's text[start:end]."""

    passage_id: int
    """Never used again for another passage, so a stale one finds nothing rather than something else."""
    key: str
    document: Document
    start: int
    end: int
    heading: str | None
    text: str
    sentences: tuple[Span, ...]
    """Spans in the document's text, in order, all within start..end."""
    line: int | None
    page: int | None
    short_forms: tuple[tuple[str, str], ...] = ()
    """As in `NewPassage`."""


@dataclass(frozen=True, slots=True)
class StoredContrast:
    """Two sentences of different documents that say different things."""

    one: int
    """Id of the passage of the one sentence,"""
    one_start: int
    """and where it starts in its document's text."""
    other: int
    other_start: int
    sort: str
    """In what they differ."""
    said: tuple[str, str]
    """The words that differ."""
    strength: float
    """How telling it is, 0 to 1."""


def chunks(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Lists of up to `size` items, because a statement takes a limited number of values."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
