"""Where documents disagree: by a command, by a question, and kept with the index."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.conftest import Program

REPORT = """---
title: The bridge at Lund
kind: report
date: 2020-05-01
---
The bridge at Lund is 240 metres long. Lorries may use the bridge at Lund.
"""
SURVEY = """---
title: Survey of the bridge at Lund
kind: survey
date: 2024-03-01
---
The bridge at Lund is 310 metres long. Lorries may not use the bridge at Lund.
"""
RUMOUR = """---
title: Talk of the town
kind: newspaper column
date: 2023-01-01
---
Rumour has it that Piers Halloway will conduct the Delmar orchestra next season.
"""
STATEMENT = """---
title: The Delmar orchestra's next season
kind: announcement
date: 2023-02-01
---
Yuki Arano will conduct the Delmar orchestra next season.
"""
UNLIKE = "# Baking\n\nThe oven is heated to 240 degrees. The loaf bakes for 50 minutes.\n"
QUESTIONS = (
    "What do the sources disagree on?",
    "where do the documents contradict each other?",
    "Do the documents contradict each other?",
    "are there any contradictions between the documents?",
    "list the disagreements",
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    corpus = tmp_path / "corpus"
    (corpus / "bridge").mkdir(parents=True)
    for name, text in {
        "bridge/report.md": REPORT,
        "bridge/survey.md": SURVEY,
        "rumour.md": RUMOUR,
        "statement.md": STATEMENT,
        "baking.md": UNLIKE,
    }.items():
        (corpus / name).write_text(text, encoding="utf-8")
    return corpus


@pytest.fixture
def program(fresh_program: Callable[..., Program], corpus: Path, data_dir: Path) -> Program:
    return fresh_program(ASKV4_CORPUS=str(corpus), ASKV4_DATA_DIR=str(data_dir))


def told(out: str, corpus: Path) -> dict[str, Any]:
    """sort -> conflict; each side is quoted exactly."""
    answer = json.loads(out)
    cited = {one["n"]: one for one in answer["citations"]}
    for one in cited.values():
        assert (corpus / one["document"]).read_text(encoding="utf-8")[one["start"] : one["end"]] == one["quote"]
    for conflict in answer["conflicts"]:
        assert [cited[n]["document"] for n in conflict["citations"]] == conflict["documents"]
    return {conflict["sort"]: conflict for conflict in answer["conflicts"]}


def test_the_command_lists_both_sides(program: Program, corpus: Path) -> None:
    run = program("conflicts", "--json")
    conflicts = told(run.out, corpus)
    assert (run.status, set(conflicts)) == (0, {"figure", "denial", "rumour"})
    assert conflicts["figure"]["said"] == ["310 metres", "240 metres"]
    assert conflicts["figure"]["kinds"] == ["survey", "report"]
    assert conflicts["figure"]["dates"] == ["2024-03-01", "2020-05-01"]
    assert conflicts["denial"]["documents"] == ["bridge/survey.md", "bridge/report.md"]
    assert conflicts["rumour"]["documents"] == ["statement.md", "rumour.md"]
    run = program("conflicts", COLUMNS="300")
    shown = run.out
    assert run.stderr.splitlines()[-1] == f"askv4: the corpus is {corpus}"
    assert "A survey (2024-03-01) [1]" in shown
    assert shown.count("The sources differ") == 0


def test_documents_of_a_series_do_not_differ(program: Program, corpus: Path) -> None:
    for n, (name, day) in enumerate((("Holt", 4), ("Yilmaz", 7), ("Mori", 10), ("Weber", 12), ("Orlov", 6))):
        text = f"# Membership form\n\nThe date of birth of the member is {day} May {1980 + n}. The surname is {name}.\n"
        (corpus / f"form{n}.md").write_text(text, encoding="utf-8")
    assert set(told(program("conflicts", "--json").out, corpus)) == {"figure", "denial", "rumour"}
    assert program("conflicts", "birth").status == 1


def test_a_topic_and_a_folder_limit_it(program: Program, corpus: Path) -> None:
    assert set(told(program("conflicts", "next", "season", "--json").out, corpus)) == {"rumour"}
    assert set(told(program("conflicts", "--in", "bridge", "--json").out, corpus)) == {"figure", "denial"}
    run = program("conflicts", "bread")
    assert (run.status, run.out.strip()) == (
        1,
        "The documents say nothing different about bread, as far as askv4 can tell.",
    )


def test_a_question_asks_for_the_same(program: Program, corpus: Path) -> None:
    about = ("what do the sources disagree on about the orchestra?", "where do the documents differ on the orchestra?")
    lines = "\n".join((*QUESTIONS, *about)).encode()
    run = program("ask", "--batch", "-", "--mode", "extractive", stdin=lines)
    sorts = [set(told(line, corpus)) for line in run.out.splitlines()]
    assert sorts == [{"figure", "denial", "rumour"}] * len(QUESTIONS) + [{"rumour"}] * len(about)


def test_only_what_changed_is_compared_anew(program: Program, corpus: Path, data_dir: Path) -> None:
    assert len(told(program("conflicts", "--json").out, corpus)) == 3
    (catalog,) = data_dir.glob("**/catalog.sqlite3")

    def compared() -> set[int]:
        with sqlite3.connect(catalog) as connection:
            return {one for (one,) in connection.execute("SELECT passage_id FROM compared")}

    before = compared()
    (corpus / "bridge" / "survey.md").write_text(SURVEY.replace("310", "240"), encoding="utf-8")
    assert program("sync").status == 0
    left = compared()
    assert left < before  # the sync compares nothing, and lets go of what changed alone
    assert set(told(program("conflicts", "--json").out, corpus)) == {"denial", "rumour"}
    assert left < compared()
    (corpus / "rumour.md").unlink()
    assert set(told(program("conflicts", "--json").out, corpus)) == {"denial"}


def test_what_changed_in_the_index_is_not_told(program: Program, corpus: Path, data_dir: Path) -> None:
    assert len(told(program("conflicts", "--json").out, corpus)) == 3
    (catalog,) = data_dir.glob("**/catalog.sqlite3")
    with sqlite3.connect(catalog) as connection:
        connection.execute("UPDATE contrasts SET one_said = '999 metres' WHERE sort = 'figure'")
        connection.execute("UPDATE contrasts SET one_start = one_start + 1 WHERE sort = 'denial'")
    assert set(told(program("conflicts", "--json").out, corpus)) == {"rumour"}
