"""Word's automatic numbers: they stand in no paragraph, Word counts them when it shows the document."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.text.paragraph import Paragraph

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The namespace of a Word document's parts."""
_PLACE = re.compile(r"%([1-9])")
_UNCOUNTED = frozenset({"bullet", "none"})
_DEEPEST_STYLE = 20
_LARGEST = 32_767
_ROMAN = tuple(
    zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "m cm d cd c xc l xl x ix v iv i".split(), strict=True)
)


class Numbers:
    """Counts through the numbered paragraphs of a document: ask for each one once, in order."""

    def __init__(self, document: Docx) -> None:
        self._abstract: dict[str, dict[int, Any]] = {}
        """Definition of a list -> its levels."""
        self._lists: dict[str, tuple[str, dict[int, Any]]] = {}
        """List -> its definition, and the levels it has of its own."""
        self._starts: dict[tuple[str, int], int] = {}
        """Numbers with which a list begins a level anew."""
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[tuple[str, int]] = set()
        for relation in document.part.rels.values():
            if relation.reltype.endswith("/numbering") and not relation.is_external:
                self._read(relation.target_part.element)

    def _read(self, root: Any) -> None:
        for definition in root.iterchildren(f"{W}abstractNum"):
            self._abstract[_value(definition, "abstractNumId")] = dict(_levels(definition))
        for one in root.iterchildren(f"{W}num"):
            number, abstract = _value(one, "numId"), one.find(f"{W}abstractNumId")
            own: dict[int, Any] = {}
            for override in one.iterchildren(f"{W}lvlOverride"):
                own.update(_levels(override))
                start = override.find(f"{W}startOverride")
                if start is not None:
                    self._starts[number, _whole(_value(override, "ilvl"))] = _whole(_value(start), 1)
            if abstract is not None:
                self._lists[number] = (_value(abstract), own)

    def of(self, paragraph: Paragraph) -> str | None:
        """The number that Word shows before a paragraph, "" for a bullet; None when it is in no list."""
        number, depth = self._place(paragraph)
        if number not in self._lists:
            return None
        abstract, own = self._lists[number]
        levels = {**self._abstract.get(abstract, {}), **own}
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts[abstract]
        fresh = (number, depth) in self._starts and (number, depth) not in self._begun
        self._begun.add((number, depth))
        if fresh:
            counts[depth] = self._starts[number, depth]
        else:
            counts[depth] = counts[depth] + 1 if depth in counts else _start(level)
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        if _child(level, "numFmt", "decimal") in _UNCOUNTED:
            return ""
        legal = level.find(f"{W}isLgl") is not None

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            count = counts.get(at, _start(levels.get(at)))
            return _written(count, "decimal" if legal and at != depth else _child(levels.get(at), "numFmt", "decimal"))

        return _PLACE.sub(shown, _child(level, "lvlText", "")).strip()

    def _place(self, paragraph: Paragraph) -> tuple[str, int]:
        """The list that a paragraph is in, by itself or by its style, and how deep in it."""
        properties = paragraph._p.pPr
        number, depth = _named(None if properties is None else properties.find(f"{W}numPr"))
        style: Any = paragraph.style
        for _ in range(_DEEPEST_STYLE):
            if style is None or (number and depth is not None):
                break
            of_style = style.element.find(f"{W}pPr/{W}numPr")
            its_number, its_depth = _named(of_style)
            if of_style is not None and not number:
                number = its_number
                depth = its_depth if depth is None else depth
                if depth is None:
                    depth = self._depth_of_style(number, str(style.style_id))
            style = style.base_style
        return number or "0", depth or 0

    def _depth_of_style(self, number: str | None, style: str) -> int | None:
        abstract, own = self._lists.get(number or "", ("", {}))
        levels = {**self._abstract.get(abstract, {}), **own}
        return next((depth for depth, level in levels.items() if _child(level, "pStyle", "") == style), None)


def _levels(parent: Any) -> Iterator[tuple[int, Any]]:
    return ((_whole(_value(level, "ilvl")), level) for level in parent.iterchildren(f"{W}lvl"))


def _named(properties: Any) -> tuple[str | None, int | None]:
    if properties is None:
        return None, None
    number, depth = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
    return (None if number is None else _value(number)), (None if depth is None else _whole(_value(depth)))


def _value(element: Any, name: str = "val") -> str:
    return str(element.get(f"{W}{name}") or "")


def _child(element: Any, tag: str, otherwise: str) -> str:
    child = None if element is None else element.find(f"{W}{tag}")
    return otherwise if child is None else _value(child)


def _start(level: Any) -> int:
    return _whole(_child(level, "start", "1"), 1)


def _whole(written: str, otherwise: int = 0) -> int:
    return min(int(written), _LARGEST) if written.isdecimal() and len(written) < 9 else otherwise


def _written(count: int, shape: str) -> str:
    if shape in ("lowerLetter", "upperLetter") and count > 0:
        letter = chr(ord("a") + (count - 1) % 26) * min(9, (count - 1) // 26 + 1)
        return letter.upper() if shape == "upperLetter" else letter
    if shape in ("lowerRoman", "upperRoman") and count > 0:
        roman = _roman(count)
        return roman.upper() if shape == "upperRoman" else roman
    return f"{count:02}" if shape == "decimalZero" else str(count)


def _roman(count: int) -> str:
    parts: list[str] = []
    for value, sign in _ROMAN:
        parts.append(sign * (count // value))
        count %= value
    return "".join(parts)
