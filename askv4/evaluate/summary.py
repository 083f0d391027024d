"""A run in words: its figures and its misses, for a terminal and for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from askv4.evaluate.figures import Figures, Share
from askv4.evaluate.outcomes import Outcome
from askv4.text.safe import safe_line


@dataclass(frozen=True, slots=True)
class Row:
    """A figure with its name, and what it says."""

    name: str
    value: str
    note: str = ""


def figure_rows(figures: Figures) -> list[Row]:
    """The figures in words, those of no question left out."""
    rows = [Row("right", _of(figures.right), _between(figures.right))]
    if figures.answered_right.total:
        rows.append(Row("answered with the right citations", _of(figures.answered_right)))
    if figures.refused_right.total:
        rows.append(Row("refused rightly", _of(figures.refused_right)))
        rows.append(Row("false answers", _of(figures.false_answers)))
    if figures.answered_right.total:
        rows.append(Row("false refusals", _of(figures.false_refusals)))
    if figures.uncertain.count:
        rows += _uncertain_rows(figures)
    if figures.balanced is not None:
        rows.append(Row("answered or refused rightly, mean of both", _percent(figures.balanced)))
    if figures.failed:
        rows.append(Row("failed", str(figures.failed)))
    if figures.exact.total:
        rows.append(Row("exact citations", _of(figures.exact)))
    rows += [Row(f"recall@{depth}", f"{value:.3f}") for depth, value in figures.recall.items()]
    if figures.ndcg is not None:
        rows.append(Row(f"nDCG@{figures.k}", f"{figures.ndcg:.3f}"))
    if figures.brier is not None:
        rows.append(Row("Brier score of the confidence", f"{figures.brier:.3f}", "0 is best, a coin's is 0.25"))
    if figures.median_ms is not None and figures.p95_ms is not None:
        rows.append(Row("time for a question, median", f"{figures.median_ms:.0f} ms"))
        rows.append(Row("time for a question, 95th percentile", f"{figures.p95_ms:.0f} ms"))
    return rows + lead_rows(figures)


def _uncertain_rows(figures: Figures) -> list[Row]:
    """How many answers are uncertain, and the rates of error where they count as shown."""
    rows = [Row("uncertain", _of(figures.uncertain), "counted as refused above")]
    if figures.offered_right.total:
        rows.append(Row("uncertain, and the candidate answers", _of(figures.offered_right)))
    if figures.false_shown.total:
        rows.append(Row("false answers, counting uncertain ones", _of(figures.false_shown)))
    if figures.nothing_shown.total:
        rows.append(Row("false refusals, not counting uncertain ones", _of(figures.nothing_shown)))
    return rows


def lead_rows(figures: Figures) -> list[Row]:
    """The figures of what a model wrote; none where no model was asked."""
    if not figures.leads.total:
        return []
    rows = [
        Row("leads shown", _of(figures.leads), "of the questions that the model was asked to write about"),
        Row("leads right", _of(figures.leads_right)),
        Row("leads false", _of(figures.leads_false)),
        Row("sentences rejected by the check", str(figures.rejected)),
    ]
    times = {
        "time to the quotations, median": figures.quotes_median_ms,
        "time to the lead, median": figures.lead_median_ms,
    }
    return rows + [Row(name, f"{time / 1000:.1f} s") for name, time in times.items() if time is not None]


def false_leads(outcomes: Sequence[Outcome]) -> list[tuple[str, str, str]]:
    """(id, question, lead) of each lead that is false."""
    return [
        (safe_line(one.gold.id), safe_line(one.gold.question), safe_line(one.lead))
        for one in outcomes
        if one.lead is not None and one.lead_right is False
    ]


def miss_lines(outcomes: Sequence[Outcome]) -> list[tuple[str, str, str]]:
    """(id, question, verdict) of each miss."""
    return [
        (safe_line(one.gold.id), safe_line(one.gold.question), one.error or one.verdict)
        for one in outcomes
        if not one.right
    ]


def _of(share: Share) -> str:
    return f"{share.count} of {share.total}"


def _between(share: Share) -> str:
    interval = share.interval
    return "" if interval is None else f"{interval[0]:.0%} to {interval[1]:.0%} of questions like these"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"
