"""Tables as they stand in a document's text."""

from __future__ import annotations

from askv4.text.rows import tables


def test_rows_that_loaders_write_are_one_table_over_the_parts_of_a_sheet() -> None:
    text = (
        "Barges\n\nrows 2–3\n\nBarge: Gudrun; Bales: 17; Note: old; leaks\nBarge: Ida; Bales: 4\n\nrow 4\n\n"
        "Barge: Ole; Bales: 5; Note: new\n\nThe wharf is closed."
    )
    [table] = tables(text)
    assert table.labels == ("Barge", "Bales", "Note")
    assert [row.cells["Barge"] for row in table.rows] == ["Gudrun", "Ida", "Ole"]
    assert table.rows[0].cells["Note"] == "old; leaks"
    assert "Note" not in table.rows[1].cells
    assert table.rows[1].span.of(text) == "Barge: Ida; Bales: 4"
    assert "Barges" in table.context


def test_parts_of_other_titles_or_after_a_gap_are_other_tables() -> None:
    rows = "Barge: Ida; Bales: 4\nBarge: Ole; Bales: 5\n\n"
    text = f"May: rows 3–4\n\n{rows}May: rows 5–6\n\n{rows}June: rows 9–10\n\n{rows}rows 14–15\n\n{rows}"
    assert [len(table.rows) for table in tables(text)] == [4, 2, 2]
    assert ["June" in table.context for table in tables(text)] == [False, True, False]


def test_tables_of_other_labels_are_others() -> None:
    text = "Barge: Ida; Bales: 4\nBarge: Ole; Bales: 5\n\nCaptain: Per; Age: 40\nCaptain: Liv; Age: 31"
    assert [table.labels for table in tables(text)] == [("Barge", "Bales"), ("Captain", "Age")]


def test_rows_that_lack_different_cells_are_of_one_table() -> None:
    text = "Guest: Ada; Menu: fish; Gift: vase\nGuest: Bo; Menu: beef; Diet: no nuts\nGuest: Cy; Menu: fish"
    (table,) = tables(text)
    assert [row.cells["Guest"] for row in table.rows] == ["Ada", "Bo", "Cy"]


def test_markdown_has_its_labels_above_a_rule() -> None:
    text = "# Stock\n\n| Part | *Shelf* |\n|:--|--:|\n| Rope | B1 |\n| Cleat | |\n\nEnd."
    [table] = tables(text)
    assert [row.cells for row in table.rows] == [{"Part": "Rope", "Shelf": "B1"}, {"Part": "Cleat"}]
    assert [row.span.of(text) for row in table.rows] == ["| Rope | B1 |", "| Cleat | |"]


def test_prose_and_lists_are_no_tables() -> None:
    assert list(tables("He said: yes; she said: no.\n\nNote: this one; that one\nSee: a | b")) == []
