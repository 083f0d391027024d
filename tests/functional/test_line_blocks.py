"""Lines below a line that says what they are about: each answer is that of the thing that is asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from askv4.neural.encoder import Encoder
from askv4.neural.reader import Reader
from askv4.types import Answer
from tests.functional.assisting import answered, indexed

TARIFFS = "Tariff          Bright     Green\nPrice           31.4       33.9\nTerm            12 months  none\nGreen power     no         yes\nBonus           80 once    none\n"
KILNS = (
    "Kiln K-20\nPower: 3 kW\nPrice: 900 euros\nDoor: left\n\nKiln K-45\nPower: 7 kW\nPrice: 1,800 euros\nDoor: right\n"
)
BOILERS = (
    "# Boilers\n\n- Veto 12\n  - Output: 12 kW\n  - Weight: 48 kg\n- Veto 24\n  - Output: 24 kW\n  - Weight: 61 kg\n"
)
PLANS = "Plan A\nFee: 4 euros\nNotice: one week\n\nPlan B\nFee: 9 euros\nNotice: one month\n"
SHIFTS = """Shifts of the ferry

Friday
06:00 Amra, deck
14:00 Olek, bridge

Saturday
06:00 Olek, deck
14:00 Nils, bridge
"""
NUMBERS = """Who to call

Plumber
Berta Wunsch
0170 555 0199

Glazier
Scheiben Adler
0800 555 0177, day and night
"""
FAIR = "# Trip to the fair\n\n**Day 1**\n\n- drive at 9\n- supper at the Anchor\n\n**Day 2**\n\n- boat at 10\n- lunch at the Mill\n"
OVEN = """Programme    Heat     Time    Energy
Loaf         220 °C   0:50    1.1 kWh
Cake         175 °C   1:05    0.9 kWh
Keep warm    60 °C    0:12    0.1 kWh
"""
SHEDS = """# Sheds to let

## Rowan Yard

The rent is 60 euros a month. It has a workbench.

## Alder Yard

Rent: 85 euros a month. There is no bench.
"""


@pytest.fixture(scope="module")
def ask(
    tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, reader: Reader
) -> Iterator[Callable[[str], Answer]]:
    folder = tmp_path_factory.mktemp("blocks")
    with indexed(
        folder,
        encoder,
        {
            "kilns.txt": KILNS,
            "sheds.md": SHEDS,
            "boilers.md": BOILERS,
            "plans.txt": PLANS,
            "shifts.txt": SHIFTS,
            "numbers.txt": NUMBERS,
            "tariffs.txt": TARIFFS,
            "oven.txt": OVEN,
            "fair.md": FAIR,
        },
    ) as index:
        yield partial(answered, index, encoder, reader)


@pytest.mark.parametrize(
    ("question", "line", "shown"),
    [
        ("What is the power of the K-45?", "Power: 7 kW", "[Kiln K-45:] Power: 7 kW"),
        ("What is the power of the K-20?", "Power: 3 kW", "[Kiln K-20:] Power: 3 kW"),
        ("price k-20", "Price: 900 euros", "[Kiln K-20:] Price: 900 euros"),
        ("Which kiln costs 1,800 euros?", "Price: 1,800 euros", "[Kiln K-45:] Price: 1,800 euros"),
        ("Who is on the bridge on Saturday?", "14:00 Nils, bridge", "[Saturday:]"),
        ("phone number of the plumber", "0170 555 0199", "[Plumber:]"),
        ("where is supper on day 1?", "supper at the Anchor", "[Day 1:] supper at the Anchor"),
    ],
)
def test_a_line_is_that_of_its_thing(ask: Callable[[str], Answer], question: str, line: str, shown: str) -> None:
    answer = ask(question)
    assert answer.status == "answered"
    first = answer.citations[0]
    assert line in first.quote
    assert shown.partition(":]")[0] in first.shown


def test_a_row_of_columns_is_read_and_shown_with_its_labels(ask: Callable[[str], Answer]) -> None:
    answer = ask("how hot is the cake programme?")
    assert answer.status == "answered"
    assert "[Programme] Cake [Heat] 175 °C [Time] 1:05 [Energy] 0.9 kWh" in answer.citations[0].shown


def test_a_row_of_short_cells_is_quoted(ask: Callable[[str], Answer]) -> None:
    assert "Green power     no         yes" in " ".join(
        one.quote for one in ask("Is the Bright tariff green power?").citations
    )


def test_two_things_are_set_side_by_side_line_by_line(ask: Callable[[str], Answer]) -> None:
    quotes = [one.quote for one in ask("Compare the K-20 and the K-45").citations]
    assert quotes == [
        "Power: 3 kW",
        "Price: 900 euros",
        "Door: left",
        "Power: 7 kW",
        "Price: 1,800 euros",
        "Door: right",
    ]


def test_lines_of_two_things_in_turn_each_say_whose_they_are(ask: Callable[[str], Answer]) -> None:
    lines = ask("Compare the Veto 12 and the Veto 24").answer.split("\n")
    assert [line.partition(" [")[0] for line in lines] == [
        "The Veto 12:", "“Output: 12 kW”", "“Weight: 48 kg”", "The Veto 24:", "“Output: 24 kW”", "“Weight: 61 kg”",
    ]  # fmt: skip


def test_a_letter_tells_two_things_apart(ask: Callable[[str], Answer]) -> None:
    quotes = [one.quote for one in ask("compare plan A and plan B").citations]
    assert quotes == ["Fee: 4 euros", "Notice: one week", "Fee: 9 euros", "Notice: one month"]


def test_what_stands_below_two_headings_is_set_side_by_side(ask: Callable[[str], Answer]) -> None:
    answer = ask("compare Rowan Yard and Alder Yard")
    assert answer.status == "answered"
    assert {"The rent is 60 euros a month.", "There is no bench."} <= {one.quote for one in answer.citations}


def test_two_things_are_not_compared_in_what_is_not_told(ask: Callable[[str], Answer]) -> None:
    assert ask("compare the weight of the K-20 and the K-45").status != "answered"


def test_a_second_question_without_a_subject_has_that_of_the_first(ask: Callable[[str], Answer]) -> None:
    answer = ask("What is the price of the K-45? And the power?")
    assert [one.quote for one in answer.citations][:1] == ["Price: 1,800 euros"]
    assert "Power: 3 kW" not in answer.answer
