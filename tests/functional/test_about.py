"""What a corpus or a document is about: by a command, and by a question."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fake_llm_server import fake_server
from tests.functional.conftest import Program

STUDY = """---
title: A study of wild bees
kind: study
---
We went to the north in May, by train and on foot.

## Main findings

1. Wild bees are fewer than ten years ago.
2. Meadows that are mown late have twice as many.

## Method

We counted on forty meadows.
"""
LETTER = "# A letter from the mill\n\nThe mill stands still since the flood of last autumn. The owner wants to sell the mill in spring.\n"


@pytest.fixture
def program(fresh_program: Callable[..., Program], tmp_path: Path, data_dir: Path) -> Program:
    corpus = tmp_path / "corpus"
    (corpus / "mill").mkdir(parents=True)
    (corpus / "bees.md").write_text(STUDY, encoding="utf-8")
    (corpus / "mill" / "letter.md").write_text(LETTER, encoding="utf-8")
    return fresh_program(ASKV4_CORPUS=str(corpus), ASKV4_DATA_DIR=str(data_dir))


def quotes(out: str) -> list[str]:
    answer = json.loads(out)
    assert answer["status"] == "answered"
    return [one["quote"] for one in answer["citations"]]


FINDINGS = ["Wild bees are fewer than ten years ago.", "Meadows that are mown late have twice as many."]


def test_a_document_is_told_by_its_own_points(program: Program) -> None:
    for asked in (["about", "bees.md", "--json"], ["ask", "summarize the study", "--json"]):
        run = program(*asked)
        assert (run.status, quotes(run.out)) == (0, FINDINGS)
        for one in json.loads(run.out)["citations"]:
            assert STUDY[one["start"] : one["end"]] == one["quote"]


def test_the_whole_is_told_by_each_document(program: Program) -> None:
    for asked in (["about", "--json"], ["ask", "what is this corpus about?", "--json"]):
        run = program(*asked)
        answer = json.loads(run.out)
        assert (run.status, {one["document"] for one in answer["citations"]}) == (0, {"bees.md", "mill/letter.md"})
        assert answer["note"].startswith("2 documents")
    assert all("mill" in one for one in quotes(program("about", "mill", "--json").out))
    assert all("mill" in one for one in quotes(program("ask", "--in", "mill", "what is this about?", "--json").out))


def test_what_is_not_there_is_an_error(program: Program) -> None:
    run = program("about", "letters.md")
    assert (run.status, run.out) == (2, "")
    assert run.stderr.startswith("askv4: no document is called 'letters.md'")


def test_a_lead_stands_over_an_overview_as_far_as_its_quotations_carry_it(program: Program) -> None:
    said = f"{FINDINGS[0]} The study was paid for by the honey makers."
    with fake_server(pieces=[f"{word} " for word in said.split()]) as server:
        for asked in (["about", "bees.md"], ["ask", "summarize the study"]):
            run = program(*asked, "--json", "--mode", "llm", "--llm-url", server.url)
            answer = json.loads(run.out)
            assert run.status == 0, run.stderr
            assert answer["lead"] == f"{FINDINGS[0]} [1]"
            assert [one["quote"] for one in answer["citations"]] == FINDINGS
            assert [one["supported"] for one in answer["grounding"]] == [True, False]
        shown = " ".join(message["content"] for message in server.chats()[0]["messages"])
        assert all(finding in shown for finding in FINDINGS)
