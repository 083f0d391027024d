"""The arithmetic of a run."""

from __future__ import annotations

from dataclasses import replace
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.evaluate.figures import Share, by_kind, figures_of, ndcg_of, quantile, recall_at
from askv4.evaluate.summary import figure_rows
from tests.unit.evaluate.builders import answered, gold, refused, uncertain


def test_the_figures_of_a_run() -> None:
    outcomes = [
        answered(),
        answered(rank=4, right=False),
        refused(gold("c?")),
        refused(),
        answered(gold("e?", answerable=False), right=False),
    ]
    figures = figures_of(outcomes, 5)
    assert (figures.right.count, figures.right.total) == (2, 5)
    assert (figures.answered_right.count, figures.answered_right.total) == (1, 3)
    assert (figures.refused_right.count, figures.refused_right.total) == (1, 2)
    assert (figures.false_answers.count, figures.false_refusals.count) == (1, 1)
    assert figures.balanced == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert figures.recall == pytest.approx({1: 1 / 3, 5: 2 / 3})
    assert figures.ndcg == pytest.approx((1 + 1 / log2(5) + 0) / 3)
    assert figures.brier == pytest.approx((0.01 + 0.01 + 0.81 + 0.01 + 0.81) / 5)
    assert (figures.median_ms, figures.exact.count, figures.exact.total) == (10.0, 3, 3)


def test_figures_of_nothing_are_none() -> None:
    figures = figures_of([], 10)
    assert (figures.right.share, figures.ndcg, figures.balanced, figures.brier, figures.median_ms) == (None,) * 5
    assert figures.recall == {}
    assert figures.to_record()["right"] == {"count": 0, "total": 0, "share": None}


def test_a_question_that_failed_was_neither_answered_nor_refused() -> None:
    figures = figures_of([replace(answered(right=False), status="failed", confidence=None, citations=())], 10)
    assert (figures.failed, figures.right.count, figures.false_refusals.count, figures.median_ms) == (1, 0, 0, None)


def test_needs_are_met_one_by_one() -> None:
    assert recall_at((1, None), 10) == 0.5
    assert recall_at((1, 3), 2) == 0.5
    assert ndcg_of((1, 1), 10) == 1.0
    assert ndcg_of((12,), 10) == 0.0


def test_kinds_are_told_where_there_are_any() -> None:
    assert by_kind([answered()]) == {}
    kinds = by_kind([answered(gold(kind="fact")), refused(), answered(gold(kind="fact"), right=False)])
    assert kinds == {"fact": Share(1, 2), "other": Share(1, 1)}


@given(total=st.integers(1, 500), data=st.data())
def test_the_interval_holds_the_share(total: int, data: st.DataObject) -> None:
    share = Share(data.draw(st.integers(0, total)), total)
    assert share.interval is not None
    low, high = share.interval
    assert 0 <= low <= (share.share or 0) + 1e-12
    assert (share.share or 0) <= high + 1e-12 <= 1 + 1e-9


def test_the_interval_is_wilsons() -> None:
    interval = Share(19, 20).interval
    assert interval is not None
    assert interval == pytest.approx((0.7639, 0.9911), abs=1e-4)


def test_quantiles_lie_between_neighbours() -> None:
    assert quantile([3, 1, 2], 0.5) == 2
    assert quantile([0, 10], 0.95) == pytest.approx(9.5)
    assert quantile([7], 0.95) == 7


def test_a_verdict_says_where_the_words_were() -> None:
    assert answered(rank=2, right=False).verdict == "other words cited, though passage 2 has the right ones"
    assert answered(rank=None, right=False).verdict == "other words cited"
    assert refused(gold()).verdict == "refused"
    assert replace(refused(gold()), ranks=(3,)).verdict == "refused, though passage 3 answers"
    assert answered(gold(answerable=False), right=False).verdict == "answered, though the sources do not answer"
    assert refused().verdict == "rightly refused"


def test_an_uncertain_answer_is_a_refusal_and_is_counted_as_shown_as_well() -> None:
    outcomes = [answered(), uncertain(gold(), right=True), uncertain(gold()), refused(gold()), uncertain(), refused()]
    figures = figures_of(outcomes, 5)
    assert (figures.right, figures.uncertain, figures.offered_right) == (Share(3, 6), Share(3, 6), Share(1, 2))
    assert (figures.false_answers, figures.false_shown) == (Share(0, 2), Share(1, 2))
    assert (figures.false_refusals, figures.nothing_shown) == (Share(3, 4), Share(1, 4))
    assert figures.balanced == pytest.approx((1 / 4 + 1) / 2)
    assert [one.verdict for one in outcomes[1:5]] == [
        "uncertain, though the candidate answers", "uncertain", "refused", "rightly refused",
    ]  # fmt: skip
    named = {row.name: row.value for row in figure_rows(figures)}
    assert named["uncertain"] == "3 of 6"
    assert named["false answers, counting uncertain ones"] == "1 of 2"
    assert named["false refusals, not counting uncertain ones"] == "1 of 4"
    assert "uncertain" not in {row.name for row in figure_rows(figures_of([answered(), refused()], 5))}


def test_leads_are_counted_of_the_questions_that_a_model_was_asked() -> None:
    outcomes = [
        answered(lead="Two. [1]", lead_right=True, quotes_ms=300.0, lead_ms=2000.0),
        answered(lead="Four. [1]", lead_right=False, rejected=("No. (why)",), quotes_ms=500.0, lead_ms=4000.0),
        answered(lead="Hot. [1]", quotes_ms=400.0, lead_ms=3000.0),
        answered(rejected=("a", "b"), quotes_ms=400.0, lead_ms=5000.0),
        refused(quotes_ms=100.0),
    ]
    figures = figures_of(outcomes, 5)
    assert (figures.leads, figures.leads_right, figures.leads_false) == (Share(3, 4), Share(1, 3), Share(1, 3))
    assert (figures.rejected, figures.quotes_median_ms, figures.lead_median_ms) == (3, 400.0, 3500.0)
    assert [one.lead_verdict for one in outcomes] == ["lead right", "lead false", "lead shown", "no lead", ""]


def test_without_a_model_there_are_no_figures_of_leads() -> None:
    figures = figures_of([answered(), refused()], 5)
    assert (figures.leads, figures.lead_median_ms) == (Share(0, 0), None)
    assert not [row for row in figure_rows(figures) if "lead" in row.name]
