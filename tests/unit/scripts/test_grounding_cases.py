"""The statements that the check of written sentences is measured on, from a small data folder made here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from askv4.answer.write.verifier import StatementVerifier
from askv4.neural.verifier import Checked, Verifier
from scripts.bench.statement_sets import (
    AgreeingVerifier,
    RememberingVerifier,
    accuracies,
    altered_sentences,
    grounding_pairs,
    halueval,
    own_words,
    verbatim,
)
from scripts.training.entailment_sets import CONTRADICTION, ENTAILMENT, NOT_ENTAILMENT, Pair
from scripts.training.grounding_alterations import Case
from scripts.training.grounding_cases import COUNTED

SOURCE = [
    "The Harbour Bridge in Lisbon was opened by Maria Lopez on May 27 , 1937 .",
    "It is 2,737 metres long and has 12 pillars .",
    "It may not be crossed on foot .",
    "More than 40 million vehicles cross it every year , which was never planned .",
]
OTHER = [
    "The Clock Tower in Graz was built for Peter Hansen in March 1560 .",
    "Its bell weighs 4,633 kilograms and is rung 101 times .",
    "The tower was not sold , and its keeper earned more .",
]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in the form of ../shared, with two texts."""
    home = tmp_path_factory.mktemp("shared")
    folder = home / "data"
    rows = [
        _clapnq("bridge", "which bridge is it", "Harbour Bridge", SOURCE),
        _clapnq("tower", "what is it", "Clock Tower", OTHER),
    ]
    _write(folder / "clapnq" / "answerable.jsonl", rows)
    pair = {
        "question": "Where is the bridge?",
        "knowledge": "The bridge is in Lisbon.",
        "right": "Lisbon",
        "hallucinated": "Graz",
    }
    _write(folder / "halueval" / "pairs.jsonl", [pair])
    statements = [("The bridge opened in 1937.", True, "para"), ("The bridge opened in 1973.", False, "date")]
    pairs = [
        {"premise": "Built by Lopez. It opened in 1937.", "statement": text, "supported": holds, "kind": kind}
        for text, holds, kind in statements
    ]
    _write(home / "grounding" / "pairs.jsonl", pairs)
    return home


def _clapnq(name: str, question: str, title: str, sentences: list[str]) -> dict[str, Any]:
    output = {"answer": " ".join(sentences), "selected_sentences": sentences}
    return {"id": name, "input": question, "passages": [{"title": title}], "output": [output]}


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def accused(cases: Sequence[Case], tmp_path: Path) -> set[tuple[str, str]]:
    """(kind, source) of what the exact rules object to."""
    check = StatementVerifier(AgreeingVerifier(tmp_path))
    return {(case.kind, case.source) for case in cases if not check.supports(case.cited, case.sentence, case.allowed)}


def test_altered_sentences_of_every_counted_kind(shared: Path, tmp_path: Path) -> None:
    cases = altered_sentences(shared, COUNTED)
    assert {case.kind for case in cases} == {"true", "reworded", *COUNTED}
    assert cases == altered_sentences(shared, COUNTED)
    shares = accused(cases, tmp_path)
    assert {kind for kind, source in shares} >= {"number", "date", "name"}
    assert not any(kind == "true" for kind, _ in shares)


def test_right_and_made_up_answers_become_sentences(shared: Path, tmp_path: Path) -> None:
    cases = halueval(shared)
    assert [(case.kind, case.true) for case in cases] == [("true", True), ("made up", False)]
    assert accused(cases, tmp_path) == {("made up", "halueval")}


def test_pairs_keep_their_kind_and_the_sentences_of_their_source(shared: Path, tmp_path: Path) -> None:
    cases = grounding_pairs(shared)
    assert [(case.kind, case.true, case.cited) for case in cases] == [
        ("true", True, ("Built by Lopez.", "It opened in 1937.")),
        ("date", False, ("Built by Lopez.", "It opened in 1937.")),
    ]
    assert accused(cases, tmp_path) == {("date", "grounding")}


def test_own_words_stand_nowhere_word_for_word(shared: Path) -> None:
    assert own_words(shared) == []
    case = Case("clapnq answers", "true", "It is long.", ("It is very long.",), "", "")
    assert not verbatim(case)
    assert verbatim(replace(case, cited=("So it is long.",)))


def test_no_pair_is_weighed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[Checked] = []
    weigh = Verifier.verdicts

    def counting(self: Verifier, pairs: Sequence[Checked]) -> NDArray[np.float32]:
        weighed.extend(pairs)
        return weigh(self, pairs)

    monkeypatch.setattr(Verifier, "verdicts", counting)
    verifier = RememberingVerifier(tmp_path)
    pairs = [
        (SOURCE[:1], "The bridge is in Lisbon."),
        (SOURCE[:1], "The bridge is in Graz."),
        (SOURCE[:1], "The bridge is in Lisbon."),
    ]
    chances = verifier.probabilities(pairs)
    assert chances[0] == chances[2] > chances[1]
    assert verifier.probability(SOURCE[:1], "The bridge is in Graz.") == chances[1]
    assert len(weighed) == 2


def test_accuracy_of_verdicts_and_of_the_check(tmp_path: Path) -> None:
    rows = [
        Pair("The mill was built in 1871.", "The mill was built in 1871.", ENTAILMENT, "x"),
        Pair("The mill was built in 1871.", "The mill was built in 1871.", NOT_ENTAILMENT, "x"),
        Pair("The mill was built in 1871.", "The mill was built in 1899.", CONTRADICTION, "x"),
        Pair("The mill was built in 1871.", "The mill was sold.", NOT_ENTAILMENT, "x"),
    ]
    # Who agrees to everything is right once of four; the rules find the other year.
    shares = accuracies(rows, AgreeingVerifier(tmp_path))
    assert shares == {"accuracy": 0.25, "two_way": 0.25, "two_way_check": 0.5}
    asked = [Pair(row.premise, row.statement, row.label, "condaqa_dev") for row in rows]
    assert accuracies(asked, AgreeingVerifier(tmp_path))["yes_no"] == 0.5
