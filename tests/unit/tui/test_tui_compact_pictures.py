"""Pictures of the terminal are small, the same everywhere, and say what the screen says."""

from __future__ import annotations

import io

from rich.console import Console
from rich.text import Text

from scripts.tools.pictures import compact, rows


def drawn(*lines: Text) -> str:
    console = Console(record=True, width=40, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for line in lines:
        console.print(line)
    return console.export_svg(title="askv4")


def test_a_picture_is_small_loads_nothing_and_keeps_the_words() -> None:
    lines = [
        Text("plain, then a  gap").append("  and <more>", "bold red"),
        Text("wide 漢字 & amber", "on #e0af68"),
        Text("  set in", "on #e0af68"),
    ]
    svg = drawn(*lines)
    small = compact(svg)
    assert len(small) < len(svg) / 2
    assert "url(http" not in small
    assert "@font-face" not in small
    assert rows(small) == ["plain, then a  gap  and <more>", "wide 漢字 & amber", "  set in"]


def test_the_same_screen_is_the_same_picture_and_another_colour_is_another() -> None:
    line = Text("words", "on #e0af68")
    assert compact(drawn(line)) == compact(drawn(line))
    assert compact(drawn(line)) != compact(drawn(Text("words", "on #e0af69")))


def test_backgrounds_of_one_colour_are_one_rectangle() -> None:
    block = [Text("aa", "on #e0af68").append("bb", "bold on #e0af68") for _ in range(3)]
    small = compact(drawn(*block))
    assert small.count('fill="#e0af68"') == 1
