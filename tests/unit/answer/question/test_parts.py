from __future__ import annotations

import pytest

from askv4.answer.question.parts import split
from askv4.answer.quote.joining import join
from askv4.types import Answer, Citation, Conflict


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("By how long was the launch delayed, and why?", ["By how long was the launch delayed?", "Why was the launch delayed?"]),
        ("What is a sluice? And who invented it?", ["What is a sluice?", "Who invented it?"]),
        ("When and where was the painter born?", ["When was the painter born?", "Where was the painter born?"]),
        ("How does a heat pump work and what does it cost?", ["How does a heat pump work?", "What does it cost?"]),
        ("1) Who built the mill\n2) When did it open", ["Who built the mill", "When did it open"]),
        ("Is it fast, and does it cost more?", ["Is it fast?", "Does it cost more?"]),
        ("Who owns the mill, what does it grind, and when did it open?", ["Who owns the mill?", "What does it grind?", "When did it open?"]),
        ("what is python and how to install it", ["What is python?", "How to install it?"]),
        ("In which year did the war begin and in which year did it end?", ["In which year did the war begin?", "In which year did it end?"]),
    ],
)  # fmt: skip
def test_questions_that_are_several(text: str, parts: list[str]) -> None:
    assert [question.full for question in split(text)] == parts


@pytest.mark.parametrize(
    "text",
    ["What is the difference between cats and dogs?", "Who wrote Faust and Egmont?", "How did rock and roll develop?",
     "Is the museum open on Mondays and Tuesdays?", "How many people live in Paris, London and Rome?",
     "What happens when and where two plates meet?", "Who was king and queen of Spain in 1492", "what it was and is now",
     "What is the relationship between who pays and who decides?", "terms and conditions", "", "???", "1. 2. 3.",
     "Is it true that cats and dogs are colour-blind?", "What are the two ways to respond to a shortage of chips and tools?"],
)  # fmt: skip
def test_questions_that_are_one(text: str) -> None:
    assert len(split(text)) <= 1 or [q.full for q in split(text)] == [text]


def test_the_question_is_found_in_a_pasted_paragraph() -> None:
    text = (
        "We have run the pump in our cellar since March and are mostly happy with it. Last week it stopped twice, and the "
        "manual that came with it got wet, so that nobody can read the page on maintenance any more. "
        "How often must the filter be cleaned? Thank you in advance, and kind regards from the whole house."
    )
    assert [question.full for question in split(text)] == ["How often must the filter be cleaned?"]


def citation(n: int, document: str, start: int, quote: str, *answers: tuple[int, int]) -> Citation:
    return Citation(n, document, document, None, start, start + len(quote), 1, None, None, quote, answers)


def answer(text: str, *cited: Citation, status: str = "answered") -> Answer:
    return Answer("q", status, "extractive", None, text, cited, quoted=text, confidence=0.7)  # type: ignore[arg-type]


def test_parts_are_answered_in_order_with_citations_numbered_through() -> None:
    questions = split("By how long was the launch delayed, and why?")
    first = citation(1, "a.md", 10, "Three months late, because of fog.", (10, 22))
    again = citation(1, "a.md", 10, "Three months late, because of fog.", (29, 43))
    other = citation(2, "b.md", 0, "Fog hung over [1] the bay.")
    joined = join(
        answer("“Three months late, because of fog.” [1]", first),
        questions,
        [
            answer("“Three months late, because of fog.” [1]", first),
            answer("“Three months late, because of fog.” [1]\n“Fog hung over [1] the bay.” [2]", again, other),
        ],
    )
    assert joined.answer == (
        "By how long was the launch delayed?\n“Three months late, because of fog.” [1]\n\n"
        "Why?\n“because of fog” [1]\n“Fog hung over [1] the bay.” [2]"
    )
    assert [(c.n, c.document, c.answers) for c in joined.citations] == [
        (1, "a.md", ((10, 22), (29, 43))),
        (2, "b.md", ()),
    ]
    assert [(part.status, part.citations) for part in joined.parts] == [("answered", (1,)), ("answered", (1, 2))]


def test_what_is_quoted_already_is_only_named_where_no_words_stand_out() -> None:
    questions = split("By how long was the launch delayed, and why?")
    told = answer("“Late.” [1]\n“Fog.” [2]", citation(1, "a.md", 0, "Late."), citation(2, "b.md", 0, "Fog."))
    assert join(told, questions, [told, told]).answer.endswith("\n\nWhy?\nAs quoted above: [1] [2]")


def test_a_part_that_is_not_answered_is_said_and_the_others_keep_their_numbers() -> None:
    questions = split("Who owns the mill? What does it cost?")
    cited = citation(1, "a.md", 0, "It costs 5."), citation(2, "b.md", 0, "It costs 6.")
    conflict = Conflict((1, 2), ("a.md", "b.md"), "a [1] and b [2]: their figures differ")
    told = Answer(
        "q", "answered", "extractive", None, "...", cited, quoted="“It costs 5.” [1]\n“It costs 6.” [2]",
        conflicts=(conflict,),
    )  # fmt: skip
    joined = join(told, questions, [answer("The sources do not answer this.", status="not_in_sources"), told])
    assert joined.answer.startswith(
        "The sources do not answer: Who owns the mill?\n\nWhat does it cost?\n“It costs 5.” [1]"
    )
    assert (joined.status, joined.conflicts) == ("answered", (conflict,))
    assert [part.status for part in joined.parts] == ["not_in_sources", "answered"]


MAYBE = "It may be this:\n“Ida owns it.” [1]"


def uncertain(*nearest: Citation) -> Answer:
    return Answer("q", "uncertain", "extractive", None, "...", quoted=MAYBE, nearest=nearest, confidence=0.4)


def test_a_part_that_is_uncertain_shows_its_candidate() -> None:
    questions = split("What does the mill cost? Who owns it?")
    told = answer("“It costs 5.” [1]", citation(1, "a.md", 0, "It costs 5."))
    candidate, passage = citation(1, "b.md", 3, "Ida owns it."), citation(2, "c.md", 0, "Who knows.")
    joined = join(told, questions, [told, uncertain(candidate, passage)])
    assert joined.answer == (
        "What does the mill cost?\n“It costs 5.” [1]\n\nWho owns it?\nIt may be this:\n“Ida owns it.” [2]"
    )
    assert (joined.status, joined.nearest, joined.confidence) == ("answered", (), 0.7)
    assert [(c.n, c.document) for c in joined.citations] == [(1, "a.md"), (2, "b.md")]
    assert [(part.status, part.citations) for part in joined.parts] == [("answered", (1,)), ("uncertain", (2,))]


def test_where_no_part_is_answered_the_whole_is_uncertain() -> None:
    questions = split("Who owns the mill? What does it cost?")
    refused = answer("The sources do not answer this.", status="not_in_sources")
    joined = join(refused, questions, [uncertain(citation(1, "b.md", 3, "Ida owns it.")), refused])
    assert joined.answer == (
        "Who owns the mill?\nIt may be this:\n“Ida owns it.”\n\nThe sources do not answer: What does it cost?"
    )
    assert joined.quoted == joined.answer.replace("it.”", "it.” [1]")
    assert (joined.status, joined.citations, joined.confidence) == ("uncertain", (), 0.4)
    assert [(c.n, c.document) for c in joined.nearest] == [(1, "b.md")]
