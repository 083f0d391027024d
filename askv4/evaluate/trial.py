"""Whether a chat model is worth having on this machine: a dozen questions about documents that come with askv4.

The documents are made up, about things of home and work, so that no model knows them by heart. The questions are those in
which small models go wrong: the figure of another product, a plan taken for a fact, a condition left out, what the sources
do not say. What a question is right by is said in `leads`; one that must be refused is right when no lead is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from askv4.evaluate.figures import Figures, figures_of
from askv4.evaluate.gold import GoldQuestion, parse_gold
from askv4.evaluate.outcomes import Outcome, outcome_to_record
from askv4.llm.known import gigabytes

PASSAGES = 5
"""How many passages are looked at for each question."""
LEAST_RIGHT = 9
MOST_FALSE = 1
SLOWEST_S = 8.0
"""Median seconds to the lead: who waits longer has read the quotations and gone on."""
BUSY = 0.2
"""A machine of which other programs take more is slower than it is."""
LEAST_LEFT = 500_000_000
"""Bytes of memory that must be left: below, the machine begins to swap."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How a model did."""

    outcomes: tuple[Outcome, ...]
    load_s: float
    memory: int | None
    """Bytes by which the process grew with the model, at its fullest; None of a model that runs in a server."""
    free: int | None
    """Bytes that were free before the model was loaded."""
    others: float | None = None
    """The share of the processors' time that other programs took meanwhile; None of a model that runs in a server."""

    @property
    def right(self) -> int:
        """Questions whose lead says what is expected, or that were rightly left without one."""
        return sum(map(went_right, self.outcomes))

    @property
    def figures(self) -> Figures:
        """The figures of an evaluation of these questions."""
        return figures_of(self.outcomes, PASSAGES)

    @property
    def shortcomings(self) -> tuple[str, ...]:
        """Why the model is not worth having, each with what was measured; none when it is."""
        figures, total = self.figures, len(self.outcomes)
        reasons = []
        if figures.failed:
            reasons.append(f"it failed at {figures.failed} of {total} questions")
        if self.right < LEAST_RIGHT:
            reasons.append(f"{self.right} of {total} are right, {LEAST_RIGHT} are needed")
        if figures.leads_false.count > MOST_FALSE:
            reasons.append(f"{figures.leads_false.count} leads are false, {MOST_FALSE} is the limit")
        if figures.lead_median_ms is not None and figures.lead_median_ms > 1000 * SLOWEST_S:
            reasons.append(
                f"the lead takes {figures.lead_median_ms / 1000:.1f} s, {SLOWEST_S:.0f} s is the limit{self._busy}"
            )
        if self.memory is not None and self.free is not None and self.free - self.memory < LEAST_LEFT:
            reasons.append(
                f"it takes {gigabytes(self.memory)} of {gigabytes(self.free)} free memory, "
                f"{gigabytes(LEAST_LEFT)} must be left"
            )
        return tuple(reasons)

    @property
    def _busy(self) -> str:
        """What else made it slow."""
        if self.others is None or self.others < BUSY:
            return ""
        return f" (other programs took {self.others:.0%} of the processors: try again when they are done)"

    @property
    def worth_having(self) -> bool:
        """Whether it is right often enough, soon enough, and the memory bears it."""
        return not self.shortcomings

    @property
    def because(self) -> str:
        """The reason, in one line."""
        if self.shortcomings:
            return "; ".join(self.shortcomings)
        figures = self.figures
        seconds = "" if figures.lead_median_ms is None else f", a lead after {figures.lead_median_ms / 1000:.1f} s"
        memory = "" if self.memory is None else f", {gigabytes(self.memory)} of memory"
        return f"{self.right} of {len(self.outcomes)} right{seconds}{memory}"

    def to_record(self) -> dict[str, Any]:
        """The trial as values that JSON knows."""
        return {
            "worth_having": self.worth_having,
            "because": self.because,
            "right": {"count": self.right, "total": len(self.outcomes)},
            "load_s": round(self.load_s, 2),
            "memory_bytes": self.memory,
            "free_bytes": self.free,
            "others": None if self.others is None else round(self.others, 3),
            "figures": self.figures.to_record(),
            "questions": [{**outcome_to_record(one), "went_right": went_right(one)} for one in self.outcomes],
        }


class Meter:
    """What this process takes of the machine, and what other programs take meanwhile, from here on."""

    def __init__(self) -> None:
        import psutil

        self._process = psutil.Process()
        self._before = self._most = self._process.memory_info().rss
        self._times = self._processor_seconds()

    def look(self) -> None:
        """Note how much memory is taken now."""
        self._most = max(self._most, self._process.memory_info().rss)

    @property
    def memory(self) -> int:
        """Bytes by which this process grew, the most of all looks."""
        return self._most - self._before

    @property
    def others(self) -> float:
        """The share of the processors' time that other programs took."""
        whole, idle, own = (now - then for now, then in zip(self._processor_seconds(), self._times, strict=True))
        return min(1.0, max(0.0, (whole - idle - own) / whole)) if whole > 0 else 0.0

    def _processor_seconds(self) -> tuple[float, float, float]:
        """Of all processors, of their idleness, and of this process."""
        import psutil

        of_all, own = psutil.cpu_times(), self._process.cpu_times()
        return sum(of_all), of_all.idle + getattr(of_all, "iowait", 0.0), own.user + own.system


def went_right(outcome: Outcome) -> bool:
    """Whether the lead says what is expected, or none was shown where the sources do not answer."""
    if outcome.gold.answerable:
        return outcome.lead_right is True
    return outcome.lead is None and outcome.status != "failed"


def trial_questions() -> list[GoldQuestion]:
    """The questions that come with askv4."""
    return parse_gold(_packaged("trial_questions.jsonl").read_text(encoding="utf-8"), "trial_questions.jsonl")


def lay_out(folder: Path) -> list[str]:
    """Write the documents that come with askv4 into `folder`, which is made; returns their names."""
    folder.mkdir(parents=True)
    documents = sorted(_packaged("trial_documents").iterdir(), key=lambda entry: entry.name)
    names = [entry.name for entry in documents if entry.name.endswith(".md")]
    for name in names:
        (folder / name).write_bytes(_packaged("trial_documents").joinpath(name).read_bytes())
    return names


def came(outcome: Outcome) -> str:
    """What came of a question, in a word or two."""
    if outcome.status == "failed":
        return "failed"
    if not outcome.gold.answerable:
        return "right, no lead" if outcome.lead is None else "false"
    if outcome.lead is None:
        return "no lead"
    return "right" if outcome.lead_right else "false"


def _packaged(name: str) -> Traversable:
    return files("askv4.evaluate").joinpath(name)
