"""Two runs of the same questions: what got better and worse, and whether the difference means anything. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np

from askv4.evaluate.figures import Figures, figures_of, ndcg_of
from askv4.evaluate.gold import GoldQuestion
from askv4.evaluate.outcomes import Outcome
from askv4.evaluate.runs import Run

SIGNIFICANT = 0.05
RESAMPLES = 5000
_SEED = 0


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean difference, second run minus first, and where 95 % of the resamples lie."""

    mean: float
    low: float
    high: float

    @property
    def certain(self) -> bool:
        """Whether 0 lies outside."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A question in both runs."""

    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the questions that they share with the same expectation. `figures` are of these alone."""

    pairs: tuple[Pair, ...]
    figures: tuple[Figures, Figures]
    better: tuple[Pair, ...]
    worse: tuple[Pair, ...]
    p_right: float
    """McNemar's exact test (1947): how often chance alone would divide the changed questions at least as unevenly."""
    right: Interval | None
    ndcg: Interval | None
    ms: Interval | None
    leads_better: tuple[Pair, ...]
    """Pairs in both of which a model was asked, whose lead is right now and was not, or is false no more."""
    leads_worse: tuple[Pair, ...]
    lead_ms: Interval | None
    only_first: int
    only_second: int
    changed: int
    """Questions in both whose expectation differs: they are not compared."""

    @property
    def certain(self) -> bool:
        """Whether the difference in right questions is more than chance would often give."""
        return self.p_right < SIGNIFICANT


def compare(first: Run, second: Run) -> Comparison:
    """Hold `second` against `first`, question by question."""
    before = {_key(one.gold): one for one in first.outcomes}
    after = {_key(one.gold): one for one in second.outcomes}
    shared = [Pair(before[key], after[key]) for key in before if key in after]
    pairs = [pair for pair in shared if _expects(pair.before.gold) == _expects(pair.after.gold)]
    better = tuple(pair for pair in pairs if pair.after.right and not pair.before.right)
    worse = tuple(pair for pair in pairs if pair.before.right and not pair.after.right)
    sought = [pair for pair in pairs if pair.before.ranks]
    leads = [pair for pair in pairs if pair.before.lead_ms is not None and pair.after.lead_ms is not None]
    gains = [(pair, _lead_worth(pair.after) - _lead_worth(pair.before)) for pair in leads if _same_words(pair)]
    k = min(first.k, second.k)
    return Comparison(
        pairs=tuple(pairs),
        figures=(figures_of([p.before for p in pairs], k), figures_of([p.after for p in pairs], k)),
        better=better,
        worse=worse,
        p_right=mcnemar(len(better), len(worse)),
        right=_interval(pairs, lambda one: float(one.right)),
        ndcg=_interval(sought, lambda one: ndcg_of(one.ranks, k)),
        ms=_interval(pairs, lambda one: one.ms),
        leads_better=tuple(pair for pair, gain in gains if gain > 0),
        leads_worse=tuple(pair for pair, gain in gains if gain < 0),
        lead_ms=_interval(leads, lambda one: one.lead_ms or 0.0),
        only_first=len(before.keys() - after.keys()),
        only_second=len(after.keys() - before.keys()),
        changed=len(shared) - len(pairs),
    )


def mcnemar(better: int, worse: int) -> float:
    """Two-sided exact p: a changed question is as likely to have become better as worse, if nothing but chance is at work."""
    changed = better + worse
    if not changed:
        return 1.0
    tail = sum(comb(changed, i) for i in range(min(better, worse) + 1)) / (1 << changed)
    return min(1.0, 2 * tail)


def bootstrap(differences: Sequence[float]) -> Interval:
    """95 % percentile interval of the mean of paired differences (Efron 1979); the same for the same input."""
    values = np.asarray(differences, dtype=np.float64)
    random = np.random.default_rng(_SEED)
    # Row by row, so that a thousand questions need no 40 MB.
    means = [float(values[random.integers(0, len(values), len(values))].mean()) for _ in range(RESAMPLES)]
    low, high = np.quantile(means, (0.025, 0.975))
    return Interval(float(values.mean()), float(low), float(high))


def comparison_to_record(comparison: Comparison) -> dict[str, Any]:
    """A comparison as values that JSON knows."""

    def interval(difference: Interval | None) -> dict[str, Any] | None:
        if difference is None:
            return None
        return {"mean": round(difference.mean, 4), "low": round(difference.low, 4), "high": round(difference.high, 4)}

    def row(pair: Pair) -> dict[str, Any]:
        return {
            "id": pair.after.gold.id, "question": pair.after.gold.question,
            "before": pair.before.verdict, "after": pair.after.verdict,
        }  # fmt: skip

    def lead_row(pair: Pair) -> dict[str, Any]:
        return {**row(pair), "before": pair.before.lead_verdict, "after": pair.after.lead_verdict}

    return {
        "questions": len(comparison.pairs),
        "figures": [figures.to_record() for figures in comparison.figures],
        "better": [row(pair) for pair in comparison.better],
        "worse": [row(pair) for pair in comparison.worse],
        "leads_better": [lead_row(pair) for pair in comparison.leads_better],
        "leads_worse": [lead_row(pair) for pair in comparison.leads_worse],
        "mcnemar_p": round(comparison.p_right, 4),
        "differences": {name: interval(getattr(comparison, name)) for name in ("right", "ndcg", "ms", "lead_ms")},
        "only_first": comparison.only_first,
        "only_second": comparison.only_second,
        "changed": comparison.changed,
    }


def _interval(pairs: Sequence[Pair], value: Callable[[Outcome], float]) -> Interval | None:
    return bootstrap([value(pair.after) - value(pair.before) for pair in pairs]) if pairs else None


def _lead_worth(outcome: Outcome) -> int:
    """A right lead is worth more than none, and none more than a false one."""
    return {True: 1, None: 0, False: -1}[outcome.lead_right]


def _same_words(pair: Pair) -> bool:
    """Whether both leads were held against the same words."""
    before, after = pair.before.gold, pair.after.gold
    return (before.key_words, before.wrong_words) == (after.key_words, after.wrong_words)


def _key(gold: GoldQuestion) -> object:
    return gold.question, gold.history


def _expects(gold: GoldQuestion) -> object:
    return gold.answerable, gold.groups
