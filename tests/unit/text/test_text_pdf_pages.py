"""Text of PDFs that a page or a drawing program tears apart, made by reportlab."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from askv4.text.loaders import pdf
from askv4.text.places import page_of
from askv4.text.sentences import split_sentences
from askv4.types import ParsedText


def drawn(pages: Sequence[Sequence[tuple[float, float, str]]], foot: str = "") -> ParsedText:
    """A PDF drawn line by line: for each page (x, y, text), and the same foot below each."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for number, page in enumerate(pages, 1):
        for x, y, text in page:
            canvas.drawString(x, y, text)
        if foot:
            canvas.drawString(60, 30, foot)
            canvas.drawString(500, 30, str(number))
        canvas.showPage()
    canvas.save()
    return pdf.parse(out.getvalue(), "drawn.pdf")


@pytest.mark.parametrize("pages", [2, 3])
def test_a_sentence_over_a_page_is_one_and_lies_on_both(pages: int) -> None:
    first = [(60, 700, "The mill was closed. It was never opened again because the")]
    second = [(60, 760, "miller's daughter had left for the coast. Nobody followed her.")]
    third = [(60, 760, "The wheel stands still.")]
    parsed = drawn([first, second, third][:pages], "Annals of the valley")
    sentences = [span for span in split_sentences(parsed.text, parsed.blocks) if "daughter" in span.of(parsed.text)]
    assert [span.of(parsed.text) for span in sentences] == [
        "It was never opened again because the miller's daughter had left for the coast."
    ]
    assert [page_of(parsed.pages, at) for at in (sentences[0].start, sentences[0].end - 1)] == [1, 2]
    assert parsed.text.count("Annals of the valley") == 1
    assert len(parsed.pages) == pages


def test_what_ends_with_its_page_is_not_run_on() -> None:
    parsed = drawn(
        [[(60, 700, "The mill was closed.")], [(60, 760, "The wheel stands still.")], [(60, 760, "Anno 1822")]]
    )
    assert parsed.text == "The mill was closed.\n\nThe wheel stands still.\n\nAnno 1822"
    assert [parsed.text[start:][:8] for start in parsed.pages] == ["The mill", "The whee", "Anno 182"]


def test_heads_of_two_bills_in_one_file_both_stay() -> None:
    parsed = drawn([[(60, 810, "Bill 17"), (60, 700, "Three bales.")], [(60, 810, "Bill 18"), (60, 700, "One bale.")]])
    assert "Bill 17" in parsed.text
    assert "Bill 18" in parsed.text


LABELS = ["Consignee", "Sent on", "Barge", "Bales"]
VALUES = ["Wool Hall", "3 May 1822", "Gudrun", "17"]


def test_values_drawn_after_all_labels_stand_beside_them() -> None:
    labels = [(60, 700 - 20 * n, label) for n, label in enumerate(LABELS)]
    values = [(250, 700 - 20 * n, value) for n, value in enumerate(VALUES)]
    below = [(60, 600, "To be unloaded before noon.")]
    parsed = drawn([[*labels, *values, *below]])
    rows = [f"{label}: {value}" for label, value in zip(LABELS, VALUES, strict=True)]
    assert parsed.text == "\n".join(rows) + "\n\nTo be unloaded before noon."


def test_a_value_of_two_lines_stays_whole() -> None:
    labels = [(60, 700, "Consignee:"), (60, 660, "Barge:")]
    values = [(250, 700, "Wool Hall"), (250, 687, "on the quay"), (250, 660, "Gudrun")]
    assert drawn([[*labels, *values]]).text == "Consignee: Wool Hall on the quay\nBarge: Gudrun"


def test_labelled_lines_of_one_length_stay_apart() -> None:
    lines = ["Lamp Orla S", "Power: 9 W", "Weight: 1.2 kg", "Colour: white"]
    parsed = drawn([[(60, 700 - 15 * n, line) for n, line in enumerate(lines)]])
    assert parsed.text.split("\n\n") == lines


def test_two_addresses_side_by_side_are_no_labels_and_values() -> None:
    left = [(60, 700 - 14 * n, line) for n, line in enumerate(["Wool Hall", "Quay 3", "4010 Ostvik"])]
    right = [(300, 700 - 14 * n, line) for n, line in enumerate(["Ida Brandt", "Mill Lane 9", "4012 Ostvik"])]
    assert ":" not in drawn([[*left, *right]]).text


