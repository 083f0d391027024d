"""Small values for tests of the evaluate room."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from askv4.evaluate.gold import GoldQuestion, Wanted
from askv4.evaluate.outcomes import Cited, Outcome, Place

TEA = Wanted("Steep it for two minutes.", "tea.md")


def gold(question: str = "How long?", *, answerable: bool = True, **changes: Any) -> GoldQuestion:
    values: dict[str, Any] = {"groups": ((TEA,),) if answerable else (), "id": "1", "kind": None, **changes}
    return GoldQuestion(question=question, answerable=answerable, **values)


def answered(
    question: GoldQuestion | None = None, *, rank: int | None = 1, right: bool = True, **changes: Any
) -> Outcome:
    """An answerable question that was answered."""
    question = question or gold()
    return Outcome(
        gold=question, status="answered", right=right, ranks=(rank,) if question.groups else (),
        shown=(right,) if question.groups else (), citations=(Cited("tea.md", "Tea", 3, None, "Steep it."),), ms=10.0,
        **{"confidence": 0.9, "expected": () if right else (Place("tea.md", 3, None, "Green: ", "Steep it", " now"),), **changes},
    )  # fmt: skip


def uncertain(question: GoldQuestion | None = None, *, right: bool = False) -> Outcome:
    """A question with an uncertain answer; `right`: its candidate shows what is expected."""
    outcome = refused(question)
    return replace(outcome, status="uncertain", shown=(right,) * len(outcome.shown), confidence=0.4)


def refused(question: GoldQuestion | None = None, **changes: Any) -> Outcome:
    """A question that was refused."""
    question = question or gold(answerable=False)
    count = len(question.groups)
    return Outcome(
        question, "not_in_sources", right=not question.answerable, ranks=(None,) * count, shown=(False,) * count,
        **{"confidence": 0.1, "ms": 30.0, **changes},
    )  # fmt: skip
