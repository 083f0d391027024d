"""Documents that ask and answer, and documents whose headings say what the text below them is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from askv4.neural.encoder import Encoder
from askv4.neural.reader import Reader
from askv4.types import Answer
from tests.functional.assisting import answered, indexed

FAQ = """# Questions about the Kestrel 3 kettle

**How do I descale the kettle?** Fill it with equal parts of vinegar and water and boil it twice.

**Can I use the kettle with salt water?** No. The heater would corrode within days.

### How long is the guarantee?

Two years from the day of purchase.

### Spares and repairs

Q: Where are spare lids sold?
A: At every branch, and by post.

What does the red lamp mean?

It means that the kettle ran dry.

Who repairs a broken handle?
"""
MANUAL = """# Osprey 8 toaster

## Cleaning

Pull out the tray below the slots and empty it once a week.

## Warranty

Three years from the day of purchase. Keep the receipt.

## Power

900 watts at 230 volts.

## Returns

Within 30 days, unopened. Send it to Weststrasse 5, Zurich.
"""
NEWS = """# Tidewatch, what changed

## 3.2.0 (2026-06-09)
### New
- Dark mode
### Fixed
- Crash when recording without a signal

## 3.1.0 (2026-02-02)
### New
- Offline maps for Norway
- Alarm before low water
### Removed
- Support for old telephones
"""
AGREEMENT = """# Agreement on a workshop

between Halvard Studios and Ms Petra Lindqvist, potter

## Use

The workshop may be used from 7 am to 10 pm.

## Fee

The monthly fee is 310 euros, due on the fifth.

## Not permitted

- smoking
- kilns of more than 6 kW
- overnight stays
"""


@pytest.fixture(scope="module")
def ask(
    tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, reader: Reader
) -> Iterator[Callable[[str], Answer]]:
    folder = tmp_path_factory.mktemp("headed")
    with indexed(
        folder, encoder, {"faq.md": FAQ, "manual.md": MANUAL, "agreement.md": AGREEMENT, "news.md": NEWS}
    ) as index:
        yield partial(answered, index, encoder, reader)


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("how do I descale the kettle?", "Fill it with equal parts of vinegar and water and boil it twice."),
        ("can I use the kettle with salt water?", "No. The heater would corrode within days."),
        ("where are spare lids sold?", "A: At every branch, and by post."),
        ("what does the red lamp mean", "What does the red lamp mean?\n\nIt means that the kettle ran dry."),
        ("how long is the guarantee of the kettle?", "Two years from the day of purchase."),
        ("how long is the toaster's warranty?", "Three years from the day of purchase."),
        ("how much power does the toaster need?", "900 watts at 230 volts."),
        ("what is Petra Lindqvist's monthly fee?", "The monthly fee is 310 euros, due on the fifth."),
        ("what is petra lindqvist's monthly fee?", "The monthly fee is 310 euros, due on the fifth."),
        ("within how many days can I return the toaster?", "Within 30 days, unopened."),
    ],
)
def test_what_answers_is_quoted(question: str, quoted: str, ask: Callable[[str], Answer]) -> None:
    answer = ask(question)
    assert answer.status == "answered"
    assert quoted in answer.citations[0].quote


def test_the_answer_to_another_wording_is_at_least_offered(ask: Callable[[str], Answer]) -> None:
    answer = ask("where can I buy a spare lid?")
    assert answer.status in ("answered", "uncertain")
    assert "A: At every branch, and by post." in (*answer.citations, *answer.nearest)[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "who repairs a broken handle?",  # the document asks that, too, and says nothing
        "what does the warranty of the toaster cover?",
        "who handles returns?",
        "how heavy is the kettle?",
    ],
)
def test_a_heading_or_a_question_is_no_answer(question: str, ask: Callable[[str], Answer]) -> None:
    assert ask(question).status != "answered"


def test_a_name_at_the_head_of_a_document_is_that_name_alone(ask: Callable[[str], Answer]) -> None:
    assert ask("what is Petra Nyberg's monthly fee?").status != "answered"


def test_a_fragment_is_shown_under_its_heading(ask: Callable[[str], Answer]) -> None:
    answer = ask("is smoking permitted in the workshop?")
    assert answer.answer.endswith("“[Not permitted:] smoking” [1]")
    assert answer.citations[0].quote == "smoking"


def test_a_heading_further_above_that_is_named_counts(ask: Callable[[str], Answer]) -> None:
    answer = ask("What is new in Tidewatch 3.1.0?")
    assert answer.status == "answered"
    quotes = [citation.quote for citation in answer.citations]
    assert {"Offline maps for Norway", "Alarm before low water"} <= {*quotes}
    assert "Dark mode" not in quotes