def test_what_is_filled_into_a_form_stands_beside_its_label() -> None:
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for n, (label, value) in enumerate(
        [("Boat:", "Gudrun"), ("Berth:", "17 West"), ("Owner's telephone:", "0555 12 34")]
    ):
        canvas.drawString(60, 700 - 30 * n, label)
        canvas.acroForm.textfield(name=label, value=value, x=250, y=694 - 30 * n, width=200, height=20, borderWidth=0)
    canvas.drawString(60, 600, "Boats without a berth are towed away.")
    canvas.save()
    parsed = pdf.parse(out.getvalue(), "form.pdf")
    assert parsed.text.split("\n")[:3] == ["Boat: Gudrun", "Berth: 17 West", "Owner's telephone: 0555 12 34"]


@pytest.mark.parametrize("again", [0, 1], ids=["labels once", "labels on each page"])
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_table_that_goes_on_over_a_page_keeps_its_labels(again: int, wrapped: bool) -> None:
    style = getSampleStyleSheet()["BodyText"]
    cargo = [
        "Raw wool" + " from the hills, carded and washed" * wrapped,
        "Flax" + ", retted, broken and combed by hand" * wrapped,
        "Hemp",
    ]
    goods = [cargo[n * n % 7 % 3] for n in range(80)]
    rows = [[f"B{n:02}", Paragraph(goods[n], style) if wrapped else goods[n], f"Keeper {n}"] for n in range(1, 80)]
    out = BytesIO()
    table = Table([["Bale", "Cargo", "Keeper"], *rows], colWidths=[60, 120, 90], repeatRows=again)
    SimpleDocTemplate(out, pagesize=A4).build([table])
    parsed = pdf.parse(out.getvalue(), "bales.pdf")
    assert len(parsed.pages) > 1
    said = [parsed.text[block.start : block.end] for block in parsed.blocks]
    assert said == [f"Bale: B{n:02}; Cargo: {goods[n]}; Keeper: Keeper {n}" for n in range(1, 80)]


def table(columns: Sequence[float], rows: Sequence[Sequence[str]]) -> list[tuple[float, float, str]]:
    return [(x, 700 - 20 * n, cell) for n, row in enumerate(rows) for x, cell in zip(columns, row, strict=True) if cell]


def test_columns_that_stand_close_to_each_other_are_parted_in_a_row_of_several() -> None:
    rows = [["Barge", "Bales", "Hides", "Tons"], ["Gudrun", "17", "123,456.7", "12"], ["Ida", "4", "223,456.7", "8"]]
    assert (
        drawn([table([60, 150, 250, 319], rows)]).text.split("\n")[0]
        == "Barge: Gudrun; Bales: 17; Hides: 123,456.7; Tons: 12"
    )


def test_a_cell_may_be_empty_and_the_first_column_unnamed_above_figures() -> None:
    rows = [
        ["", "Bales", "y.o.y.", "Hides", "y.o.y."],
        ["1821", "17", "3.1", "4", "1.0"],
        ["1822", "18", "", "6", "1.5"],
    ]
    assert drawn([table([60, 150, 220, 290, 360], rows)]).text == (
        "1821; Bales: 17; y.o.y.: 3.1; Hides: 4; y.o.y.: 1.0\n1822; Bales: 18; Hides: 6; y.o.y.: 1.5"
    )


def test_a_shorter_row_of_words_is_none_of_labels() -> None:
    rows = [["", "Any captain", "Not lent"], ["Oars", "Members", "Six pairs"], ["Sails", "Nobody", "Two"]]
    assert "Not lent:" not in drawn([table([60, 200, 340], rows)]).text


def test_a_label_may_stand_beside_the_figures_that_no_other_one_is_near_to() -> None:
    rows = [["Barge", "Bales", "Hides"], ["Gudrun", "17", "4"], ["Ida", "4", "1"]]
    drawing = [*table([60, 150, 300], rows[:1]), *((x, y - 20, cell) for x, y, cell in table([60, 190, 340], rows[1:]))]
    assert drawn([drawing]).text == "Barge: Gudrun; Bales: 17; Hides: 4\nBarge: Ida; Bales: 4; Hides: 1"
