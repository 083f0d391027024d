"""Questions and texts of the public sets of ../shared/data/training/answerability, as pairs for the reader.

Each set's licence and origin stand in the README there and in docs/reader.md. Parts whose role is `check` are never read here.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts.training.entailment_sets import tidy
from scripts.training.reader_pairs import Pair, Words, as_typed, place_of

SHARES = {
    "squad2_halfdev": 4400, "squad2_sent": 6500, "qed_single_sent": 7000, "qed_train_v0": 7200, "nq_oracle": 2700,
    "selqa_test_sent": 5000, "condaqa_test": 1200,
}  # fmt: skip
"""Set -> pairs at most."""
ELSEWHERE = {"qed_train_v0": 0.6, "nq_oracle": 1.0}
"""The share of questions that are also put to another text, the most alike of some: these sets have no others."""
WRONG_SENTENCES = 3
"""So many sentences that do not answer for each that does, where a set has all of them."""
TITLED = 0.7
"""The share of texts that are read under their title, as the program reads all that have one."""


def public_pairs(folder: Path, chance: random.Random) -> list[Pair]:
    """Raises OSError, ValueError."""
    pairs = []
    for name, most in SHARES.items():
        rows = [_tidied(row) for row in _read(folder, name)]
        if name == "selqa_test_sent":
            rows = _fewer_wrong(rows, chance)
        chance.shuffle(rows)
        if name == "condaqa_test":
            rows.sort(key=lambda row: bool(row["label"] == "answerable"))  # the few that are left open first
        pairs += _pairs(rows[:most], ELSEWHERE.get(name, 0.0), chance)
    return pairs


def _read(folder: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _tidied(row: dict[str, Any]) -> dict[str, Any]:
    answers = [tidy(words) for words in str(row.get("answer") or "").split("; ")]
    title = (row.get("title") or "").replace("_", " ")
    return {
        **row,
        "passage": tidy(row["passage"]),
        "title": title,
        "answer": answers if row["label"] == "answerable" else [],
    }


def _fewer_wrong(rows: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    by_question = defaultdict(list)
    for row in rows:
        by_question[row["question"]].append(row)
    kept = []
    for group in by_question.values():
        wrong = [row for row in group if row["label"] != "answerable"]
        kept += [row for row in group if row["label"] == "answerable"]
        kept += chance.sample(wrong, min(WRONG_SENTENCES, len(wrong)))
    return kept


def _pairs(rows: list[dict[str, Any]], elsewhere: float, chance: random.Random) -> list[Pair]:
    words = Words([row["passage"] for row in rows]) if elsewhere else None
    pairs = []
    for place, row in enumerate(rows):
        question = as_typed(row["question"], chance)
        titled = bool(row["title"]) and chance.random() < TITLED
        text = f"{row['title']}. {row['passage']}" if titled else row["passage"]
        pair = Pair(question, text, row["label"] == "answerable", 1.0)
        pairs.append(
            replace(pair, words=next(filter(None, (place_of(one, text, text) for one in row["answer"])), None))
        )
        if words is not None and chance.random() < elsewhere:
            other = rows[words.most_alike(question, place, chance)]
            if not any(one and one in other["passage"] for one in row["answer"]):
                pairs.append(Pair(question, other["passage"], False, 1.0))
    return pairs
