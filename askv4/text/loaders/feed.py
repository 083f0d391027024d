"""XML: feeds (RSS, Atom) as the articles in them, any other as the text that it is, tags included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from askv4.text.loaders import source
from askv4.text.loaders.archives import damage_named, parse_xml
from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.html import html_root
from askv4.text.loaders.markup import add_markup, tag_of
from askv4.types import ParsedText

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_FEEDS = (b"<rss", b"<feed", b"<rdf:RDF")
_ITEMS = frozenset({"item", "entry"})
_BODIES = ("encoded", "content", "description", "summary")
"""Where an article's text may stand, the fullest first."""
_FACTS = ("pubdate", "published", "updated", "date", "creator", "author")


def parse(data: bytes, name: str) -> ParsedText:
    """The articles of a feed under their titles, or the file as it is. Raises DocumentUnreadable when it is no text."""
    if not any(sign in data[:4096] for sign in _FEEDS) or b"<!ENTITY" in data[:4096]:
        return source.parse(data, name)
    with damage_named(name, "a feed"):
        root = parse_xml(data)
    items = [one for one in root.iter() if tag_of(one) in _ITEMS]
    if not items:
        return source.parse(data, name)
    composer = Composer()
    channel = next((one for one in root.iter() if tag_of(one) in ("channel", "feed")), root)
    title = _field(channel, "title")
    if title:
        composer.heading(title, 1)
    for item in items:
        _add_item(composer, item)
    return composer.parsed(title=title or None)


def _add_item(composer: Composer, item: _Element) -> None:
    composer.heading(_field(item, "title") or "untitled", 2)
    for fact in _FACTS:
        if told := _field(item, fact):
            composer.row(f"{fact.removeprefix('pub')}: {told}")
    body = next(
        (one for tag in _BODIES for one in item if tag_of(one) == tag and "".join(one.itertext()).strip()), None
    )
    if body is None:
        return
    root = html_root("".join(body.itertext()))
    if len(body):  # Atom may hold XHTML itself
        add_markup(composer, body, level=2)
    elif root is not None:
        add_markup(composer, root, level=2)


def _field(parent: _Element, tag: str) -> str:
    """The text of a child; that of an author is their name and address together."""
    return next((one_line(" ".join(one.itertext())) for one in parent if tag_of(one) == tag), "")
