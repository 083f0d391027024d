"""Runs that are kept and read back, and two of them compared."""

from __future__ import annotations

import json
import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from askv4.errors import DataFolderUnwritable, RunDamaged, RunNotFound, UsageError
from askv4.evaluate.comparing import bootstrap, compare, comparison_to_record, mcnemar
from askv4.evaluate.outcomes import Outcome
from askv4.evaluate.runs import Run, RunStore, run_from_record, run_to_record
from askv4.types import Turn
from tests.soak_kit import DAMAGES, damage
from tests.unit.evaluate.builders import answered, gold, refused

RUN = Run(
    (answered(), answered(gold("b?"), right=False), refused(), refused(gold("c?", history=(Turn("x?", "y"),)))),
    10, gold="gold.jsonl", corpus="/docs", mode="extractive", askv4="0.1.0", date="2026-01-02T03:04:05+00:00",
)  # fmt: skip


def test_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    path = store.save("before", RUN)
    assert store.load("before") == RUN
    assert store.load(str(path)) == RUN
    assert store.names() == ["before"]
    assert [entry.name for entry in path.parent.iterdir()] == ["before.json"]


def test_a_name_is_used_once_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.save("one", RUN)
    with pytest.raises(UsageError, match="is kept already"):
        store.save("one", replace(RUN, k=3))
    assert store.load("one").k == 10
    store.save("one", replace(RUN, k=3), replace=True)
    assert store.load("one").k == 3


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 81, "a b", "a\n"])
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        RunStore(tmp_path).save(name, RUN)
    assert list(tmp_path.rglob("*.json")) == []


def test_a_run_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    with pytest.raises(RunNotFound) as nothing:
        store.load("x")
    assert "--save" in nothing.value.remedy
    store.save("before", RUN)
    with pytest.raises(RunNotFound) as other:
        store.load("bevore")
    assert "before" in other.value.remedy


def test_an_older_or_later_version_is_read_where_it_can_be() -> None:
    record = json.loads(json.dumps(run_to_record(RUN)))
    record["later"] = record["questions"][0]["later"] = {"x": 1}
    record["questions"][0]["citations"][0]["later"] = 1
    del record["within"], record["questions"][0]["confidence"], record["questions"][0]["nearest"]
    read = run_from_record(record)
    assert read.outcomes[0] == replace(RUN.outcomes[0], confidence=None)
    with pytest.raises(ValueError, match="newer"):
        run_from_record({**record, "format": 99})


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"\xff", b'{"format": 1}', b'{"format": 1, "k": 1, "questions": [{"question": "q?"}]}'],
)
def test_a_damaged_file_is_said_to_be_one(tmp_path: Path, content: bytes) -> None:
    store = RunStore(tmp_path)
    store.save("x", RUN).write_bytes(content)
    with pytest.raises(RunDamaged, match=r"x\.json cannot be read"):
        store.load("x")


@pytest.mark.parametrize("kind", [kind for kind in DAMAGES if kind != "deleted"])
@pytest.mark.parametrize("number", range(8))
def test_no_kind_of_damage_changes_figures_silently(tmp_path: Path, kind: str, number: int) -> None:
    store = RunStore(tmp_path)
    store.save("other", RUN)
    damage(store.save("x", RUN), kind, random.Random(number))
    with pytest.raises(RunDamaged):
        store.load("x")
    assert store.load("other") == RUN


def test_a_run_without_a_sum_is_read(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.folder.mkdir()
    store.path("x").write_text(json.dumps(run_to_record(RUN)), encoding="utf-8")
    assert store.load("x") == RUN


def test_a_run_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RunStore(tmp_path)
    store.save("x", RUN)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataFolderUnwritable, match="No space left"):
        store.save("x", replace(RUN, k=3), replace=True)
    assert store.load("x") == RUN
    assert [path.name for path in store.folder.iterdir()] == ["x.json"]


def run_of(*outcomes: Outcome, k: int = 10) -> Run:
    return Run(outcomes, k)


