"""The manners of the terminal chat: sizes, keys, help, palette, errors, and a model that can be stopped."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.command import CommandPalette

from askv4.cli.chat import open_model
from askv4.cli.config_file import change
from askv4.config import load_settings
from askv4.tui.app import COMMANDS, ChatApp
from askv4.tui.panes.keys import KeysLine
from askv4.tui.screens.chat import ChatScreen
from askv4.tui.screens.help import KEYS, HelpScreen
from askv4.tui.screens.models import ModelScreen
from askv4.tui.session import Session
from tests.functional import tui_kit
from tests.functional.tui_kit import CITED, DISPUTED, ask, chat_app, flat, ready, until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")
    pytest.importorskip("gguf")
    from scripts.tools.make_tiny_gguf import write_tiny_gguf

    return write_tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf")


corpus = tui_kit.corpus


async def test_any_size_shows_what_has_the_focus(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(80, 24)) as chat:
        screen = await ready(chat)
        await ask(chat, CITED)
        await chat.press("1")
        await until(chat, lambda: screen.source_open)
        assert not screen.conversation.region
        for size in ((200, 60), (20, 5), (1, 1), (80, 24)):
            await chat.resize_terminal(*size)
            await chat.pause(0.05)
        assert "opens on 3 April" in flat(screen.source)
        await chat.resize_terminal(140, 40)
        await chat.pause(0.05)
        assert screen.conversation.region
        assert screen.documents_pane.region
        await chat.resize_terminal(80, 24)
        await chat.press("escape")
        await chat.pause(0.05)
        assert "opens on 3 April" in flat(screen.conversation)
        await chat.press("f2")
        await chat.pause(0.05)
        assert "harbour.md" in flat(screen.documents_pane)
        assert not screen.conversation.region


async def test_help_palette_and_footer_show_the_keys(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 50)) as chat:
        await ready(chat)
        assert "F1 Help" in flat(app.screen)
        await chat.press("question_mark")
        await until(chat, lambda: isinstance(app.screen, HelpScreen))
        assert "open a source" in flat(app.screen)
        await chat.press("escape")
        await chat.press("ctrl+p")
        await until(chat, lambda: isinstance(app.screen, CommandPalette))
        await chat.press(*"quotation")
        await until(chat, lambda: "Copy the quotation" in flat(app.screen))
        assert "The cited words · y" in flat(app.screen)


async def test_the_footer_shows_whole_keys_that_mean_something(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(80, 24)) as chat:
        screen = await ready(chat)
        keys = screen.query_one(KeysLine)
        assert "Next" not in flat(keys)
        await ask(chat, DISPUTED)
        for width in (140, 80, 60, 40):
            await chat.resize_terminal(width, 24)
            await chat.pause(0.1)
            words = flat(keys)
            assert "⏎ Ask F1 Help" in words
            assert not words.endswith(("palett", "palet")), words
        await chat.resize_terminal(80, 24)
        await chat.press("1")
        await until(chat, lambda: "n Next p Previous o Open file y Copy quote c Copy answer" in flat(keys))
        await chat.press("f2")
        await until(chat, lambda: "⏎ Read Del Remove a Add" in flat(keys))
        assert "Next" not in flat(keys)
        await chat.click(keys, offset=(flat(keys).index("F1 Help") + 4, 0))
        await until(chat, lambda: isinstance(app.screen, HelpScreen))


def test_every_key_is_in_the_help_and_every_action_in_the_palette() -> None:
    told = " ".join(f" {keys} " for _, entries in KEYS for keys, _ in entries).lower()
    symbols = {
        "question_mark": "?",
        "left_square_bracket": "[",
        "right_square_bracket": "]",
        "escape": "esc",
        "slash": "/",
    }
    offered = {action for _, _, action in COMMANDS}
    for binding in ChatScreen.BINDINGS:
        assert isinstance(binding, Binding)
        action = binding.action.removeprefix("app.").split("(")[0]
        keys = [symbols.get(key, key) for key in binding.key.split(",")]
        if action in ("open_citation", "focus_prompt"):
            continue
        assert any(key.lower() in told for key in keys), binding
        # Textual itself offers to quit.
        if action not in ("escape", "other_turn", "quit"):
            assert action in offered, binding


async def test_trouble_is_a_line_with_a_remedy(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus / "nowhere", data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        assert "does not exist" in flat(screen.activity)
        assert "name another with --corpus" in flat(screen.activity)
        screen.prompt.fill(CITED)
        await chat.press("enter")
        await until(chat, lambda: screen.conversation.turns and screen.conversation.turns[0].query(".failure"))
        assert "does not exist" in flat(screen.conversation)
        assert app.is_running


async def test_an_empty_corpus_says_what_to_do(corpus: Path, data_dir: Path) -> None:
    for path in corpus.iterdir():
        path.unlink()
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        assert "There are no documents yet" in flat(screen.conversation)
        screen.prompt.fill(CITED)
        await chat.press("enter")
        await until(chat, lambda: screen.conversation.turns and screen.conversation.turns[0].query(".failure"))
        assert "holds no documents; copy some into the folder" in flat(screen.conversation)


async def test_damaged_conversations_are_set_aside_and_cost_a_line(corpus: Path, data_dir: Path) -> None:
    (data_dir / "conversations.sqlite3").write_bytes(b"not a database at all" * 300)
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        turn = await ask(chat, CITED)
        assert "opens on 3 April" in flat(turn)
        assert "they are set aside as" in flat(screen.activity)
    assert (data_dir / "conversations.damaged.sqlite3").read_bytes().startswith(b"not a database")


async def test_a_model_is_chosen_from_inside(corpus: Path, data_dir: Path, tiny_model: Path) -> None:
    app = chat_app(corpus, data_dir, "llm", tiny_model)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        await until(chat, lambda: app.session.model is not None)
        await until(chat, lambda: "tiny" in flat(screen.status_line))
        await chat.press("f4")
        await until(chat, lambda: isinstance(app.screen, ModelScreen) and "tiny" in flat(app.screen))
        await chat.press("home", "enter")
        await until(chat, lambda: app.session.model is None and "quotations" in flat(screen.status_line))
        turn = await ask(chat, CITED)
        assert turn.answer is not None
        assert turn.answer.mode == "extractive"


async def test_light_and_dark_and_no_colour(corpus: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        await ready(chat)
        turn = await ask(chat, CITED)
        for theme in ("askv4-light", "ansi-dark", "askv4-dark"):
            assert theme in app.available_themes
            app.theme = theme
            await chat.pause()
        assert "opens on 3 April" in flat(turn)


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light", "askv4-dark", "askv4-light"])
async def test_markers_can_be_read_in_every_theme(corpus: Path, data_dir: Path, theme: str) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(120, 40)) as chat:
        screen = await ready(chat)
        app.theme = theme
        turn = await ask(chat, CITED)
        await chat.pause(0.1)
        strips = screen._compositor.render_strips()
        written = [piece for strip in strips for piece in strip if "[1]" in piece.text and piece.style]
        assert len(written) >= 2, flat(turn)
        for piece in written:
            assert piece.style is not None
            assert piece.style.color != piece.style.bgcolor


async def test_the_theme_is_remembered(corpus: Path, data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# mine\n")

    def begin(keep: Callable[[str | None], object] | None = None) -> ChatApp:
        settings = load_settings(
            {"corpus": str(corpus), "data_dir": str(data_dir), "mode": "extractive"},
            environ={"ASKV4_CONFIG": str(file)},
        )
        return ChatApp(Session(settings, open_model), keep)

    app = begin(partial(change, file, "theme"))
    async with app.run_test() as chat:
        await ready(chat)
        assert file.read_text() == "# mine\n"
        app.theme = "nord"
        await until(chat, lambda: file.read_text() == '# mine\ntheme = "nord"\n')
    again = begin(partial(change, file, "theme"))
    async with again.run_test() as chat:
        await ready(chat)
        assert again.theme == "nord"
        again.theme = "askv4-dark"
        await until(chat, lambda: file.read_text() == "# mine\n")
    file.write_text('theme = "nrod"\n')
    wrong = begin(partial(change, file, "theme"))
    async with wrong.run_test() as chat:
        screen = await ready(chat)
        await until(chat, lambda: "there is no theme nrod" in flat(screen.activity))
    assert file.read_text() == 'theme = "nrod"\n'
    for one in (app, again, wrong):
        assert one.threads.wait(60)
        one.session.close()


async def test_what_is_there_to_stay_is_not_looked_at_by_the_garbage_collector(corpus: Path, data_dir: Path) -> None:
    app = chat_app(corpus, data_dir)
    async with app.run_test(size=(100, 30)) as chat:
        screen = await ready(chat)
        await ask(chat, CITED)
        await until(chat, lambda: gc.get_freeze_count() > 100_000)
        # A full collection in the middle of an answer: it has little to look at.
        assert len(gc.get_objects()) < 20_000
        gone = weakref.ref(screen.conversation.turns[0])
        for _ in range(2):  # Textual remembers the last that was removed
            await screen.action_new_conversation()
            await ask(chat, CITED)
        await screen.action_new_conversation()
        await until(chat, lambda: gone() is None)
        assert gc.get_freeze_count() > 100_000
    assert gc.get_freeze_count() == 0


def test_what_a_key_waits_for_is_measured(data_dir: Path, tiny_model: Path) -> None:
    """No figure is asserted, which would be one of this machine; but each stretch must have been met, and keys pressed."""
    assert tiny_model.exists()
    command = [sys.executable, "-m", "scripts.bench.chat_latency"]
    arguments = ["--documents", "40", "--questions", "1", "--seconds", "1", "--data-dir", str(data_dir), "--json"]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    figures = json.loads(done.stdout)
    assert [one["during"] for one in figures["keys"]] == ["rest", "writing", "indexing"]
    for one in figures["keys"]:
        assert one["keys"] >= 1
        assert 0 < one["key_median"] <= one["key_worst"]
    assert 0 < figures["waits"]["start_drawn"] < figures["waits"]["start_typed"]
    assert 0 < figures["waits"]["found"] <= figures["waits"]["found_worst"]
