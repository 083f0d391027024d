"""A tried model as people and programs read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from rich.text import Text

from askv4.cli.models_try import Tried
from askv4.cli.models_try_output import tried_json, tried_lines
from askv4.evaluate.trial import Trial
from tests.unit.evaluate.builders import answered, gold, refused

HOSTILE = "\x1b[2J\x07[red]x[/red]\u202eevil\nnext"
LED = answered(gold("How long?"), lead="Two minutes. [1]", lead_right=True, quotes_ms=300.0, lead_ms=2500.0)
TRIAL = Trial(
    (
        LED,
        replace(LED, gold=gold("Is it cold?"), lead="Yes. [1]", lead_right=False),
        replace(LED, gold=gold("Who?"), lead=None, lead_right=None, rejected=(f"It is Ann. ({HOSTILE})",)),
        replace(LED, gold=gold("Why?"), lead=None, lead_right=None),
        refused(gold("Where?", answerable=False)),
    ),
    load_s=1.25, memory=1_200_000_000, free=4_000_000_000, others=0.5,
)  # fmt: skip


def shown(lines: Iterable[Text]) -> str:
    return "\n".join(line.plain.rstrip() for line in lines)


def test_each_question_says_what_came_and_the_last_line_what_the_model_is_worth() -> None:
    text = shown(tried_lines(Tried("small", TRIAL), 120, verbose=False))
    for said in (
        "right           How long?\n                2.5 s  Two minutes. [1]",
        "false           Is it cold?\n                2.5 s  Yes. [1]",
        "no lead         Who?\n                2.5 s  1 sentence rejected",
        "no lead         Why?\n                2.5 s  nothing that could be shown",
        "right, no lead  Where?\n                the sources do not answer this",
        "2 of 5",
        "1.2 GB",
        "50%",
    ):
        assert said in text
    assert "Ann" not in text
    assert text.splitlines()[-1] == "small is not worth having on this machine: 2 of 5 are right, 9 are needed."
    assert "It is Ann." in shown(tried_lines(Tried("small", TRIAL), 120, verbose=True))


def test_a_good_one_and_one_that_does_not_fit() -> None:
    good = Trial((LED,) * 12, load_s=1.0, memory=10**9, free=4 * 10**9)
    assert "good is worth having on this machine: 12 of 12 right" in shown(
        tried_lines(Tried("good", good), 120, verbose=False)
    )
    large = Tried("large", None, "it needs 9.0 GB of memory, and 4.0 GB are free")
    assert shown(tried_lines(large, 120, verbose=False)).startswith(
        "large is not worth having on this machine: it needs 9.0 GB"
    )
    record = tried_json(large)
    assert (record["worth_having"], record["because"], record["questions"]) == (False, large.too_large, [])
    assert tried_json(Tried("good", good))["right"] == {"count": 12, "total": 12}


@pytest.mark.parametrize("width", [20, 40, 80])
def test_any_width_and_nothing_acts(width: int) -> None:
    text = shown(tried_lines(Tried(HOSTILE, TRIAL), width, verbose=True))
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert max(len(line) for line in text.splitlines()) <= width
