"""The characters of a PDF page become lines with their places on the page, in points from the lower left."""

from __future__ import annotations

import ctypes
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from askv4.text.loaders.composing import one_line
from askv4.text.loaders.pdf_bidi import in_reading_order
from askv4.text.loaders.pdf_fields import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage  # type: ignore[import-untyped]

_SOFT_END = "\x02"
"""What pdfium gives for a hyphen at which a word was broken; it stands for the line's end as well."""
_WIDE_GAP = 1.6
"""Space within a line that parts columns, in font sizes."""
_ROW_GAP = 1.0
"""The same where a line has two such gaps already, as a row of a table has."""
_LEVEL = 1.5
"""Heights of a letter that letters on one level take up at most; text that stands upright takes more."""


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A run of characters on one baseline without a wide gap."""

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    size: float
    bold: bool
    broken: bool = False
    """Whether a word goes on in the next line."""


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of one page in the order in which they were drawn, which is mostly the order to read them in."""

    height: float
    lines: tuple[PdfLine, ...]
    running: tuple[PdfLine, ...] = ()
    """Those of them that stand on further pages, too: heads and feet."""


@dataclass(slots=True)
class _Glyph:
    index: int
    char: str
    x0: float
    y0: float
    x1: float
    y1: float


def read_page(page: PdfPage, boxes: Sequence[Box] = ()) -> PageLines:
    """The lines of a page; what is drawn in one of the boxes is none. Raises PdfiumError."""
    textpage = page.get_textpage()
    try:
        lines = tuple(
            line
            for run, broken in _runs(textpage, boxes)
            for level, is_last in _levels(run)
            for line in _lines(textpage, level, boxes, broken and is_last)
        )
        return PageLines(float(page.get_height()), lines)
    finally:
        textpage.close()
        page.close()


def _runs(textpage: PdfTextPage, boxes: Sequence[Box]) -> Iterator[tuple[list[_Glyph], bool]]:
    """Runs of characters between line ends, and whether a hyphen ended them."""
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

    run: list[_Glyph] = []
    high = ""
    for index in range(textpage.count_chars()):
        char = high + chr(pdfium.FPDFText_GetUnicode(textpage.raw, index))
        high = ""
        if "\ud800" <= char <= "\udbff":
            high = char
            continue
        if len(char) == 2:
            char = char.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if char in ("\r", "\n", _SOFT_END, "\ufffe"):
            if run:
                yield run, char in (_SOFT_END, "\ufffe")
            run = []
        elif char != "\0":
            x0, y0, x1, y1 = textpage.get_charbox(index, loose=True)
            if not any(box.holds((x0 + x1) / 2, (y0 + y1) / 2) for box in boxes):  # a tick is no letter
                run.append(_Glyph(index, char, x0, y0, x1, y1))
    if run:
        yield run, False


def _levels(run: list[_Glyph]) -> Iterator[tuple[list[_Glyph], bool]]:
    """A run parted where a word stands wholly above or below the one before it, as the fields of a form do; and which is last."""
    starts = [0]
    last: _Glyph | None = None
    for place, glyph in enumerate(run):
        if glyph.char.isspace():
            continue
        if last and (glyph.y0 >= last.y1 or glyph.y1 <= last.y0) and run[place - 1].char.isspace():
            starts.append(place)
        last = glyph
    parts = (
        [run[start:end] for start, end in zip(starts, [*starts[1:], len(run)], strict=True)]
        if len(starts) > 1
        else [run]
    )
    if len(parts) > 1 and not all(map(_is_level, parts)):
        parts = [run]
    for part in parts:
        yield part, part is parts[-1]


def _is_level(part: list[_Glyph]) -> bool:
    seen = [glyph for glyph in part if not glyph.char.isspace()]
    tallest = max(glyph.y1 - glyph.y0 for glyph in seen)
    return max(glyph.y1 for glyph in seen) - min(glyph.y0 for glyph in seen) < _LEVEL * tallest


def _lines(textpage: PdfTextPage, run: list[_Glyph], boxes: Sequence[Box], broken: bool) -> Iterator[PdfLine]:
    """A run divided at its wide gaps."""
    seen = [glyph for glyph in run if not glyph.char.isspace()]
    if not seen:
        return
    low, high = min(glyph.y0 for glyph in seen), max(glyph.y1 for glyph in seen)
    beside = [box.x0 for box in boxes if low < (box.y0 + box.y1) / 2 < high]
    ends = sorted([*_gaps(seen, _font(textpage, seen[0].index)[0]), *beside])
    ordered = in_reading_order(run, lambda glyph: glyph.char, lambda glyph: (glyph.x0, glyph.x1))
    parts: dict[int, list[_Glyph]] = {}
    column = bisect_right(ends, ordered[0].x0)
    for glyph in ordered:
        # A space has the place that pdfium thinks of, so it stays with the letter before it.
        column = column if glyph.char.isspace() else bisect_right(ends, glyph.x0)
        parts.setdefault(column, []).append(glyph)
    last = max(parts)
    for column, part in parts.items():
        yield from _line(textpage, part, broken=broken and column == last)


def _gaps(glyphs: list[_Glyph], size: float) -> list[float]:
    """Where columns begin after a wide gap, from left to right; in a row of several, less wide ones part them, too."""
    gaps: list[tuple[float, float]] = []
    right = float("inf")
    for glyph in sorted(glyphs, key=lambda glyph: glyph.x0):
        if glyph.x0 - right > _ROW_GAP * size:
            gaps.append((glyph.x0 - right, glyph.x0))
        right = max(right, glyph.x1) if right < float("inf") else glyph.x1
    wide = [start for gap, start in gaps if gap > _WIDE_GAP * size]
    return [start for _, start in gaps] if len(wide) > 1 else wide


def _line(textpage: PdfTextPage, part: list[_Glyph], *, broken: bool) -> Iterator[PdfLine]:
    text = one_line("".join(glyph.char for glyph in part))
    seen = [glyph for glyph in part if not glyph.char.isspace()]
    if text and seen:
        size, bold = _font(textpage, seen[0].index)
        bold = bold and _font(textpage, seen[-1].index)[1]
        yield PdfLine(
            text,
            min(glyph.x0 for glyph in seen),
            max(glyph.x1 for glyph in seen),
            min(glyph.y0 for glyph in seen),
            max(glyph.y1 for glyph in seen),
            size,
            bold,
            broken,
        )


def _font(textpage: PdfTextPage, index: int) -> tuple[float, bool]:
    """The size in points, to half a point, and whether the letters are bold."""
    import pypdfium2.raw as pdfium

    size = pdfium.FPDFText_GetFontSize(textpage.raw, index)
    _, y0, _, y1 = textpage.get_charbox(index, loose=True)
    # Some programs draw at size 1 and scale; then the height of the box tells.
    size = size if 3 < size < 200 else max(1.0, abs(y1 - y0) * 0.85)
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(textpage.raw, index, buffer, 128, flags)
    name = buffer.value.lower()
    return round(size * 2) / 2, b"bold" in name or b"black" in name or b"heavy" in name
