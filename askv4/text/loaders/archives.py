"""Documents that are ZIP archives of XML: opened with limits, because a small file can hold a very large one."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from askv4.errors import DocumentEncrypted, DocumentTooLarge, DocumentUnreadable

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

MAX_UNPACKED = 1 << 30
_MAX_PART = 256 << 20
_MAX_PARTS = 20_000
_MAX_RATIO = 300
"""Office documents unpack to some tenfold of their size, tables of one value to a hundredfold."""
_HARMLESS = 10 << 20


@contextmanager
def damage_named(name: str, what: str, *own: type[Exception]) -> Iterator[None]:
    """Turns what libraries raise about a broken file into DocumentUnreadable. `what` is "a Word document".

    `own` are the classes of the format's library.
    """
    from lxml.etree import LxmlError

    try:
        yield
    except RecursionError:
        raise  # too deep, not broken: `load` says so
    except (
        zipfile.BadZipFile,
        zlib.error,
        LxmlError,
        LookupError,
        ValueError,
        AttributeError,
        TypeError,
        EOFError,
        RuntimeError,
        OSError,
        SyntaxError,  # what the standard library's XML parser raises
        ArithmeticError,
        AssertionError,
        *own,
    ) as error:
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise DocumentUnreadable(f"{name} is damaged or not really {what}: {why}", "open and save it anew") from error


def open_archive(data: bytes, name: str) -> zipfile.ZipFile:
    """The archive, once it is known to unpack to a reasonable size without a password.

    Raises DocumentTooLarge, DocumentEncrypted, DocumentUnreadable.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError) as error:
        raise DocumentUnreadable(f"{name} is damaged: {error}", "copy it again from where it came from") from error
    parts = archive.infolist()
    if len(parts) > _MAX_PARTS:
        raise DocumentTooLarge(f"{name} holds {len(parts)} parts, as no document does", "take it away")
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentEncrypted(f"{name} is encrypted")
    total = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > _HARMLESS and part.file_size > _MAX_RATIO * max(1, part.compress_size) for part in parts
    )
    if swollen or total > MAX_UNPACKED or any(part.file_size > _MAX_PART for part in parts):
        raise DocumentTooLarge(
            f"{name} would unpack to {total >> 20} MiB, as a zip bomb does", "divide it, or take it away"
        )
    for part in parts:
        if part.filename.endswith((".xml", ".rels")) and b"<!ENTITY" in _head(archive, part):
            raise DocumentUnreadable(f"{name} declares XML entities, as only attacks do", "open and save it anew")
    return archive


def _head(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(part) as file:
            return file.read(4096)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        return b""  # the loader meets the damage again where it needs the part


def parse_xml(data: bytes) -> _Element:
    """The root of an XML part: no entity is resolved, nothing is fetched, small damage is mended.

    Raises lxml's errors, ValueError when there is no element in it, RecursionError when it is nested too deeply.
    """
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    root = etree.fromstring(data, parser)
    refuse_cut_tree(parser)
    if root is None:
        raise ValueError("a part holds no XML")
    return root


def refuse_cut_tree(parser: Any) -> None:
    """Raises RecursionError when a parser of lxml's left out what is nested deeper than it goes."""
    if any("Excessive depth" in error.message for error in parser.error_log):
        raise RecursionError("nested too deeply")
