"""Why nothing answers: as far as the words of question, passages and documents tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from askv4.answer.question.question import Question
from askv4.answer.quote.explaining import why_not
from tests.unit.answer.builders import document, hit_of


class Known:
    """Knows the words of its passages."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        return {term: sum(term in text.lower() for text in self._texts) for term in terms}


def why(asked: str, *passages: str, elsewhere: str = "") -> str:
    hits = [hit_of(text, document("a.md"), n) for n, text in enumerate(passages, 1)]
    return why_not(Question(asked), hits, Known(*passages, elsewhere))


def test_a_word_that_no_document_has() -> None:
    assert why("How long is the Norholt Tunnel?", "The mill is old.") == "Not in any document: “Norholt Tunnel”."


def test_how_a_question_is_asked_is_no_word_of_it_in_any_language() -> None:
    told = why("Wie lange darf ich den Kran mieten?", "Die Mühle wurde 1801 gebaut.")
    assert told.startswith("Not in any document: “Kran mieten”.")


def test_a_request_is_no_word_of_the_documents() -> None:
    told = why("Please compare the Norholt Tunnel and the mill", "The mill is old.")
    assert told.startswith("Not in any document: “Norholt Tunnel”.")


def test_a_month_that_a_row_has_short_is_there() -> None:
    hit = replace(hit_of("Apr-2019: 12 cranes."), short_forms=(("apr", "April"),))
    told = why_not(Question("How many cranes in April 2019?"), [hit], Known(hit.text))
    assert "April" not in told


def test_another_year() -> None:
    text = "In 2023 the mill earned 4 million."
    assert why("What did the mill earn in 2021?", text, elsewhere="2021") == (
        "What came nearest speaks of 2023, not of 2021."
    )


def test_another_thing() -> None:
    told = why("How large is Norholt?", "Sundby is large.", elsewhere="norholt")
    assert told == "What came nearest does not name “Norholt”."


def test_where_the_words_do_not_tell() -> None:
    assert why("Is the mill old?", "The mill is not so old.") == "What came nearest does not seem to answer it."
    assert why("Is the mill old?") == "Nothing near it was found."
    hit = hit_of("The mill is not so old.")
    assert why_not(Question("Is the mill old?"), [hit], Known(hit.text), perhaps=True) == ""


def test_other_places_that_have_the_name() -> None:
    passages = [f"Norholt passage {n}." for n in range(4)]
    hits = [hit_of(text, document(f"{n}.md"), n) for n, text in enumerate(passages)]
    told = why_not(Question("Is Norholt large?"), hits, Known(*passages, "large"))
    assert told.endswith("More on “Norholt”: “Title of 3.md” in 3.md.")
