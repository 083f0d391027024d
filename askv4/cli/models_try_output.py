"""A tried model as lines of styled text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.text import Text

from askv4.cli.eval_render import GOOD, labelled, table
from askv4.cli.render import QUIET, TITLE, WARNING, wrapped
from askv4.cli.wording import counted
from askv4.evaluate.summary import Row, lead_rows
from askv4.evaluate.trial import BUSY, Trial, came, went_right
from askv4.llm.known import gigabytes
from askv4.text.safe import safe_line

if TYPE_CHECKING:
    from askv4.evaluate.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Tried:
    """A model and how it did."""

    model: str
    trial: Trial | None
    """None of a model for which the memory does not suffice."""
    too_large: str | None = None


def tried_json(tried: Tried) -> dict[str, Any]:
    """A tried model for programs."""
    if tried.trial is None:
        return {"model": tried.model, "worth_having": False, "because": tried.too_large, "questions": []}
    return {"model": tried.model, **tried.trial.to_record()}


def tried_lines(tried: Tried, width: int, *, verbose: bool) -> Iterator[Text]:
    """What came of each question, the figures, and whether the model is worth having."""
    trial = tried.trial
    if trial is not None:
        for outcome in trial.outcomes:
            yield from _question_lines(outcome, width, verbose=verbose)
        yield Text()
        yield from table(
            [(Text(row.name), Text(row.value, style=TITLE), Text(row.note, style=QUIET)) for row in _rows(trial)], width
        )
        yield Text()
    worth = trial is not None and trial.worth_having
    because = tried.too_large if trial is None else trial.because
    said = f"{safe_line(tried.model)} is {'' if worth else 'not '}worth having on this machine: {safe_line(because or '')}."
    yield from wrapped(Text(said, style=GOOD if worth else WARNING), width)


def _rows(trial: Trial) -> Iterator[Row]:
    yield Row("right", f"{trial.right} of {len(trial.outcomes)}")
    yield from lead_rows(trial.figures)
    yield Row("loaded in", f"{trial.load_s:.1f} s")
    memory = "not known: it runs in a server" if trial.memory is None else gigabytes(trial.memory)
    yield Row("memory taken", memory, "" if trial.free is None else f"{gigabytes(trial.free)} were free")
    if trial.others is not None and trial.others >= BUSY:
        yield Row("taken by other programs", f"{trial.others:.0%}", "of the processors: alone the model is faster")


def _question_lines(outcome: Outcome, width: int, *, verbose: bool) -> Iterator[Text]:
    right = went_right(outcome)
    label = f"{came(outcome):<14}"
    yield from labelled(label, Text(safe_line(outcome.gold.question)), _said(outcome, right), width)
    for sentence in outcome.rejected if verbose else ():
        yield from labelled(f"{'rejected':<14}", Text(safe_line(sentence), style=QUIET), Text(), width)


def _said(outcome: Outcome, right: bool) -> Text:
    """The lead and when it stood there."""
    after = "" if outcome.lead_ms is None else f"{outcome.lead_ms / 1000:.1f} s  "
    if outcome.lead is None:
        why = counted(len(outcome.rejected), "sentence") + " rejected" if outcome.rejected else _why_none(outcome)
        return Text(after + why, style=QUIET)
    return Text.assemble((after, QUIET), (safe_line(outcome.lead), "none" if right else WARNING))


def _why_none(outcome: Outcome) -> str:
    """Why there is no lead where no sentence was rejected."""
    if outcome.error:
        return safe_line(outcome.error)
    return "the sources do not answer this" if outcome.lead_ms is None else "nothing that could be shown"