def test_questions_are_paired_by_their_words_and_history() -> None:
    first = run_of(answered(gold("a?", id="1")), answered(gold("b?")), refused(gold("only first", answerable=False)))
    second = run_of(
        replace(answered(gold("b?"), right=False)),
        answered(gold("a?", id="9")),
        answered(gold("a?", history=(Turn("x", "y"),))),
    )
    comparison = compare(first, second)
    assert (len(comparison.pairs), comparison.only_first, comparison.only_second, comparison.changed) == (2, 1, 1, 0)
    assert [pair.after.gold.question for pair in comparison.worse] == ["b?"]
    assert comparison.better == ()
    assert not comparison.certain


def test_a_question_whose_expectation_changed_is_not_compared() -> None:
    comparison = compare(run_of(answered(gold("a?"))), run_of(refused(gold("a?", answerable=False))))
    assert (len(comparison.pairs), comparison.changed) == (0, 1)
    assert comparison.right is None


def test_ranks_are_compared_at_the_smaller_k() -> None:
    comparison = compare(run_of(answered(rank=8), k=10), run_of(answered(rank=8), k=5))
    assert [figures.ndcg for figures in comparison.figures] == [0.0, 0.0]
    assert comparison.ndcg is not None
    assert comparison.ndcg.mean == 0


def test_mcnemars_exact_test() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(3, 3) == 1.0
    assert mcnemar(5, 0) == pytest.approx(0.0625)
    assert mcnemar(0, 6) == pytest.approx(0.03125)
    assert mcnemar(9, 1) == pytest.approx(2 * (1 + 10) / 1024)


def test_many_questions_that_got_better_are_no_chance() -> None:
    questions = [gold(f"{number}?") for number in range(30)]
    first = run_of(*(answered(one, right=number > 8) for number, one in enumerate(questions)))
    second = run_of(*(answered(one) for one in questions))
    comparison = compare(first, second)
    assert (len(comparison.better), len(comparison.worse), comparison.certain) == (9, 0, True)
    assert comparison.right is not None
    assert comparison.right.certain
    assert comparison.right.mean == pytest.approx(0.3)
    record = comparison_to_record(comparison)
    assert record["mcnemar_p"] == pytest.approx(0.0039, abs=1e-4)
    assert json.loads(json.dumps(record)) == record


def test_the_bootstrap_is_the_same_each_time_and_holds_the_mean() -> None:
    once, again = bootstrap([0, 1, 0, 1, 1]), bootstrap([0, 1, 0, 1, 1])
    assert once == again
    assert once.mean == pytest.approx(0.6)
    assert once.low < once.mean < once.high
    assert not bootstrap([0.0, 0.0]).certain


LED = answered(lead="Two. [1]", lead_right=True, rejected=("Four. (no)",), quotes_ms=300.0, lead_ms=2000.0)


def test_leads_come_back_and_an_old_run_has_none(tmp_path: Path) -> None:
    store, run = RunStore(tmp_path), replace(RUN, outcomes=(LED,))
    store.save("led", run)
    assert store.load("led") == run
    record = json.loads(json.dumps(run_to_record(run)))
    for field in ("lead", "lead_right", "rejected", "quotes_ms", "lead_ms"):
        del record["questions"][0][field]
    old = run_from_record(record).outcomes[0]
    assert (old.lead, old.lead_right, old.rejected, old.lead_ms) == (None, None, (), None)


def test_leads_are_compared_where_both_runs_asked_a_model() -> None:
    silent, wrong = replace(LED, lead=None, lead_right=None), replace(LED, lead_right=False)
    questions = [gold(f"{number}?") for number in range(4)]
    other_words = replace(questions[3], key_words=(("two",),))
    first = [replace(one, gold=question) for one, question in zip((LED, wrong, LED, silent), questions, strict=True)]
    second = [replace(one, gold=question) for one, question in zip((silent, silent, LED, LED), [*questions[:3], other_words], strict=True)]  # fmt: skip
    comparison = compare(run_of(*first), run_of(*second))
    assert [pair.after.gold.question for pair in comparison.leads_worse] == ["0?"]
    assert [pair.after.gold.question for pair in comparison.leads_better] == ["1?"]
    assert comparison.lead_ms is not None
    record = comparison_to_record(comparison)
    assert (record["leads_worse"][0]["before"], record["leads_worse"][0]["after"]) == ("lead right", "no lead")
    quoted = compare(run_of(*(answered(question) for question in questions)), run_of(*second))
    assert (quoted.leads_better, quoted.leads_worse, quoted.lead_ms) == ((), (), None)
