"""Tables of PDFs whose cells run over several lines, made by reportlab."""

from __future__ import annotations

from io import BytesIO

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from askv4.text.loaders import pdf
from askv4.types import ParsedText

HEAD = ["Room", "Use", "Keeper"]


def read(cells: list[list[str]], valign: str, after: str = "") -> ParsedText:
    style = getSampleStyleSheet()["BodyText"]
    body = [HEAD, *([Paragraph(cell, style) for cell in row] for row in cells)]
    table = Table(body, colWidths=[60, 90, 90], style=[("VALIGN", (0, 0), (-1, -1), valign)])
    out = BytesIO()
    SimpleDocTemplate(out, pagesize=A4).build([table, Paragraph(after, style)])
    return pdf.parse(out.getvalue(), "rooms.pdf")


@pytest.mark.parametrize("valign", ["TOP", "MIDDLE", "BOTTOM"])
def test_a_wrapped_cell_stays_in_its_row(valign: str) -> None:
    parsed = read(
        [
            ["A1", "Repair of looms and of spinning wheels", "Ottilie"],
            ["A2", "Store", "Bertrand, and on Sundays his sister"],
            ["A3", "Kitchen", "Nobody"],
        ],
        valign,
        "The rooms are heated.",
    )
    assert parsed.text.split("\n") == [
        "Room: A1; Use: Repair of looms and of spinning wheels; Keeper: Ottilie",
        "Room: A2; Use: Store; Keeper: Bertrand, and on Sundays his sister",
        "Room: A3; Use: Kitchen; Keeper: Nobody",
        "",
        "The rooms are heated.",
    ]
    assert [block.role for block in parsed.blocks] == ["table", "table", "table", "paragraph"]


def test_nothing_is_lost_where_a_row_lacks_a_cell() -> None:
    parsed = read([["A1", "Repair of looms and of spinning wheels", "Ottilie"], ["A2", "", "Bertrand"]], "TOP")
    words = ["A1", "Repair", "spinning", "wheels", "Ottilie", "A2", "Bertrand"]
    assert [parsed.text.count(word) for word in words] == [1] * len(words)
    assert "Use: Bertrand" not in parsed.text
