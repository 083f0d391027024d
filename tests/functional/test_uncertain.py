"""The third answer, as users meet it: the real evidence, with thresholds between which every question falls."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from askv4.answer import assistant
from askv4.answer.evidence.assess import load_model
from askv4.cli.main import main
from askv4.tui.panes.turn import SourceLine
from tests.functional import tui_kit
from tests.functional.tui_kit import CITED, ask, chat_app, flat, ready, until

corpus = tui_kit.corpus
Askv4 = Callable[..., tuple[int, str]]
QUESTION = "When does the harbour of Vellmar open?"
ANSWER = "The harbour of Vellmar opens on 3 April."


@pytest.fixture(autouse=True)
def _unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    model = replace(load_model(), answered_from=2.0, uncertain_from=0.0)
    monkeypatch.setattr(assistant, "load_model", lambda: model)


@pytest.fixture
def askv4(corpus: Path, data_dir: Path, capfdbinary: Any, monkeypatch: pytest.MonkeyPatch) -> Askv4:
    """Runs the command in this process; gives its exit status and what it printed."""

    def run(*args: str) -> tuple[int, str]:
        monkeypatch.setenv("ASKV4_MODE", "extractive")
        status = main([*args, "--corpus", str(corpus), "--data-dir", str(data_dir)])
        return status, capfdbinary.readouterr().out.decode()

    return run


def test_the_candidate_stands_first_and_the_exit_status_is_1(askv4: Askv4) -> None:
    status, text = askv4(QUESTION)
    assert status == 1
    head, below = text.split("\n\nNearest passages\n")
    first, title, place, quotation = head.split("\n")[:4]
    assert first == "It may be this:"
    assert title == "[1] The harbour of Vellmar (official notice)"
    assert "harbour.md:11, under “Opening”" in place
    assert ANSWER in quotation
    assert "[2] " in below
    assert "The sources differ" not in text


def test_the_json_holds_the_candidate_as_the_first_of_nearest(askv4: Askv4, corpus: Path) -> None:
    status, text = askv4("--json", QUESTION)
    row = json.loads(text)
    assert (status, row["status"], row["mode"], row["model"]) == (1, "uncertain", "extractive", None)
    assert (row["citations"], row["lead"], row["verdict"], row["conflicts"]) == ([], None, None, [])
    assert row["answer"].startswith("It may be this:\n")
    assert not row["answer"].endswith("]")
    candidate = row["nearest"][0]
    whole = (corpus / candidate["document"]).read_text(encoding="utf-8")
    assert candidate["quote"] == whole[candidate["start"] : candidate["end"]]
    assert ANSWER in candidate["quote"]
    assert [whole[a:b].rstrip(".") for a, b in candidate["answers"]] == ["3 April"]
    assert [one["n"] for one in row["nearest"]] == list(range(1, len(row["nearest"]) + 1))


def test_several_uncertain_questions_each_have_their_candidate(askv4: Askv4) -> None:
    status, text = askv4("--json", f"{QUESTION} What is the parrot of the harbour master called?")
    row = json.loads(text)
    assert (status, row["status"], row["citations"]) == (1, "uncertain", [])
    assert [part["status"] for part in row["parts"]] == ["uncertain", "uncertain"]
    assert [one["n"] for one in row["nearest"]] == [1, 2]
    assert row["answer"].count("It may be this:") == 2


def test_a_follow_up_and_the_export_know_the_candidate(askv4: Askv4, corpus: Path) -> None:
    askv4(QUESTION)
    status, text = askv4("ask", "--continue", "And why is it closed in winter?")
    assert status == 1
    assert "because of the ice" in text
    notes = corpus.parent / "notes.md"
    askv4("conversations", "export", "1", str(notes))
    assert notes.read_text(encoding="utf-8").count("It may be this:") == 2


async def test_in_the_chat_the_candidate_opens_like_a_citation(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        turn = await ask(chat, CITED)
        assert turn.answer is not None
        assert turn.has_class("-uncertain")
        assert not turn.has_class("-refused")
        assert "It may be this:" in flat(turn)
        assert ANSWER in flat(turn)
        assert "Nearest passages" in flat(turn)
        await chat.press("1")
        await until(chat, lambda: screen.source_open)
        assert screen.source.citation == turn.answer.nearest[0]
        await chat.press("escape", "escape", "tab")
        await until(chat, lambda: isinstance(app.focused, SourceLine))
        await chat.press("enter")
        await until(chat, lambda: screen.source_open)
