"""What an overview takes from the catalogue, and when."""

from __future__ import annotations

from typing import Any

from askv4.answer.overview.overview import Overviews
from askv4.answer.question.question import Question


class Counted:
    """A catalogue without documents that counts how often all of them are listed."""

    listed = 0

    def documents(self, _within: None = None) -> list[Any]:
        self.listed += 1
        return []

    def text(self, name: str) -> str:
        raise AssertionError(f"there is no document, and {name} was asked for")

    place = text


def test_documents_are_listed_for_what_asks_for_an_overview_alone() -> None:
    sources: Any = Counted()
    encoder: Any = None
    overviews = Overviews(sources, encoder)
    assert overviews.answer(Question("Who signed the lease?")) is None
    assert sources.listed == 0
    assert overviews.answer(Question("What are these documents about?")) is None
    assert sources.listed == 1
