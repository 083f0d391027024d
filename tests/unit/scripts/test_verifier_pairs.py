"""What the verifier learns from: pairs written and made, balanced, and none of what it is measured on."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from pathlib import Path

import pytest

from scripts.training.entailment_sets import (
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    NOT_ENTAILMENT,
    check_pairs,
    tidy,
    train_pairs,
)
from scripts.training.verifier_pairs import KEYS, SCENES, WRITTEN, answer_pairs, scene_pairs, written_pairs


def test_every_written_source_has_statements_that_follow_and_others() -> None:
    rows = [json.loads(line) for line in WRITTEN.read_text(encoding="utf-8").splitlines()]
    assert len({row["premise"] for row in rows}) == len(rows)
    for row in rows:
        assert set(row) <= {"premise", *KEYS}
        statements = [text for key in KEYS for text in row.get(key, ())]
        assert len(set(statements)) == len(statements), row["premise"]
        assert row["entailed"], row["premise"]
        assert len(statements) > len(row["entailed"]), row["premise"]


def test_of_written_pairs_about_half_follow() -> None:
    labels = Counter(pair.label == ENTAILMENT for pair in written_pairs(random.Random(0)))
    assert 0.4 < labels[True] / labels.total() < 0.6


def test_the_seed_alone_decides_what_is_made() -> None:
    first, again, other = (list(scene_pairs(300, random.Random(seed))) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_no_scene_contradicts_itself(scene: object) -> None:
    assert callable(scene)
    for seed in range(60):
        premise, statements = scene(random.Random(seed))
        assert len(premise) > 20
        labels: dict[str, set[int]] = {}
        for text, label in statements:
            labels.setdefault(text, set()).add(label)
        assert all(len(of_one) == 1 for of_one in labels.values()), (premise, labels)
        assert {ENTAILMENT} < {label for _, label in statements}


def test_a_question_put_to_another_passage_is_left_open(tmp_path: Path) -> None:
    rows = [{"premise": f"Passage {n}.", "hypothesis": f"is it {n}? Yes.", "label": "entailment"} for n in range(200)]
    _write(tmp_path / "boolq_dev.jsonl.gz", rows)
    made = train_pairs(tmp_path, {"boolq_dev": 200}, random.Random(0))
    for pair in made:
        number = pair.premise.removeprefix("Passage ").rstrip(".")
        own = f"is it {number}" in pair.statement
        assert pair.label == (ENTAILMENT if own else NEUTRAL)
    assert Counter(pair.label for pair in made)[NEUTRAL] > 20


def test_another_answer_than_the_right_one_does_not_follow(tmp_path: Path) -> None:
    rows = [
        {
            "question": f"who built bridge {n}?",
            "passage": f"Bridge {n} was built by Ida Holm in 18{n:02}, long after Karl Brandt had drawn it.",
            "answer": "Ida Holm",
            "label": "answerable",
        }
        for n in range(10, 40)
    ]
    for name in ("squad2_halfdev", "qed_train_v0", "nq_oracle"):
        _write(tmp_path / f"{name}.jsonl.gz", rows)
    for pair in answer_pairs(tmp_path, random.Random(0)):
        assert pair.label == (ENTAILMENT if "Ida Holm" in pair.statement else NOT_ENTAILMENT)


def test_a_set_to_train_on_is_no_check(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="train"):
        check_pairs(tmp_path, "lingnli_train")


def test_labels_of_a_file_are_read(tmp_path: Path) -> None:
    labels = ["contradiction", "not_entailment"]
    _write(tmp_path / "negnli_rte.jsonl.gz", [{"premise": "a ,  b", "hypothesis": "c", "label": it} for it in labels])
    pairs = check_pairs(tmp_path, "negnli_rte")
    assert [pair.label for pair in pairs] == [CONTRADICTION, NOT_ENTAILMENT]
    assert pairs[0].premise == "a, b"


def test_blanks_around_marks_go() -> None:
    assert tidy("She did n't come ( again ) .") == "She didn't come (again)."


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
