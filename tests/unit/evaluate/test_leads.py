"""What makes a lead right, false or unjudged."""

from __future__ import annotations

import pytest

from askv4.evaluate.gold import Wanted
from askv4.evaluate.leads import holds, lead_right
from tests.unit.evaluate.builders import gold

STEEP = (Wanted("Green tea is steeped for two minutes in water of 75 degrees.", "tea.md"),)


def test_a_lead_to_what_must_be_refused_is_false() -> None:
    assert lead_right(gold(answerable=False), "Two minutes. [1]") is False


def test_key_words_decide_where_the_row_has_them() -> None:
    question = gold(key_words=(("two minutes", "2 minutes"), ("water",)), wrong_words=("four",))
    assert lead_right(question, "Steep it for 2 minutes in hot water. [1]") is True
    assert lead_right(question, "Steep it for two minutes. [1]") is False
    assert lead_right(question, "Two minutes in water, black tea for four. [1] [2]") is False


def test_markers_are_no_words_of_the_lead() -> None:
    question = gold(key_words=(("3",),))
    assert lead_right(question, "It has several wheels. [3]") is False
    assert lead_right(question, "It has 3 wheels. [1]") is True


def test_without_key_words_the_quote_or_half_of_what_it_says_must_come() -> None:
    question = gold("How long is green tea steeped?", groups=(STEEP,))
    assert lead_right(question, "Green tea is steeped for two minutes in water of 75 degrees. [1]") is True
    assert lead_right(question, "It takes 2 minutes in the water. [1]") is True
    assert lead_right(question, "It takes four minutes in the water. [1]") is False
    assert lead_right(question, "Green tea is steeped. [1]") is False


def test_every_group_must_be_said_and_one_of_its_quotes_is_enough() -> None:
    sold = (Wanted("It was first sold in London."), Wanted("A merchant sold it in Bristol."))
    question = gold("Tell me about tea.", groups=(STEEP, sold))
    both = "Green tea is steeped for two minutes in water of 75 degrees, and was sold by a merchant in Bristol."
    assert lead_right(question, both) is True
    assert lead_right(question, both.partition(",")[0]) is False


@pytest.mark.parametrize("groups", [(), ((Wanted(None, "tea.md"),),)])
def test_what_expects_no_words_is_not_judged(groups: tuple[tuple[Wanted, ...], ...]) -> None:
    assert lead_right(gold(groups=groups), "Anything. [1]") is None


@pytest.mark.parametrize(
    ("lead", "words", "there"),
    [
        ("It weighs 23.4 kg.", "23.4", True),
        ("It weighs 23.4kg.", "23.4", True),
        ("It weighs 123.4 kg.", "23.4", False),
        ("It weighs 23.45 kg.", "23.4", False),
        ("It weighs 23.4 kg.", "4", False),
        ("It costs 1,204 euros.", "204", False),
        ("It’s not  said.", "it's not said", True),
        ("Nothing is said.", "no", False),
        ("It costs 12 €.", "12 €", True),
    ],
)
def test_words_are_whole_words_and_numbers_whole_numbers(lead: str, words: str, there: bool) -> None:
    assert holds(lead, words) is there
