"""Statements and their sources, true and false: what the check of written sentences is measured on, and by what.

The sets: the pairs of ../shared/grounding, HaluEval's answers, sentences altered by grounding_cases.py, and what annotators
wrote in their own words.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from askv4.answer.write.verifier import StatementVerifier
from askv4.neural.verifier import VERDICTS, Checked, Verifier
from askv4.text.sentences import split_sentences
from askv4.types import Block
from scripts.training.entailment_sets import CONTRADICTION, ENTAILMENT, NOT_ENTAILMENT, Pair
from scripts.training.grounding_alterations import Case
from scripts.training.grounding_cases import COUNTED, HARDER, load

CASES = 400
"""Sentences at most of each kind of grounding_cases.py: more change no figure by more than 0.03."""
LONGEST = 1200
"""Characters of a source: beyond, the verifier does not read it whole."""


class RememberingVerifier(Verifier):
    """The program's, but no pair is weighed twice: a whole set at once, then one by one as the check asks."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir, lambda line: print(line, file=sys.stderr))
        self._known: dict[tuple[tuple[str, ...], str], NDArray[np.float32]] = {}

    def verdicts(self, pairs: Sequence[Checked]) -> NDArray[np.float32]:
        keys = [(tuple(premises), statement) for premises, statement in pairs]
        new = [key for key in dict.fromkeys(keys) if key not in self._known]
        self._known.update(zip(new, super().verdicts(new), strict=True))
        return np.array([self._known[key] for key in keys], dtype=np.float32).reshape(len(keys), len(VERDICTS))


class AgreeingVerifier(Verifier):
    """Takes everything for entailed: with it the check has its exact rules alone."""

    def verdicts(self, pairs: Sequence[Checked]) -> NDArray[np.float32]:
        return np.array([[1.0, 0.0, 0.0]] * len(pairs), dtype=np.float32).reshape(len(pairs), len(VERDICTS))


def sentences(text: str) -> list[str]:
    """`text` cut as askv4 cuts documents; a line's end is the end of a sentence."""
    cut, start = [], 0
    for line in text.splitlines(keepends=True):
        cut += [span.of(text) for span in split_sentences(text, [Block(start, start + len(line))])]
        start += len(line)
    return cut


def grounding_pairs(shared: Path) -> list[Case]:
    """Paraphrases and falsehoods that were written to be hard."""
    lines = (shared / "grounding" / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Case("grounding", "true" if row["supported"] else row["kind"], row["statement"], tuple(sentences(row["premise"])), "", "")
        for row in map(json.loads, lines)
    ]  # fmt: skip


def halueval(shared: Path) -> list[Case]:
    """Right and made-up answers."""
    return [case for case in _cases(shared) if case.source == "halueval"]


def altered_sentences(shared: Path, kinds: Sequence[str] = (*COUNTED, *HARDER)) -> list[Case]:
    """A sample of every kind of sentence that was made false, and of true ones."""
    chance = random.Random(0)
    cases = [case for case in _cases(shared) if case.source.startswith(("clapnq", "xquad"))]
    sample = []
    for kind in ("true", "reworded", *kinds):
        of_kind = [case for case in cases if case.kind == kind]
        sample += chance.sample(of_kind, min(CASES if kind == "true" else CASES // 4, len(of_kind)))
    return sample


def own_words(shared: Path) -> list[Case]:
    """What annotators did not write word for word: true, mostly."""
    own = [case for case in _cases(shared) if case.kind == "true" and case.source == "clapnq answers"]
    own = [case for case in own if not verbatim(case)]
    return random.Random(0).sample(own, min(CASES, len(own)))


def verbatim(case: Case) -> bool:
    """Whether the sentence stands in its source as it is."""
    return any(case.sentence.strip(". ").lower() in cited.lower() for cited in case.cited)


SETS: dict[str, Callable[[Path], list[Case]]] = {
    "grounding": grounding_pairs,
    "halueval": halueval,
    "altered": altered_sentences,
    "own_words": own_words,
}


def _cases(shared: Path) -> list[Case]:
    return [case for case in load(shared / "data", sentences) if len(" ".join(case.cited)) < LONGEST]


def accuracies(rows: Sequence[Pair], verifier: Verifier) -> dict[str, float]:
    """Shares judged rightly: of the three verdicts, of carried or not by the verifier and by the whole check; and of yes or
    no, of CondaQA's where the source says so.
    """
    chances = verifier.verdicts([([row.premise], row.statement) for row in rows])
    said, labels = chances.argmax(axis=1), np.array([row.label for row in rows])
    # Only known not to follow: both other verdicts are right.
    loose = (labels == NOT_ENTAILMENT) & (said != ENTAILMENT)
    check = StatementVerifier(verifier)
    supported = np.array([check.supports([row.premise], row.statement) for row in rows])
    shares = {
        "accuracy": ((said == labels) | loose).mean(),
        "two_way": ((said == ENTAILMENT) == (labels == ENTAILMENT)).mean(),
        "two_way_check": (supported == (labels == ENTAILMENT)).mean(),
    }
    told = (labels == ENTAILMENT) | (labels == CONTRADICTION)
    if told.any() and rows[0].source == "condaqa_dev":
        pick = np.where(chances[:, ENTAILMENT] > chances[:, CONTRADICTION], ENTAILMENT, CONTRADICTION)
        shares["yes_no"] = (pick == labels)[told].mean()
    return {name: round(float(value), 4) for name, value in shares.items()}
