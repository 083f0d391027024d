"""Answers as JSON and back: what is kept of a conversation must come back as it was, also from older versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from askv4.types import Answer, Citation, Conflict, GroundedSentence, Part, Skipped

_T = TypeVar("_T")


def answer_to_record(answer: Answer) -> dict[str, Any]:
    """All fields of an answer, as values that JSON knows."""
    return asdict(answer)


def answer_from_record(record: Mapping[str, Any]) -> Answer:
    """The inverse of `answer_to_record`. Fields that are unknown here are left out; missing ones get their defaults.

    Raises ValueError when a field that every answer has is missing, or something is not what it should be.
    """
    try:
        values = {
            **_known(Answer, record),
            "citations": tuple(_made(Citation, one) for one in record.get("citations", ())),
            "nearest": tuple(_made(Citation, one) for one in record.get("nearest", ())),
            "conflicts": tuple(_made(Conflict, one) for one in record.get("conflicts", ())),
            "skipped": tuple(_made(Skipped, one) for one in record.get("skipped", ())),
            "grounding": tuple(_made(GroundedSentence, one) for one in record.get("grounding", ())),
            "parts": tuple(_made(Part, one) for one in record.get("parts", ())),
        }
        return Answer(**{**_words(record), **values})
    except (TypeError, AttributeError) as error:
        raise ValueError(f"not the record of an answer: {error}") from error


def _words(record: Mapping[str, Any]) -> dict[str, Any]:
    """Lead and quotations of a record from before these were kept apart."""
    if "quoted" in record or record.get("status") != "answered":
        return {}
    return {"lead" if record.get("mode") == "llm" else "quoted": record.get("answer")}


def _made(kind: type[_T], record: Mapping[str, Any]) -> _T:
    return kind(**{name: _tuples(value) for name, value in _known(kind, record).items()})


def _tuples(value: Any) -> Any:
    # JSON knows no tuples; every list within these values was one.
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def _known(kind: type[Any], record: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: record[field.name] for field in fields(kind) if field.name in record}
