"""What became of one gold question, and how that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeVar

from askv4.errors import UsageError
from askv4.evaluate.gold import GoldQuestion, gold_from_record, gold_to_record

Ending = Literal["answered", "uncertain", "not_in_sources", "failed"]
_T = TypeVar("_T")

CONTEXT = 200
"""Characters kept before and after expected words."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of the answer, or the nearest passage of a refusal."""

    document: str
    title: str
    line: int | None
    page: int | None
    quote: str
    exact: bool = True
    """Whether the quote is the document's text at the place that the citation names."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where expected words stand, with the text around them."""

    document: str
    line: int | None
    page: int | None
    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question: what was asked, what came, and how that compares."""

    gold: GoldQuestion
    status: Ending
    right: bool
    ranks: tuple[int | None, ...]
    """For each group the rank, from 1, of the first passage that shows one of its quotes; None when none of the k does."""
    shown: tuple[bool, ...]
    """For each group, whether one of the first citations, or the candidate of an uncertain answer, shows one of its quotes."""
    citations: tuple[Cited, ...] = ()
    nearest: tuple[Cited, ...] = ()
    expected: tuple[Place | None, ...] = ()
    """Misses only: for each group where its words stand; None when no document holds them word for word."""
    answer: str = ""
    confidence: float | None = None
    ms: float = 0.0
    error: str | None = None
    lead: str | None = None
    """What the model wrote, where it stood and was shown."""
    lead_right: bool | None = None
    """Whether the lead says what was expected; None without one, and where the row expects no words."""
    rejected: tuple[str, ...] = ()
    """The model's sentences that the check rejected, each with the reason."""
    quotes_ms: float | None = None
    lead_ms: float | None = None
    """When each stood there after the question was asked. None of the lead: no model was asked."""

    @property
    def lead_verdict(self) -> str:
        """What became of the lead, in a few words; empty where no model was asked."""
        if self.lead is None:
            return "" if self.lead_ms is None else "no lead"
        return {True: "lead right", False: "lead false", None: "lead shown"}[self.lead_right]

    @property
    def offered_right(self) -> bool:
        """Whether the answer is uncertain, and its candidate shows what was expected."""
        return self.status == "uncertain" and bool(self.shown) and all(self.shown)

    @property
    def verdict(self) -> str:
        """What happened, in a few words."""
        if self.status == "failed":
            return "failed"
        if self.right:
            return "right" if self.gold.answerable else "rightly refused"
        if not self.gold.answerable:
            return "answered, though the sources do not answer"
        if self.offered_right:
            return "uncertain, though the candidate answers"
        if self.status != "answered":
            how = "uncertain" if self.status == "uncertain" else "refused"
            ranked = [rank for rank in self.ranks if rank is not None]
            return f"{how}, though passage {ranked[0]} answers" if ranked else how
        wanting = [rank for rank, shown in zip(self.ranks, self.shown, strict=True) if not shown]
        ranked = [rank for rank in wanting if rank is not None]
        return f"other words cited, though passage {ranked[0]} has the right ones" if ranked else "other words cited"


def outcome_to_record(outcome: Outcome) -> dict[str, Any]:
    """An outcome as values that JSON knows."""
    return {**gold_to_record(outcome.gold), "verdict": outcome.verdict, **_without_gold(outcome)}


def outcome_from_record(record: Mapping[str, Any]) -> Outcome:
    """The inverse of `outcome_to_record`. Unknown fields are left out, missing ones get their defaults.

    Raises ValueError when a field that every outcome has is missing, or something is not what it should be.
    """
    try:
        places = record.get("expected") or ()
        values = {
            **_known(Outcome, record),
            "gold": gold_from_record({key: record[key] for key in _GOLD if key in record}),
            "ranks": tuple(record["ranks"]),
            "shown": tuple(record["shown"]),
            "citations": tuple(_made(Cited, one) for one in record.get("citations") or ()),
            "nearest": tuple(_made(Cited, one) for one in record.get("nearest") or ()),
            "rejected": tuple(map(str, record.get("rejected") or ())),
            "expected": tuple(None if one is None else _made(Place, one) for one in places),
        }
        return Outcome(**values)
    except (TypeError, AttributeError, KeyError, UsageError) as error:
        raise ValueError(f"not the record of a question: {error}") from error


_GOLD = ("id", "kind", "question", "answerable", "groups", "history", "key_words", "wrong_words", "first")


def _without_gold(outcome: Outcome) -> dict[str, Any]:
    record = asdict(outcome)
    del record["gold"]
    return record


def _made(kind: type[_T], record: Mapping[str, Any]) -> _T:
    return kind(**_known(kind, record))


def _known(kind: type[Any], record: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: record[field.name] for field in fields(kind) if field.name in record}
