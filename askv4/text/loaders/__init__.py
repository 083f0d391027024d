"""A file becomes text with places in it: one module per family of formats, one registry.

A loader module has `parse(data: bytes, name: str) -> ParsedText`; adding a family is adding the module and a line to
`FORMATS`. Modules are imported when a file of theirs turns up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import cast

from askv4.errors import DocumentEmpty, DocumentTooLarge, UnsupportedFormat
from askv4.types import ParsedText

MAX_BYTES = 256 * 1024 * 1024
"""Larger files are refused: check a file's size before reading it."""


@dataclass(frozen=True, slots=True)
class Format:
    """A family of formats and the module that reads it."""

    name: str
    suffixes: frozenset[str]
    """Lower case, with the dot; "" for files without a suffix."""
    module: str

    def parse(self, data: bytes, name: str) -> ParsedText:
        """What the family's module makes of a file."""
        module = import_module(self.module)
        return cast(Callable[[bytes, str], ParsedText], module.parse)(data, name)


FORMATS = (
    Format("Markdown", frozenset({".md", ".markdown", ".mdown", ".mkd"}), "askv4.text.loaders.markdown"),
    Format("plain text", frozenset({".txt", ".text", ".log", ""}), "askv4.text.loaders.plain"),
)

_BY_SUFFIX = {suffix: entry for entry in FORMATS for suffix in entry.suffixes}
_LITTER = frozenset({"thumbs.db", "desktop.ini", "icon\r"})
_UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp")


def load(data: bytes, name: str) -> ParsedText:
    """The text of a file and the places in it.

    `data` is the whole file, `name` its path relative to the corpus with `/` between parts.
    Raises UnsupportedFormat, DocumentTooLarge, DocumentUnreadable or DocumentEmpty.
    """
    entry = format_of(name)
    if entry is None:
        known = ", ".join(sorted(suffix for suffix in _BY_SUFFIX if suffix))
        suffix = PurePosixPath(name).suffix
        raise UnsupportedFormat(f"askv4 does not read {suffix} files ({name})", f"save it as one of {known}")
    if len(data) > MAX_BYTES:
        raise DocumentTooLarge(f"{name} is larger than {MAX_BYTES >> 20} MiB", "divide it into smaller files")
    parsed = entry.parse(data, name)
    if not parsed.blocks:
        raise DocumentEmpty(f"there is no text in {name}", "put text into it, or take it away")
    return parsed


def format_of(name: str) -> Format | None:
    """The family that reads files of this name; None when none does."""
    return _BY_SUFFIX.get(PurePosixPath(name).suffix.lower())


def is_indexable(name: str) -> bool:
    """Whether a file of the corpus is a document at all, by its path relative to the corpus with `/` between parts.

    Not documents: the README.md at the corpus' own root, whatever is hidden by a leading dot, lock and backup copies of
    editors and office programs, downloads under way, and what file managers leave behind.
    """
    parts = name.split("/")
    last = parts[-1].lower()
    if any(part.startswith(".") for part in parts) or not last:
        return False
    if len(parts) == 1 and last == "readme.md":
        return False
    backup = last.startswith(("~$", ".~lock")) or last.endswith("~") or (last.startswith("#") and last.endswith("#"))
    return not backup and last not in _LITTER and not last.endswith(_UNFINISHED)
