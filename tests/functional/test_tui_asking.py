"""Asking in the terminal chat, over a real index."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from textual.message import Message
from textual.widgets import Input

from askv4.cli.chat import open_model
from askv4.config import load_settings
from askv4.sync.index import START
from askv4.tui import workers
from askv4.tui.messages import Answered
from askv4.tui.panes import prompt
from askv4.tui.panes.source import SourceText
from askv4.tui.panes.turn import SourceLine
from askv4.tui.screens.dialogues import LineScreen
from askv4.tui.session import Session
from askv4.types import SyncProgress
from tests.functional import tui_kit
from tests.functional.tui_kit import (
    CITED,
    DISPUTED,
    ODD,
    REFUSED,
    ask,
    chat_app,
    end_chats,
    flat,
    ready,
    screen_of,
    shown,
    type_in,
    until,
)


def highlighted(source: SourceText) -> str:
    """The words that are shown in the style of the cited span."""
    style = source.get_component_rich_style("source--cited")
    lines = [
        "".join(
            one.text for one in source.render_line(y) if one.style is not None and one.style.bgcolor == style.bgcolor
        )
        for y in range(source.size.height)
    ]
    return " ".join(" ".join(lines).split())


corpus = tui_kit.corpus


async def test_a_question_typed_before_the_index_is_open_is_answered(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(100, 30)) as chat:
        assert screen_of(chat).prompt.has_focus
        await type_in(chat, CITED)
        turn = screen_of(chat).conversation.turns[0]
        await until(chat, lambda: turn.answer is not None and turn.query(".answer"))
        assert "opens on 3 April" in flat(turn)
        assert "[1] harbour.md:11" in flat(turn)


async def test_sources_are_opened_by_digit_and_gone_through(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        turn = await ask(chat, DISPUTED)
        assert turn.answer is not None
        assert len(turn.answer.citations) >= 2
        source = screen.query_one(SourceText)

        await chat.press("1")
        await until(chat, lambda: source.has_focus)
        assert highlighted(source) == " ".join(turn.answer.citations[0].quote.split())
        assert turn.answer.citations[0].title in flat(screen.source)

        await chat.press("n")
        await until(chat, lambda: turn.current == 2)
        await chat.pause(0.1)
        assert highlighted(source) == " ".join(turn.answer.citations[1].quote.split())
        await chat.press("p")
        await until(chat, lambda: turn.current == 1)

        await chat.press("escape")
        assert not screen.source_open
        assert screen.prompt.has_focus


async def test_a_click_on_a_marker_and_enter_on_a_source_open_it(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        turn = await ask(chat, CITED)
        paragraph = turn.query("MarkdownParagraph").first()
        row = flat_rows(paragraph)
        line = next(y for y, text in enumerate(row) if "[1]" in text)
        await chat.click(paragraph, offset=(row[line].index("[1]") + 1, line))
        await until(chat, lambda: screen.source_open)
        await chat.press("escape")
        await until(chat, lambda: not screen.source_open)

        await chat.press("escape", "tab")
        await until(chat, lambda: isinstance(app.focused, SourceLine))
        await chat.press("enter")
        await until(chat, lambda: screen.source_open)


def flat_rows(widget) -> list[str]:  # type: ignore[no-untyped-def]
    from tests.functional.tui_kit import shown

    return shown(widget).split("\n")


async def test_a_refusal_looks_different_and_shows_the_nearest_passages(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(100, 40)) as chat:
        screen = await ready(chat)
        turn = await ask(chat, REFUSED)
        assert turn.has_class("-refused")
        assert "The sources do not answer this." in flat(turn)
        assert "Nearest passages" in flat(turn)
        await chat.press("1")
        await until(chat, lambda: screen.source_open)
        assert turn.answer is not None
        assert screen.source.citation == turn.answer.nearest[0]


async def test_sources_that_differ_are_told(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        await ready(chat)
        turn = await ask(chat, DISPUTED)
        assert turn.has_class("-conflict")
        assert "The sources differ" in flat(turn)


async def test_what_documents_say_is_text_and_nothing_else(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        turn = await ask(chat, ODD)
        assert "[bold red]Kaspar[/bold red]" in flat(turn)
        assert "␛[31mDanish␛[0m" in flat(turn)
        await chat.press("1")
        await until(chat, lambda: screen.source_open)
        await chat.pause(0.1)
        assert "[@click=app.quit]4711[/] and <script>nothing</script>" in flat(screen.source)
        assert app.is_running


async def test_follow_ups_edits_and_repetitions(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        await ask(chat, CITED)
        follow_up = await ask(chat, "And what does it cost?")
        assert follow_up.answer is not None
        assert follow_up.answer.standalone_question is not None

        await chat.press("f6")
        assert screen.prompt.text == "And what does it cost?"
        screen.prompt.fill(ODD)
        await chat.press("enter")
        await until(chat, lambda: len(screen.conversation.turns) == 2 and screen.conversation.turns[-1].answer)
        assert screen.conversation.turns[-1].question == ODD

        await chat.press("f5")
        await until(chat, lambda: screen.conversation.turns[-1].number > 3 and screen.conversation.turns[-1].answer)
        assert [turn.question for turn in screen.conversation.turns] == [CITED, ODD]
        store = app.session.conversations
        await until(chat, lambda: (kept := store.find()) and store.turns(kept[0].id)[-1].question == ODD)
        await chat.pause(0.3)
        assert [turn.question for turn in store.turns(store.find()[0].id)] == [CITED, ODD]


async def test_the_prompt_has_several_lines_and_a_memory(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(80, 24)) as chat:
        screen = await ready(chat)
        await chat.press("a", "ctrl+j", "b")
        assert screen.prompt.text == "a\nb"
        screen.prompt.text = ""
        await ask(chat, CITED)
        screen.prompt.fill("unsent")
        await chat.press("up")
        assert screen.prompt.text == CITED
        await chat.press("down")
        assert screen.prompt.text == "unsent"


async def test_a_digit_that_begins_a_question_is_one(
    corpus: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow the machine, the keys below follow each other at once.
    monkeypatch.setattr(prompt, "HOLD_S", 60.0)
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        await ask(chat, CITED)
        await chat.press(*"1234")
        assert screen.prompt.text == "1234"
        assert not screen.source_open


async def test_questions_of_earlier_days_are_recalled(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        await ready(chat)
        await ask(chat, CITED)
        await ask(chat, REFUSED)
        await until(chat, lambda: len(app.session.conversations.questions()) == 2)

    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        await chat.press("up")
        assert screen.prompt.text == REFUSED
        await chat.press("up")
        assert screen.prompt.text == CITED


async def test_a_turn_can_be_used_with_the_mouse(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        turn = await ask(chat, CITED)
        await chat.click(turn.query_one(".copy"), offset=(3, 0))
        await until(chat, lambda: "opens on 3 April" in app.clipboard)
        await chat.click(turn.query_one(".last"), offset=(12, 0))
        await until(chat, lambda: screen.prompt.text == CITED)
        await chat.press("escape")
        await chat.click(turn.query_one(".last"), offset=(3, 0))
        await until(chat, lambda: screen.conversation.turns[-1].number > 1 and screen.conversation.turns[-1].answer)


async def test_copying(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        turn = await ask(chat, CITED)
        assert turn.answer is not None
        await chat.press("1")
        await until(chat, lambda: screen.query_one(SourceText).has_focus)
        await chat.press("y")
        assert app.clipboard == turn.answer.citations[0].quote
        await chat.press("c")
        assert turn.answer.answer in app.clipboard
        assert "harbour.md:11" in app.clipboard
        await chat.press("C")
        assert app.clipboard.startswith("The harbour of Vellmar (official notice), harbour.md:11")


async def test_an_editor_that_cannot_be_opened_costs_a_line(
    corpus: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        await ask(chat, CITED)
        await chat.press("1")
        await until(chat, lambda: screen.query_one(SourceText).has_focus)
        for editor, line in (("vim", "cannot be left to vim"), ("code-insiders", "code-insiders cannot be started")):
            monkeypatch.setenv("EDITOR", editor)
            await chat.press("o")
            await until(chat, lambda line=line: line in flat(screen.activity))  # type: ignore[misc]


async def test_a_part_of_the_documents_is_asked(corpus: Path, data_dir: Path) -> None:
    async with chat_app(corpus, data_dir).run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        await type_in(chat, "/in letters.md")
        await until(chat, lambda: "in letters.md" in shown(screen.status_line))
        turn = await ask(chat, DISPUTED)
        assert turn.answer is not None
        assert {one.document for one in turn.answer.citations} == {"letters.md"}
        await type_in(chat, "/in novels")
        await until(chat, lambda: "no folder, file, format or kind 'novels'" in flat(screen.activity))
        assert "in letters.md" in shown(screen.status_line)
        screen.action_limit()
        await until(chat, lambda: isinstance(chat.app.screen, LineScreen))
        chat.app.screen.query_one(Input).value = ""
        await chat.press("enter")
        await until(chat, lambda: "in letters.md" not in shown(screen.status_line))


async def test_a_refusal_says_why_and_shows_the_likeliest_sentences_on_a_key(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        turn = await ask(chat, REFUSED)
        assert turn.answer is not None
        assert turn.answer.status == "not_in_sources"
        assert turn.answer.note
        assert turn.answer.note in flat(turn)
        screen.conversation.focus()
        assert screen.offers("show_anyway")
        await chat.press("s")
        await until(chat, lambda: "It may be this:" in flat(turn))
        assert "“The parrot of the harbour master is called" in flat(turn)
        assert not screen.offers("show_anyway")


async def test_the_start_screen_tells_what_the_documents_are_about_and_suggests_what_they_answer(
    corpus: Path, data_dir: Path
) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        await until(chat, lambda: screen.conversation.suggested)
        greeting = flat(screen.conversation)
        about = json.loads((app.session.workspace.index.folder / START).read_text("utf-8"))["about"]
        assert set(about) == {"harbour.md", "letters.md", "odd.txt"}
        assert all(" ".join(said.split())[:40] in greeting for said in about.values())
        assert all(question in greeting for question in screen.conversation.suggested)
        first = screen.conversation.suggested[0]
        await chat.press("1")
        await until(chat, lambda: screen.conversation.turns)
        turn = screen.conversation.turns[0]
        await until(chat, lambda: turn.answer is not None)
        assert turn.question == first
        assert turn.answer is not None
        assert turn.answer.status == "answered"
    end_chats()
    kept = app.session.workspace.index.folder / START
    written = kept.stat().st_mtime_ns
    again = chat_app(corpus, data_dir)
    async with again.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        await until(chat, lambda: screen.conversation.suggested)
        assert screen.conversation.suggested[0] == first
        assert kept.stat().st_mtime_ns == written, "nothing changed, so nothing is made anew"
        (corpus / "odd.txt").unlink()
        await until(chat, lambda: kept.stat().st_mtime_ns != written)
        assert "Kaspar" not in kept.read_text("utf-8")


def test_an_answer_says_that_documents_are_still_being_read(corpus: Path, data_dir: Path) -> None:
    session = Session(
        load_settings({"corpus": str(corpus), "data_dir": str(data_dir), "mode": "extractive"}, environ={}), open_model
    )
    posted: list[Message] = []

    def asking(progress: SyncProgress) -> None:
        if progress.phase == "documents" and not progress.done and not posted:
            workers.ask(session, posted.append, 1, CITED, (), threading.Event())

    session.open(lambda _line: None)
    try:
        session.sync(lambda _progress: None)
        for number in range(3):
            (corpus / f"late{number}.txt").write_text(f"Boat {number} came late.\n", encoding="utf-8")
        session.sync(asking)
        [late] = [one.answer for one in posted if isinstance(one, Answered)]
        assert late.status == "answered"
        assert late.note == "3 documents are still being read: ask again when that is done"
        posted.clear()
        workers.ask(session, posted.append, 2, CITED, (), threading.Event())
        assert [one.answer.note for one in posted if isinstance(one, Answered)] == [None]
    finally:
        session.close()
