"""Rows of a table: where the question names a value of a column, rows with another value there are not quoted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest

from askv4.answer.evidence.asked_rows import asks_for_others, other_rows
from askv4.answer.question.question import Question
from askv4.neural.encoder import Encoder
from askv4.neural.reader import Reader
from askv4.text.row_labels import row_labels
from askv4.types import Answer, Hit, Span
from tests.functional.assisting import answered, indexed
from tests.unit.answer.builders import document, hit_of

SERVERS = """# Servers

| Name | Address | Role | Owner |
|---|---|---|---|
| atlas | 10.0.4.11 | database | Ines |
| boreas | 10.0.4.12 | web | Tom |
| cronus | 10.0.4.13 | backup | Ines |
"""
LESSONS = "Time,Monday,Tuesday\n08:30-09:15,Maths,English\n11:15-12:00,Art,History\n13:00-13:45,Music,French\n"
POOL = "Day      Main pool      Small pool\nMonday   7:00-21:00     closed\nFriday   6:30-21:30     9:00-18:00\n"


@pytest.fixture(scope="module")
def ask(
    tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, reader: Reader
) -> Iterator[Callable[[str], Answer]]:
    folder = tmp_path_factory.mktemp("rows")
    with indexed(folder, encoder, {"servers.md": SERVERS, "lessons.csv": LESSONS, "pool.txt": POOL}) as index:
        yield partial(answered, index, encoder, reader)


@pytest.mark.parametrize(
    ("question", "shown", "hidden"),
    [
        ("Which servers have Ines as owner?", ("atlas", "cronus"), ("boreas",)),
        ("What is the address of boreas?", ("10.0.4.12",), ("10.0.4.11", "10.0.4.13")),
        ("What is on Tuesday at 11:15?", ("History",), ("English", "French")),
        ("When is the small pool open on Mondays?", ("closed",), ("9:00-18:00",)),
    ],
)
def test_rows_with_another_value_are_not_quoted(
    ask: Callable[[str], Answer], question: str, shown: tuple[str, ...], hidden: tuple[str, ...]
) -> None:
    answer = ask(question)
    assert answer.status == "answered"
    quotes = " ".join(citation.quote for citation in answer.citations)
    assert all(one in quotes for one in shown)
    assert not any(one in quotes for one in hidden)


def test_what_is_offered_has_the_value_that_is_named(ask: Callable[[str], Answer]) -> None:
    answer = ask("Which servers does Ines own?")
    assert "Ines" in (*answer.citations, *answer.nearest)[0].quote


def _others(question: Question, hit: Hit) -> frozenset[tuple[str, Span]]:
    labels = [row_labels(hit.text, span) for span in hit.own_sentences]
    return frozenset() if asks_for_others(question) else other_rows(question, [hit], [labels])


ROWS = "Guest: Ada; Table: 1; Menu: fish\nGuest: Bo; Table: 2; Menu: fish\nGuest: Cy; Table: 2; Menu: beef"


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("what does Bo eat?", {1}),
        ("who sits at table 2?", {1, 2}),
        ("who eats fish at table 2?", {1}),
        # no row has both; others are asked for; a number alone; a value that no row has
        ("does Ada sit at table 2?", {0, 1, 2}),
        ("who eats something else than Bo?", {0, 1, 2}),
        ("how many of the 2 are late?", {0, 1, 2}),
        ("what does Dan eat?", {0, 1, 2}),
    ],
)
def test_which_rows_are_left(question: str, left: set[int]) -> None:
    starts = [0, ROWS.index("\n") + 1, ROWS.rindex("\n") + 1]
    spans = [Span(start, start + len(row)) for start, row in zip(starts, ROWS.split("\n"), strict=True)]
    hit = replace(hit_of("A.", document("guests.csv")), text=ROWS, end=len(ROWS), sentences=tuple(spans))
    others = _others(Question(question), hit)
    assert {place for place, span in enumerate(spans) if ("guests.csv", span) not in others} == left


def test_a_row_that_has_the_value_in_another_column_is_left() -> None:
    rows = "From: Ayr; To: Stoke; By: bus\nFrom: Stoke Town; To: Ayr; By: train\nFrom: Bath; To: Rugby; By: bus"
    starts = [0, rows.index("\n") + 1, rows.rindex("\n") + 1]
    spans = tuple(Span(start, start + len(row)) for start, row in zip(starts, rows.split("\n"), strict=True))
    hit = replace(hit_of("A.", document("trips.csv")), text=rows, end=len(rows), sentences=spans)
    assert _others(Question("when does the train from Stoke leave?"), hit) == {
        ("trips.csv", spans[0]), ("trips.csv", spans[2])}  # fmt: skip
    assert _others(Question("what goes to Stoke?"), hit) == {("trips.csv", spans[2])}
