"""Questions out of sentences, by rule."""

from __future__ import annotations

import pytest

from askv4.evaluate.proposing import BLANK, Lexis, fit_to_ask, proposals

TEXT = (
    "The museum in Gozo is open. People say that Inger Holm knows the place. A visit to the Farø lighthouse was first made in "
    "black boats."
)
LEXIS = Lexis.of(TEXT)


def asked(sentence: str) -> dict[str, str]:
    by_kind: dict[str, str] = {}
    for proposal in proposals(sentence, LEXIS, lambda words: max(words, key=len)):
        by_kind.setdefault(proposal.kind, proposal.question)
    return by_kind


@pytest.mark.parametrize(
    ("sentence", "kind", "question"),
    [
        ("Black tea was first sold in London in 1657.", "date", "In which year was black tea first sold in London?"),
        ("The trial ended on 4 May 2020 after all.", "date", "The trial ended on which date after all?"),
        ("A ticket to the island costs 4.65 euros today.", "money", "A ticket to the island costs how much money today?"),
        ("The trial enrolled 412 patients from six towns.", "number", "The trial enrolled how many patients from six towns?"),
        ("The rate fell by 3.5 % within a single year.", "number", "The rate fell by what percentage within a single year?"),
        ("Gozo is an island in the Mediterranean Sea.", "definition", "What is Gozo?"),
        ("Inger Holm keeps the old lighthouse above the harbour.", "name", "Who or what keeps the old lighthouse above the harbour?"),
    ],
)  # fmt: skip
def test_each_rule(sentence: str, kind: str, question: str) -> None:
    assert asked(sentence)[kind] == question


def test_the_last_resort_is_a_cloze_that_the_sentence_fills() -> None:
    sentence = "Green leaves want water below the boiling point."
    question = asked(sentence)["cloze"]
    blanked = question.partition("“")[2].partition("”")[0]
    before, after = blanked.split(BLANK)
    assert sentence.startswith(before)
    assert sentence.rstrip(".").endswith(after)


@pytest.mark.parametrize(
    "sentence",
    ["In March 1733 was an Act passed by the old parliament.", "The 2019 games were held by the old town hall."],
)
def test_a_year_is_no_count(sentence: str) -> None:
    assert "number" not in asked(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "It was first sold in London in 1657 by a merchant.",
        "Is the ferry to the island running in winter as well?",
        "Too short to ask.",
        "| a | table | row | with | many | cells |.",
        "See [the page](https://example.org) for the ferry times of today.",
        "no capital letter at the start of this whole long line.",
        "However, the ferry to the island costs far more than that.",
        "“The ferry to the island, he said, costs far more than that.",
        "It " * 60 + ".",
    ],
)
def test_what_says_nothing_by_itself_is_not_asked(sentence: str) -> None:
    assert not fit_to_ask(sentence)


def test_prose_is_fit() -> None:
    assert fit_to_ask("Black tea was first sold in London in 1657.")
