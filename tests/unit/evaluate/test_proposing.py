"""Questions out of sentences, by rule."""

from __future__ import annotations

import pytest

from askv4.evaluate.proposing import Lexis, Proposal, base_of, fit_to_ask, proposals

TEXT = (
    "The museum in Gozo is open. People say that Inger Holm knows the place. A visit to the Farø lighthouse was first made in "
    "black boats."
)
LEXIS = Lexis.of(TEXT)
WORDS = frozenset("enroll use plan rate open receive try stop end cost reach cast".split())


def asked(sentence: str) -> dict[str, Proposal]:
    return {proposal.kind: proposal for proposal in proposals(sentence, LEXIS, WORDS.__contains__)}


@pytest.mark.parametrize(
    ("sentence", "kind", "question", "answer"),
    [
        ("Black tea was first sold in Gozo in 1657.", "date", "When was black tea first sold in Gozo?", "in 1657"),
        ("The trial of Gozo ended on 4 May 2020 after all.", "date", "When did the trial of Gozo end?", "on 4 May 2020"),
        ("A ticket to the island costs 4.65 euros today.", "money", "How much does a ticket to the island cost today?", "4.65 euros"),
        ("The rent of the mill is 900 euros and rises in May.", "money", "How much is the rent of the mill?", "900 euros"),
        ("The trial enrolled about 412 patients from six towns.", "number", "How many patients did the trial enroll from six towns?", "about 412"),
        ("There are 12 boats in the harbour of Farø.", "number", "How many boats are there in the harbour of Farø?", "12"),
        ("Farø has 300 inhabitants and one shop.", "number", "How many inhabitants does Farø have?", "300"),
        ("60 % of the boats of Farø returned within a day.", "number", "What percentage of the boats of Farø returned within a day?", "60 %"),
        ("Gozo is an island in the Mediterranean Sea.", "definition", "What is Gozo?", "an island in the Mediterranean Sea"),
        ("The keeper of Farø is called Inger Holm.", "called", "What is the keeper of Farø called?", "Inger Holm"),
        ("The key of the tower is kept behind the clock.", "place", "Where is the key of the tower kept?", "behind the clock"),
        ("The bell of Farø was cast by Inger Holm.", "maker", "By whom was the bell of Farø cast?", "Inger Holm"),
        ("Inger Holm keeps the old lighthouse above the harbour.", "name", "Who keeps the old lighthouse above the harbour?", "Inger Holm"),
        ("Sailing to Farø is forbidden for all in winter.", "whether", "Is sailing to Farø forbidden for all in winter?", "Yes"),
        ("Farø is not connected to the mainland, alas.", "whether", "Is Farø connected to the mainland?", "No"),
    ],
)  # fmt: skip
def test_each_rule(sentence: str, kind: str, question: str, answer: str) -> None:
    made = asked(sentence)[kind]
    assert (made.question, made.answer) == (question, answer)


@pytest.mark.parametrize(
    "sentence",
    [
        "In March 1733 was an Act passed by the old parliament.",
        "The 2019 games were held by the old town hall.",
        "The boats that left Farø lost 12 nets in one night.",
        "Losing Farø is not the same as losing the sea.",
        "Farø may be slower than most people believe.",
        "Farø fishermen knew the sea of old.",
    ],
)
def test_where_the_grammar_is_not_sure_nothing_is_asked(sentence: str) -> None:
    assert asked(sentence) == {}


@pytest.mark.parametrize(
    ("verb", "base"),
    [
        ("enrolled", "enroll"),
        ("used", "use"),
        ("planned", "plan"),
        ("rated", "rate"),
        ("opened", "open"),
        ("tried", "try"),
        ("stopped", "stop"),
        ("reaches", "reach"),
        ("built", "build"),
        ("blorped", None),
        ("status", None),
    ],
)
def test_the_base_of_a_verb(verb: str, base: str | None) -> None:
    assert base_of(verb, WORDS.__contains__) == base


@pytest.mark.parametrize(
    "sentence",
    [
        "It was first sold in London in 1657 by a merchant.",
        "Is the ferry to the island running in winter as well?",
        "Too short to ask.",
        "3.1 Damage to the boats is entered in the log.",
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
