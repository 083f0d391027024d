"""A run as one HTML page that needs nothing else: no script, no font, no address. Everything in it is escaped."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from askv4.evaluate.figures import by_kind, figures_of
from askv4.evaluate.matching import common_run
from askv4.evaluate.outcomes import CONTEXT, Cited, Outcome, Place
from askv4.evaluate.runs import Run
from askv4.evaluate.summary import figure_rows
from askv4.text.safe import safe_line, safe_name

MARK = "<!-- made by askv4 eval -->"
"""Stands in the first lines of every page, so that a page may be written over and nothing else is."""
Piece = tuple[str, bool]
"""A run of text, and whether it is marked."""


def html_page(run: Run, title: str) -> str:
    """The page: figures, then each miss beside what was expected, then all questions in short."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = files("askv4.evaluate").joinpath("report.html.jinja").read_text(encoding="utf-8")
    figures = figures_of(run.outcomes, run.k)
    misses = [_miss(outcome, run.k) for outcome in run.outcomes if not outcome.right]
    return environment.from_string(template).render(
        title=safe_line(title),
        gold=safe_name(run.gold),
        asked=safe_line(_asked(run)),
        rows=figure_rows(figures),
        kinds=[(safe_line(kind), share) for kind, share in by_kind(run.outcomes).items()],
        misses=misses,
        leads=figures.leads.total > 0,
        questions=[_short(outcome) for outcome in run.outcomes],
    )


def _asked(run: Run) -> str:
    """Of what, how and when the questions were asked."""
    within = f", in {run.within}" if run.within else ""
    model = f" with {run.model}" if run.model else ""
    return f"{run.corpus}{within}; {run.mode} mode{model}; askv4 {run.askv4}; {run.date}"


def _miss(outcome: Outcome, k: int) -> dict[str, Any]:
    quotes = tuple(wanted.quote for group in outcome.gold.groups for wanted in group if wanted.quote)
    shown = outcome.citations or outcome.nearest
    return {
        "question": safe_line(outcome.gold.question),
        "history": [(safe_line(turn.question), safe_line(turn.answer)) for turn in outcome.gold.history],
        "label": safe_line(outcome.gold.id),
        "verdict": outcome.verdict,
        "expected": [_group(outcome, number, k) for number in range(len(outcome.gold.groups))],
        "answerable": outcome.gold.answerable,
        "status": outcome.status,
        "shown": [_shown(one, quotes) for one in shown],
        "confidence": outcome.confidence,
        "error": safe_line(outcome.error or ""),
    }


def _group(outcome: Outcome, number: int, k: int) -> dict[str, Any]:
    """One expectation of a miss: the words in their place, the alternatives, and whether they came up at all."""
    group = outcome.gold.groups[number]
    place = outcome.expected[number] if number < len(outcome.expected) else None
    rank = outcome.ranks[number]
    return {
        "place": _place(place.document, place.line, place.page) if place else None,
        "pieces": _context(place) if place else [],
        "others": [
            safe_line(wanted.quote) for wanted in group if wanted.quote and not (place and _same(wanted.quote, place))
        ],
        "documents": sorted({safe_name(wanted.document) for wanted in group if wanted.document}),
        "shown": outcome.shown[number],
        "rank": f"in passage {rank} of the search" if rank else f"not among the first {k} passages of the search",
    }


def _same(quote: str, place: Place) -> bool:
    return " ".join(quote.split()).casefold() == " ".join(place.words.split()).casefold()


def _context(place: Place) -> list[Piece]:
    # White space at the joints is kept as one space, so that words do not run into each other.
    before, after = place.before, place.after
    if len(before) >= CONTEXT:
        before = "…" + before[before.find(" ") :]
    if len(after) >= CONTEXT:
        after = after[: after.rfind(" ") + 1] + "…"
    return [(_line(before), False), (_line(place.words), True), (_line(after), False)]


def _line(text: str) -> str:
    """`safe_line`, keeping one space at either end where there was any."""
    middle = safe_line(text)
    left = " " if text[:1].isspace() else ""
    right = " " if text[-1:].isspace() and middle else ""
    return f"{left}{middle}{right}"


def _shown(cited: Cited, quotes: tuple[str, ...]) -> dict[str, Any]:
    span = common_run(cited.quote, quotes)
    pieces = [(cited.quote, False)]
    if span is not None:
        text = cited.quote
        pieces = [(text[: span.start], False), (span.of(text), True), (text[span.end :], False)]
    return {
        "title": safe_line(cited.title),
        "place": _place(cited.document, cited.line, cited.page),
        "pieces": [(_line(text), marked) for text, marked in pieces if text],
        "exact": cited.exact,
    }


def _short(outcome: Outcome) -> dict[str, Any]:
    return {
        "label": safe_line(outcome.gold.id),
        "question": safe_line(outcome.gold.question),
        "verdict": outcome.verdict,
        "right": outcome.right,
        "ms": f"{outcome.ms:.0f}",
        "lead": safe_line(outcome.lead or ""),
        "lead_verdict": outcome.lead_verdict,
        "lead_right": outcome.lead_right,
        "lead_seconds": "" if outcome.lead_ms is None else f"{outcome.lead_ms / 1000:.1f} s",
    }


def _place(document: str, line: int | None, page: int | None) -> str:
    if page is not None:
        return f"{safe_name(document)}, page {page}"
    return f"{safe_name(document)}:{line}" if line is not None else safe_name(document)
