"""Premise, statement and whether the one carries the other, from the public sets of ../shared/data/training/entailment.

Each set's licence and origin stand in the README there and in docs/verifier.md. Parts whose role is `check` are read by
`check_pairs` only, never by `train_pairs`.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LABELS = ("entailment", "neutral", "contradiction", "not_entailment")
"""A label is its place here. The last is one of the two before it, not told which."""
ENTAILMENT, NEUTRAL, CONTRADICTION, NOT_ENTAILMENT = range(4)
CHECKS = ("negnli_rte", "cad_snli_test", "condaqa_dev", "commitmentbank", "negnli_snli")

GENERAL = {
    "lingnli_train": 13000, "lingnli_val": 7400, "mnli_dev_matched": 9000, "mnli_train3000": 3000,
    "cad_snli_train": 4000, "negnli_mnli": 1000, "dnc_megaveridicality": 500, "verb_veridicality": 700, "med": 1000,
}  # fmt: skip
"""Set -> rows at most, of the first stage: what following from a sentence means."""
SPECIAL = {
    "squad2_qa": 2200, "fm2_test": 1400, "feversym_v02dev": 710, "boolq_dev": 1500, "condaqa_test": 2200,
    "begin_v1test": 1300, "begin_wow_test": 800, "wice_subclaim_tokens": 603, "expertqa": 250, "summedits_scitldr": 200,
    "dnc_megaveridicality": 700, "verb_veridicality": 500, "negnli_mnli": 1300, "med": 700, "pubmedqa": 300,
    "dnc_winogender": 150, "cad_snli_train": 2500, "lingnli_train": 1500, "mnli_dev_matched": 800,
}  # fmt: skip
"""The same of the second stage: passages, and statements like answers."""
AGAIN = SPECIAL | {
    "lingnli_train": 14000, "lingnli_val": 4000, "mnli_dev_matched": 8000, "mnli_train3000": 2000, "cad_snli_train": 9330,
    "negnli_mnli": 1500, "condaqa_test": 5000, "boolq_dev": 4000, "med": 1500, "begin_v1test": 2500,
}  # fmt: skip
"""The same of the third stage: both once more, other rows of the large sets, more that deny."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing to learn, or to be asked."""

    premise: str
    statement: str
    label: int
    source: str


def read(folder: Path, name: str) -> list[Pair]:
    """All pairs of a set. Raises OSError, ValueError."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [_pair(json.loads(line), name) for line in file]


def _pair(row: dict[str, Any], name: str) -> Pair:
    return Pair(tidy(row["premise"]), tidy(row["hypothesis"]), LABELS.index(row["label"]), name)


def tidy(text: str) -> str:
    """Without the blanks that some sets put around punctuation."""
    text = " ".join(text.split())
    for mark in (",", ".", ";", ":", "?", "!", "'s", "n't", ")"):
        text = text.replace(f" {mark}", mark)
    return text.replace("( ", "(").replace("``", '"').replace(" ''", '"')


def train_pairs(folder: Path, shares: dict[str, int], chance: random.Random) -> list[Pair]:
    """A random sample of each set, as large as `shares` says."""
    pairs = []
    for name, most in shares.items():
        rows = read(folder, name)
        rows = chance.sample(rows, min(most, len(rows)))
        pairs += [variant for row in rows for variant in _variants(row, rows, chance)]
    return pairs


def _variants(row: Pair, others: list[Pair], chance: random.Random) -> Iterator[Pair]:
    """The row, in the forms that a written answer has; a question put to another passage has no answer there."""
    yield _answer_form(row, chance)
    if row.source == "boolq_dev" and chance.random() < 0.25:
        other = chance.choice(others)
        if other.premise != row.premise:
            yield _answer_form(Pair(other.premise, row.statement, NEUTRAL, row.source), chance)


def _answer_form(row: Pair, chance: random.Random) -> Pair:
    """ "Which town? Ulm" is also written `The answer to “which town” is Ulm.`"""
    question, mark, answer = row.statement.partition("? ")
    if not mark or not answer or row.source not in ("squad2_qa", "boolq_dev", "condaqa_test", "pubmedqa"):
        return row
    form = chance.random()
    if row.source == "squad2_qa" and form < 0.5:
        return Pair(row.premise, f"The answer to “{question}” is {answer.rstrip('.')}.", row.label, row.source)
    if row.source != "squad2_qa" and form < 0.15:
        return Pair(row.premise, f"{answer.rstrip('.')}: {question}", row.label, row.source)
    return row


def check_pairs(folder: Path, name: str) -> list[Pair]:
    """All pairs of a set that nothing is trained on."""
    if name not in CHECKS:
        raise ValueError(f"{name} is a set to train on")
    return read(folder, name)
