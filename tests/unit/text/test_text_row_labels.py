"""The labels of cells, and which lines are those of labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.text.row_labels import is_table_head, row_labels
from askv4.types import Span

OVENS = (
    "Programme    Heat     Time    Energy\n"
    "Loaf         220 °C   0:50    1.1 kWh\n"
    "Cake         175 °C   1:05    0.9 kWh\n"
    "Keep warm    60 °C    0:12    0.1 kWh\n"
)
MODELS = "               B-20       B-30\nWidth          60 cm      45 cm\nWeight         41 kg      33 kg\n"
PIPES = "| Plan | Fee |\n|---|---|\n| Basic | 2.50 |\n| Plus | 6.90 |\n"
TABS = "Name\tRooms\tRent\nAlder\t2\t640\nRowan\t3\t815\n"
TRIPS = (
    "Trip          Adult    Child\nShort trip    12.00    6.00\nLong trip     22.00    9.00\n\nWinter\n\n"
    "Short trip    9.00     4.50\n"
)
CODES = "E1   Water does not come in. Open the tap.\nE2   Water does not drain. Clean the filter.\n"
SHARES = "              Ann      Ben\nWages         41.00    28.00\nCosts         -1.00\n\nPaid          14.00\nBoth          1.00     2.00\n"
USAGE = "Texts        56\nCalls        211\nMinutes      340\n"


def labels(text: str, line: int) -> dict[str, str]:
    """Label -> the cell's first word."""
    start = sum(len(one) + 1 for one in text.split("\n")[:line])
    span = Span(start, start + len(text.split("\n")[line]))
    return {label: text[at:].split()[0] for at, label in row_labels(text, span)}


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (OVENS, 2, {"Programme": "Cake", "Heat": "175", "Time": "1:05", "Energy": "0.9"}),
        (OVENS, 0, {}),
        (MODELS, 2, {"B-20": "41", "B-30": "33"}),
        (PIPES, 3, {"Plan": "Plus", "Fee": "6.90"}),
        (PIPES, 0, {}),
        (TABS, 2, {"Name": "Rowan", "Rooms": "3", "Rent": "815"}),
        # the second part of a table
        (TRIPS, 6, {"Trip": "Short", "Adult": "9.00", "Child": "4.50"}),
        # another table has its own
        (f"{TRIPS}\nDrinks\n\n{MODELS}", 12, {"B-20": "41", "B-30": "33"}),
        # rows have names, over which no label stands; a sum below the columns is of neither
        (SHARES, 1, {"Ann": "41.00", "Ben": "28.00"}),
        (SHARES, 2, {"Ann": "-1.00"}),
        (SHARES, 4, {}),
        (SHARES, 5, {"Ann": "1.00", "Ben": "2.00"}),
        # no line of labels
        (CODES, 1, {}),
        (USAGE, 1, {}),
        ("A line.\nAnother line.\n", 1, {}),
    ],
)
def test_each_cell_has_the_label_above_it(text: str, line: int, told: dict[str, str]) -> None:
    assert labels(text, line) == told


@pytest.mark.parametrize(
    ("text", "heads"), [(OVENS, True), (PIPES, True), (TABS, True), (CODES, False), (USAGE, False)]
)
def test_which_line_is_that_of_the_labels(text: str, heads: bool) -> None:
    first = text.index("\n")
    assert is_table_head(text, Span(0, first)) is heads
    assert not is_table_head(text, Span(text.rindex("\n", 0, -1) + 1, len(text) - 1))


def test_a_row_of_words_above_figures_is_no_line_of_labels() -> None:
    text = (
        "Tariff     Bright     Green\nPrice      31.4       33.9\nGreen      no         yes\nBonus      80         10\n"
    )
    start = text.index("Green      no")
    assert not is_table_head(text, Span(start, text.index("\n", start)))
    assert labels(text, 2) == {"Tariff": "Green", "Bright": "no", "Green": "yes"}


@given(st.text(alphabet="ab12|- \n\t", max_size=60), st.data())
def test_labels_stand_within_the_span_and_above_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    for at, label in row_labels(text, span):
        assert span.start <= at < span.end
        assert label
        assert label in text[: span.start]
