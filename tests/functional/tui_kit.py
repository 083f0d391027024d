"""The chat, run by Textual's pilot over a real index: what its tests share."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from askv4.cli.chat import open_model
from askv4.config import load_settings
from askv4.tui.app import ChatApp
from askv4.tui.panes.turn import TurnView
from askv4.tui.screens.chat import ChatScreen
from askv4.tui.session import Session

Chat = Pilot[None]

FILES = {
    "harbour.md": (
        "---\ntitle: The harbour of Vellmar\nkind: official notice\ncontext: from before the season\n---\n\n"
        "# The harbour of Vellmar\n\n## Opening\n\n"
        "The harbour of Vellmar opens on 3 April. It is closed in winter because of the ice.\n\n"
        "## Fees\n\nA berth in the harbour of Vellmar costs 40 euros a night. Boats under six metres pay half.\n\n"
        "## Works\n\nThe eastern quay of the harbour is being rebuilt in granite until the autumn.\n"
    ),
    "letters.md": (
        "---\ntitle: Letters from readers\nkind: reader comments\ncontext: from after the season\n---\n\n"
        "# Letters\n\nA berth in the harbour of Vellmar cost us 95 euros a night, whatever the notice says.\n\n"
        "The ferry to the lighthouse island runs twice a day.\n"
    ),
    "odd.txt": (
        "The parrot of the harbour master is called [bold red]Kaspar[/bold red] and speaks \x1b[31mDanish\x1b[0m.\n\n"
        "The code of the gate is [@click=app.quit]4711[/] and <script>nothing</script> else.\n"
    ),
}
CITED, REFUSED = "When does the harbour of Vellmar open?", "Who composed the opera about the moon landing?"
DISPUTED, ODD = (
    "How much does a berth in the harbour of Vellmar cost a night?",
    "What is the parrot of the harbour master called?",
)


def fill(corpus: Path) -> Path:
    """The documents that the tests ask about."""
    corpus.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    return corpus


_begun: list[ChatApp] = []


def chat_app(corpus: Path, data_dir: Path, mode: str = "extractive", model: Path | None = None) -> ChatApp:
    """The chat over a corpus, as the command builds it; `end_chats` ends what it has under way."""
    options = {"corpus": str(corpus), "data_dir": str(data_dir), "mode": mode, "model": str(model) if model else None}
    app = ChatApp(Session(load_settings(options, environ={}), open_model))
    _begun.append(app)
    return app


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Path]:
    """A folder with the documents of this module. When the test is over, so are its chats."""
    yield fill(tmp_path / "corpus")
    end_chats()


def end_chats() -> None:
    """End what the chats of a test have under way: native code must not run on while the interpreter ends."""
    while _begun:
        app = _begun.pop()
        app.session.closing.set()
        assert app.threads.wait(60)
        app.session.close()


def screen_of(chat: Chat) -> ChatScreen:
    """The chat's own screen, whatever dialogue is over it."""
    return next(screen for screen in chat.app.screen_stack if isinstance(screen, ChatScreen))


async def until(chat: Chat, happened: Callable[[], object], patience: float = 120.0) -> None:
    """Let the chat go on until something has happened."""
    end = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < end, f"did not happen: {shown(chat.app.screen)}"
        await chat.pause(0.02)
    await chat.pause()


async def ready(chat: Chat) -> ChatScreen:
    """Wait for the first sync."""
    screen = screen_of(chat)
    await until(chat, lambda: chat.app.session.in_step.is_set() and not screen.syncing)  # type: ignore[attr-defined]
    return screen


async def type_in(chat: Chat, text: str) -> None:
    """Type a line into what has the focus, and press Enter."""
    for character in text:
        await chat.press({" ": "space", "?": "question_mark"}.get(character, character))
    await chat.press("enter")


async def ask(chat: Chat, question: str) -> TurnView:
    """Ask, and wait for the answer."""
    screen = screen_of(chat)
    before = len(screen.conversation.turns)
    screen.prompt.fill(question)
    screen.prompt.focus()
    await chat.press("enter")
    await until(chat, lambda: len(screen.conversation.turns) > before)
    turn = screen.conversation.turns[-1]
    await until(chat, lambda: turn.answer is not None and turn.query(".answer"))
    await chat.pause(0.05)
    return turn


def shown(widget: Widget) -> str:
    """The text on the screen within a widget."""
    region = widget.region
    lines = widget.screen._compositor.render_strips()[region.y : region.bottom]
    return "\n".join(line.crop(region.x, region.right).text.rstrip() for line in lines)


def flat(widget: Widget) -> str:
    """The same in one line, so that wrapping does not matter."""
    return " ".join(re.sub("[▏▌█│]", " ", shown(widget)).split())
