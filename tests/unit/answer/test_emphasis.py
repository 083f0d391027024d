from __future__ import annotations

import pytest

from askv4.answer.emphasis import emphasise, marks_in
from askv4.answer.question import expected_type
from askv4.types import Citation


@pytest.mark.parametrize(
    ("question", "sentence", "marked"),
    [
        ("How much does the ticket cost?", "In 2020 the ticket cost $12.50 for adults.", "$12.50"),
        ("When did the mill burn down?", "The mill, which had 40 rooms, burned down on 3 May 1921.", "3 May 1921"),
        ("How long was the bridge shut?", "Two ferries ran while the bridge was shut for almost three months.", "almost three months"),
        ("How many people live on the island?", "In 1990 there was one shop; 450 people live on the island.", "450"),
        ("Who founded the brewery?", "The brewery was founded by Marta Lindqvist in the old town.", "Marta Lindqvist"),
        ("Where was the treaty signed?", "The treaty was signed in Geneva.", "Geneva"),
        ("Why was the race stopped?", "The race was stopped because of heavy fog on the hill.", "because of heavy fog on the hill"),
        ("When did it open?", "It opened late.", None),
        ("What is a mill?", "A mill grinds grain.", None),
        ("How many goals were there in 1998?", "In 1998 there were goals.", None),
    ],
)  # fmt: skip
def test_the_words_that_answer(question: str, sentence: str, marked: str | None) -> None:
    assert [span.of(sentence) for span in emphasise(question, expected_type(question), sentence)] == (
        [marked] if marked else []
    )


def test_two_that_are_as_likely_are_not_marked() -> None:
    assert emphasise("Who won?", "person", "It was between Ann Lee and Bo Kim.") == ()


def test_where_the_marked_words_stand_in_the_shown_line() -> None:
    quote = "In 5 days,\n5 boats left."
    at = quote.rindex("5")
    citation = Citation(2, "a.md", "A", None, 100, 100 + len(quote), 1, None, None, quote, ((100 + at, 101 + at),))
    line = "A log says: “In 5 days, 5 boats left.” [2]"
    assert [line[a:b] for a, b in marks_in(line, citation)] == ["5"]
    assert next(marks_in(line, citation))[0] == line.rindex("5")
    assert list(marks_in("Nothing of it [2]", citation)) == []
