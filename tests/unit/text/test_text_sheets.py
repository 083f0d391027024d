"""Sheets as people write them: merged cells, labels of two rows, several tables, formulas that were never computed."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from askv4.text.loaders import load
from askv4.types import ParsedText


def workbook(*rows: list[object], merged: tuple[str, ...] = ()) -> bytes:
    """A workbook of one sheet, by openpyxl."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def rows_of(parsed: ParsedText) -> list[str]:
    return [parsed.text[one.start : one.end] for one in parsed.blocks if one.role == "table"]


def headings_of(parsed: ParsedText) -> list[str]:
    return [parsed.text[one.start : one.end] for one in parsed.blocks if one.role == "heading"]


STABLES = workbook(
    ["Yard", "Horse", "Oats", None, "Hay", None],
    [None, None, "May", "June", "May", "June"],
    ["Upper", "Bess", 14, 16, 820, 910],
    [None, "Duke", 9, 8, 510, 470],
    ["Lower", "Fern", 22, 25, 143, 161],
    merged=("A1:A2", "B1:B2", "C1:D1", "E1:F1", "A3:A4"),
)
STABLE_ROWS = [
    "Yard: Upper; Horse: Bess; Oats May: 14; Oats June: 16; Hay May: 820; Hay June: 910",
    "Yard: Upper; Horse: Duke; Oats May: 9; Oats June: 8; Hay May: 510; Hay June: 470",
    "Yard: Lower; Horse: Fern; Oats May: 22; Oats June: 25; Hay May: 143; Hay June: 161",
]


def test_labels_of_two_rows_are_joined_and_merged_cells_hold_for_all_their_rows() -> None:
    assert rows_of(load(STABLES, "stables.xlsx")) == STABLE_ROWS


@pytest.mark.parametrize("suffix", ["ods", "xls"])
def test_the_same_sheet_saved_by_libreoffice_is_read_the_same(tmp_path: Path, suffix: str) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "stables.xlsx").write_bytes(STABLES)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", suffix, "--outdir", tmp_path, tmp_path / "stables.xlsx"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    name = f"stables.{suffix}"
    assert rows_of(load((tmp_path / name).read_bytes(), name)) == STABLE_ROWS


def test_labels_of_three_rows_are_joined_where_cells_are_merged_over_others() -> None:
    sheet = workbook(
        ["Yard", "Feed", None, None, None],
        [None, "Oats", None, "Hay", None],
        [None, "May", "June", "May", "June"],
        ["Upper", 14, 16, 820, 910],
        ["Lower", 9, 8, 510, 470],
        merged=("A1:A3", "B1:E1", "B2:C2", "D2:E2"),
    )
    assert rows_of(load(sheet, "feed.xlsx")) == [
        "Yard: Upper; Feed Oats May: 14; Feed Oats June: 16; Feed Hay May: 820; Feed Hay June: 910",
        "Yard: Lower; Feed Oats May: 9; Feed Oats June: 8; Feed Hay May: 510; Feed Hay June: 470",
    ]


def test_labels_centred_over_others_without_being_merged_are_joined_where_numbers_follow() -> None:
    data = workbook(
        [None, 2023, None, 2024, None], ["Pier", "Boats", "Fees", "Boats", "Fees"], ["East", 5, 300, 7, 410]
    )
    assert rows_of(load(data, "pier.xlsx")) == [
        "Pier: East; 2023 Boats: 5; 2023 Fees: 300; 2024 Boats: 7; 2024 Fees: 410"
    ]


def test_a_label_over_two_columns_of_words_takes_no_row_for_labels() -> None:
    data = workbook(["Name", None, "Born"], ["Ada", "Lovelace", 1815], ["Mary", "Somerville", 1780], merged=("A1:B1",))
    assert rows_of(load(data, "names.xlsx")) == [
        "Name: Ada; Lovelace; Born: 1815",
        "Name: Mary; Somerville; Born: 1780",
    ]


def test_a_blank_row_ends_a_table_and_its_title_names_the_rows_below() -> None:
    data = workbook(
        ["Costs of the mill"], ["Part", "Planned", "Paid"], ["Wheel", 900, 950], ["Sluice", 300, 280], [],
        ["Miller", "Mrs. Penrose"], [], ["Costs of the forge"], ["Part", "Planned", "Paid"], ["Anvil", 120, 125],
    )  # fmt: skip
    parsed = load(data, "estate.xlsx")
    assert rows_of(parsed) == [
        "Part: Wheel; Planned: 900; Paid: 950",
        "Part: Sluice; Planned: 300; Paid: 280",
        "Miller: Mrs. Penrose",
        "Part: Anvil; Planned: 120; Paid: 125",
    ]
    assert headings_of(parsed)[1:] == ["Costs of the mill: rows 3–4", "row 6", "Costs of the forge: row 10"]


def test_rows_that_are_like_those_above_a_blank_row_keep_their_labels() -> None:
    data = workbook(["Day", "Eggs", "Milk"], ["Monday", 12, 30], [], ["Tuesday", 14, 28], [], ["Growth", 0.2])
    assert rows_of(load(data, "farm.xlsx")) == [
        "Day: Monday; Eggs: 12; Milk: 30",
        "Day: Tuesday; Eggs: 14; Milk: 28",
        "Growth: 0.2",
    ]


def test_a_blank_row_below_the_labels_parts_them_from_nothing() -> None:
    data = workbook(["Day", "Eggs", "Milk"], [], ["Monday", 12, 30], ["Tuesday", 14, 28])
    assert rows_of(load(data, "farm.xlsx")) == ["Day: Monday; Eggs: 12; Milk: 30", "Day: Tuesday; Eggs: 14; Milk: 28"]


def test_a_csv_with_a_blank_line_after_each_is_one_table() -> None:
    data = b"name,town,trade\n\nAda,London,sums\n\nBob,Paris,cook\n\nCy,Rome,smith\n"
    assert rows_of(load(data, "people.csv")) == [
        "name: Ada; town: London; trade: sums",
        "name: Bob; town: Paris; trade: cook",
        "name: Cy; town: Rome; trade: smith",
    ]


def test_formulas_whose_values_are_not_stored_are_named() -> None:
    parsed = load(workbook(["Item", "Cost"], ["Tent", 1350], ["Sum", "=SUM(B2:B2)"]), "fair.xlsx")
    assert rows_of(parsed) == ["Item: Tent; Cost: 1350", "Item: Sum"]
    (note,) = parsed.notes
    assert "1 formula is not stored in the file (Sheet B3)" in note


def test_a_row_with_an_impossible_number_costs_no_more_rows_than_a_sheet_has() -> None:
    whole = zipfile.ZipFile(io.BytesIO(workbook(["Item", "Cost"], ["Tent", 1350], ["Rope", 12])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in whole.namelist():
            part = whole.read(name)
            target.writestr(name, part.replace(b'<row r="3"', b'<row r="4294967296"'))
    assert rows_of(load(out.getvalue(), "fair.xlsx")) == ["Item: Tent; Cost: 1350"]


def test_a_sheet_of_names_and_values_has_no_labels() -> None:
    parsed = load(b"Late return,12 per hour begun\nMinimum age,18\nOpening,Mon-Fri 7-18\n", "terms.csv")
    assert "Late return: 12 per hour begun\nMinimum age: 18\nOpening: Mon-Fri 7-18" in parsed.text
