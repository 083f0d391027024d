"""Evaluations as people read them, in any width, whatever stands in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from rich.text import Text

from askv4.cli.eval_render import comparison_lines, list_lines, run_lines
from askv4.evaluate.comparing import compare
from askv4.evaluate.runs import Run
from tests.unit.evaluate.builders import answered, gold, refused

HOSTILE = "\x1b[2J\x07[red]x[/red]\u202eevil\nnext"
RUN = Run(
    (
        answered(gold("How long?", kind="fact")),
        answered(gold("Why?", id=HOSTILE, kind=HOSTILE), rank=2, right=False),
        refused(gold(HOSTILE, answerable=False, kind="none")),
        refused(gold("Who is it?")),
    ),
    10, gold=f"{HOSTILE}.jsonl", corpus="/docs", mode="llm", model=HOSTILE, askv4="1", date="2026-01-02T03:04:05+00:00",
)  # fmt: skip


def shown(lines: Iterable[Text]) -> str:
    return "\n".join(line.plain for line in lines)


def test_the_figures_and_the_misses_of_a_run() -> None:
    text = shown(run_lines(RUN, 100))
    for said in (
        "right                                      2 of 4",
        "false refusals                             1 of 3",
        "recall@1                                   0.333",
        "nDCG@10                                    0.544",
        "fact",
        "Misses (2)",
        "other words cited, though passage 2 has the right ones",
        "1  Who is it?\n   refused",
    ):
        assert said in text
    assert not any(line.endswith(" ") for line in text.splitlines())


@pytest.mark.parametrize("width", [20, 40, 80, 100])
def test_any_width_and_nothing_acts(width: int) -> None:
    later = replace(RUN, outcomes=tuple(replace(one, right=not one.right) for one in RUN.outcomes))
    texts = [
        shown(run_lines(RUN, width)),
        shown(list_lines({"before": RUN, "after": later}, width)),
        shown(comparison_lines(("before", "after"), (RUN, later), compare(RUN, later), width)),
    ]
    for text in texts:
        assert not {"\x1b", "\x07", "\u202e"} & set(text)
        assert max(len(line) for line in text.splitlines()) <= width


def test_a_comparison_says_what_its_differences_mean() -> None:
    questions = [gold(f"Question {number}?", id=str(number)) for number in range(20)]
    before = replace(
        RUN, outcomes=tuple(answered(one, right=number > 7, rank=1) for number, one in enumerate(questions))
    )
    after = replace(
        RUN, outcomes=tuple(answered(one, right=number != 9, rank=1) for number, one in enumerate(questions))
    )
    text = shown(comparison_lines(("a", "b"), (before, after), compare(before, after), 100))
    assert "20 questions compared: 8 better, 1 worse." in text
    assert "p = 0.039: more than chance would often give" in text
    assert "Better (8)" in text
    assert "9  Question 9?\n   right -> other words cited, though passage 1 has the right ones" in text
    assert "Difference of nDCG: +0.000, 95 % interval +0.000 to +0.000 (bootstrap), so there may be none." in text
    few = compare(before, replace(after, outcomes=after.outcomes[8:]))
    text = shown(comparison_lines(("a", "b"), (before, after), few, 100))
    assert "With fewer than 6 changed questions" in text
    assert "Not compared: 8 questions only in the first run." in text


def test_leads_have_their_figures_and_the_false_ones_are_shown() -> None:
    led = answered(
        gold("How hot?", id="hot"), lead="Four minutes. [1]", lead_right=False, quotes_ms=400.0, lead_ms=2500.0
    )
    run = replace(RUN, outcomes=(led, *RUN.outcomes))
    text = shown(run_lines(run, 100))
    for said in ("leads shown", "1 of 1", "leads false", "2.5 s", "False leads (1)",
                 "hot  How hot?\n     Four minutes. [1]"):  # fmt: skip
        assert said in text
    after = replace(run, outcomes=(replace(led, lead_right=True), *RUN.outcomes))
    text = shown(comparison_lines(("a", "b"), (run, after), compare(run, after), 100))
    assert "Better leads (1)\nhot  How hot?\n     lead false -> lead right" in text
