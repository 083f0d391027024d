"""Cells of HTML tables that span columns or rows, put into every place that they cover, so that each row is whole."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_SPANS = ("colspan", "rowspan")
_MOST_COLUMNS = 100
_MOST_COPIES = 20_000
"""In a page: one that says more of itself is no table for people."""


def spread_cells(root: _Element) -> None:
    """Puts copies of cells that span others into their places. A cell as wide as its table stays one, and so do those of
    tables that hold tables, which arrange a page."""
    left = _MOST_COPIES
    for table in list(root.iter("table")):
        if left > 0 and next(table.iterdescendants("table"), None) is None:
            left -= _spread(table, left)


def _spread(table: _Element, most: int) -> int:
    """The number of copies, at most about `most`."""
    rows = list(table.iter("tr"))
    wide = max((sum(_count(cell, "colspan") for cell in row.iter("td", "th")) for row in rows), default=0)
    tall: dict[int, tuple[int, _Element]] = {}
    """Column -> how many more rows a cell from above covers there."""
    copies = 0
    for number, row in enumerate(rows):
        own, placed = list(row.iter("td", "th")), list[Any]()
        while (own or len(placed) in tall) and copies < most:
            column = len(placed)
            if column in tall:
                left, cell = tall.pop(column)
                down, across = left, 1
                placed.append(deepcopy(cell))
                copies += 1
            else:
                cell = own.pop(0)
                across, down = _count(cell, "colspan"), min(_count(cell, "rowspan"), len(rows) - number)
                for name in _SPANS:
                    cell.attrib.pop(name, None)
                across = 1 if across >= wide else across
                beside = [deepcopy(cell) for _ in range(1, across)]
                if column == 0 and any(one.tag == "td" for one in own):
                    for one in beside:  # "Net", above which stand three labels, is the row's name and no value of them
                        one.clear()
                placed += [cell, *beside]
                copies += across - 1
            if down > 1:
                tall |= dict.fromkeys(range(column, column + across), (down - 1, cell))
        row[:] = [*placed, *own]
    return copies


def _count(cell: _Element, name: str) -> int:
    written = (cell.get(name) or "1").strip()
    return min(max(1, int(written)), _MOST_COLUMNS) if written.isdecimal() and len(written) < 6 else 1
