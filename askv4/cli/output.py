"""The one place that writes stdout: what was asked for, for people or, with --json, for programs."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from askv4.cli.terminal import is_terminal, shows_color, shows_links, text_width

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from askv4.cli.waiting_render import Waiting

# What JSON allows unescaped but a terminal obeys (control codes), a reader is misled by (directions) or does not see (copies of
# ASCII as tags), or a program that reads line by line takes for the end of a line (NEL, U+2028, U+2029).
_ESCAPED_IN_JSON = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")


class OutputClosed(Exception):
    """Whoever read stdout has stopped reading, as `head` does."""


class Output:
    """Stdout of one run. `color` says whether colours are wanted where the terminal has them."""

    def __init__(self, *, color: bool = True) -> None:
        self.color = color

    def text(self, lines: Iterable[Text]) -> None:
        """Lines that are styled and wrapped already."""
        if sys.stdout is None:
            return
        with _writing():
            console = self._console()
            linked = shows_links(sys.stdout)
            for line in lines:
                console.print(line if linked else _without_links(line), soft_wrap=True)

    def waiting(self) -> Waiting | None:
        """What shows the quotations of an answer until it is complete; None where stdout is no terminal."""
        if not is_terminal(sys.stdout):
            return None
        from askv4.cli.waiting_render import Waiting  # rich, which JSON has no use for

        return Waiting(self._console())

    def _console(self) -> Console:
        from rich.console import Console

        class ToStdout(Console):
            def on_broken_pipe(self) -> None:
                # rich would end the process with status 1, which here means "the sources do not answer".
                raise BrokenPipeError(errno.EPIPE, "the reader has gone")

        _make_readable()
        color = self.color and shows_color(sys.stdout)
        return ToStdout(
            file=sys.stdout,
            width=text_width(sys.stdout) if os.environ.get("COLUMNS", "").isdecimal() else None,  # rich would take a 0
            force_terminal=is_terminal(sys.stdout),
            color_system="standard" if color else None,
            no_color=not color,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def json(self, value: Mapping[str, Any], *, row: bool = False) -> None:
        """One JSON object: in one line when it is a `row` of several or for a program, indented on a terminal."""
        indent = 2 if not row and is_terminal(sys.stdout) else None
        self.raw(to_json(value, indent=indent).encode("utf-8") + b"\n")

    def plain(self, text: str) -> None:
        """Text with a line break after it."""
        self.raw(f"{text}\n".encode("utf-8", "replace"))

    def raw(self, data: bytes) -> None:
        """Bytes as they are."""
        with _writing():
            if sys.stdout is not None:
                sys.stdout.flush()
                sys.stdout.buffer.write(data)

    @property
    def width(self) -> int:
        """Columns to wrap to."""
        return text_width(sys.stdout)


def _without_links(line: Text) -> Text:
    from rich.style import Style

    for position, span in enumerate(line.spans):
        if isinstance(span.style, Style) and span.style.link:
            line.spans[position] = span._replace(style=span.style.update_link(None))
    return line


def to_json(value: Mapping[str, Any], *, indent: int | None = None) -> str:
    """JSON that any line reader and any terminal can take: what is odd in the text is escaped, so nothing is lost.

    A lone surrogate (a file name that is not UTF-8) becomes its own JSON escape, and comes back when it is read.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    text = _ESCAPED_IN_JSON.sub(lambda match: json.dumps(match.group())[1:-1], text)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def abandon_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush does not complain about a closed pipe."""
    if sys.stdout is not None:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (OSError, ValueError):
            # Not a real file, as in a test: then there is no last flush to fear.
            return


@contextmanager
def _writing() -> Iterator[None]:
    """Sends off what was written, and tells a reader that has gone from other trouble."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        # Windows says EINVAL for a closed pipe.
        if error.errno == errno.EPIPE or (os.name == "nt" and error.errno == errno.EINVAL):
            raise OutputClosed from error
        raise


def _make_readable() -> None:
    """UTF-8 for programs; on a terminal its own encoding, with a replacement for what it cannot show."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="replace")
