"""The questions of scripts/bench/written.py: part of each development set, and a folder of documents for each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from scripts.places import ROOT
from scripts.training.question_sets import as_file, check_data, lay_out

EVERY = {"xquad": 24, "clapnq": 10, "papers": 5}
"""Every Nth question is asked; of the gold questions all are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what is known of its answer."""

    place: int
    """Among all questions of its set, so that a row is known whatever part of the set was asked."""
    question: str
    corpus: Path
    answerable: bool
    after: str | None = None
    """The question that was asked before it in the conversation."""
    may_refuse: bool = False
    """Refusing is right, too."""
    truth: Mapping[str, Any] = field(default_factory=dict)
    """As written_scores.right takes it; `references` for CLAPnq's measures."""


def load(name: str, shared: Path, work: Path, limit: int | None = None) -> list[Asked]:
    """The part of a set that is measured, of it at most `limit` questions, evenly taken; `shared` as ../shared."""
    asked = SETS[name](shared, work)[:: EVERY.get(name, 1)]
    return asked[:: -(-len(asked) // limit)] if limit else asked


def by_corpus(asked: list[Asked]) -> Iterator[tuple[Path, list[Asked]]]:
    """The questions on each folder of documents, so that each index is opened once."""
    for corpus, group in groupby(sorted(asked, key=lambda one: str(one.corpus)), key=lambda one: one.corpus):
        yield corpus, list(group)


def _gold(shared: Path, _work: Path) -> list[Asked]:
    rows = _lines(shared / "gold" / "seed_questions.dev.jsonl")
    return [
        Asked(place, row["question"], ROOT / "corpus", row["answerable"], truth={"groups": row["groups"]})
        for place, row in enumerate(rows)
    ]


def _xquad(shared: Path, work: Path) -> list[Asked]:
    corpus, questions = _public("xquad", shared, work)
    return [
        Asked(place, one["question"], corpus, answerable=True, truth={"answers": one["answers"]})
        for place, one in enumerate(questions)
    ]


def _clapnq(shared: Path, work: Path) -> list[Asked]:
    corpus, questions = _public("clapnq", shared, work)
    rows = [
        row for part in ("answerable", "unanswerable") for row in _lines(shared / "data" / "clapnq" / f"{part}.jsonl")
    ]
    return [
        Asked(
            place,
            one["question"],
            corpus,
            one["answerable"],
            truth={"references": [output["answer"] for output in row["output"] if output.get("answer")]}
            if one["answerable"]
            else {},
        )
        for place, (one, row) in enumerate(zip(questions, rows, strict=True))
    ]


def _papers(shared: Path, _work: Path) -> list[Asked]:
    asked = []
    for place, row in enumerate(_lines(shared / "papers" / "questions.jsonl")):
        expected = row["expected"] if isinstance(row["expected"], list) else [row["expected"]]
        texts = [text for text in expected if text != "refuse"]
        corpus = shared / "papers" / "cases" / row["case"]
        asked.append(
            Asked(place, row["question"], corpus, bool(texts), row.get("after"), "refuse" in expected, {"texts": texts})
        )
    return asked


SETS: Mapping[str, Callable[[Path, Path], list[Asked]]] = {
    "gold": _gold,
    "xquad": _xquad,
    "clapnq": _clapnq,
    "papers": _papers,
}


def _public(name: str, shared: Path, work: Path) -> tuple[Path, list[dict[str, Any]]]:
    """A public set as check_data.py reads it, laid out as check_data.py does."""
    passages, questions = check_data(shared / "tools").load(name, shared / "data" / name)
    corpus = work / name / "corpus"
    lay_out(corpus, {f"p{place:05d}.md": as_file(*passage) for place, passage in enumerate(passages)})
    return corpus, questions


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
