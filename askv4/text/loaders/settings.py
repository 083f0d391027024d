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
_KEY = re.compile(r"(?:-\s+)?([^\s#;:{][^:{]{0,80}?)\s*(?::\s*(?P<text>[|>][+-]?\d?)?|\{)(?=\s*(?:[#;].*)?$)")
"""A key with nothing, the sign of a text of several lines, or an opening brace behind it."""


def parse(data: bytes, name: str) -> ParsedText:
    """The text and blocks of the file. Raises DocumentUnreadable when it is no text."""
    decoded = decode(data, name)
    blocks = tuple(_blocks([line for line in read_lines(decoded.text) if line.text]))
    return ParsedText(text=decoded.text, blocks=blocks, encoding=decoded.encoding, notes=decoded.notes)


def _blocks(lines: Sequence[Line]) -> Iterator[Block]:
    indents: list[int] = []
    """Of the keys above a line, outermost first."""
    in_section = deepest = place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        while indents and line.indent <= indents[-1] and not _is_item(line, indents[-1]):
            indents.pop()
        if section := _SECTION.match(line.text):
            indents, in_section, deepest = [], 1, 1
            yield Block(line.start + section.start(1), line.start + section.end(1), "heading", 1)
            continue
        key = _KEY.match(line.text)
        below = _below(lines, place, line)
        level = in_section + len(indents)
        if key is None or not below:
            if level < deepest:  # an empty heading ends those of what stood further to the right
                yield Block(line.start, line.start, "heading", level + 1)
            deepest = level
            yield Block(line.start, line.end, "list")
            continue
        deepest = level + 1
        yield Block(line.start + key.start(1), line.start + key.end(1), "heading", deepest)
        if key["text"]:
            yield Block(below[0].start, below[-1].end, "paragraph")
            place += len(below)
        else:
            indents.append(line.indent)


def _below(lines: Sequence[Line], place: int, above: Line) -> Sequence[Line]:
    """The lines from a place on that belong below a line."""
    end = place
    while end < len(lines) and (lines[end].indent > above.indent or _is_item(lines[end], above.indent)):
        end += 1
    return lines[place:end]


def _is_item(line: Line, indent: int) -> bool:
    """Whether it is an item of a list, which YAML lets stand no further to the right than its key."""
    return line.indent == indent and line.text.startswith("- ")
