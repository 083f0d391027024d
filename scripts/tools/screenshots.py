"""Makes pictures of the terminal chat, as SVG, from a real run over the shipped documents.

    .venv/bin/python -m scripts.tools.screenshots                  the three of the README, into docs/
    .venv/bin/python -m scripts.tools.screenshots --model PATH     with a lead by this chat model: docs/chat-lead.svg
    .venv/bin/python -m scripts.tools.screenshots --all FOLDER     every scene at 80x24 and 140x40, to be looked at

Nothing is staged: the chat indexes the documents, is asked, and is drawn as it stands.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from askv4.offline import go_offline
from scripts.places import ROOT

go_offline()

from textual.pilot import Pilot

from askv4.cli.chat import open_model
from askv4.config import load_settings
from askv4.tui.app import LIGHT, ChatApp
from askv4.tui.screens.chat import ChatScreen
from askv4.tui.session import Session
from scripts.tools.pictures import compact

ANSWERED = "was V4 trained on Ascend?"
DISPUTED = "Will V4 run exclusively on Huawei Ascend chips?"
UNCERTAIN = "Ascend 950 memory?"
REFUSED = "what is the capital of France?"
MANY = 400
"""Documents of the scene that shows indexing: enough to be caught at it."""

PATIENCE = 12000
"""Looks, each after a fiftieth of a second at least."""

Scene = Callable[["Stage"], Awaitable[None]]


@dataclass
class Stage:
    """A running chat."""

    chat: Pilot[None]
    corpus: Path

    @property
    def screen(self) -> ChatScreen:
        return next(one for one in self.chat.app.screen_stack if isinstance(one, ChatScreen))

    async def until(self, happened: Callable[[], object]) -> None:
        for _ in range(PATIENCE):
            if happened():
                await self.chat.pause(0.2)
                return
            await self.chat.pause(0.02)
        raise TimeoutError("the chat did not get there")

    async def ask(self, question: str) -> None:
        turns = len(self.screen.conversation.turns)
        self.screen.prompt.fill(question)
        self.screen.prompt.focus()
        await self.chat.press("enter")
        await self.until(lambda: len(self.screen.conversation.turns) > turns)
        turn = self.screen.conversation.turns[-1]
        await self.until(lambda: not turn.waiting and turn.query(".answer"))


async def empty(stage: Stage) -> None:
    """The chat before the first question."""
    await stage.until(lambda: stage.screen.conversation.suggested)


async def answer(stage: Stage) -> None:
    """An answer with its citations."""
    await stage.ask(ANSWERED)


async def lead(stage: Stage) -> None:
    """A model's lead above the quotations, its source opened."""
    await stage.until(lambda: stage.screen.session.model is not None)
    await stage.ask(DISPUTED)
    await stage.chat.press("1")
    await stage.until(lambda: stage.screen.source_open)


async def source(stage: Stage) -> None:
    """The first source, opened at the cited words."""
    await stage.ask(ANSWERED)
    await stage.chat.press("1")
    await stage.until(lambda: stage.screen.source_open)


async def refusal(stage: Stage) -> None:
    """A question that the sources do not answer."""
    await stage.ask(REFUSED)


async def uncertain(stage: Stage) -> None:
    """A question that the sources may answer, its candidate opened."""
    await stage.ask(UNCERTAIN)
    await stage.chat.press("1")
    await stage.until(lambda: stage.screen.source_open)


async def conflict(stage: Stage) -> None:
    """Two sources that differ."""
    await stage.ask(DISPUTED)


async def light(stage: Stage) -> None:
    """The same in the light theme, with the second source open."""
    stage.chat.app.theme = LIGHT.name
    await stage.ask(DISPUTED)
    await stage.chat.press("2")
    await stage.until(lambda: stage.screen.source_open)


