"""What stderr gets."""

from __future__ import annotations

import io
import sys
import time

import pytest

from askv4.cli.diagnostics import Diagnostics, error_line
from askv4.cli.sync_bar import SyncBar
from askv4.errors import CorpusMissing
from askv4.types import SyncProgress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def terminal_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")


def test_an_error_is_one_line_with_its_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    Diagnostics().error(CorpusMissing("no\nsuch \x1b[2J folder", "make it"))
    assert capsys.readouterr().err == "askv4: no such ␛[2J folder; make it\n"


def test_v_shows_where(capsys: pytest.CaptureFixture[str]) -> None:
    diagnostics = Diagnostics()
    diagnostics.detail("unseen")
    diagnostics.timings({"total": 12.3})
    diagnostics.verbose = True
    try:
        raise CorpusMissing("gone \x1b[2J")
    except CorpusMissing as error:
        diagnostics.error(error)
    diagnostics.timings({"retrieve": 1.6, "total": 12.3})
    err = capsys.readouterr().err
    assert err.startswith("Traceback")
    assert "unseen" not in err
    assert "\x1b" not in err
    assert err.endswith("time: retrieve 2 ms, total 12 ms\n")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "not enough memory"),
        (OSError(28, "No space left on device"), "No space left on device; check the disk"),
        (ValueError("odd"), "unexpected ValueError: odd; run it again with -v"),
        (ValueError(), "unexpected ValueError: ValueError"),
    ],
)
def test_errors_of_others(error: Exception, words: str) -> None:
    assert words in error_line(error)


def test_without_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    Diagnostics().notice("x")
    with Diagnostics().sync_bar() as bar:
        bar(SyncProgress(0, 1, "a", 0))


def wait_for(stream: Terminal, words: str) -> bool:
    end = time.monotonic() + 10
    while words not in stream.getvalue() and time.monotonic() < end:
        time.sleep(0.01)
    return words in stream.getvalue()


def test_a_long_sync_shows_a_bar_and_takes_it_away() -> None:
    stream = Terminal()
    with SyncBar(stream, delay=0) as bar:
        bar(SyncProgress(0, 2, "a[red]\x1b.md", 0))
        assert wait_for(stream, "a[red]␛.md")
        bar(SyncProgress(1, 2, "b.md", 7))
        assert wait_for(stream, "7 passages")
    assert stream.getvalue().rstrip().endswith("\x1b[2K")


def test_a_short_sync_shows_nothing() -> None:
    stream = Terminal()
    with SyncBar(stream, delay=60) as bar:
        bar(SyncProgress(0, 1, "a.md", 0))
        bar(SyncProgress(1, 1, "a.md", 3))
    assert stream.getvalue() == ""


def test_elsewhere_a_long_sync_says_a_line_now_and_then_and_one_at_the_end() -> None:
    lines: list[str] = []
    now = 0.0
    with SyncBar(io.StringIO(), say=lines.append, clock=lambda: now) as bar:
        for second in range(0, 61):
            now = float(second)
            bar(SyncProgress(second, 100, "a.md", 2 * second, "documents", now))
    assert lines == [
        "indexing: 10 of 100 documents, 1 min 30 s left, 1.0 documents/s, 2.0 passages/s",
        "indexing: 40 of 100 documents, 1 min 0 s left, 1.0 documents/s, 2.0 passages/s",
        "the index is up to date",
    ]


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_no_bar_where_no_terminal_is(monkeypatch: pytest.MonkeyPatch, term: str) -> None:
    stream = Terminal() if term == "dumb" else io.StringIO()
    monkeypatch.setenv("TERM", term)
    with SyncBar(stream, delay=0) as bar:
        bar(SyncProgress(0, 1, "a.md", 0))
        time.sleep(0.05)
    assert stream.getvalue() == ""


def test_the_bar_uses_the_terminal_s_own_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for color in (True, False):
        stream = Terminal()
        with SyncBar(stream, color=color, delay=0) as bar:
            bar(SyncProgress(1, 2, "a.md", 3))
            assert wait_for(stream, "a.md")
        assert ("\x1b[36m" in stream.getvalue()) is color
        assert "38;2;" not in stream.getvalue()
        assert "38;5;" not in stream.getvalue()
