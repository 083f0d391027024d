"""Files of settings (YAML, TOML, INI, properties): the extracted text is the decoded file itself, every setting a line of its own.

What it is a setting of stands above it: sections in brackets, and keys with nothing behind them over lines that are indented, are
headings. A comment keeps its mark: a setting that is switched off does not read like one that holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from askv4.text.loaders.decoding import decode
from askv4.text.loaders.lines import Line, read_lines
from askv4.types import Block, ParsedText

_SECTION = re.compile(r"\[{1,2}\s*([^\[\]]+?)\s*\]{1,2}(?=\s*(?:[#;].*)?$)")
_KEY = re.compile(
    r"(?:-\s+)*(?P<key>[^\s#;:{\[][^:{\[]{0,80}?)\s*(?::\s*(?P<text>[|>][+-]?\d?)?|[:=]?\s*[{\[(])(?=\s*(?:[#;].*)?$)"
)
"""A key with nothing, the sign of a text of several lines, or an opening bracket behind it."""


def parse(data: bytes, name: str) -> ParsedText:
    """The text and blocks of the file. Raises DocumentUnreadable when it is no text."""
    decoded = decode(data, name)
    lines = [line for line in read_lines(decoded.text) if any(map(str.isalnum, line.text))]
    blocks = tuple(_blocks(lines))
    return ParsedText(text=decoded.text, blocks=blocks, encoding=decoded.encoding, notes=decoded.notes)


def _blocks(lines: Sequence[Line]) -> Iterator[Block]:
    columns: list[int] = []
    """Of the keys above a line, outermost first."""
    base = deepest = place = 0
    """Levels of the section, and of the last heading."""
    while place < len(lines):
        line = lines[place]
        place += 1
        while columns and not _is_below(line, columns[-1]):
            columns.pop()
        if section := _SECTION.match(line.text):
            columns, base, deepest = [], 1, 1
            yield Block(line.start + section.start(1), line.start + section.end(1), "heading", 1)
            continue
        level = base + len(columns)
        key = _KEY.match(line.text)
        column = line.indent + key.start("key") if key else 0
        if key is None or place == len(lines) or not _is_below(lines[place], column):
            if level < deepest:  # an empty heading ends those of what stood further to the right
                yield Block(line.start, line.start, "heading", level + 1)
            deepest = level
            yield Block(line.start, line.end, "list")
            continue
        deepest = level + 1
        yield Block(line.start + key.start("key"), line.start + key.end("key"), "heading", deepest)
        columns.append(column)
        if key["text"]:
            end = next((n for n in range(place, len(lines)) if not _is_below(lines[n], column)), len(lines))
            yield Block(lines[place].start, lines[end - 1].end, "paragraph")
            place = end


def _is_below(line: Line, column: int) -> bool:
    """Whether a line belongs to a key at a column: it stands further to the right, or is an item of its list right below it."""
    return line.indent > column or (line.indent == column and line.text.startswith("- "))
