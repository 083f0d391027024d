"""Outcomes become figures. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from math import log2, sqrt
from statistics import fmean
from typing import Any

from askv4.evaluate.outcomes import Outcome

RECALLS = (1, 5)
"""Recall is told at these depths, and at k."""
_Z = 1.959964
"""Of a normal distribution, 95 % lie within so many deviations of the mean."""


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `total`."""

    count: int
    total: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the share (Wilson 1927): what other questions of the same kind might have given."""
        if not self.total:
            return None
        n, p = self.total, self.count / self.total
        middle, spread = p + _Z**2 / (2 * n), _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n * n))
        scale = 1 + _Z**2 / n
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a run. A figure of no questions is None."""

    right: Share
    """All questions: answered with the right citations, or rightly refused."""
    answered_right: Share
    refused_right: Share
    false_answers: Share
    """Of the questions that the sources do not answer, those that were answered."""
    false_refusals: Share
    """Of the questions that the sources answer, those that were refused, an uncertain answer counting as a refusal."""
    uncertain: Share
    """All questions: those with an uncertain answer."""
    offered_right: Share
    """Of the uncertain answers to questions that the sources answer, those whose candidate shows what was expected."""
    false_shown: Share
    """As false answers, an uncertain answer counting as one."""
    nothing_shown: Share
    """As false refusals, an uncertain answer counting as none."""
    balanced: float | None
    """Mean of the shares answered where there is an answer and refused, or uncertain, where there is none."""
    failed: int
    exact: Share
    """Of all citations, those whose quote is the document's text at the place that they name."""
    recall: dict[int, float]
    """Depth -> share of the expected quotes that stand in a passage of that rank or better, averaged over questions."""
    ndcg: float | None
    """nDCG at k, each expected quote being one need: 1 / log2(1 + rank) of the first passage that shows it
    (Järvelin and Kekäläinen 2002, with binary relevance and one relevant passage)."""
    k: int
    brier: float | None
    """Mean squared difference between confidence and whether the sources answer (Brier 1950): 0 is best, 0.25 a coin's."""
    median_ms: float | None
    p95_ms: float | None
    leads: Share
    """Of the questions that a model was asked to write about, those for which a lead was shown. Without a model: 0 of 0."""
    leads_right: Share
    """Of the leads shown, those that say what was expected (`leads` says exactly when)."""
    leads_false: Share
    """Of the leads shown, those that say something else, or answer what must be refused. What no words of the gold row
    judge is neither right nor false."""
    rejected: int
    """Sentences of the model that the check rejected."""
    quotes_median_ms: float | None
    """From the question to the quotations."""
    lead_median_ms: float | None
    """From the question to the lead, or to the end of one that did not stand."""

    def to_record(self) -> dict[str, Any]:
        """The figures as values that JSON knows, shares rounded to four digits."""
        record = asdict(self)
        for name, value in record.items():
            if isinstance(value, dict) and set(value) == {"count", "total"}:
                share = Share(**value).share
                record[name] = {**value, "share": None if share is None else round(share, 4)}
            elif isinstance(value, float):
                record[name] = round(value, 4)
        record["recall"] = {str(depth): round(value, 4) for depth, value in self.recall.items()}
        return record


def figures_of(outcomes: Sequence[Outcome], k: int) -> Figures:
    """The figures of a run in which `k` passages were retrieved for each question."""
    answerable = [one for one in outcomes if one.gold.answerable]
    unanswerable = [one for one in outcomes if not one.gold.answerable]
    cited = [citation for one in outcomes for citation in one.citations]
    sought = [one for one in outcomes if one.ranks]
    # A question that failed was neither answered nor refused, and took no time worth telling.
    times = [one.ms for one in outcomes if one.status != "failed"]
    guesses = [(one.confidence, one.gold.answerable) for one in outcomes if one.confidence is not None]
    asked = [one for one in outcomes if one.lead_ms is not None]
    leads = [one for one in outcomes if one.lead is not None]
    depths = sorted({*(depth for depth in RECALLS if depth <= k), k})
    return Figures(
        right=_share(outcomes, lambda one: one.right),
        answered_right=_share(answerable, lambda one: one.right),
        refused_right=_share(unanswerable, lambda one: one.right),
        false_answers=_share(unanswerable, lambda one: one.status == "answered"),
        false_refusals=_share(answerable, lambda one: one.status in ("uncertain", "not_in_sources")),
        uncertain=_share(outcomes, lambda one: one.status == "uncertain"),
        offered_right=_share([o for o in answerable if o.status == "uncertain"], lambda one: one.offered_right),
        false_shown=_share(unanswerable, lambda one: one.status in ("answered", "uncertain")),
        nothing_shown=_share(answerable, lambda one: one.status == "not_in_sources"),
        balanced=_balanced(answerable, unanswerable),
        failed=sum(one.status == "failed" for one in outcomes),
        exact=Share(sum(citation.exact for citation in cited), len(cited)),
        recall={depth: fmean(recall_at(one.ranks, depth) for one in sought) for depth in depths} if sought else {},
        ndcg=fmean(ndcg_of(one.ranks, k) for one in sought) if sought else None,
        k=k,
        brier=fmean((guess - truth) ** 2 for guess, truth in guesses) if guesses else None,
        median_ms=quantile(times, 0.5) if times else None,
        p95_ms=quantile(times, 0.95) if times else None,
        leads=_share(asked, lambda one: one.lead is not None),
        leads_right=_share(leads, lambda one: one.lead_right is True),
        leads_false=_share(leads, lambda one: one.lead_right is False),
        rejected=sum(len(one.rejected) for one in outcomes),
        quotes_median_ms=_median(one.quotes_ms for one in outcomes),
        lead_median_ms=_median(one.lead_ms for one in asked),
    )


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, Share]:
    """Kind of question -> right ones, in order of appearance; empty when no question has a kind."""
    kinds = dict.fromkeys(one.gold.kind or "other" for one in outcomes)
    if set(kinds) <= {"other"}:
        return {}
    return {
        kind: _share([o for o in outcomes if (o.gold.kind or "other") == kind], lambda o: o.right) for kind in kinds
    }


def recall_at(ranks: Sequence[int | None], depth: int) -> float:
    """Share of the needs that were met at `depth` or before."""
    return fmean(rank is not None and rank <= depth for rank in ranks)


def ndcg_of(ranks: Sequence[int | None], k: int) -> float:
    """Mean of 1 / log2(1 + rank) over the needs; one that was not met among the first `k` counts 0."""
    return fmean(0.0 if rank is None or rank > k else 1 / log2(1 + rank) for rank in ranks)


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which `share` of `values` lie, between neighbours in proportion."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def _median(times: Iterable[float | None]) -> float | None:
    known = [time for time in times if time is not None]
    return quantile(known, 0.5) if known else None


def _share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> Share:
    return Share(sum(map(holds, outcomes)), len(outcomes))


def _balanced(answerable: Sequence[Outcome], unanswerable: Sequence[Outcome]) -> float | None:
    if not answerable or not unanswerable:
        return None
    answered = fmean(one.status == "answered" for one in answerable)
    refused = fmean(one.status in ("uncertain", "not_in_sources") for one in unanswerable)
    return (answered + refused) / 2