async def indexing(stage: Stage) -> None:
    """New documents, being indexed behind an answer."""
    await stage.ask(ANSWERED)
    for number in range(MANY):
        text = (
            f"# Note {number}\n\nThe {number}th note holds {number * 7} grains of sand, and nothing else of interest.\n"
        )
        (stage.corpus / f"note-{number:04}.md").write_text(text, encoding="utf-8")
    await stage.until(lambda: stage.screen.query_one("#progress").display)


async def help_(stage: Stage) -> None:
    """The keys."""
    await stage.chat.press("f1")
    await stage.chat.pause(0.2)


async def models(stage: Stage) -> None:
    """Who may answer."""
    await stage.chat.press("f4")
    await stage.chat.pause(1)


async def sidebar(stage: Stage) -> None:
    """Documents and conversations."""
    await stage.ask(ANSWERED)
    stage.screen.action_show_documents()
    await stage.chat.pause(0.3)


async def palette(stage: Stage) -> None:
    """All commands."""
    await stage.chat.press("ctrl+p")
    await stage.chat.pause(1)


SCENES: dict[str, Scene] = {
    "empty": empty,
    "answer": answer,
    "source": source,
    "refusal": refusal,
    "uncertain": uncertain,
    "conflict": conflict,
    "indexing": indexing,
    "help": help_,
    "models": models,
    "sidebar": sidebar,
    "palette": palette,
    "light": light,
}
WITH_MODEL: dict[str, Scene] = {"lead": lead}
"""Those for which a chat model is named."""  # fmt: skip


async def draw(scene: Scene, size: tuple[int, int], data_dir: Path, model: Path | None) -> str:
    """One scene as SVG, over a copy of the shipped documents that may be changed."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder  # so that the status line shows no temporary path
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for path in sorted((ROOT / "corpus").glob("*.md")):
            (corpus / path.name).write_bytes(path.read_bytes())
        options = {"corpus": str(corpus), "data_dir": str(data_dir), "mode": "llm" if model else "extractive"}
        options |= {"model": str(model.absolute())} if model else {}
        session = Session(load_settings(options, environ={}), open_model)
        (data_dir / "conversations.sqlite3").unlink(missing_ok=True)
        app = ChatApp(session)
        try:
            async with app.run_test(size=size) as chat:
                stage = Stage(chat, corpus)
                await stage.until(session.in_step.is_set)
                await scene(stage)
                return compact(app.export_screenshot())
        finally:
            session.closing.set()
            app.threads.wait(30)
            session.close()


def size_of(text: str) -> tuple[int, int]:
    """Columns and rows out of "80x24"."""
    width, _, height = text.partition("x")
    return int(width), int(height)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="draw every scene in two sizes into FOLDER")
    parser.add_argument("--model", type=Path, metavar="PATH", help="a chat model file, for the scenes with a lead")
    parser.add_argument(
        "--scene", choices=sorted({**SCENES, **WITH_MODEL}), action="append", help="with --all: only these"
    )
    parser.add_argument("--size", action="append", metavar="WxH", help="with --all: other sizes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        if options.all is None:
            wanted = {
                "docs/chat-start.svg": ("empty", (140, 38)),
                "docs/chat.svg": ("source", (140, 38)),
                "docs/chat-light.svg": ("light", (140, 38)),
            }
            if options.model is not None:
                wanted = {"docs/chat-lead.svg": ("lead", (140, 38))}
            pictures = {ROOT / name: scene for name, scene in wanted.items()}
        else:
            sizes = [size_of(size) for size in options.size or ("80x24", "140x40")]
            pictures = {
                options.all / f"{name}-{size[0]}x{size[1]}.svg": (name, size)
                for name in options.scene or ({**SCENES, **WITH_MODEL} if options.model else SCENES)
                for size in sizes
            }
        for path, (name, size) in pictures.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            scene = {**SCENES, **WITH_MODEL}[name]
            model = options.model if name in WITH_MODEL else None
            path.write_text(asyncio.run(draw(scene, size, Path(data), model)), encoding="utf-8")
            print(path)


if __name__ == "__main__":
    main()
