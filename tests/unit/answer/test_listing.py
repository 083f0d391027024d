"""Where the words that answer stand in a line of an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.answer.quote.listing import marks_in, rows_in
from askv4.types import Citation


def test_where_the_marked_words_stand_in_the_shown_line() -> None:
    quote = "In 5 days,\n5 boats left."
    at = quote.rindex("5")
    citation = Citation(2, "a.md", "A", None, 100, 100 + len(quote), 1, None, None, quote, ((100 + at, 101 + at),))
    line = "A log says: “In 5 days, 5 boats left.” [2]"
    assert [line[a:b] for a, b in marks_in(line, citation)] == ["5"]
    assert next(marks_in(line, citation))[0] == line.rindex("5")
    assert list(marks_in("Nothing of it [2]", citation)) == []


@pytest.mark.parametrize(
    ("quote", "rows"),
    [
        (
            "day: Monday; at: 8\nday: Tuesday; at: 9\n\nday: Friday; at: 8",
            ["day: Tuesday; at: 9", "day: Friday; at: 8"],
        ),
        ("web-01    Ines\nweb-02    Tom", ["web-02 Tom"]),
        ("| Art | 3 |\n| Maths | 12 |", ["| Maths | 12 |"]),
        ("- salt\n- a pinch of\n  sugar\n- oil", ["- a pinch of", "- oil"]),
        ("It rains: a lot,\nas it does\nall year.", []),
        ("day: Monday\nday: Monday", ["day: Monday"]),
        ("Open:\n- Mon\n- Tue", ["- Tue"]),
    ],
)
def test_rows_begin_where_lines_of_lists_and_tables_do(quote: str, rows: list[str]) -> None:
    line = f"“{' '.join(quote.split())}” [1]"
    citation = Citation(1, "a.md", "A", None, 0, len(quote), 1, None, None, quote)
    starts = list(rows_in(line, citation))
    assert starts == sorted(starts)
    assert [line[at : at + len(row)] for at, row in zip(starts, rows, strict=True)] == rows
    assert all(line[at - 1] == " " for at in starts)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_rows_never_change_what_is_said(quote: str) -> None:
    citation = Citation(1, "a.md", "A", None, 0, len(quote), 1, None, None, quote)
    line = f"“{' '.join(quote.split())}”"
    assert all(line[at - 1] == " " for at in rows_in(line, citation))
