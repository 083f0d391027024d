"""A picture of the terminal as a small SVG that is the same wherever it is drawn, and loads nothing."""

from __future__ import annotations

import html
import re
from itertools import groupby

FONTS = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono'"
CELL_WIDTH, LINE_HEIGHT = 12.2, 24.4
"""As rich draws them."""

_TEXT = re.compile(r'<text class="r(\d+)" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>')
_CELLS = re.compile(
    r'<rect fill="([^"]+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="24.65" shape-rendering="crispEdges"/>\s*'
)


def compact(svg: str) -> str:
    """rich's picture without the web font that viewers would fetch, names that change, and what nobody sees."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", FONTS)
    svg = re.sub(r'<clipPath id="[^"]*-line-\d+">.*?</clipPath>\s*', "", svg, flags=re.DOTALL)
    svg = re.sub(r' clip-path="url\(#[^"]*-line-\d+\)"', "", svg)
    svg = re.sub(r"terminal-\d+-", "", svg)
    svg = re.sub(r"<text[^>]*>\s*</text>", "", svg).replace("&#160;", " ")
    # Viewers that break the text's spaces would move what follows them.
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)
    svg = re.sub(r"(?<=\d)\.(\d\d)\d{6,}", r".\1", svg)
    first = _CELLS.search(svg)
    if first is not None:
        svg = svg[: first.start()] + _backgrounds(svg) + _CELLS.sub("", svg[first.start() :])
        svg = svg.replace("</style>", "rect { shape-rendering: crispEdges }\n</style>", 1)
    # A line of the file for each piece: changes can be read.
    svg = re.sub(r">\s*<(text|rect)", r">\n<\1", svg)
    return "\n".join(line.strip() for line in svg.splitlines() if line.strip()) + "\n"


def _backgrounds(svg: str) -> str:
    """One rectangle for neighbours of one colour, in a row and then in rows below each other."""
    stretches: list[tuple[str, int, int, int]] = []
    for fill, x, y, width in _CELLS.findall(svg):
        row, column, cells = (
            round(float(value) / unit) for value, unit in ((y, LINE_HEIGHT), (x, CELL_WIDTH), (width, CELL_WIDTH))
        )
        before = stretches[-1] if stretches else ("", 0, 0, 0)
        if before[0] == fill and before[1] == row and before[2] + before[3] == column:
            stretches[-1] = (fill, row, before[2], before[3] + cells)
        else:
            stretches.append((fill, row, column, cells))
    drawn = []
    by_place = sorted((column, cells, fill, row) for fill, row, column, cells in stretches)
    for (column, cells, fill), group in groupby(by_place, key=lambda one: one[:3]):
        rows_here = [row for *_, row in group]
        for _, run in groupby(enumerate(rows_here), key=lambda one: one[1] - one[0]):
            block = [row for _, row in run]
            place = f'x="{column * CELL_WIDTH:.1f}" y="{block[0] * LINE_HEIGHT + 1.5:.1f}"'
            size = f'width="{cells * CELL_WIDTH:.1f}" height="{len(block) * LINE_HEIGHT + 0.25:.2f}"'
            drawn.append(f'<rect fill="{fill}" {place} {size}/>\n')
    return "".join(drawn)


def rows(svg: str) -> list[str]:
    """The text of a compact picture, row by row."""
    by_height: dict[float, list[tuple[float, str]]] = {}
    for match in _TEXT.finditer(svg):
        by_height.setdefault(float(match[3]), []).append((float(match[2]), html.unescape(match[4])))
    lines = []
    for y in sorted(by_height):
        line = ""
        for x, text in sorted(by_height[y]):
            line = line.ljust(round(x / CELL_WIDTH)) + text
        lines.append(line.rstrip())
    return lines
