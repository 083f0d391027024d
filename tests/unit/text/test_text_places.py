from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from askv4.text.loaders import load
from askv4.text.places import Headings, Lines, line_of, page_of


def test_lines_end_as_editors_count_them():
    text = "a\nb\r\nc\rd\n"
    assert [line_of(text, text.index(letter)) for letter in "abcd"] == [1, 2, 3, 4]
    assert line_of(text, 4) == 2  # Within "\r\n"
    assert line_of(text, len(text)) == 5
    assert line_of("", 0) == 1


@given(st.text(alphabet="a\r\n\u2028", max_size=60))
def test_line_numbers_agree_with_universal_newlines(text):
    lines = Lines.of(text)
    for offset in range(len(text)):
        if text[offset] != "\n":
            before = text[:offset].replace("\r\n", "\n").replace("\r", "\n").count("\n")
            assert lines.at(offset) == line_of(text, offset) == before + 1


def test_pages():
    assert page_of((), 5) is None
    assert [page_of((0, 10, 20), offset) for offset in (0, 9, 10, 25)] == [1, 1, 2, 3]
    assert page_of((5, 10), 0) == 1


def test_heading_paths_leave_the_title_out():
    text = "# Title\n\nintro\n\n## A *b* [c](http://d)\n\none\n\n### Deep\n\ntwo\n\n## E\n\nthree\n"
    parsed = load(text.encode(), "a.md")
    headings = Headings.of(parsed)
    paths = {word: headings.at(text.index(word)) for word in ("intro", "one", "two", "three")}
    assert paths == {"intro": None, "one": "A b c", "two": "A b c › Deep", "three": "E"}


def test_a_title_from_front_matter_keeps_the_first_heading():
    parsed = load(b"---\ntitle: Other\n---\n# First\n\ntext\n", "a.md")
    assert Headings.of(parsed).at(len(parsed.text) - 2) == "First"
