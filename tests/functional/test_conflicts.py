"""Documents against each other, as a user sees it: some of the pairs of tests/data/conflicts through the program."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.conftest import Program

PAIRS = Path(__file__).resolve().parents[1] / "data" / "conflicts" / "pairs.jsonl"
DIFFER = {"figure-05", "date-01", "name-03", "correction-03", "opinion-03"}
AGREE = {"unit-02", "rounding-01", "part-03", "negation-02", "period-01"}


def chosen() -> list[dict[str, Any]]:
    pairs = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    return [pair for pair in pairs if pair["id"] in (DIFFER if pair["differ"] else AGREE)]


def written(folder: Path, pair: dict[str, Any]) -> None:
    for index, document in enumerate(pair["documents"]):
        head = {key: document[key] for key in ("title", "kind", "context", "date") if document[key]}
        lines = [f"{key}: {json.dumps(value)}" for key, value in head.items()]
        text = "\n".join(["---", *lines, "---", "", document["text"], ""])
        (folder / f"{pair['id']}-{index}.md").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, make_program: Callable[..., Program]) -> Program:
    home = tmp_path_factory.mktemp("conflicts")
    corpus = home / "corpus"
    corpus.mkdir()
    for pair in chosen():
        written(corpus, pair)
    return make_program(home, ASKV4_CORPUS=str(corpus))


def test_the_corpus_of_pairs_is_whole() -> None:
    pairs = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    for half in ("tuned", "held"):
        own = [pair for pair in pairs if pair["half"] == half]
        assert sum(pair["differ"] for pair in own) >= 15
        assert sum(not pair["differ"] for pair in own) >= 15
    assert all(len(pair["documents"]) == 2 for pair in pairs)
    assert len({pair["question"] for pair in pairs}) == len(pairs)
    assert len(chosen()) == len(DIFFER) + len(AGREE)


def test_pairs_that_differ_are_told_and_those_that_agree_are_not(program: Program) -> None:
    pairs = chosen()
    run = program("ask", "--batch", "-", "--mode", "extractive", stdin="\n".join(p["question"] for p in pairs).encode())
    assert run.status == 0, run.stderr
    for pair, line in zip(pairs, run.out.splitlines(), strict=True):
        answer = json.loads(line)
        expected = [f"{pair['id']}-{index}.md" for index in (0, 1)]
        if not pair["differ"]:
            assert answer["conflicts"] == [], pair["question"]
            continue
        (conflict,) = answer["conflicts"]
        assert conflict["documents"] == expected[:: -1 if pair["first"] == 1 else 1]
        assert conflict["first"]
        cited = {citation["n"]: citation for citation in answer["citations"]}
        for n, name, said, date in zip(
            conflict["citations"], conflict["documents"], conflict["said"], conflict["dates"], strict=True
        ):
            assert cited[n]["document"] == name
            assert said in cited[n]["quote"] or conflict["sort"] == "denial"
            assert f"({date}) [{n}]" in conflict["reason"]
        # The one that comes first is quoted first, and both are introduced with their dates.
        assert cited[1]["document"] == conflict["documents"][0]
        assert all(f"({date}) says: “" in answer["answer"] for date in conflict["dates"])


def test_the_line_below_the_answer(program: Program) -> None:
    pair = next(pair for pair in chosen() if pair["id"] == "correction-03")
    run = program("ask", "--mode", "extractive", pair["question"], COLUMNS="500")
    assert run.status == 0
    line = " ".join(run.out[run.out.index("The sources differ") :].split())
    assert line.startswith(
        "The sources differ: a corrigendum from three months after the publication (2019-04-20) [1] says"
    )
    assert line.endswith("the first corrects what was said before, and is newer: 2019-04-20 against 2019-01-15")


def test_what_papers_on_other_things_say_is_no_other_answer(
    fresh_program: Callable[..., Program], tmp_path: Path, data_dir: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    gym = "# Membership of the Otter Gym\n\nThe full membership costs 38 euros a month.\n\n## Opening hours\n\n"
    (corpus / "gym.md").write_text(
        gym + "- Monday to Friday: 6:00 to 22:30\n- Sunday: 9:00 to 18:00\n", encoding="utf-8"
    )
    hire = "Garden hire, prices from 1 April\n\nRotavator: 48 euros a day\n\nOpen Monday to Friday 7:30-17:00, Sunday closed\n"
    (corpus / "prices.txt").write_text(hire, encoding="utf-8")
    bill = "Invoice of March\n\nTotal due: 47.62 euros, to be paid each month by the 5th.\n"
    (corpus / "bill.txt").write_text(bill, encoding="utf-8")
    program = fresh_program(ASKV4_CORPUS=str(corpus), ASKV4_DATA_DIR=str(data_dir))
    asked = [
        "gym opening hours on Sunday",
        "how much is the full membership a month?",
        "when does the gym open on Monday?",
    ]
    run = program("ask", "--batch", "-", "--mode", "extractive", stdin="\n".join(asked).encode())
    answers = [json.loads(line) for line in run.out.splitlines()]
    assert [(answer["status"], answer["conflicts"]) for answer in answers] == [("answered", [])] * 3
