"""How documents, passages, texts and spans stand in the catalogue's rows."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from struct import Struct
from typing import Any

from askv4.records import StoredPassage, content_key, embedded_text
from askv4.types import Document, Fact, Numbered, Span


class RowChanged(Exception):
    """A row is not what was stored: SQLite does not see a letter that changed on the disk."""


_SENTENCE = Struct("<II")
_PAGE_START = Struct("<I")
DOCUMENT_COLUMNS = """documents.name, documents.title, documents.kind, documents.context, documents.date,
  documents.state, documents.reason, documents.bytes, documents.pages, documents.passages, documents.encoding,
  documents.notes, documents.has_lines"""
PASSAGE_COLUMNS = """passages.id, passages.key, passages.document_id, passages.start, passages.end, passages.heading,
  passages.text, passages.sentences, passages.line, passages.page,
  passages.lead, passages.short_forms"""


def encode_name(name: str) -> bytes:
    """A document's name as stored: names come from the file system and need not be valid text."""
    return name.encode("utf-8", "surrogatepass")


def decode_name(stored: bytes) -> str:
    """The inverse of `encode_name`."""
    return stored.decode("utf-8", "surrogatepass")


def deflate(text: str) -> bytes:
    """A text as stored. Raises UnicodeEncodeError when it holds half a surrogate pair."""
    return zlib.compress(text.encode("utf-8"), 1)


def inflate(stored: bytes) -> str:
    """The inverse of `deflate`."""
    return zlib.decompress(stored).decode("utf-8")


def pack_sentences(start: int, sentences: Iterable[Span]) -> bytes:
    """Sentence spans as stored, counted from their passage's `start`."""
    return b"".join(_SENTENCE.pack(span.start - start, span.end - start) for span in sentences)


def pack_pages(starts: Iterable[int]) -> bytes:
    """Offsets of page beginnings as stored."""
    return b"".join(map(_PAGE_START.pack, starts))


def unpack_pages(stored: bytes) -> tuple[int, ...]:
    """The inverse of `pack_pages`."""
    return tuple(start for (start,) in _PAGE_START.iter_unpack(stored))


def unpack_sentences(start: int, stored: bytes) -> tuple[Span, ...]:
    """The inverse of `pack_sentences`."""
    return tuple(Span(start + first, start + last) for first, last in _SENTENCE.iter_unpack(stored))


def pack_numbers(numbers: Sequence[str]) -> str:
    """Numbers, or their sorts, as stored: the innermost first."""
    return "".join(f"{number}/" for number in reversed(numbers))


def numbered_of(path: str, sorts: str, start: int, end: int, headed: int) -> Numbered:
    """The numbered part of a row."""
    numbers, called = (tuple(reversed(packed.split("/")[:-1])) for packed in (path, sorts))
    return Numbered(numbers, called, Span(start, end), bool(headed))


def fact_of(what: str, value: str, start: int | None, end: int | None, source: str) -> Fact:
    """The fact of a row."""
    return Fact(what, value, None if start is None or end is None else Span(start, end), source)


def marks(values: Sequence[object]) -> str:
    """Question marks for that many values."""
    return ",".join("?" * len(values))


def document_of(row: Sequence[Any]) -> Document:
    """The document of a row of `DOCUMENT_COLUMNS`."""
    name, title, kind, context, date, state, reason, size, pages, passages, encoding, notes, has_lines = row
    return Document(
        document=decode_name(name),
        title=title,
        kind=kind,
        context=context,
        date=date,
        state=state,
        reason=reason,
        bytes=size,
        pages=pages,
        passages=passages,
        encoding=encoding,
        notes=tuple(json.loads(notes)),
        has_lines=bool(has_lines),
    )


def passage_of(row: Sequence[Any], document: Document) -> StoredPassage:
    """The passage of a row that begins with `PASSAGE_COLUMNS`. Raises RowChanged when it is not the one that was stored."""
    passage_id, key, _, start, end, heading, text, sentences, line, page, lead, forms = row[:12]
    if content_key(embedded_text(lead, text)) != key or end - start != len(text):
        raise RowChanged(f"passage {passage_id} is not as it was stored")
    return StoredPassage(
        passage_id,
        key,
        document,
        start,
        end,
        heading,
        text,
        unpack_sentences(start, sentences),
        line,
        page,
        tuple((short, long) for short, long in json.loads(forms or "[]")),
    )
