"""While a model writes: the quotations below the seconds, never more than the screen holds, and gone in the end."""

from __future__ import annotations

import io
import os
import re
import signal
import sys
import time
from collections.abc import Iterator

import pytest
from rich.console import Console
from rich.text import Text

from askv4.cli.output import Output
from askv4.cli.waiting_render import Waiting


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def terminal_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")


def lines(count: int) -> Iterator[Text]:
    return (Text(f"line {n} of {count}") for n in range(1, count + 1))


def waiting(stream: Terminal, height: int = 10, seconds: Iterator[float] | None = None) -> Waiting:
    console = Console(file=stream, width=60, height=height, force_terminal=True, color_system=None)
    return Waiting(console, clock=(lambda: next(seconds)) if seconds else time.monotonic)


def visible(stream: Terminal) -> list[str]:
    return [line for line in re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", stream.getvalue()).splitlines() if line]


def test_the_quotations_stand_below_the_seconds_and_are_gone_in_the_end() -> None:
    stream = Terminal()
    with waiting(stream, seconds=iter([0.0, 10.0, *[13.2] * 99])) as shown:
        assert stream.getvalue() == ""
        shown.show(lambda _width: lines(2))
        assert visible(stream) == [
            "writing the answer … 3 s, Ctrl-C keeps the quotations", "line 1 of 2", "line 2 of 2",
        ]  # fmt: skip
    # Every row that was drawn is erased.
    assert stream.getvalue().count("\x1b[2K") >= 4
    assert stream.getvalue().rstrip().endswith("\x1b[2K")


@pytest.mark.parametrize(("height", "count", "cut"), [(10, 7, 0), (10, 8, 2), (10, 300, 294), (3, 5, 5)])
def test_no_more_is_drawn_than_the_screen_holds(height: int, count: int, cut: int) -> None:
    stream = Terminal()
    with waiting(stream, height, iter([0.0] * 99)) as shown:
        shown.show(lambda _width: lines(count))
        drawn = visible(stream)
        assert stream.getvalue().count("\n") < height
    assert drawn[-1] == (f"… {cut} more lines" if cut else f"line {count} of {count}")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to oneself")
def test_ctrl_c_asks_to_stop_and_the_second_one_interrupts() -> None:
    before = signal.getsignal(signal.SIGINT)
    with waiting(Terminal()) as shown:
        shown.show(lambda _width: lines(1))
        signal.raise_signal(signal.SIGINT)
        assert shown.stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_there_is_none_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert Output().waiting() is None
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert Output().waiting() is not None
    monkeypatch.setenv("TERM", "dumb")
    assert Output().waiting() is None
