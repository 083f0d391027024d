"""What stdout gets: JSON that any reader takes, lines without colour where there is no terminal."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from askv4.cli.output import Output, OutputClosed, to_json
from askv4.cli.render import name_link
from askv4.cli.terminal import UNLIMITED, shows_color, text_width


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding)

    def isatty(self) -> bool:
        return True

    def shown(self) -> bytes:
        self.flush()
        return self.buffer.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@given(st.text(st.characters(codec=None)))
def test_json_comes_back_and_is_one_line_for_every_reader(text: str) -> None:
    written = to_json({"text": text})
    assert len(written.splitlines()) == 1
    written.encode("utf-8")
    paired = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert json.loads(written)["text"] in (text, paired)


def test_json_keeps_readable_letters_and_escapes_what_acts() -> None:
    assert to_json({"a": "ö 中 🚀"}) == '{"a": "ö 中 🚀"}'
    assert to_json({"a": "\U000e0041"}) == '{"a": "\\udb40\\udc41"}'
    assert json.loads(to_json({"a": "\U000e0041"})) == {"a": "\U000e0041"}
    assert to_json({"a": "\x1b[0m\x9b\u202e\u2028"}) == '{"a": "\\u001b[0m\\u009b\\u202e\\u2028"}'


def test_json_on_a_terminal_is_indented_but_rows_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    Output().json({"a": 1})
    Output().json({"a": 1}, row=True)
    assert terminal.shown() == b'{\n  "a": 1\n}\n{"a": 1}\n'


@pytest.mark.parametrize(
    ("variable", "value", "wanted"),
    [("", "", True), ("NO_COLOR", "1", False), ("TERM", "dumb", False), ("NO_COLOR", "", True)],
)
def test_colours(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, wanted: bool) -> None:
    if variable:
        monkeypatch.setenv(variable, value)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    Output().text([Text("[bold]x[/bold] :rocket:", style="bold cyan")])
    shown = terminal.shown().decode()
    assert ("\x1b[1;36m" in shown) is wanted
    assert ("\x1b" in shown) is wanted
    assert "[bold]x[/bold] :rocket:" in shown
    Output(color=False).text([Text("y", style="bold")])
    assert terminal.shown().decode().endswith("y\n")


@pytest.mark.parametrize(
    ("variable", "value", "wanted"),
    [("", "", True), ("NO_COLOR", "1", False), ("TERM", "dumb", False), ("TERM", "linux", False)],
)
def test_paths_are_links_where_terminals_have_them(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, wanted: bool, tmp_path: Path
) -> None:
    if variable:
        monkeypatch.setenv(variable, value)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    Output().text([name_link(tmp_path, "tea.md")])
    shown = terminal.shown().decode()
    assert ((tmp_path / "tea.md").as_uri() in shown) is wanted
    assert ("\x1b]8;" in shown) is wanted
    assert "tea.md" in shown
    Output(color=False).text([name_link(tmp_path, "bread.md")])
    assert terminal.shown().decode().endswith("bread.md\n")


def test_a_pipe_has_no_links(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    Output().text([name_link(tmp_path, "tea.md")])
    assert capsys.readouterr().out == "tea.md\n"


def test_no_colours_in_a_pipe(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    Output().text([Text("x", style="bold cyan")])
    assert capsys.readouterr().out == "x\n"
    assert not shows_color(sys.stdout)


def test_a_terminal_that_cannot_show_a_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal("ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    Output(color=False).text([Text("“ö”")])
    assert terminal.shown() == b"???\n"


def test_a_pipe_is_utf_8_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", pipe)
    Output().text([Text("“ö”")])
    assert pipe.buffer.getvalue().decode("utf-8") == "“ö”\n"  # type: ignore[attr-defined]


def test_widths(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    assert text_width(pipe) == UNLIMITED, "another program gets whole lines"
    for columns, width in (("40", 40), ("3", 20), ("500", 100)):
        monkeypatch.setenv("COLUMNS", columns)
        assert text_width(pipe) == text_width(Terminal()) == width
    monkeypatch.setenv("COLUMNS", "wide")
    assert text_width(pipe) == UNLIMITED


def test_a_reader_that_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, _data: object) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(Closed())))
    with pytest.raises(OutputClosed):
        Output().json({"a": 1})
    with pytest.raises(OutputClosed):
        Output().text([Text("x")])
    monkeypatch.undo()


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    stream = io.TextIOWrapper(full.open("wb", buffering=0), write_through=True)
    monkeypatch.setattr(sys, "stdout", stream)
    with pytest.raises(OSError, match="No space left"):
        Output().plain("x")


def test_no_stdout_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    Output().text([Text("x")])
    Output().json({"a": 1})
    assert Output().width == UNLIMITED
