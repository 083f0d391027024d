"""The chat as people meet it: the program on a terminal that tmux gives it, driven by keys, read from the screen."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.functional.conftest import Program, user_environment
from tests.functional.tui_kit import CITED, fill

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


AMBER = "48;5;179"
"""The background of cited words in the palette of 256 colours."""


class Terminal:
    """A terminal of its own, in which the chat runs."""

    def __init__(
        self, server: Path, program: Program, *options: str, size: tuple[int, int] = (100, 30), **environ_too: str
    ) -> None:
        self._tmux = ["tmux", "-S", str(server), "-f", "/dev/null"]
        # Nothing says that the terminal has more than 256 colours.
        environ = {**user_environment(program.cwd.parent / "user"), "TERM": "xterm-256color", "COLORTERM": ""}
        command = [sys.executable, "-m", "askv4", *options]
        width, height = (str(cells) for cells in size)
        start = ["new-session", "-d", "-s", "chat", "-x", width, "-y", height, "-c", str(program.cwd)]
        variables = [f"-e{name}={environ[name]}" for name in ("HOME", "PYTHONPATH", "COLORTERM")]
        variables += [f"-e{name}={value}" for name, value in environ_too.items()]
        subprocess.run([*self._tmux, *start, *variables, *command], env=environ, check=True, timeout=30)

    def keys(self, *keys: str) -> None:
        """Press keys; what is no name of a key is typed."""
        subprocess.run([*self._tmux, "send-keys", "-t", "chat", *keys], check=True, timeout=30)

    def screen(self, *, styled: bool = False) -> str:
        """What stands on the screen; empty when the chat has ended."""
        options = ["-e"] if styled else []
        done = subprocess.run(
            [*self._tmux, "capture-pane", "-t", "chat", "-p", *options],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return done.stdout

    def until(self, happened: Callable[[str], object]) -> str:
        """Wait for something to be on the screen, and return the screen."""
        end = time.monotonic() + 90
        while not happened(screen := self.screen()):
            assert time.monotonic() < end, screen
            time.sleep(0.1)
        return screen

    def end(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, timeout=30, check=False)


@pytest.fixture
def program(fresh_program: Callable[..., Program]) -> Program:
    return fresh_program()


@pytest.fixture
def open_chat(tmp_path: Path, program: Program, data_dir: Path) -> Iterator[Callable[..., Terminal]]:
    corpus = fill(tmp_path / "corpus")
    opened: list[Terminal] = []

    def start(*options: str, size: tuple[int, int] = (100, 30), **environ: str) -> Terminal:
        chosen = ["--corpus", str(corpus), "--data-dir", str(data_dir), "--mode", "extractive", *options]
        # The path of a socket may have some hundred bytes only; that of a test's folder is longer on some systems.
        opened.append(Terminal(Path(f"/tmp/askv4-{tmp_path.name[-20:]}"), program, *chosen, size=size, **environ))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.end()


def plain(text: str) -> str:
    return " ".join(re.sub("[▏▌│]", " ", text).split())


def styles_of(styled: str, word: str) -> list[str]:
    """The SGR codes in force at each place where `word` begins."""
    styles, current = [], ""
    for match in re.finditer(r"\x1b\[([\d;]*)m|" + re.escape(word), styled):
        if match[0] == word:
            styles.append(current)
        else:
            current = "" if match[1] in ("", "0") else f"{current};{match[1]}"
    return styles


def test_ask_open_the_first_source_and_quit(open_chat: Callable[..., Terminal]) -> None:
    terminal = open_chat()
    terminal.until(lambda screen: "3 documents" in screen)
    terminal.keys(CITED, "Enter")
    answer = terminal.until(lambda screen: "[1] harbour.md:11" in screen)
    assert "opens on 3 April" in plain(answer)

    terminal.keys("1")
    terminal.until(lambda screen: "1 of " in screen and "## Fees" in screen)
    time.sleep(0.3)
    styled = terminal.screen(styled=True)
    # In the source the quoted words stand out, black on amber and bold (the date that answers is underlined as well); what
    # is around them does not.
    for words in ("The harbour of Vellmar opens", "3 April"):
        assert any(AMBER in style and re.search(r"(^|;)1(;|$)", style) for style in styles_of(styled, words)), styled
    for words in ("## Opening", "## Fees", "A berth in the harbour"):
        assert styles_of(styled, words), styled
        assert not any(AMBER in style for style in styles_of(styled, words)), styled

    terminal.keys("C-q")
    terminal.until(lambda screen: not screen.strip())


def test_without_colours_the_quoted_words_stand_out_too(open_chat: Callable[..., Terminal]) -> None:
    terminal = open_chat("--no-color", size=(80, 24))
    terminal.until(lambda screen: "Ask your documents" in screen)
    terminal.keys(CITED, "Enter")
    terminal.until(lambda screen: "[1] harbour.md:11" in screen)
    terminal.keys("1")
    terminal.until(lambda screen: "## Fees" in screen)
    time.sleep(0.3)
    quoted = styles_of(terminal.screen(styled=True), "The harbour of Vellmar opens")
    assert any(re.search(r"(^|;)[147](;|$)", style) for style in quoted)
    terminal.keys("C-q")


def test_a_quotation_is_opened_at_its_line_in_the_editor(open_chat: Callable[..., Terminal], tmp_path: Path) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text("import sys\nprint('EDITING', sys.argv[1:])\ninput()\n")
    terminal = open_chat(EDITOR=f"{sys.executable} {editor}", VISUAL="")
    terminal.until(lambda screen: "3 documents" in screen)
    terminal.keys(CITED, "Enter")
    terminal.until(lambda screen: "[1] harbour.md:11" in screen)
    terminal.keys("1")
    terminal.until(lambda screen: "1 of " in screen and "## Fees" in screen)
    terminal.keys("o")
    opened = terminal.until(lambda screen: "EDITING" in screen)
    assert f"['+11', '{tmp_path / 'corpus' / 'harbour.md'}']" in "".join(opened.split("\n"))
    terminal.keys("Enter")
    # The chat comes back as it was.
    terminal.until(lambda screen: "[1] harbour.md:11" in screen and "EDITING" not in screen)
    terminal.keys("C-q")
