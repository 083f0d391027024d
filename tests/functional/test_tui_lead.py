"""The chat while a model writes the lead, and after: quotations at once, the lead above them, and nothing that does not stand."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from askv4.errors import ModelError
from askv4.llm.chat import ChatModel, stop_check
from askv4.tui.app import ChatApp
from askv4.tui.panes.source import SourceText
from askv4.tui.panes.turn import SourceLine, TurnView
from askv4.tui.screens.chat import ChatScreen
from askv4.tui.screens.models import ModelScreen
from tests.functional import tui_kit
from tests.functional.tui_kit import CITED, DISPUTED, REFUSED, Chat, chat_app, flat, ready, until
from tests.unit.answer.scripted import ScriptedModel

corpus = tui_kit.corpus
STANDS, MADE_UP = "The harbour of Vellmar opens on 3 April.", "It has room for 5000 yachts."
QUOTED = "“The harbour of Vellmar opens on 3 April."


class Writer(ScriptedModel):
    """Writes what it is given once it may."""

    def __init__(self, *lines: str, may: bool = True, error: ModelError | None = None) -> None:
        super().__init__(*lines)
        self.begun, self.may = threading.Event(), threading.Event()
        self.error = error
        if may:
            self.may.set()

    def stream(self, messages: Any, *, stop: Any = None, **options: Any) -> Iterator[str]:
        self.begun.set()
        while not self.may.wait(0.01):
            if stop_check(stop)():
                return
        if self.error is not None:
            raise self.error
        yield from super().stream(messages, stop=stop, **options)


def written_by(app: ChatApp, model: ScriptedModel) -> None:
    """Let `model` write the leads of a chat that quotes so far."""
    app.session.model = cast("ChatModel", model)


async def begin_to_ask(chat: Chat, screen: ChatScreen, question: str) -> TurnView:
    """Ask, and wait for the quotations."""
    before = len(screen.conversation.turns)
    screen.prompt.fill(question)
    screen.prompt.focus()
    await chat.press("enter")
    await until(chat, lambda: len(screen.conversation.turns) > before and screen.conversation.turns[-1].answer)
    turn = screen.conversation.turns[-1]
    await until(chat, lambda: turn.query(".quoted"))
    return turn


async def finished(chat: Chat, turn: TurnView, patience: float = 120) -> str:
    """What stands there when a turn is done."""
    await until(chat, lambda: not turn.waiting and not turn.query(".writing"), patience)
    await chat.pause(0.1)
    return flat(turn)


async def test_the_lead_takes_its_place_above_the_quotations(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    model = Writer(f"{STANDS} {MADE_UP}", may=False)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        written_by(app, model)
        turn = await begin_to_ask(chat, screen, CITED)
        await until(chat, lambda: "writing the answer" in flat(turn))
        before = flat(turn)
        assert QUOTED in before
        assert "[1] harbour.md:11" in before
        assert before.index("s, Esc keeps the quotations") < before.index(QUOTED)
        # The sources can be opened while the model writes.
        await chat.press("1")
        await until(chat, lambda: screen.query_one(SourceText).has_focus)

        model.may.set()
        text = await finished(chat, turn)
        assert f"{STANDS} [1]" in text
        assert text.index(f"{STANDS} [1]") < text.index(QUOTED)
        assert "room for" not in text
        assert "writing" not in text
        assert "not supported" not in text
        assert "scripted · " in text
        assert turn.current == 1
        assert screen.query_one(SourceText).has_focus

        await chat.press("escape", "escape", "v")
        await until(chat, lambda: turn.query(".details"))
        details = flat(turn)
        assert f"left out: {MADE_UP}" in details
        assert "5000" in details.split("left out")[1].split(MADE_UP)[1]
        await chat.click(turn.query_one(".found"), offset=(2, 0))
        await until(chat, lambda: not turn.query(".details"))

        await chat.press("c")
        assert app.clipboard.startswith(f"{STANDS} [1]\n\n[1] The harbour of Vellmar (official notice), harbour.md:11")
        store = app.session.conversations
        await until(chat, store.find)
        (kept,) = store.turns(store.find()[0].id)
        assert kept.answer == turn.answer


async def test_a_lead_that_does_not_stand_leaves_the_quotations_and_no_word_of_it(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        written_by(app, Writer(MADE_UP))
        turn = await begin_to_ask(chat, screen, CITED)
        text = await finished(chat, turn)
        assert QUOTED in text
        assert "yachts" not in text
        assert "quoted · " in text
        assert not turn.query(".lead")


async def test_the_sources_keep_their_marks_when_the_lead_gives_them_other_numbers(
    corpus: Path, data_dir: Path
) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(140, 40)) as chat:
        screen = await ready(chat)
        turn = await begin_to_ask(chat, screen, DISPUTED)
        await finished(chat, turn)
        assert turn.answer is not None
        first, second = turn.answer.citations[:2]
        # What a source said second is what the lead says first; alone it would not stand against what answers better.
        model = Writer(f"{second.quote} {first.quote}", may=False)
        written_by(app, model)
        await chat.press("f5")
        await until(chat, lambda: len(screen.conversation.turns) == 1 and screen.conversation.turns[0] is not turn)
        turn = screen.conversation.turns[0]
        await until(chat, lambda: turn.query(".writing"))
        await chat.press("2")
        await until(chat, lambda: screen.query_one(SourceText).has_focus and turn.current == 2)
        model.may.set()
        await finished(chat, turn)
        assert turn.answer is not None
        assert turn.answer.citations[0].quote == second.quote
        assert turn.current == 1
        first = turn.answer.citations[0]
        await until(chat, lambda: screen.source.citation == first)
        assert [line.citation.n for line in turn.query(SourceLine) if line.has_class("-current")] == [1]


async def test_esc_stops_the_lead_and_the_turn_is_answered(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        written_by(app, Writer(STANDS, may=False))
        turn = await begin_to_ask(chat, screen, CITED)
        await until(chat, lambda: turn.query(".writing"))
        await chat.press("escape")
        text = await finished(chat, turn)
        assert QUOTED in text
        store = app.session.conversations
        await until(chat, store.find)
        await until(chat, lambda: not app.session.writing.locked())
        await chat.pause(0.2)
        assert [kept.answer.quoted for kept in store.turns(store.find()[0].id)] == [turn.answer and turn.answer.quoted]
        assert not turn.query(".lead")


async def test_who_asks_on_does_not_wait_for_the_lead(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        written_by(app, Writer(STANDS, may=False))
        first = await begin_to_ask(chat, screen, CITED)
        second = await begin_to_ask(chat, screen, REFUSED)
        await finished(chat, second)
        assert QUOTED in await finished(chat, first)
        store = app.session.conversations
        await until(chat, lambda: (kept := store.find()) and len(store.turns(kept[0].id)) == 2)
        assert [kept.question for kept in store.turns(store.find()[0].id)] == [CITED, REFUSED]


@pytest.mark.parametrize("keys", [("ctrl+n",), ("ctrl+q",)])
async def test_who_leaves_while_the_lead_is_written_keeps_the_quotations(
    corpus: Path, data_dir: Path, keys: tuple[str, ...]
) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        written_by(app, Writer(STANDS, may=False))
        await begin_to_ask(chat, screen, CITED)
        await chat.press(*keys)
        await chat.pause(0.1)
    assert app.threads.wait(60)
    store = app.session.conversations
    (kept,) = store.turns(store.find()[0].id)
    assert (kept.answer.status, kept.answer.mode) == ("answered", "extractive")


async def test_another_model_is_chosen_while_one_writes(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        written_by(app, Writer(STANDS, may=False))
        turn = await begin_to_ask(chat, screen, CITED)
        await until(chat, lambda: turn.query(".writing"))
        await chat.press("f4")
        await until(chat, lambda: isinstance(app.screen, ModelScreen))
        await chat.press("home", "enter")
        await until(chat, lambda: app.session.model is None and "quotations" in flat(screen.status_line))
        assert QUOTED in await finished(chat, turn)


async def test_a_model_that_fails_costs_the_lead_and_a_line(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        written_by(app, Writer(error=ModelError("the model broke")))
        turn = await begin_to_ask(chat, screen, CITED)
        text = await finished(chat, turn)
        assert QUOTED in text
        assert "No lead: the model broke" in text


async def test_a_model_that_is_still_loading_delays_the_lead_alone(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    loaded = threading.Event()

    def slowly(_settings: Any, _narrate: Any) -> Any:
        assert loaded.wait(60)
        return Writer(STANDS)

    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        app.session.open_model = slowly
        app.threads.start(lambda: app.session.use("llm", None, None, print))
        await until(chat, app.session.writing.locked)
        turn = await begin_to_ask(chat, screen, CITED)
        assert QUOTED in flat(turn)
        await until(chat, lambda: turn.query(".writing"))
        loaded.set()
        assert f"{STANDS} [1]" in await finished(chat, turn)


async def test_a_real_model_writes_a_lead(corpus: Path, data_dir: Path, real_model: Path) -> None:
    app = chat_app(corpus, data_dir, "llm", real_model)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        turn = await begin_to_ask(chat, screen, CITED)
        # On a busy machine llama.cpp's threads wait for each other.
        text = await finished(chat, turn, patience=600)
        assert turn.answer is not None
        assert turn.answer.mode == "llm"
        assert (turn.answer.model or "?") in real_model.stem
        assert re.search(r"3(rd)?( of)? April|April 3", turn.answer.lead or "")
        assert text.index("[1]") < text.index(QUOTED)
        assert f"{turn.answer.model} · " in text
        assert "tokens/s" in flat(screen.status_line)
