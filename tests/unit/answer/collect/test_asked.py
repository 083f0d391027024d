"""Which questions ask for parts of documents, for what changed, or set two things side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from askv4.answer.collect.asked import asked_comparison, asked_items, asked_parts, wants_all
from tests.unit.answer.builders import document

DOCUMENTS = [
    replace(document("bees.md", kind="book"), title="A short book of bees"),
    replace(document("lease.pdf", kind="contract"), title="Lease of Mill Lane 4"),
]


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("List the chapters of the book.", ["bees.md"]), ("what sections does the lease have?", ["lease.pdf"]),
        ("Which chapters are there?", ["bees.md", "lease.pdf"]), ("table of contents", ["bees.md", "lease.pdf"]),
        ("show me the table of contents of bees.md", ["bees.md"]), ("which clauses are in the contract?", ["lease.pdf"]),
        ("list the parts of the book", ["bees.md"]), ("What are the headings?", ["bees.md", "lease.pdf"]),
    ],
)  # fmt: skip
def test_parts_are_asked_of_documents(question: str, meant: list[str]) -> None:
    asked = asked_parts(question)
    assert asked is not None
    assert [one.document for one in asked.among(DOCUMENTS)] == meant


@pytest.mark.parametrize(
    "question",
    ["What are the parts of a hive?", "Which clauses are void?", "list all parts", "What is contents insurance?",
     "How many chapters are there?", "Which chapter is about swarms?", "What does section 2 say?", ""],
)  # fmt: skip
def test_other_questions_ask_for_no_parts(question: str) -> None:
    asked = asked_parts(question)
    assert asked is None or asked.among(DOCUMENTS) == ()


@pytest.mark.parametrize(
    ("question", "things", "changes"),
    [
        ("Compare oak and ash.", ("oak", "ash"), False), ("how do oak and ash differ?", ("oak", "ash"), False),
        ("Where do the two drafts differ?", ("the two drafts",), False), ("in what way do oak and ash differ", ("oak", "ash"), False),
        ("How does oak differ from ash?", ("oak", "ash"), False), ("Oak vs. ash", ("Oak", "ash"), False),
        ("What is the difference between the old mill and the new one?", ("the old mill", "the new one"), False),
        ("compare the two drafts", ("the two drafts",), False), ("How does oak compare to ash?", ("oak", "ash"), False),
        ("what changed between the two versions?", ("the two versions",), True), ("What has changed?", ("",), True),
        ("What changed from the first draft to the second?", ("the first draft", "the second"), True),
    ],
)  # fmt: skip
def test_two_things_side_by_side(question: str, things: tuple[str, ...], changes: bool) -> None:
    asked = asked_comparison(question)
    assert asked is not None
    assert (asked.things, asked.changes) == (things, changes)


def test_in_what_they_are_compared() -> None:
    asked = asked_comparison("Compare oak with ash in terms of weight")
    assert asked is not None
    assert (asked.things, asked.by) == (("oak", "ash"), "weight")


@pytest.mark.parametrize(
    "question", ["Who compared oak and ash?", "What is oak?", "When was the gate code changed?", "And the other one?"]
)
def test_other_questions_compare_nothing(question: str) -> None:
    assert asked_comparison(question) is None


@pytest.mark.parametrize(
    ("question", "things", "of"),
    [
        ("List the names of all applicants.", "names", "all applicants"), ("Which roles are there?", "roles", ""),
        ("What deadlines are in the minutes?", "deadlines", "the minutes"), ("When are the deadlines?", "deadlines", ""),
        ("which dates are mentioned in the lease?", "dates", "the lease"), ("list all open orders", "open orders", ""),
    ],
)  # fmt: skip
def test_all_things_of_a_kind(question: str, things: str, of: str) -> None:
    asked = asked_items(question)
    assert asked is not None
    assert (asked.things, asked.of) == (things, of)


@pytest.mark.parametrize(
    "question",
    [
        "What is the address?",
        "Who owns the mills?",
        "Which applicants know Java?",
        "list the glass",
        "What was",
        "What is DNS?",
    ],
)
def test_other_questions_want_no_list(question: str) -> None:
    assert asked_items(question) is None


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("List the reasons why oak is used.", True), ("name every tool", True), ("please list what I need", True),
        ("What are all the risks?", True), ("give me all benefits of oak", True), ("name of the tenant?", False),
        ("What is on the list?", False), ("Which oaks are old?", False), ("Who lists the tools?", False),
    ],
)  # fmt: skip
def test_a_list_of_all_there_is(question: str, wanted: bool) -> None:
    assert wants_all(question) is wanted


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("compare the weight of oak and ash", "What is the weight of oak? What is the weight of ash?"),
        ("Compare oak and ash in weight.", "What is the weight of oak? What is the weight of ash?"),
        ("compare rents in Ulm and in Bonn", "What are the rents in Ulm? What are the rents in Bonn?"),
        ("how do oak and ash compare in price?", "What is the price of oak? What is the price of ash?"),
        ("What is the difference in price between oak and ash?", "What is the price of oak? What is the price of ash?"),
        ("compare oak and ash", None),
        ("Compare the University of Ulm and Bonn", None),
        ("what is the weight of oak?", None),
    ],
)
def test_a_comparison_in_something_asks_for_it_of_each(question: str, asked: str | None) -> None:
    comparison = asked_comparison(question)
    assert (comparison.of_each if comparison else None) == asked
