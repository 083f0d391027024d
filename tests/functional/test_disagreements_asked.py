"""What another document says against an answer is shown however the question is worded: on the command line and in the chat."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional import tui_kit
from tests.functional.conftest import Program
from tests.functional.tui_kit import ask, chat_app, flat, ready

RUMOUR = """---
title: Talk about the Marnholt mill
kind: newspaper column
date: 2023-01-01
---
The owner of the Marnholt mill is away. Rumour has it that the Marnholt mill will run on nothing but wind power next year.
"""
STATEMENT = """---
title: The Marnholt mill after its renovation
kind: report
date: 2024-02-01
---
The Marnholt mill was rebuilt for wind power, and its turbines feed the two grinding stones. The company did not disclose whether
the Marnholt mill still buys power from the grid. The mill employs 40 people.
"""
WORDINGS = (
    "Does the Marnholt mill run on wind power?",
    "Will the Marnholt mill run only on wind power?",
    "Is wind power all that the Marnholt mill uses?",
    "Was the Marnholt mill rebuilt for wind power?",
)
SHIPPED = Path(__file__).resolve().parents[2] / "corpus"
TRAINED = (
    "was V4 trained on Ascend?",
    "has V4 been trained on Ascend?",
    "did Ascend chips train V4?",
    "was Ascend used to train DeepSeek V4?",
)
RUN = (
    "can V4 run exclusively on Ascend?",
    "does V4 run only on Ascend?",
    "could V4 run on Ascend alone?",
    "is V4 able to run exclusively on Ascend chips?",
)


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Path]:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "talk.md").write_text(RUMOUR, encoding="utf-8")
    (corpus / "report.md").write_text(STATEMENT, encoding="utf-8")
    yield corpus
    tui_kit.end_chats()


def asked(program: Program, questions: tuple[str, ...]) -> list[dict[str, Any]]:
    run = program("ask", "--batch", "-", "--mode", "extractive", stdin="\n".join(questions).encode())
    assert run.status == 0, run.stderr
    return [json.loads(line) for line in run.out.splitlines()]


def test_both_sides_are_shown_whatever_the_wording(
    fresh_program: Callable[..., Program], corpus: Path, data_dir: Path
) -> None:
    program = fresh_program(ASKV4_CORPUS=str(corpus), ASKV4_DATA_DIR=str(data_dir))
    for answer in asked(program, WORDINGS):
        assert {one["document"] for one in answer["citations"]} == {"talk.md", "report.md"}, answer["question"]
        (conflict,) = answer["conflicts"]
        assert conflict["sort"] == "rumour"
        assert conflict["documents"] == ["report.md", "talk.md"]
    (beside,) = asked(program, ("How many people does the Marnholt mill employ?",))
    assert beside["conflicts"] == []


def test_there_is_no_verdict_where_one_source_denies_another(
    fresh_program: Callable[..., Program], corpus: Path, data_dir: Path
) -> None:
    for name, text in {
        "flyer": "The gym of the Ansel school will be closed in autumn.",
        "letter": "The gym of the Ansel school will not be closed in autumn.",
        "minutes": "The council did not disclose whether the gym of the Ansel school will be closed.",
    }.items():
        (corpus / f"{name}.md").write_text(f"{text}\n", encoding="utf-8")
    program = fresh_program(ASKV4_CORPUS=str(corpus), ASKV4_DATA_DIR=str(data_dir))
    (answer,) = asked(program, ("Will the gym of the Ansel school be closed?",))
    assert answer["verdict"] is None
    (conflict,) = answer["conflicts"]
    assert (conflict["sort"], set(conflict["documents"])) == ("denial", {"flyer.md", "letter.md"})


def test_the_shipped_corpus_shows_the_rumour_and_the_statement(
    fresh_program: Callable[..., Program], data_dir: Path
) -> None:
    program = fresh_program(ASKV4_CORPUS=str(SHIPPED), ASKV4_DATA_DIR=str(data_dir))
    for answer in asked(program, TRAINED + RUN):
        cited = {one["document"] for one in answer["citations"]}
        assert cited == {"v4-huawei-nvidia.md", "jensen-huang-warning.md"}, answer["question"]
        assert [one["sort"] for one in answer["conflicts"]] == ["rumour"]
        assert all("denies" not in one["reason"] for one in answer["conflicts"])


async def test_the_chat_lists_disagreements(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(160, 50)) as chat:
        await ready(chat)
        turn = await ask(chat, "What do the sources disagree on?")
        said = flat(turn)
        assert (
            "A report (2024-02-01) [1] does not confirm what a newspaper column (2023-01-01) [2] passes on as a rumour"
            in said
        )
        assert "“Rumour has it that the Marnholt mill will run on nothing but wind power next year.”" in said
        assert "The sources differ" not in said
        turn = await ask(chat, WORDINGS[0])
        assert "The sources differ: a report (2024-02-01)" in flat(turn)
