"""HTML and saved web pages: the main text, without the menus that stand around it, and the page's footer and addresses.

trafilatura tells the main text from menus and advertisements. Pages that are no articles (a table, a short note) are
taken whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from askv4.text.loaders.archives import damage_named, refuse_cut_tree
from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.decoding import decode
from askv4.text.loaders.html_tables import spread_cells
from askv4.text.loaders.markup import add_markup, tag_of, text_of
from askv4.types import ParsedText

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SPANS = re.compile(r"(?:col|row)span", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SMALL_SHARE = 0.25
_MOSTLY = 0.6
_SHORT = 1500
"""Pages with less text are taken whole when most of it would be left out."""


def parse(data: bytes, name: str) -> ParsedText:
    """The main text of a page, its title and date. Raises DocumentUnreadable when it is no text."""
    text, encoding, notes = _decoded(data, name)
    with damage_named(name, "an HTML page"):
        root = html_root(text)
        if root is None:
            return Composer().parsed()
        article = _article(root if _SPANS.search(text) else text)
        composer = _composed(root, article)
    title = one_line(getattr(article, "title", None) or root.findtext(".//title") or "") or None
    date = getattr(article, "date", None) or ""
    return composer.parsed(title=title, date=date if _DATE.fullmatch(date) else None, encoding=encoding, notes=notes)


def html_root(text: str) -> _Element | None:
    """The tree of a page; None when there is nothing in it. Raises RecursionError when it is nested too deeply."""
    from lxml import html  # type: ignore[import-untyped]

    text = _XML_DECLARATION.sub("", text)
    if not text.strip():
        return None
    # Without `huge_tree` 256 levels are the most, and pages that never close a tag have more.
    parser = html.HTMLParser(huge_tree=True, no_network=True)
    root: _Element | None = html.document_fromstring(text, parser=parser)
    refuse_cut_tree(parser)
    if root is not None and _SPANS.search(text):
        spread_cells(root)
    return root


def _decoded(data: bytes, name: str) -> tuple[str, str, tuple[str, ...]]:
    """A page's own declaration goes before guessing, where it holds."""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        charset = declared[1].decode("ascii")
        try:
            return data.decode(charset), charset.lower(), ()
        except (LookupError, UnicodeDecodeError):
            pass  # it declares what it is not
    decoded = decode(data, name)
    return decoded.text, decoded.encoding, decoded.notes


def _article(text: str) -> Any:
    """What trafilatura takes for the main text and its metadata; None when it finds none."""
    from trafilatura import bare_extraction

    return bare_extraction(
        text,
        include_comments=False,
        include_tables=True,
        include_links=False,
        favor_recall=True,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )


def _composed(root: _Element, article: Any) -> Composer:
    body = root.find("body")
    whole = root if body is None else body
    main = Composer()
    if article is not None and article.body is not None:
        add_markup(main, article.body)
    seen = len(one_line(text_of(whole)))
    kept = sum(block.end - block.start for block in main.parsed().blocks)
    if kept and not (seen < _SHORT and kept < seen * _SMALL_SHARE * 3) and kept >= seen * _SMALL_SHARE * 0.2:
        _add_contacts(main, whole)
        return main
    everything = Composer()
    add_markup(everything, whole)
    return everything


def _add_contacts(main: Composer, whole: _Element) -> None:
    """The footer and the addresses of a page, which trafilatura leaves out, but not a footer of links alone."""
    told = one_line(main.parsed().text)
    for element in _contacts(whole):
        text = one_line(text_of(element))
        if text and text not in told and _informs(element, text):
            add_markup(main, element)
            told += f" {text}"


def _contacts(element: _Element) -> Iterator[_Element]:
    """The outermost footers and addresses of the page; those of articles in it are theirs."""
    stack = [element]
    while stack:
        node = stack.pop()
        if tag_of(node) == "address" or (tag_of(node) == "footer" and _is_of_page(node)):
            yield node
        else:
            stack.extend(reversed(list(node)))


def _is_of_page(footer: _Element) -> bool:
    return not any(tag_of(one) in ("article", "blockquote", "section") for one in footer.iterancestors())


def _informs(element: _Element, text: str) -> bool:
    """Whether a footer says how to reach somebody, rather than only leads to other pages."""
    linked = sum(len(one_line(text_of(one))) for one in element.iter() if tag_of(one) == "a")
    tells = any(char.isdigit() or char == "@" for char in text) or any(
        tag_of(one) == "address" for one in element.iter()
    )
    return tells and linked <= _MOSTLY * len(text)
