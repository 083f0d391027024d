"""The small parts of the chat: status line, ages, viewers, errors as lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from askv4.errors import Askv4Error, CorpusEmpty
from askv4.tui.editors import Editor, named_editor
from askv4.tui.opener import open_command, open_file
from askv4.tui.panes.conversations import age
from askv4.tui.panes.status import Status, status_content
from askv4.tui.panes.turn import place_of, source_line
from askv4.tui.screens.models import no_model
from askv4.tui.workers import error_line
from askv4.types import Citation

FULL = Status(Path("/c/papers"), 12, 2, "qwen3-4b", None, 41.7, None)


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
def test_the_status_line_fits_and_ends_with_offline(width: int) -> None:
    line = status_content(FULL, width).plain
    assert cell_len(line) <= width
    assert line.endswith("● offline")
    assert line.startswith("askv4")


def test_the_status_line_says_all_when_there_is_room() -> None:
    line = status_content(FULL, 120).plain
    for part in ("/c/papers", "12 documents", "qwen3-4b", "2 not read", "42 tokens/s"):
        assert part in line
    assert "quotations" in status_content(Status(Path("/c"), 1), 80).plain
    assert "1 document " in status_content(Status(Path("/c"), 1), 80).plain
    assert "in letters/2024" in status_content(Status(Path("/c"), within="letters/2024"), 80).plain
    assert "papers: /c" in status_content(Status(Path("/c"), workspace="papers"), 80).plain
    assert "● online: http://10.0.0.2" in status_content(Status(Path("/c"), remote="http://10.0.0.2"), 80).plain


@pytest.mark.parametrize(
    ("before", "said"),
    [(5, "now"), (600, "10 min ago"), (7200, "2 h ago"), (3 * 86400, "3 days ago"), (40 * 86400, "23 Nov 2025")],
)
def test_ages(before: float, said: str) -> None:
    now = datetime(2026, 1, 2, 12, tzinfo=UTC)
    assert age(now - timedelta(seconds=before), now) == said


def test_a_viewer_is_told_the_page() -> None:
    desktop = {"DISPLAY": ":0"}
    path = Path("/c/report.pdf")

    def has(*names: str):  # type: ignore[no-untyped-def]
        return lambda name: f"/usr/bin/{name}" if name in names else None

    assert open_command(path, 7, platform="linux", environ=desktop, which=has("evince", "xdg-open")) == [
        "evince", "--page-index=7", "/c/report.pdf",
    ]  # fmt: skip
    assert open_command(path, 7, platform="linux", environ=desktop, which=has("mupdf")) == [
        "mupdf",
        "/c/report.pdf",
        "7",
    ]
    assert open_command(path, None, platform="linux", environ=desktop, which=has("xdg-open")) == ["xdg-open", str(path)]
    assert open_command(path, 7, platform="win32", which=has("SumatraPDF"))[:3] == ["SumatraPDF", "-page", "7"]
    assert open_command(path, 7, platform="win32", which=has()) == ["explorer", "/c/report.pdf"]
    assert open_command(path, 7, platform="darwin", environ={}, which=has()) == ["open", "/c/report.pdf"]
    with pytest.raises(Askv4Error, match="no desktop"):
        open_command(path, 7, platform="linux", environ={}, which=has("xdg-open"))
    with pytest.raises(Askv4Error, match="xdg-open"):
        open_command(path, 7, platform="linux", environ=desktop, which=has())


@pytest.mark.parametrize(
    ("named", "command", "windowed"),
    [
        ("vim", ["vim", "+7", "/c/a b.md"], False),
        ("nano -l", ["nano", "-l", "+7", "/c/a b.md"], False),
        ("/usr/bin/hx", ["/usr/bin/hx", "/c/a b.md:7"], False),
        ("code --wait", ["code", "--wait", "--goto", "/c/a b.md:7"], True),
        ("subl", ["subl", "/c/a b.md:7"], True),
        ("kate", ["kate", "--line", "7", "/c/a b.md"], True),
        ("unheard-of", ["unheard-of", "+7", "/c/a b.md"], False),
    ],
)
def test_an_editor_is_told_the_line(named: str, command: list[str], windowed: bool) -> None:
    assert named_editor(Path("/c/a b.md"), 7, {"EDITOR": named}) == Editor(command, windowed)


def test_visual_comes_before_editor_and_none_is_none() -> None:
    path = Path("/c/a.md")
    assert named_editor(path, None, {"VISUAL": "vi", "EDITOR": "nano"}) == Editor(["vi", "/c/a.md"], False)
    assert named_editor(path, 1, {"VISUAL": "", "EDITOR": " "}) is None
    with pytest.raises(Askv4Error, match="no command"):
        named_editor(path, 1, {"EDITOR": 'vim "'})


def test_a_file_that_is_gone_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(Askv4Error, match="does not exist any more"):
        open_file(tmp_path / "gone.pdf", 1)


def test_places_and_lines_of_citations() -> None:
    citation = Citation(2, "a\nb.pdf", "The\x1b title", "report", 0, 5, None, 4, None, "w " * 300)
    assert place_of(citation) == "a␊b.pdf, page 4"
    line = source_line(citation, "changed since this answer", excerpt=True).plain
    assert line.startswith("[2] a␊b.pdf, page 4 · changed since this answer · report · The␛ title\n")
    assert line.endswith("w …")


def test_every_error_becomes_a_line_with_a_remedy() -> None:
    assert error_line(CorpusEmpty("nothing")) == "nothing; copy documents into the folder and ask again"
    assert "; check the disk" in error_line(FileNotFoundError(2, "No such file", "/x"))
    assert "memory" in error_line(MemoryError())
    assert "unexpected ValueError: odd" in error_line(ValueError("odd"))


def test_without_a_model_the_dialogue_names_the_one_for_this_machine() -> None:
    assert "`askv4 models pull` fetches qwen2.5-coder-1.5b-instruct (1.1 GB)" in no_model(8 * 10**9)
    assert "`askv4 models pull` fetches qwen2.5-coder-0.5b-instruct (491 MB)" in no_model(10**9)
