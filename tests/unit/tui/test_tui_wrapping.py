"""Rows of a document: nothing is lost, nothing is too wide, marks stay on their words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from askv4.text.safe import safe_lines
from askv4.tui.panes.source import marks_of
from askv4.tui.wrapping import Mark, displayed, rows_of
from askv4.types import Citation

lines = st.text(st.sampled_from("ab c\td\n漢字é👩\x1b\u202e-"), max_size=80)


@given(lines, st.integers(1, 20))
def test_rows_cover_the_text_in_order_and_fit(text: str, width: int) -> None:
    text = safe_lines(text)
    rows = rows_of(text, width)

    assert "".join(text[row.start : row.end] for row in rows) == text.replace("\n", "")
    assert [row.line for row in rows if row.line] == list(range(1, text.count("\n") + 2))
    for row in rows:
        shown = text[row.start : row.end].rstrip()
        assert cell_len(shown) <= width or len(shown.strip()) <= 1


def test_rows_break_between_words() -> None:
    text = "one two three\nfour"
    assert [text[row.start : row.end] for row in rows_of(text, 8)] == ["one two ", "three", "four"]
    assert [row.line for row in rows_of(text, 8, first_line=7)] == [7, 0, 8]


@given(st.text(max_size=60), st.data())
def test_marks_stay_on_their_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    shown, (mark,) = displayed(text, [Mark(start, end, 3)])

    assert shown[mark.start : mark.end] == safe_lines(text[start:end]).replace("\t", "    ")
    assert mark.n == 3
    assert "\x1b" not in shown


def test_a_mark_outside_the_text_is_dropped() -> None:
    assert displayed("short", [Mark(2, 99, 1)]) == ("short", ())


def test_the_words_that_answer_are_marked_inside_their_citation() -> None:
    citations = [Citation(1, "a.md", "A", None, 4, 30, 1, None, None, "x" * 26, ((8, 12),))]
    marks = marks_of(citations)
    assert marks == [Mark(4, 30, 1), Mark(8, 12, 1, strong=True)]
    text, moved = displayed("ab\t" + "y" * 40, marks)
    assert moved == (Mark(7, 33, 1), Mark(11, 15, 1, strong=True))
    assert text.startswith("ab    y")


def test_the_sentence_that_came_nearest_is_marked_inside_its_passage() -> None:
    passage = Citation(1, "a.md", "A", None, 4, 30, 1, None, None, "x" * 26, likely=(8, 12))
    assert marks_of([passage]) == [Mark(4, 30, 1), Mark(8, 12, 1, strong=True)]
