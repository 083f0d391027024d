"""What a follow-up takes from its whole conversation."""

from __future__ import annotations

import pytest

from askv4.answer.question.follow_up import in_last_form, is_courtesy, lacking, second_wording
from askv4.answer.question.question import Question
from askv4.types import Turn


def turns(*questions: str, answer: str = "") -> list[Turn]:
    return [Turn(question, answer) for question in questions]


def test_a_follow_up_to_a_follow_up_still_knows_what_it_is_about() -> None:
    said = turns("What did the town decide about the ferry?", "Who runs it?")
    assert lacking("By when?", said) == "runs town decide ferry"


@pytest.mark.parametrize("empty", ["", "Thanks, that is great!", "  ?"])
def test_a_turn_that_says_nothing_changes_nothing(empty: str) -> None:
    said = turns("What did the town decide about the ferry?", "Who runs it?")
    after = [*said, Turn(empty, "")]
    assert lacking("By when?", after) == lacking("By when?", said)
    assert second_wording("By when?", after) == second_wording("By when?", said)


def test_a_question_that_says_what_it_is_about_begins_another_topic() -> None:
    said = turns("What did the town decide about the ferry?", "Who paints the lighthouse at the cape?")
    assert lacking("By when?", said) == "paints lighthouse cape"


def test_a_name_in_the_place_of_another_displaces_it() -> None:
    said = turns("Who ran the Norholt mill in 1921?")
    assert lacking("And in 1922?", said) == "ran Norholt mill"
    assert lacking("And the Sundby mill?", said) == "ran 1921"


def test_the_other_one_is_what_was_spoken_of_before() -> None:
    said = turns("When did Norholt 3 sink?", "What about Norholt 2?", "How many cabins does it have?")
    assert "Norholt 3" in lacking("And the other one?", said)
    assert "Norholt 2" not in lacking("And the other one?", said)
    assert in_last_form("And the other one?", said) == "How many cabins does it have? (Norholt 3)"


def test_his_is_who_was_named_in_the_answer() -> None:
    said = turns("Who runs the ferry?", answer="“Ole Sandvik runs it.” [1]")
    assert lacking("What is his number?", said) == "Ole Sandvik runs ferry"
    refused = [*said, Turn("When was he born?", "The sources do not answer this.")]
    assert "Ole Sandvik" in lacking("What is his number?", refused)


def test_an_ellipsis_is_the_last_question_asked_of_something_else() -> None:
    said = turns("When was Norholt 3 built?")
    assert in_last_form("What about Norholt 2?", said) == "When was Norholt 2 built?"
    assert in_last_form("And the deposit?", turns("When is the rent due?")) == "When is the rent due? (the deposit)"
    assert in_last_form("Why Norholt?", said) is None
    assert in_last_form("By when?", said) is None


def test_what_may_stand_alone_is_also_read_alone() -> None:
    question = Question("Opening hours tomorrow", tuple(turns("Who paints the lighthouse?")))
    assert question.standalone == "Opening hours tomorrow (paints lighthouse)"
    assert [one.standalone for one in question.other_readings] == ["Opening hours tomorrow"]
    assert [one.resolved for one in question.other_readings] == [None]
    assert Question("By when?", question.history).other_readings == ()


def test_a_single_word_may_be_meant_by_itself_where_it_means_nothing_else() -> None:
    before = tuple(turns("Who paints the lighthouse?"))
    alone = Question("When do we leave?", before).last_reading
    assert alone is not None
    assert alone.resolved is None
    assert Question("When does it leave?", before).last_reading is None
    assert Question("By when?", before).last_reading is None


def test_an_answer_to_the_last_question_speaks_of_what_was_put_into_it() -> None:
    question = Question("And the deposit?", tuple(turns("How many does the cabin sleep?")))
    assert question.own_stems == frozenset()
    assert [one.own_stems for one in question.other_readings] == [{"deposit"}]


@pytest.mark.parametrize("asked", ["thanks", "Yes, please.", "OK, great!", "Hello"])
def test_courtesies_ask_nothing(asked: str) -> None:
    assert is_courtesy(asked)


@pytest.mark.parametrize("asked", ["What is it", "ok?", "Please list the chapters", "", "Is that sure?"])
def test_other_turns_may_ask(asked: str) -> None:
    assert not is_courtesy(asked)
