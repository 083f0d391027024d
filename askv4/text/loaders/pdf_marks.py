"""Boxes of a PDF's form as marks in its lines: "[x] Courier"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from askv4.text.loaders.pdf_fields import Box
from askv4.text.loaders.pdf_lines import PageLines, PdfLine

_FAR = 4.0
"""Font sizes between a box and its label at most."""


def with_marks(page: PageLines, boxes: Sequence[Box]) -> PageLines:
    """The page with the mark of each box before its label: what stands right of it, or left where one of its row has
    nothing at its right. A box without a label has its own name."""
    marked = list(page.lines)
    for row in _rows(boxes):
        labels = _labels(row, marked, right=True)
        if None in labels:
            labels = _labels(row, marked, right=False)
        for box, label in zip(row, labels, strict=True):
            if label is None:
                marked += [_named(box)] if box.name else []
            else:
                line = marked[label]
                marked[label] = replace(line, text=f"{box.mark} {line.text}", x0=min(box.x0, line.x0))
    return replace(page, lines=tuple(marked))


def _rows(boxes: Sequence[Box]) -> list[list[Box]]:
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: (-box.y0, box.x0)):
        if rows and rows[-1][0].y0 < (box.y0 + box.y1) / 2 < rows[-1][0].y1:
            rows[-1].append(box)
        else:
            rows.append([box])
    return rows


def _labels(row: Sequence[Box], lines: Sequence[PdfLine], *, right: bool) -> list[int | None]:
    """The number of each box's line, each taken once."""
    labels: list[int | None] = []
    for box in row:
        gaps = []
        for number, line in enumerate(lines):
            gap = line.x0 - box.x1 if right else box.x0 - line.x1
            level = min(line.y1, box.y1) - max(line.y0, box.y0) > 0.5 * min(line.y1 - line.y0, box.y1 - box.y0)
            if level and -1 <= gap < _FAR * line.size and number not in labels:
                gaps.append((gap, number))
        labels.append(min(gaps)[1] if gaps else None)
    return labels


def _named(box: Box) -> PdfLine:
    return PdfLine(f"{box.mark} {box.name}", box.x0, box.x1, box.y0, box.y1, box.y1 - box.y0, bold=False)
