"""Electronic books: the chapters in reading order, each under its own heading or its name in the table of contents."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import ZipFile

from askv4.errors import DocumentEncrypted
from askv4.text.loaders.archives import damage_named, open_archive, parse_xml
from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.html import html_root
from askv4.text.loaders.markup import add_markup, tag_of, text_of
from askv4.types import ParsedText

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_CONTAINER = "META-INF/container.xml"
_RIGHTS = "META-INF/rights.xml"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_HEADINGS = frozenset({"h1", "h2", "h3"})


def parse(data: bytes, name: str) -> ParsedText:
    """The text of the chapters. Raises DocumentUnreadable, DocumentTooLarge, DocumentEncrypted."""
    with open_archive(data, name) as archive, damage_named(name, "an EPUB book"):
        if _RIGHTS in archive.namelist():
            raise DocumentEncrypted(f"{name} is protected by its seller", "get a copy without protection")
        package_path = _package_path(archive)
        package = parse_xml(archive.read(package_path))
        composer = Composer()
        labels = _contents(archive, package_path, package)
        for path in _chapters(archive, package_path, package):
            root = html_root(_decoded(archive.read(path)))
            body = None if root is None else root.find("body")
            if body is not None:
                _add_chapter(composer, body, labels.get(path))
    fields = {key: _first(package, key) for key in ("title", "date", "creator")}
    date = _DATE.match(fields["date"])
    return composer.parsed(
        title=fields["title"] or None,
        date=date[0] if date else None,
        metadata={key: value for key, value in fields.items() if value},
    )


def _add_chapter(composer: Composer, body: _Element, label: str | None) -> None:
    headed = any(tag_of(one) in _HEADINGS and one_line(text_of(one)) for one in body.iter())
    if label and not headed:
        composer.heading(label, 1)
    add_markup(composer, body)


def _decoded(data: bytes) -> str:
    mark = data[:2]
    return data.decode("utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")


def _package_path(archive: ZipFile) -> str:
    container = parse_xml(archive.read(_CONTAINER))
    for element in container.iter():
        if tag_of(element) == "rootfile" and (path := element.get("full-path")):
            return str(path)
    raise ValueError("its container names no package")


def _first(package: _Element, tag: str) -> str:
    texts = (one_line("".join(one.itertext())) for one in package.iter() if tag_of(one) == tag)
    return next(filter(None, texts), "")


def _chapters(archive: ZipFile, package_path: str, package: _Element) -> Iterator[str]:
    """The paths of the pages, in the order of the book's spine."""
    manifest = {
        item.get("id"): item for item in package.iter() if tag_of(item) == "item" and item.get("media-type") in _PAGES
    }
    known = set(archive.namelist())
    for reference in package.iter():
        item = manifest.get(reference.get("idref")) if tag_of(reference) == "itemref" else None
        if item is not None and "nav" not in (item.get("properties") or "").split():
            path = _resolved(package_path, item.get("href") or "")
            if path in known:
                yield path


def _contents(archive: ZipFile, package_path: str, package: _Element) -> dict[str, str]:
    """The book's own table of contents: path of a page -> what it calls the page."""
    known = set(archive.namelist())
    labels: dict[str, str] = {}
    for item in package.iter():
        if tag_of(item) != "item":
            continue
        path = _resolved(package_path, item.get("href") or "")
        is_nav = "nav" in (item.get("properties") or "").split()
        if path not in known or not (is_nav or item.get("media-type") == "application/x-dtbncx+xml"):
            continue
        for target, label in _entries(parse_xml(archive.read(path))):
            labels.setdefault(_resolved(path, target.partition("#")[0]), label)
    return labels


def _entries(root: _Element) -> Iterator[tuple[str, str]]:
    for element in root.iter():
        if tag_of(element) == "a" and (target := element.get("href")):
            yield target, one_line(text_of(element))
        elif tag_of(element) == "navpoint":
            content = next((one for one in element if tag_of(one) == "content"), None)
            label = next((one for one in element if tag_of(one) == "navlabel"), None)
            if content is not None and label is not None:
                yield content.get("src") or "", one_line(text_of(label))


def _resolved(base: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(target)))
