"""A tree of HTML becomes headings, paragraphs, items, rows and code. Used by every format that holds HTML."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from askv4.text.loaders.composing import Composer
from askv4.text.loaders.tables import add_table

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_SKIPPED = frozenset(
    "script style template noscript svg title iframe object canvas audio video button select input textarea".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form "
    "header hr li main nav ol p section summary ul quote list item table tr td th thead tbody tfoot caption".split()
)
_ITEMS = frozenset({"li", "item", "dd"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CELLS = frozenset({"td", "th", "cell"})


def add_markup(composer: Composer, root: _Element, *, level: int = 0) -> None:
    """What a reader sees of `root`, in order. `level` is added to the depth of its headings."""
    _Walk(composer, level).walk(root)


def text_of(element: _Element) -> str:
    """The characters in an element, without those of scripts and styles."""
    parts: list[str] = []
    _gather(element, parts)
    return "".join(parts)


def _gather(element: _Element, parts: list[str]) -> None:
    tag = tag_of(element)
    if tag and tag not in _SKIPPED:
        parts.append(element.text or "")
        for child in element:
            if tag_of(child) in ("br", "lb") or tag_of(child) in _BLOCKS:
                parts.append("\n")
            _gather(child, parts)
            parts.append(child.tail or "")


def tag_of(element: _Element) -> str:
    """An element's name without its namespace, lower case; empty for comments and instructions."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


class _Walk:
    def __init__(self, composer: Composer, level: int) -> None:
        self._composer = composer
        self._level = level
        self._words: list[str] = []
        self._in_item = False

    def walk(self, element: _Element) -> None:
        self._visit(element)
        self._flush()

    def _visit(self, element: _Element) -> None:
        tag = tag_of(element)
        if not tag or tag in _SKIPPED or element.get("hidden") is not None:
            return
        if (level := _heading_level(element, tag)) is not None:
            self._flush()
            self._composer.heading(text_of(element), level + self._level)
        elif tag == "pre":
            self._flush()
            self._composer.code(text_of(element))
        elif tag == "table" and _is_data(element):
            self._flush()
            add_table(self._composer, _rows(element), headed=_heads(element))
        elif tag in ("br", "lb"):
            self._words.append("\n")
        elif tag in _BLOCKS:
            self._block(element, tag)
        else:
            self._children(element)

    def _block(self, element: _Element, tag: str) -> None:
        self._flush()
        outer, self._in_item = self._in_item, self._in_item or tag in _ITEMS
        self._children(element)
        self._flush()
        self._in_item = outer

    def _children(self, element: _Element) -> None:
        self._words.append(element.text or "")
        for child in element:
            self._visit(child)
            self._words.append(child.tail or "")

    def _flush(self) -> None:
        text = "".join(self._words)
        self._words.clear()
        if self._in_item:
            self._composer.item(text)
        else:
            self._composer.paragraph(text)


def _heading_level(element: _Element, tag: str) -> int | None:
    if tag == "head":  # trafilatura's name for a heading
        return _HEADINGS.get(element.get("rend", ""), 2)
    return _HEADINGS.get(tag)


def _is_data(table: _Element) -> bool:
    """Whether a table holds data; many only arrange a page."""
    rows = list(_rows(table))
    nested = any(tag_of(inner) == "table" for inner in table.iterdescendants())
    return not nested and len(rows) > 1 and max(map(len, rows), default=0) > 1


def _heads(table: _Element) -> int | None:
    """How many of the first rows are marked as labels, one where all are; None where the table marks nothing."""
    marked = [
        [tag_of(cell) == "th" or cell.get("role") == "head" for cell in row if tag_of(cell) in _CELLS]
        for row in table.iter()
        if tag_of(row) in ("tr", "row")
    ]
    marked = [row for row in marked if row]
    heads = sum(1 for _ in takewhile(all, marked))
    return (heads if heads < len(marked) else 1) if any(map(any, marked)) else None


def _rows(table: _Element) -> list[list[str]]:
    rows = [one for one in table.iter() if tag_of(one) in ("tr", "row")]
    return [[text_of(cell) for cell in row if tag_of(cell) in _CELLS] for row in rows]
