"""What the terminal chat looks like: each state drawn at two sizes and compared with the picture that is kept.

Time stands still; documents, index and answers are real. When a change is meant, one command draws all pictures anew:

    ASKV4_DRAW_PICTURES=1 python -m pytest tests/functional/test_tui_pictures.py

Look at them before they are committed: they are SVG files in tests/functional/pictures.
"""

from __future__ import annotations

import difflib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from askv4.answer.assistant import Assistant
from askv4.tui.app import DARK, LIGHT
from askv4.tui.panes import conversations
from askv4.tui.panes.source import SourceText
from askv4.tui.screens.help import HelpScreen
from askv4.tui.session import Session
from askv4.types import SyncProgress, SyncReport
from scripts.tools.pictures import compact, rows
from tests.functional import tui_kit
from tests.functional.tui_kit import CITED, DISPUTED, REFUSED, Chat, ask, chat_app, ready, until

PICTURES = Path(__file__).parent / "pictures"
SIZES = ((80, 24), (140, 40))
DRAW = bool(os.environ.get("ASKV4_DRAW_PICTURES"))

corpus = tui_kit.corpus


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No clock, no colours of the surroundings, and a home that makes the corpus ~/corpus."""
    monkeypatch.setitem(Assistant.__init__.__kwdefaults__, "clock", lambda: 0.0)
    monkeypatch.setattr(conversations, "age", lambda _then, _now: "now")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("NO_COLOR", raising=False)


async def compare(chat: Chat, name: str) -> None:
    """Compare the screen with the kept pictures of `name`, at each size; back at the first one afterwards."""
    for width, height in SIZES:
        await chat.resize_terminal(width, height)
        drawn = await settled(chat)
        path = PICTURES / f"{name}-{width}x{height}.svg"
        if DRAW:
            path.parent.mkdir(exist_ok=True)
            path.write_text(drawn, encoding="utf-8")
            continue
        kept = path.read_text(encoding="utf-8")
        # First what people read; what is left then are colours and places.
        assert rows(drawn) == rows(kept), "\n".join(difflib.unified_diff(rows(kept), rows(drawn), lineterm=""))
        assert drawn == kept, "\n".join(difflib.unified_diff(kept.split("\n"), drawn.split("\n"), lineterm="", n=0))
    await chat.resize_terminal(*SIZES[0])
    await chat.pause(0.05)


async def settled(chat: Chat) -> str:
    """The screen when it does not change any more."""
    before, same = "", 0
    while same < 3:
        await chat.pause(0.1)
        drawn = compact(chat.app.export_screenshot())
        same = same + 1 if drawn == before else 0
        before = drawn
    return before


async def opened(chat: Chat, key: str) -> None:
    screen = tui_kit.screen_of(chat)
    await chat.press(key)
    await until(chat, lambda: screen.source_open and screen.query_one(SourceText).has_focus)


async def begin(chat: Chat) -> None:
    screen = await ready(chat)
    screen.prompt.cursor_blink = False
    await until(chat, lambda: screen.conversation.suggested)


async def test_empty_answer_source_and_the_light_theme(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=SIZES[0]) as chat:
        await begin(chat)
        await compare(chat, "empty")
        await ask(chat, CITED)
        await compare(chat, "answer")
        await opened(chat, "1")
        await compare(chat, "source")
        app.theme = LIGHT.name
        await compare(chat, "light")
        app.theme = DARK.name


async def test_refusal(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=SIZES[0]) as chat:
        await begin(chat)
        await ask(chat, REFUSED)
        await compare(chat, "refusal")


async def test_conflict(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=SIZES[0]) as chat:
        await begin(chat)
        await ask(chat, DISPUTED)
        await compare(chat, "conflict")


@contextmanager
def held(session: Session, at: int) -> Iterator[None]:
    """Syncs that stand still when `at` documents are done, until the end."""
    go_on, sync = threading.Event(), session.sync

    def slowly(progress: Callable[[SyncProgress], None], *, allow_empty: bool = False) -> SyncReport:
        def hold(done: SyncProgress) -> None:
            if done.done >= at and done.total > at:
                progress(done)
                assert go_on.wait(120)

        return sync(hold, allow_empty=allow_empty)

    session.sync = slowly  # type: ignore[method-assign]
    try:
        yield
    finally:
        go_on.set()


async def test_help_and_indexing(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=SIZES[0]) as chat:
        await begin(chat)
        await chat.press("f1")
        await until(chat, lambda: isinstance(app.screen, HelpScreen))
        await compare(chat, "help")
        await chat.press("escape")
        with held(app.session, at=1):
            for number in range(3):
                (corpus / f"note-{number}.txt").write_text(f"The pier number {number} is {number + 3} metres wide.\n")
            screen = tui_kit.screen_of(chat)
            await until(chat, lambda: screen.query_one("#progress").display)
            await compare(chat, "indexing")
