from __future__ import annotations

import re

from askv4.answer.question.question import Question
from askv4.answer.quote.completing import complete
from askv4.types import Span
from tests.unit.answer.builders import document, hit_of


def completed(
    text: str, sentence: str, question: str = "", title: str | None = None
) -> tuple[str, list[tuple[str, str]]]:
    """What is quoted, and [(the words that follow a bracket, the bracket)]."""
    spans = [Span(m.start(), m.end()) for m in re.finditer(r"[^.?\n]*[^.?\n\s][^.?\n]*[.?]?", text)]
    spans = [Span(s.start + len(s.of(text)) - len(s.of(text).lstrip(" -")), s.end) for s in spans]
    start = text.index(sentence)
    span = Span(start, start + len(sentence))
    hit = hit_of("A.", document())
    hit = type(hit)(**{**{f: getattr(hit, f) for f in hit.__slots__}, "heading": title})

    def before(_hit: object, one: Span) -> Span | None:
        earlier = [s for s in spans if s.end <= one.start]
        return earlier[-1] if earlier and text[earlier[-1].end : one.start].count("\n") < 2 else None

    def after(_hit: object, one: Span) -> Span | None:
        return next((s for s in spans if s.start >= one.end), None)

    made = complete(hit, span, text, Question(question), before, after)
    return made.span.of(text), [(text[at:].split("\n")[0][:12].strip(), words) for at, words in made.notes]


def test_it_is_named_where_the_sentence_before_is_about_what_is_asked() -> None:
    text = "The old mill was built by monks. It burned down in 1921."
    assert completed(text, "It burned down in 1921.", "When did the old mill burn down?") == (
        "It burned down in 1921.",
        [("burned down", "the old mill")],
    )


def test_it_is_named_across_a_run_of_sentences_about_the_same() -> None:
    text = "Apex was built in Oslo. It has two decks. Its crew is small."
    assert completed(text, "Its crew is small.", "How large is the crew of Apex?")[1] == [("crew is sma", "Apex’s")]


def test_where_it_is_not_plain_the_sentence_before_is_quoted() -> None:
    text = "Monks lived by the mill. It burned down in 1921."
    assert completed(text, "It burned down in 1921.", "When did the mill burn down?") == (text, [])
    text = "The mill and its pond were sold. This annoyed the town."
    assert completed(text, "This annoyed the town.", "What annoyed the town about the mill?") == (text, [])


def test_they_are_many_and_it_is_one() -> None:
    text = "The mills were built by monks. It burned down in 1921."
    assert completed(text, "It burned down in 1921.", "When did the mills burn down?") == (text, [])
    text = "The mills were built by monks. They burned down in 1921."
    assert completed(text, "They burned down in 1921.", "When did the mills burn?")[1] == [("burned down", "the mills")]


def test_a_row_brings_the_labels_of_its_columns() -> None:
    text = "Prices:\n\n| Route | Fare |\n|---|---:|\n| Gozo | 4.65 |\n| Comino | 10 |\n"
    assert completed(text, "| Comino | 10 |") == ("| Comino | 10 |", [("Comino | 10", "Route"), ("10 |", "Fare")])
    assert completed("a | b", "a | b") == ("a | b", [])


def test_a_fragment_brings_its_heading_and_what_says_enough_does_not() -> None:
    text = "- smoking\n- kilns: none\n- staying in the house overnight"
    assert completed(text, "smoking", title="Not permitted") == ("smoking", [("smoking", "Not permitted:")])
    assert completed(text, "kilns: none", title="Not permitted")[1] == []
    assert completed(text, "staying in the house overnight", title="Not permitted")[1] == []
    assert completed("Yes, always.", "Yes, always.", title="May I?") == ("Yes, always.", [("Yes, always.", "May I?")])


def test_an_item_is_whole_and_brings_its_opening_where_it_is_a_fragment() -> None:
    text = "The pump fails for these reasons:\n\n- no power\n- a leak in the\n  long hose\n\nCall us then."
    assert completed(text, "no power") == ("The pump fails for these reasons:\n\n- no power", [])
    assert completed(text, "a leak in the") == (
        "a leak in the\n  long hose",
        [("a leak in th", "The pump fails for these reasons:")],
    )


def test_an_item_that_says_what_it_is_about_stands_alone() -> None:
    text = "Our rooms:\n\n1. The blue room has two beds and a view of the sea.\n2. The red room has a large desk and no view.\n"
    sentence = "The red room has a large desk and no view."
    assert completed(text, sentence, "Does the red room have a desk?") == (sentence, [])


def test_a_line_that_opens_a_list_brings_the_list() -> None:
    text = "There are two ways:\n\n- build better chips\n- ask for less\n\nBoth cost time."
    assert completed(text, "There are two ways:")[0] == "There are two ways:\n\n- build better chips\n- ask for less"


def test_a_question_brings_its_answer() -> None:
    text = "Is it hot? No. Never above forty degrees. It is blue.\nHow long? Two years from the day of purchase. Why? Who? Ann."
    assert completed(text, "Is it hot?")[0] == "Is it hot? No. Never above forty degrees."
    assert completed(text, "How long?")[0] == "How long? Two years from the day of purchase."
    assert completed(text, "Why?")[0] == "Why?"
    assert completed(text, "Who?")[0] == "Who? Ann."


def test_a_fragment_comes_with_the_sentence_of_which_it_is_a_piece_and_with_what_denies_it() -> None:
    text = "The ferry stopped. Not because it was old. It was not. Not because it was slow. It was not. The town paid."
    assert completed(text, "Not because it was slow.", "Was the ferry slow?") == (text.partition(" The town")[0], [])
    text = "The ferry sails daily. Some say that the mill is old. It is not. The town paid."
    assert completed(text, "Some say that the mill is old.") == ("Some say that the mill is old. It is not.", [])


def test_what_has_its_main_clause_is_no_fragment() -> None:
    text = "The ferry stopped. Because it was old, the town sold it. It paid."
    assert completed(text, "Because it was old, the town sold it.") == ("Because it was old, the town sold it.", [])


def test_what_a_sentence_announces_comes_with_it() -> None:
    ways = "There are two ways to dry a boat. One is to wait. The other is to sail."
    text = f"{ways} Nobody waits."
    assert completed(text, "There are two ways to dry a boat.") == (ways, [])
    assert completed(text, "One is to wait.") == ("One is to wait.", [])
    alone = "There are two ways to dry a boat. One day it rained."
    assert completed(alone, "There are two ways to dry a boat.")[0] == "There are two ways to dry a boat."


def test_how_it_is_comes_with_a_short_sentence_on_how_it_is_not() -> None:
    text = "The reason is not the wind. It is the tide. Boats wait."
    assert completed(text, "The reason is not the wind.") == ("The reason is not the wind. It is the tide.", [])
    other = "The reason is not the wind. Boats wait."
    assert completed(other, "The reason is not the wind.")[0] == "The reason is not the wind."
    long = "The reason is not the wind that blows from the lake at noon, as many people here believe. It is the tide."
    sentence = long.split(". ")[0] + "."
    assert completed(long, sentence)[0] == sentence
