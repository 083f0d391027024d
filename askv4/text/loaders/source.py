"""Source code and configuration: the extracted text is the decoded file itself, in runs of lines between blank ones.

Comments that are prose are sentences of their own, so that they can be quoted alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from askv4.text.loaders.decoding import decode
from askv4.text.loaders.lines import Line, read_lines
from askv4.types import Block, ParsedText

_COMMENT = re.compile(
    r"(?:#(?!!|include|define|if|endif|else|pragma)|//+|--(?=\s)|;+(?=\s)|%(?=\s)|\*(?=\s)|/\*\*?)[!/]*\s*"
)
_MOST_LINES = 12
"""A longer run of code is divided: a quotation of more is no quotation."""


def parse(data: bytes, name: str) -> ParsedText:
    """The text and blocks of the file. Raises DocumentUnreadable when it is no text."""
    decoded = decode(data, name)
    blocks = tuple(_blocks(decoded.text))
    return ParsedText(text=decoded.text, blocks=blocks, encoding=decoded.encoding, notes=decoded.notes)


def _blocks(text: str) -> Iterator[Block]:
    run: list[Line] = []
    prose = False
    for line in read_lines(text):
        is_prose = _is_prose(line.text)
        if run and (not line.text or is_prose != prose or len(run) == _MOST_LINES):
            yield _block(run, prose)
            run = []
        if line.text:
            run.append(line)
            prose = is_prose
    if run:
        yield _block(run, prose)


def _block(run: list[Line], prose: bool) -> Block:
    mark = _COMMENT.match(run[0].text) if prose else None
    return Block(run[0].start + (mark.end() if mark else 0), run[-1].end, "paragraph" if prose else "code")


def _is_prose(line: str) -> bool:
    """Whether a line is a comment with words in it."""
    mark = _COMMENT.match(line)
    return mark is not None and len(line[mark.end() :].split()) >= 2
