"""The question that warms a chat up."""

from __future__ import annotations

from askv4.answer.overview.asked import asked_overview
from askv4.answer.question.asked_column import asked_column
from askv4.answer.question.asked_place import asked_place
from askv4.answer.question.asked_record import asked_records
from askv4.answer.question.question import Question
from askv4.tui.session import WARM_UP


def test_it_goes_all_the_way() -> None:
    """What is answered from a document's place, record or middle would leave the reader and the search cold."""
    assert asked_overview(Question(WARM_UP)) is None
    assert not asked_records(WARM_UP)
    assert asked_place(WARM_UP) is None
    assert asked_column(WARM_UP) is None
