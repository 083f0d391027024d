"""Where the words that answer stand in a line of an answer."""

from __future__ import annotations

from askv4.answer.quote.listing import marks_in
from askv4.types import Citation


def test_where_the_marked_words_stand_in_the_shown_line() -> None:
    quote = "In 5 days,\n5 boats left."
    at = quote.rindex("5")
    citation = Citation(2, "a.md", "A", None, 100, 100 + len(quote), 1, None, None, quote, ((100 + at, 101 + at),))
    line = "A log says: “In 5 days, 5 boats left.” [2]"
    assert [line[a:b] for a, b in marks_in(line, citation)] == ["5"]
    assert next(marks_in(line, citation))[0] == line.rindex("5")
    assert list(marks_in("Nothing of it [2]", citation)) == []
