"""What the stream at hand can show."""

from __future__ import annotations

import os
import shutil
from typing import TextIO

WIDEST = 100
"""Longer lines are hard to read, however wide the window is."""

UNLIMITED = 1_000_000


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person sees the stream on a terminal that can move its cursor."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def shows_color(stream: TextIO | None) -> bool:
    """Whether colours may be used: a terminal, and nobody said no (https://no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def shows_links(stream: TextIO | None) -> bool:
    """Whether text may be a link (OSC 8): where colours are shown, but on a console that would write out what it does not know."""
    return shows_color(stream) and not os.environ.get("TERM", "").startswith(("linux", "vt", "cons", "sun"))


def text_width(stream: TextIO | None) -> int:
    """Columns to wrap text to: the terminal's, or COLUMNS where it is set; text for another program is not wrapped."""
    if os.environ.get("COLUMNS", "").isdecimal() or (stream is not None and stream.isatty()):
        return max(20, min(shutil.get_terminal_size().columns, WIDEST))
    return UNLIMITED
