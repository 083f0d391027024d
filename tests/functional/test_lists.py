"""Questions whose answer is collected: chapters, what changed between versions, several questions in one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.conftest import Program

BOOK = """# A short book of bees

An opening without a heading of its own.

## The hive

A hive has a floor and a roof.

## The year

### Spring

Feed the bees when the stores are low.

### Autumn

The entrance is narrowed.

## Honey

It is ripe when the cells are capped.
"""
OLD = """# Lease of the mill

The monthly rent is 840 euros. It is due on the third working day.

The tenant may keep one cat. No music is played after ten in the evening.

The deposit is three rents. It is paid back at the end.
"""
NEW = (
    OLD.replace("840", "900")
    .replace("The tenant may keep one cat. ", "")
    .replace("evening.", "evening. Bicycles stand below.")
)

ORDERS = "Article,Price,Day\nOak board,12.50,3 May 2024\nAsh board,11.00,9 May 2024\nPine lath,3.20,12 May 2024\n"

CAKE = """# Plum cake

It serves twelve people.

You need:

- 500 g of plain flour
- a cube of fresh yeast
- 80 g of sugar
- a quarter of a litre of milk
- plums

It keeps for two days.
"""


NOTES = """# Notes of the choir

The choir met in the hall on 2 March 2024.

## Open points

- Ines orders the scores by 3 May 2024.
- Ravi asks for the hall by 10 May 2024.
- Ines finds a pianist.
"""


@pytest.fixture
def program(fresh_program: Callable[..., Program], tmp_path: Path, data_dir: Path) -> Program:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "bees.md").write_text(BOOK, encoding="utf-8")
    (corpus / "lease-2023.md").write_text(OLD, encoding="utf-8")
    (corpus / "lease-2024.md").write_text(NEW, encoding="utf-8")
    (corpus / "cake.md").write_text(CAKE, encoding="utf-8")
    (corpus / "orders.csv").write_text(ORDERS, encoding="utf-8")
    return fresh_program(ASKV4_CORPUS=str(corpus), ASKV4_DATA_DIR=str(data_dir))


def asked(program: Program, question: str) -> dict[str, Any]:
    run = program("ask", "--mode", "extractive", "--json", question)
    answer: dict[str, Any] = json.loads(run.out)
    return answer


def test_the_chapters_are_the_headings_in_order(program: Program) -> None:
    answer = asked(program, "List the chapters of the book of bees")
    assert answer["status"] == "answered"
    assert [one["quote"] for one in answer["citations"]] == ["The hive", "The year", "Spring", "Autumn", "Honey"]
    for one in answer["citations"]:
        assert BOOK[one["start"] : one["end"]] == one["quote"]
        assert BOOK[: one["start"]].endswith("# ")


def test_a_list_owes_nothing_to_the_question_before(program: Program) -> None:
    before = [{"question": "Compare the hive and the entrance", "answer": "A hive has a floor and a roof."}]
    rows = [
        {"question": one, "history": before} for one in ("List the chapters of the book of bees", "Summarize bees.md")
    ]
    run = program("ask", "--mode", "extractive", "--batch", "-", stdin="\n".join(map(json.dumps, rows)).encode())
    assert [json.loads(line).get("standalone_question") for line in run.out.splitlines()] == [None, None]


def test_a_list_names_its_document_once(program: Program) -> None:
    out = program("ask", "--mode", "extractive", "--no-color", "List the chapters of the book of bees").out
    assert out.count("A short book of bees") == 1
    assert "[5] “Honey”  bees.md:19" in out.splitlines()


def test_documents_without_headings_are_named(program: Program) -> None:
    note = asked(program, "What are the headings?")["note"]
    assert note == "without headings: cake.md, lease-2023.md, lease-2024.md, orders.csv"


@pytest.mark.parametrize(
    "question",
    ["What changed between the two versions?", "compare the two leases", "what changed from the 2023 lease to the 2024 lease?",
     "What is the difference between lease-2024.md and lease-2023.md?", "Where do the leases differ?",
     "What changed in the lease from 2023 to 2024?"],
)  # fmt: skip
def test_what_changed_is_every_sentence_that_differs(program: Program, question: str) -> None:
    answer = asked(program, question)
    assert answer["answer"].splitlines() == [
        "Between lease-2023.md and lease-2024.md: 3 differences, 4 sentences are the same.",
        "Before: “The monthly rent is 840 euros.” [1]",
        "Now: “The monthly rent is 900 euros.” [2]",
        "Only in lease-2023.md: “The tenant may keep one cat.” [3]",
        "Only in lease-2024.md: “Bicycles stand below.” [4]",
    ]
    for one in answer["citations"]:
        text = OLD if one["document"] == "lease-2023.md" else NEW
        assert text[one["start"] : one["end"]] == one["quote"]


def test_documents_that_are_no_versions_are_not_set_against_each_other(program: Program) -> None:
    assert "differences" not in asked(program, "what changed between the bees and the lease of 2023?")["answer"]


@pytest.mark.parametrize("question", ["list all articles", "Which prices are there?", "What dates are in the orders?"])
def test_rows_are_listed_by_their_label_or_date(program: Program, question: str) -> None:
    answer = asked(program, question)
    assert [one["quote"].split(";")[0] for one in answer["citations"]] == [
        "Article: Oak board", "Article: Ash board", "Article: Pine lath",
    ]  # fmt: skip
    assert "all are shown" in answer["note"]


def test_what_stands_below_a_heading_is_listed_by_its_name(program: Program, tmp_path: Path) -> None:
    (tmp_path / "corpus" / "notes.md").write_text(NOTES, encoding="utf-8")
    answer = asked(program, "List the open points")
    assert [one["quote"].split()[0].strip("-") or one["quote"].split()[1] for one in answer["citations"]] == [
        "Ines",
        "Ravi",
        "Ines",
    ]
    assert answer["note"] == "3 places with the heading “open points”, in 1 document: all are shown"
    dated = asked(program, "What are the deadlines of the open points?")
    assert len(dated["citations"]) == 2
    assert all("May" in one["quote"] for one in dated["citations"])


def test_a_list_is_quoted_whole_and_what_may_be_missing_is_said(program: Program) -> None:
    answer = asked(program, "List what you need for the plum cake")
    start, end = CAKE.index("500 g"), CAKE.index("plums\n") + len("plums")
    assert any(CAKE[start:end] in one["quote"] for one in answer["citations"])
    assert answer["note"] == "all passages were read for this list" or "others may name more" in answer["note"]
    assert "passages" not in (asked(program, "What do you need for the plum cake?")["note"] or "")


def test_two_things_are_set_side_by_side(program: Program) -> None:
    answer = asked(program, "Compare the hive and the entrance")
    assert {one["quote"] for one in answer["citations"]} == {
        "A hive has a floor and a roof.",
        "The entrance is narrowed.",
    }
    assert "kangaroo" not in asked(program, "Compare the hive and the kangaroo")["answer"].lower()


def test_two_documents_are_told_side_by_side(program: Program) -> None:
    answer = asked(program, "Compare bees.md and lease-2024.md")
    assert {one["document"] for one in answer["citations"]} == {"bees.md", "lease-2024.md"}
    assert answer["note"].startswith("what each is about")


def test_three_questions_in_one_are_three(program: Program) -> None:
    answer = asked(program, "What does a hive have, when is honey ripe, and who may keep one cat?")
    assert [part["status"] for part in answer["parts"]] == ["answered"] * 3
    assert "The tenant may keep one cat." in answer["answer"]
