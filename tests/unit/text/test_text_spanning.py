"""Tables whose cells span columns or rows, as Word, PowerPoint and web pages have them."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import pptx
import pytest
from pptx.util import Inches

from askv4.text.loaders import load

CELLS = [
    ["Room", "Price", "", "Beds"],
    ["", "low season", "high season", ""],
    ["Dune", "80", "110", "2"],
    ["", "95", "130", "3"],
    ["Lagoon", "closed", "", "2"],
]
MERGED = [((0, 0), (1, 0)), ((0, 1), (0, 2)), ((0, 3), (1, 3)), ((2, 0), (3, 0)), ((4, 1), (4, 2))]
"""The first and the last cell of each merged range, as (row, column)."""
ROWS = [
    "Room: Dune; Price low season: 80; Price high season: 110; Beds: 2",
    "Room: Dune; Price low season: 95; Price high season: 130; Beds: 3",
    "Room: Lagoon; Price low season: closed; Price high season: closed; Beds: 2",
]


def fill(table) -> None:
    for number, cells in enumerate(CELLS):
        for column, text in enumerate(cells):
            table.cell(number, column).text = text
    for first, last in MERGED:
        table.cell(*first).merge(table.cell(*last))


def word() -> bytes:
    document, out = docx.Document(), io.BytesIO()
    fill(document.add_table(rows=len(CELLS), cols=len(CELLS[0])))
    document.save(out)
    return out.getvalue()


def slides() -> bytes:
    show, out = pptx.Presentation(), io.BytesIO()
    slide = show.slides.add_slide(show.slide_layouts[6])
    size = (Inches(1), Inches(1), Inches(6), Inches(4))
    fill(slide.shapes.add_table(len(CELLS), len(CELLS[0]), *size).table)
    show.save(out)
    return out.getvalue()


def page(head: str = "td") -> bytes:
    spans = {first: f" rowspan={last[0] - first[0] + 1} colspan={last[1] - first[1] + 1}" for first, last in MERGED}
    covered = {
        (row, column)
        for first, last in MERGED
        for row in range(first[0], last[0] + 1)
        for column in range(first[1], last[1] + 1)
    } - set(spans)
    rows = "".join(
        "<tr>"
        + "".join(
            f"<{tag}{spans.get((row, column), '')}>{text}</{tag}>"
            for column, text in enumerate(cells)
            if (row, column) not in covered
        )
        + "</tr>"
        for row, cells in enumerate(CELLS)
        for tag in [head if row < 2 else "td"]
    )
    return f"<html><body><p>The rooms of the house by the sea, and what they cost.</p><table>{rows}</table></body></html>".encode()


@pytest.mark.parametrize(
    ("name", "made"),
    [("a.docx", word), ("a.pptx", slides), ("a.html", page), ("b.html", lambda: page("th"))],
)
def test_a_cell_that_spans_others_holds_for_each(name: str, made: Callable[[], bytes]) -> None:
    parsed = load(made(), name)
    assert [parsed.text[b.start : b.end] for b in parsed.blocks if parsed.text[b.start : b.end] in ROWS] == ROWS


def test_a_cell_as_wide_as_its_table_stands_once() -> None:
    html = b"<table><tr><th>Day</th><th>Hours</th></tr><tr><td colspan=2>Winter</td></tr><tr><td>Monday</td><td>9 to 5</td></tr></table>"
    text = load(html, "a.html").text
    assert text.count("Winter") == 1
    assert "Day: Monday; Hours: 9 to 5" in text


@pytest.mark.parametrize("span", ["100000", "-1", "x", "0", "99999999999999999999"])
def test_no_span_holds_up_reading(span: str) -> None:
    rows = f"<tr><td colspan={span} rowspan={span}>wide</td><td>b</td></tr>" * 50
    text = load(f"<table>{rows}</table>".encode(), "a.html").text
    assert "wide" in text
    assert len(text) < 1_000_000


def test_a_name_of_a_row_over_several_columns_is_no_value_of_each() -> None:
    head = "<tr><th>Item</th><th>Qty</th><th>Price</th></tr><tr><td>Brake pads</td><td>2</td><td>58.00</td></tr>"
    html = f"<table>{head}<tr><td colspan=2>Net</td><td>116.00</td></tr></table>".encode()
    assert "Item: Net; Price: 116.00" in load(html, "a.html").text
