"""Questions that write out what a document has short: its own abbreviations, and months."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from askv4.neural.encoder import Encoder
from askv4.neural.reader import Reader
from askv4.sync.index import Index
from tests.functional.assisting import answered, indexed

ROWS = [
    ("Month", "Output", "Scrap (kg)", "OEE (%)", "MTBF (h)"),
    ("Jan-2019", "4,210", "118", "71.4", "52"),
    ("Feb-2019", "4,388", "102", "73.9", "57"),
    ("Mar-2019", "4,127", "131", "69.2", "49"),
    ("Apr-2019", "4,455", "97", "76.8", "61"),
]
KEY = ("OEE = overall equipment effectiveness", "MTBF = mean time between failures")


def _report() -> bytes:
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(60, 780, "Bottling line 3, monthly figures")
    canvas.setFont("Helvetica", 9)
    for number, row in enumerate(ROWS):
        for place, cell in enumerate(row):
            canvas.drawString(60 + 90 * place, 740 - 16 * number, cell)
    for number, line in enumerate(KEY):
        canvas.drawString(60, 600 - 24 * number, line)
    canvas.save()
    return data.getvalue()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Index]:
    with indexed(tmp_path_factory.mktemp("short"), encoder, {"bottling.pdf": _report()}) as index:
        yield index


@pytest.mark.parametrize(
    ("question", "row", "marked"),
    [
        ("What was the overall equipment effectiveness in February 2019?", "Feb-2019", "73.9"),
        ("What was the mean time between failures in April 2019?", "Apr-2019", "61"),
        ("What was the OEE in March 2019?", "Mar-2019", "69.2"),
    ],
)
def test_a_row_is_found_by_what_it_has_short(
    index: Index, encoder: Encoder, reader: Reader, question: str, row: str, marked: str
) -> None:
    answer = answered(index, encoder, reader, question)
    assert answer.status == "answered"
    [first, *_] = answer.citations
    assert row in first.quote
    assert marked in first.quote
