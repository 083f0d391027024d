"""Siblings: the edition of the year that is asked for answers, the newest is today's, and the V8 is not the V8 Pro."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest

from askv4.answer.evidence.siblings import other_blocks, other_editions, other_numbers
from askv4.answer.question.question import Question
from askv4.answer.quote.voice import date_of
from askv4.neural.encoder import Encoder
from askv4.neural.reader import Reader
from askv4.types import Answer, Span
from tests.functional.assisting import answered, indexed
from tests.unit.answer.builders import document, hit_of

OLD = "# Rules of the boathouse\n\nValid from 1 March 2022\n\nThe fee for a locker is 18 euros a year. Boats are booked a week ahead.\n"
NEW = (
    "# Rules of the boathouse\n\nValid from 1 May 2024. Replaces the rules of 1 March 2022.\n\n"
    "The fee for a locker is 30 euros a year. Boats are booked two days ahead.\n"
)

SHEET = (
    "Torvo V8\nWeight: 2.4 kg\nPrice: 249 euros\nThe battery is built in and cannot be changed by the user.\n\n"
    "Torvo V8 Pro\nWeight: 2.7 kg\nPrice: 349 euros\nThe battery can be taken out and changed without tools.\n"
)


@pytest.fixture(scope="module")
def ask(
    tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, reader: Reader
) -> Iterator[Callable[[str], Answer]]:
    folder = tmp_path_factory.mktemp("editions")
    with indexed(folder, encoder, {"rules 2022.md": OLD, "rules 2024.md": NEW, "sheet.txt": SHEET}) as index:
        yield partial(answered, index, encoder, reader)


@pytest.mark.parametrize(
    ("question", "amount", "other"),
    [
        ("What was the fee for a locker in 2022?", "18 euros", "30 euros"),
        ("locker fee 2024", "30 euros", "18 euros"),
        ("What is the current fee for a locker?", "30 euros", "18 euros"),
    ],
)
def test_the_edition_that_is_asked_for_answers(
    ask: Callable[[str], Answer], question: str, amount: str, other: str
) -> None:
    answer = ask(question)
    assert answer.status == "answered"
    assert amount in answer.citations[0].quote
    assert all(other not in citation.quote for citation in answer.citations)


def test_only_names_that_differ_in_their_years_alone_are_editions() -> None:
    names = ["rules 2022.md", "rules 2024.md", "minutes 2022.md", "notes.md"]
    hits = [hit_of("A locker.", document(name)) for name in names]
    assert other_editions(Question("the fee in 2022?"), hits) == {"rules 2024.md"}
    assert other_editions(Question("the fee in 2022 and in 2024?"), hits) == frozenset()
    assert other_editions(Question("the fee in 2019?"), hits) == frozenset()
    assert other_editions(Question("the fee now?"), hits) == {"rules 2022.md"}
    assert other_editions(Question("the fee?"), hits) == frozenset()
    assert [date_of(document(name)) for name in names] == ["2022", "2024", "2022", None]


@pytest.mark.parametrize(
    ("question", "quoted", "other"),
    [
        ("Can I change the battery of the Torvo V8?", "cannot be changed", "taken out"),
        ("price of the V8", "249 euros", "349 euros"),
        ("What does the V8 Pro cost?", "349 euros", "249 euros"),
    ],
)
def test_a_thing_is_not_the_one_with_a_longer_name(
    ask: Callable[[str], Answer], question: str, quoted: str, other: str
) -> None:
    answer = ask(question)
    assert answer.status == "answered"
    assert quoted in answer.citations[0].quote
    assert all(other not in citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("weight of the V8", {"Weight: 2", "Weight: 3"}),
        ("weight of the V8 Pro", {"Weight: 1", "Weight: 3"}),
        ("weight of the vacuum cleaner", set()),
    ],
)
def test_which_lines_are_of_another_thing(question: str, others: set[str]) -> None:
    text = "Torvo V8\nWeight: 1\nTorvo V8 Pro\nWeight: 2\nTorvo V9\nWeight: 3"
    spans, at = [], 0
    for line in text.split("\n"):
        spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    hit = replace(hit_of("A.", document("sheet.txt")), text=text, end=len(text), sentences=tuple(spans))
    told = other_blocks(Question(question), [hit], [{1: "Torvo V8", 3: "Torvo V8 Pro", 5: "Torvo V9"}])
    assert {span.of(text) for _, span in told} == others


def test_lines_of_another_block_step_back_unless_they_say_it_themselves() -> None:
    text = "Deposit accounts\nInterest: 2 %\nRent\nDeposit: two rents\nDue: the third"
    lines = text.split("\n")
    starts = [sum(len(one) + 1 for one in lines[:n]) for n in range(len(lines))]
    spans = tuple(Span(start, start + len(line)) for start, line in zip(starts, lines, strict=True))
    hit = replace(hit_of("A.", document("bank.txt")), text=text, end=len(text), sentences=spans)
    abouts = {1: "Deposit accounts", 3: "Rent", 4: "Rent"}
    assert other_blocks(Question("how high is the deposit?"), [hit], [abouts]) == {("bank.txt", spans[4])}


def test_of_what_the_title_says_the_whole_document_is() -> None:
    text = "Bowls club\nFees 2026\nSeniors\nBadge: 5 euros\nYear: 80 euros"
    starts = [0, *(at + 1 for at, character in enumerate(text) if character == "\n")]
    spans = tuple(Span(start, start + len(line)) for start, line in zip(starts, text.split("\n"), strict=True))
    hit = replace(hit_of("A.", document("fees.txt")), text=text, end=len(text), sentences=spans)
    hit = replace(hit, document=replace(hit.document, title="Bowls club"))
    abouts = {1: "Bowls club", 3: "Seniors", 4: "Seniors"}
    assert other_blocks(Question("what is the year's fee for bowls?"), [hit], [abouts]) == frozenset()


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("which disk has srv-01?", {1}),
        ("which disk has SRV01?", {1}),
        ("which disk has srv-07?", set()),
        ("are srv-01 and srv-02 alike?", set()),
        ("which server is in Oslo?", set()),
    ],
)
def test_a_numbered_thing_is_not_its_sibling(question: str, others: set[int]) -> None:
    lines = ["srv-01: Oslo, 2 TB", "**srv-02**: Riga, 4 TB", "Unlike srv-02, srv-01 has no spare", "srv-test: Riga"]
    text = "\n".join(lines)
    spans = tuple(Span(text.index(line), text.index(line) + len(line)) for line in lines)
    hit = replace(hit_of("A.", document("hosts.md")), text=text, end=len(text), sentences=spans)
    told = other_numbers(Question(question), [hit])
    assert {place for place, span in enumerate(spans) if ("hosts.md", span) in told} == others
