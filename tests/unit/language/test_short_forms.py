"""Short forms that a text defines, months among them, and texts with the long ones in their place."""

from __future__ import annotations

import time

import pytest

from askv4.language.dates import dates
from askv4.language.short_forms import defined, in_question, opened, used
from askv4.types import Span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OEE = overall equipment effectiveness", {"OEE": "overall equipment effectiveness"}),
        ("T/A = total absences = S + H", {"T/A": "total absences"}),
        ("RY = reporting year ending in June", {"RY": "reporting year"}),
        ("MTBF: mean time between failures", {"MTBF": "mean time between failures"}),
        ("The Water Supply Board (WSB) met.", {"WSB": "Water Supply Board"}),
        ("The WSB (Water Supply Board) met.", {"WSB": "Water Supply Board"}),
        ("Der Technische Überwachungsverein (TÜV) prüft.", {"TÜV": "Technische Überwachungsverein"}),
        ("ID: Ivan Drago", {}),
        ("Art: a red thing", {}),
        ("He came late (as always).", {}),
        ("The Water Board (WB) met.\nWB = work bench", {}),
    ],
)
def test_what_a_text_defines(text: str, expected: dict[str, str]) -> None:
    assert defined(text) == expected


@pytest.mark.parametrize("text", ["A" * 200_000, "A.B/" * 50_000, "AA = " * 40_000, "AB = abab abab\n" * 15_000])
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    defined(text)
    assert time.process_time() - began < 5


def test_a_passage_has_those_whose_long_form_its_line_has_not() -> None:
    forms = {"OEE": "overall equipment effectiveness", "T/A": "total absences"}
    assert used("Line 3; OEE(%): 71; T/A-days: 4", forms) == (
        ("OEE", "overall equipment effectiveness"),
        ("T/A", "total absences"),
    )
    assert used("OEE is overall equipment effectiveness", forms) == ()
    assert used("OEE is overall equipment effectiveness\nLine 3: OEE 71", forms) == (
        ("OEE", "overall equipment effectiveness"),
    )


def test_only_what_a_question_says_long_is_opened() -> None:
    forms = [("OEE", "overall equipment effectiveness")]
    assert in_question("What was the overall equipment effectiveness?", forms) == tuple(forms)
    assert in_question("What was the OEE, the overall equipment effectiveness?", forms) == ()
    assert in_question("What was the effectiveness?", forms) == ()


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("How many in February 2019?", "Feb-2019; 12", "February-2019; 12"),
        ("How many in September?", "Month: Sept.; Units: 12", "Month: September; Units: 12"),
        ("Wie viele im Dezember 2019?", "3. Dez. 2019; 12", "3. Dezember 2019; 12"),
        ("Combien en février 2019 ?", "Fév. 2019 ; 12", "février 2019 ; 12"),
        ("Quante a luglio 2019?", "Lug 2019: 12", "luglio 2019: 12"),
        ("How many in March?", "Mar Johnson sold 12", None),
        ("How many in March?", "March: 12", None),
    ],
)
def test_months_are_written_out(question: str, text: str, expected: str | None) -> None:
    view = opened(text, in_question(question))
    assert (view.text if view else None) == expected


def test_what_is_found_in_an_opened_text_is_found_in_the_text() -> None:
    text = "Feb-2019; OEE(%): 71.5; T/A: 4"
    view = opened(text, [("OEE", "overall equipment effectiveness"), ("feb", "February")])
    assert view is not None
    for words, expected in (("71.5", "71.5"), ("equipment", "OEE"), ("February", "Feb"), ("T/A: 4", "T/A: 4")):
        at = view.text.index(words)
        assert view.original(Span(at, at + len(words))).of(text) == expected


def test_months_beside_years_are_dates() -> None:
    assert [(date.months, date.days, date.year) for date in dates("Feb-2019 to 15/Mar/2019")] == [
        ((2,), (), 2019),
        ((3,), (15,), 2019),
    ]
