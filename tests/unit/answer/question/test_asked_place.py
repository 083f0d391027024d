"""The place that a question names by number, in five languages, and what is no place."""

from __future__ import annotations

import pytest

from askv4.answer.question.asked_place import asked_place, each_place, further_words
from askv4.answer.question.parts import split


@pytest.mark.parametrize(
    ("question", "sort", "numbers"),
    [
        ("What does § 4 (2) say?", "section", ("4", "2")),
        ("What does § 3(2)(b) say?", "section", ("3", "2", "b")),
        ("What does clause 4.2(b) say?", "clause", ("4.2", "b")),
        ("What is step 4?", "step", ("4",)),
        ("Summarise chapter three", "chapter", ("3",)),
        ("What does Chapter IV say?", "chapter", ("4",)),
        ("What does 1.3.1 require?", "", ("1.3.1",)),
        ("What does 4.2 say?", "", ("4.2",)),
        ("What is on p. 12?", "page", ("12",)),
        ("What does paragraph 2 of article 7 require?", "article", ("7", "2")),
        ("What does article 1, section 8 say?", "article", ("1", "8")),
        ("Was steht in § 4 Abs. 2?", "section", ("4", "2")),
        ("Was steht in Absatz 2 von Art. 7?", "article", ("7", "2")),
        ("Was steht auf Seite 3?", "page", ("3",)),
        ("Que dit l'article 7 ?", "article", ("7",)),
        ("Que dit l’article 7, al. 2, let. b ?", "article", ("7", "2", "b")),
        ("¿Qué dice la página 3?", "page", ("3",)),
        ("Cosa dice il capitolo 2?", "chapter", ("2",)),
    ],
)
def test_all_of_a_place_is_asked_for(question: str, sort: str, numbers: tuple[str, ...]) -> None:
    asked = asked_place(question)
    assert asked is not None
    assert (asked.sort, asked.numbers, asked.beside) == (sort, numbers, False)
    assert not further_words(asked.rest)


@pytest.mark.parametrize(
    "question",
    [
        "How far is step 3 million?", "What is V4?", "What is the rent for 17 Tanner Row?", "What grew 4.2 percent?",
        "When did VAT change from 17.5 to 20?", "What are Belgium's 3 religions?", "Which point is it?", "How was part 2 hours late?",
    ],
)  # fmt: skip
def test_other_numbers_are_no_places(question: str) -> None:
    assert asked_place(question) is None


def test_what_else_is_asked_is_kept_as_a_question() -> None:
    asked = asked_place("How long is the notice under clause 4.2?")
    assert asked is not None
    assert asked.rest == "How long is the notice?"
    assert further_words(asked.rest) == {"notic"} | further_words("long")
    after = asked_place("What happens after step 3?")
    assert after is not None
    assert after.beside


@pytest.mark.parametrize(
    ("question", "each"),
    [
        ("What do clauses 3 and 5 say?", ("Clause 3?", "Clause 5?")),
        ("Was steht in § 4 und § 5?", ("§ 4?", "§ 5?")),
        ("What does clause 4.2 (b) and clause 5 say about notice?",
         ("What does clause 4.2 (b) say about notice?", "What does clause 5 say about notice?")),
        ("steps 1, 2 and 3", ("Step 1?", "Step 2?", "Step 3?")),
        ("What is on page 3?", ()), ("What lies between clause 3 and clause 5?", ()), ("Step 3 and 4 million people", ()),
    ],
)  # fmt: skip
def test_places_side_by_side_are_questions_of_their_own(question: str, each: tuple[str, ...]) -> None:
    assert each_place(question) == each
    assert [piece.full for piece in split(question)] == list(each or [question])
