"""Blocks of lines, and what each is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.text.line_blocks import heads, run_in_heads
from askv4.text.sentences import split_sentences
from askv4.types import Block, Span


def lines(text: str) -> list[Span]:
    """Each line that is not blank."""
    spans, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            spans.append(Span(start, start + len(line)))
        start += len(line) + 1
    return spans


KILNS = "Kiln K-20\nPower: 3 kW\nPrice: 900 euros\n\nKiln K-45\nPower: 7 kW\nPrice: 1,800 euros"
CATS = "Name: Mira\nAge: 3 years\nColour: grey\n\nName: Otto\nAge: 9 years\nColour: black"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (KILNS, {1: "Kiln K-20", 2: "Kiln K-20", 4: "Kiln K-45", 5: "Kiln K-45"}),
        (f"**Kiln K-20**\n- Power: 3 kW\n- Price: 9 euros\n\n{KILNS}", {
            1: "Kiln K-20", 2: "Kiln K-20", 4: "Kiln K-20", 5: "Kiln K-20", 7: "Kiln K-45", 8: "Kiln K-45"}),
        (CATS, {1: "Mira", 2: "Mira", 4: "Otto", 5: "Otto"}),
        ("== Kiln K-20 ==\nPower: 3 kW\nPrice: 9 euros", {1: "Kiln K-20", 2: "Kiln K-20"}),
        ("Police £291.40\nRoads £12.10\n\nSchools £8.20\nParks £7.10", {}),
        # nested lists, where no blank line parts the blocks
        ("- Kiln K-20\n  - Power: 3 kW\n  - Price: 900 euros\n- Kiln K-45\n  - Power: 7 kW\n  - Price: 1,800 euros", {
            1: "Kiln K-20", 2: "Kiln K-20", 4: "Kiln K-45", 5: "Kiln K-45"}),
        # a line above a list; times are no names
        ("**Pool**\n\n- Weekdays: 7 to 9\n- Sunday: closed\n\n**Sauna**\n\n- Weekdays: 3 to 9\n- Sunday: noon to 8", {
            1: "Pool", 2: "Pool", 4: "Sauna", 5: "Sauna"}),
        ("Weekdays: 7 to 9\nSunday: closed\nHolidays: closed\n\nWeekdays: 3 to 9\nSunday: noon to 8\nHolidays: 1", {}),
        # paragraphs, as Word's
        (KILNS.replace("\n\n", "\n").replace("\n", "\n\n"), {
            1: "Kiln K-20", 2: "Kiln K-20", 4: "Kiln K-45", 5: "Kiln K-45"}),
        # lines without labels: lists, or several blocks
        ("Friday\n06:00 Amra\n14:00 Olek\n\nSaturday\n06:00 Olek", {1: "Friday", 2: "Friday", 4: "Saturday"}),
        ("**Day 1**\n\n- drive at 9\n- supper", {1: "Day 1", 2: "Day 1"}),
        ("Friday\n06:00 Amra\n14:00 Olek", {}),
        ("The fair\nIt was loud.\n\nThe mill\nIt is old.", {}),
        ("ペットは禁止です。\n洗濯機は一階です。\n\n来客は九時までです。\n家賃は二万円です。", {}),
        # notes of a meeting
        ("* Website\n  - moved to June\n  - TODO Greta: photos\n* Summer party\n  - 10 July at the boathouse\n* Office", {
            1: "Website", 2: "Website", 4: "Summer party"}),
        # settings; items of one list, of which the first may lack its mark; two lines
        ("[web-01]\nip = 10.20.0.11\nowner = Priya\n\n[web-02]\nip = 10.20.0.12\nowner = Luca", {
            1: "web-01", 2: "web-01", 4: "web-02", 5: "web-02"}),
        ("- Widgets showed the day before\n- Login failed\n- Dark mode", {}),
        ("Widgets showed the day before\n- Login failed\n- Dark mode", {}),
        # rows of a table
        ("REP\n\nADA HOLM: 68\nYES; 103; NO; 4\nBO LUND: 247", {}),
        # alone, a first line with a label is a line like the others
        ("Name: Mira\nAge: 3 years\nColour: grey", {}),
        # speakers, whose names come again; a sentence; prose; nothing below
        ("Anna: Who has the key?\nBen: I do.\nAnna: Good.\n\nAnna: And now?\nBen: Here.\nAnna: Fine.", {}),
        ("These are the figures.\nPower: 3 kW\nPrice: 9 euros", {}),
        ("Kiln K-20\nIt is hot.\nIt is heavy.", {}),
        ("Kiln K-20\nPower: 3 kW", {}),
        ("Kiln K-20\nPower: 3 kW\nWith shelves\nDoor: left", {1: "Kiln K-20", 2: "Kiln K-20", 3: "Kiln K-20"}),
        ("Kiln K-20\nPower: 3 kW\nDoor: left\nIt is fired by gas.", {1: "Kiln K-20", 2: "Kiln K-20", 3: "Kiln K-20"}),
        ("", {}),
    ],
)  # fmt: skip
def test_what_a_block_is_about(text: str, told: dict[int, str]) -> None:
    assert heads(text, lines(text)) == told


@given(st.text(alphabet="aA1: \n-*.", max_size=80))
def test_a_head_stands_above_its_line(text: str) -> None:
    spans = lines(text)
    for place, head in heads(text, spans).items():
        assert head
        assert head in text[: spans[place].start]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- Rose Inn: two nights, no breakfast. Free until May.\n- Oak: paid. None left.", {1: "Rose Inn", 3: "Oak"}),
        ("**Kiln.** It is old. Decision: repair.", {1: "Kiln", 2: "Kiln"}),
        ("Air: economy only. Flights within a country are not paid.", {1: "Air"}),
        # words that are only stressed, a letter before a question
        ("Q: May I smoke? Yes, outside.", {}),
        ("**Never** open it. Close it.", {}),
        # sentences that go on; a label of its own; another line
        ("The board said: no. It met again in May.", {}),
        ("- Owner: Ida Holm. Deputy: Cy Brand.", {}),
        ("Air: economy only.\nTrains are paid.", {}),
    ],
)
def test_headings_that_go_on_into_their_text(text: str, told: dict[int, str]) -> None:
    spans = split_sentences(text, [Block(line.start, line.end) for line in lines(text)])
    assert run_in_heads(text, spans) == told


@given(st.text(alphabet="aB.:*- \n1", max_size=80))
def test_a_run_in_heading_stands_before_what_it_is_of(text: str) -> None:
    spans = lines(text)
    told = run_in_heads(text, spans)
    assert all(0 < place < len(spans) and head in text[: spans[place].start] for place, head in told.items())
