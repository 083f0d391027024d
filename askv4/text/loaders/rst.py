"""reStructuredText. The extracted text is the decoded file itself; headings are lines underlined with a sign.

Left out: comments, and the lines of directives and options that a reader of the page never sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from askv4.text.loaders.decoding import decode
from askv4.text.loaders.layout import lay_out
from askv4.text.loaders.lines import Line, read_lines
from askv4.types import Block, ParsedText

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\Z")
_SHORT_ADORNMENT = re.compile(r"([=\-~`^\"'+#*.:_])\1+\Z")
_HIDDEN = re.compile(r"\.\.(?:\s|\Z)")
_VISIBLE = re.compile(r"\.\. +(?:note|warning|tip|hint|important|caution|attention|danger|error|seealso|topic)::", re.I)
_FIELD = re.compile(r":[\w -]+:(?:\s|\Z)")


def parse(data: bytes, name: str) -> ParsedText:
    """The text and blocks of the file. Raises DocumentUnreadable when it is no text."""
    decoded = decode(data, name)
    blocks = tuple(_blocks(decoded.text))
    first = next((block for block in blocks if block.role == "heading"), None)
    title = decoded.text[first.start : first.end] if first is not None and first.level == 1 else None
    return ParsedText(text=decoded.text, blocks=blocks, title=title, encoding=decoded.encoding, notes=decoded.notes)


def _blocks(text: str) -> Iterator[Block]:
    lines = list(read_lines(text))
    levels: dict[tuple[str, bool], int] = {}
    start = 0
    number = 0
    while number < len(lines):
        heading = _heading(lines, number)
        hidden = _hidden_lines(lines, number)
        if heading is None and not hidden:
            number += 1
            continue
        yield from lay_out(text, start, lines[number].start, level=6, titled=False)
        if heading is not None:
            title, style, taken = heading
            level = levels.setdefault(style, len(levels) + 1)
            yield Block(title.start, title.end, "heading", min(level, 6))
            number += taken
        else:
            number += hidden
        start = lines[number].start if number < len(lines) else len(text)
    yield from lay_out(text, start, len(text), level=6, titled=False)


def _heading(lines: list[Line], number: int) -> tuple[Line, tuple[str, bool], int] | None:
    """A title at this line, its style, and how many lines it takes: over- and underlined, or only underlined."""
    line = lines[number]
    if not line.text:
        return None
    over = number + 2 < len(lines) and _ADORNMENT.match(line.text)
    if over and lines[number + 1].text and lines[number + 2].text == line.text:
        return lines[number + 1], (line.text[0], True), 3
    if number + 1 == len(lines) or line.indent or lines[number + 1].indent or _ADORNMENT.match(line.text):
        return None
    if number and lines[number - 1].text:
        return None
    under = lines[number + 1].text
    long_enough = len(under) >= min(len(line.text), 4)
    if long_enough and len(line.text) < 160 and (_ADORNMENT.match(under) or _SHORT_ADORNMENT.match(under)):
        return line, (under[0], False), 2
    return None


def _hidden_lines(lines: list[Line], number: int) -> int:
    """How many lines from here on a reader does not see: a directive or comment with its options, or a field."""
    line = lines[number]
    if not _HIDDEN.match(line.text) and not (_FIELD.match(line.text) and line.indent == 0):
        return 0
    taken = 1
    visible = _VISIBLE.match(line.text) or ("::" in line.text and not line.text.startswith(".. _"))
    while number + taken < len(lines):
        after = lines[number + taken]
        if visible and not _FIELD.match(after.text):
            break  # the body of a directive is read
        if after.text and after.indent <= line.indent:
            break
        taken += 1
    return taken
