"""A file becomes text with places in it: one module per family of formats, one registry.

A loader module has `parse(data: bytes, name: str) -> ParsedText`; adding a family is adding the module and a line to
`FORMATS`. Modules are imported when a file of theirs turns up, and the libraries behind them when one is parsed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import cast

from askv4.errors import DocumentEmpty, DocumentTooLarge, DocumentUnreadable
from askv4.text.loaders.content import binary_family, text_family
from askv4.text.loaders.unread import unread
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
    light: bool = False
    """Whether it is read without a parser of foreign origin, so that it needs no process of its own."""

    @property
    def way(self) -> str:
        """The family, and what else decides on the text that comes of its files: an extra may be installed later."""
        if self.name not in _HELPED:
            return self.name
        module, helper = _HELPED[self.name]
        return f"{self.name} with {helper}" if import_module(module).is_available() else self.name

    def parse(self, data: bytes, name: str) -> ParsedText:
        """What the family's module makes of a file."""
        module = import_module(self.module)
        return cast(Callable[[bytes, str], ParsedText], module.parse)(data, name)


_HELPED = {
    "PDF": ("askv4.text.loaders.ocr", "OCR"),
    "old Office": ("askv4.text.loaders.old_office", "LibreOffice"),
}
_SOURCE_SUFFIXES = frozenset(
    ".py .pyi .js .mjs .cjs .ts .tsx .jsx .java .kt .kts .scala .c .h .cc .cpp .cxx .hpp .hh .cs .go .rs .swift .m .mm .rb "
    ".php .pl .pm .lua .r .jl .hs .ml .erl .ex .exs .clj .lisp .el .dart .zig .nim .f90 .f .pas .sh .bash .zsh .fish .ps1 "
    ".bat .sql .graphql .proto .css .scss .less .vue .svelte .tex .bib "
    ".cmake .gradle .tf .nix .v .vhd .asm .s .patch .diff".split()
)
_SETTINGS_SUFFIXES = frozenset(".yaml .yml .toml .ini .cfg .conf .properties .env".split())

FORMATS = (
    Format("Markdown", frozenset({".md", ".markdown", ".mdown", ".mkd"}), "askv4.text.loaders.markdown", light=True),
    Format("plain text", frozenset({".txt", ".text", ".log", ""}), "askv4.text.loaders.plain", light=True),
    Format("PDF", frozenset({".pdf"}), "askv4.text.loaders.pdf"),
    Format("Word", frozenset({".docx", ".docm", ".dotx"}), "askv4.text.loaders.docx"),
    Format("PowerPoint", frozenset({".pptx", ".pptm", ".ppsx"}), "askv4.text.loaders.pptx"),
    Format("Excel", frozenset({".xlsx", ".xlsm", ".xltx"}), "askv4.text.loaders.xlsx"),
    Format("old Excel", frozenset({".xls", ".xlt", ".xlsb"}), "askv4.text.loaders.xls"),
    Format("old Office", frozenset({".doc", ".dot", ".ppt", ".pps", ".pot"}), "askv4.text.loaders.old_office"),
    Format("OpenDocument", frozenset({".odt", ".ods", ".odp"}), "askv4.text.loaders.odf"),
    Format("EPUB", frozenset({".epub"}), "askv4.text.loaders.epub"),
    Format("RTF", frozenset({".rtf"}), "askv4.text.loaders.rtf"),
    Format("HTML", frozenset({".html", ".htm", ".xhtml"}), "askv4.text.loaders.html"),
    Format("email", frozenset({".eml"}), "askv4.text.loaders.mail"),
    Format("Outlook message", frozenset({".msg"}), "askv4.text.loaders.msg"),
    Format("mailbox", frozenset({".mbox"}), "askv4.text.loaders.mail"),
    Format("XML", frozenset({".xml", ".rss", ".atom"}), "askv4.text.loaders.feed"),
    Format("CSV", frozenset({".csv", ".tsv", ".tab"}), "askv4.text.loaders.csv"),
    Format("JSON", frozenset({".json", ".jsonl", ".ndjson"}), "askv4.text.loaders.json_text"),
    Format("notebook", frozenset({".ipynb"}), "askv4.text.loaders.notebook"),
    Format("reStructuredText", frozenset({".rst", ".rest"}), "askv4.text.loaders.rst"),
    Format("Org", frozenset({".org"}), "askv4.text.loaders.org"),
    Format("calendar", frozenset({".ics", ".ical", ".ifb", ".vcs"}), "askv4.text.loaders.ics"),
    Format("contacts", frozenset({".vcf", ".vcard"}), "askv4.text.loaders.vcf"),
    Format("subtitles", frozenset({".srt", ".vtt"}), "askv4.text.loaders.subtitles"),
    Format("settings", _SETTINGS_SUFFIXES, "askv4.text.loaders.settings"),
    Format("source code", _SOURCE_SUFFIXES, "askv4.text.loaders.source"),
)

BY_SUFFIX = {suffix: entry for entry in FORMATS for suffix in entry.suffixes}
_BY_NAME = {entry.name: entry for entry in FORMATS}
_LITTER = frozenset({"thumbs.db", "desktop.ini", "icon\r"})
_UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp")


def load(data: bytes, name: str) -> ParsedText:
    """The text of a file and the places in it.

    `data` is the whole file, `name` its path relative to the corpus with `/` between parts.
    Raises UnsupportedFormat, DocumentTooLarge, DocumentUnreadable or DocumentEmpty.
    """
    if len(data) > MAX_BYTES:
        raise DocumentTooLarge(f"{name} is larger than {MAX_BYTES >> 20} MiB", "divide it into smaller files")
    entry = _family(data, name)
    try:
        parsed = entry.parse(data, name)
    except RecursionError as error:
        raise DocumentUnreadable(f"{name} is nested too deeply", "divide it, or save it in another format") from error
    except MemoryError as error:
        raise DocumentTooLarge(f"{name} needs too much memory to read", "divide it into smaller files") from error
    if not parsed.blocks:
        raise DocumentEmpty(f"there is no text in {name}", "put text into it, or take it away")
    return parsed


def _family(data: bytes, name: str) -> Format:
    """The family that reads a file: what it is goes before what it is called."""
    entry = format_of(name)
    family = binary_family(data, name)
    if family is None and (entry is None or PurePosixPath(name).suffix == ""):
        family = text_family(data)
    if family is not None:
        return _BY_NAME[family]
    if entry is None:
        raise unread(name)
    return entry


def format_of(name: str) -> Format | None:
    """The family that reads files of this name; None when none does."""
    return BY_SUFFIX.get(PurePosixPath(name).suffix.lower())


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
