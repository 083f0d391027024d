"""Org files of Emacs. The extracted text is the decoded file itself; headings are lines that begin with stars.

Left out: settings, drawers of properties, comments, tags, and the rules of tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from askv4.text.loaders.decoding import decode
from askv4.text.loaders.layout import lay_out
from askv4.text.loaders.lines import Line, read_lines
from askv4.types import Block, ParsedText

_STARS = re.compile(r"(\*+)[ \t]+(?=\S)")
_TAGS = re.compile(r"[ \t]+:[\w@#%:]{1,200}:\Z")
_SETTING = re.compile(r"#\+([\w-]+)(?:\[[^\]]{0,200}\])?:[ \t]*(.*)")
_BEGIN = re.compile(r"#\+begin_(\w+)", re.IGNORECASE)
_DRAWER = re.compile(r":(?!end:)[\w-]{1,80}:\Z", re.IGNORECASE)
_COMMENT = re.compile(r"#(?:\s|\Z)")
_TABLE_RULE = re.compile(r"\|[-+]{1,500}\|?\Z")
_CODE = frozenset({"src", "example", "export"})
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DEEPEST = 6
_MOST_LINES = 5_000
"""Of code, or of a drawer."""


def parse(data: bytes, name: str) -> ParsedText:
    """The text and blocks of the file. Raises DocumentUnreadable when it is no text."""
    decoded = decode(data, name)
    lines = list(read_lines(decoded.text))
    matches = filter(None, (_SETTING.match(line.text) for line in lines))
    settings = {one[1].lower(): one[2].strip() for one in matches}
    date = _DATE.search(settings.get("date", ""))
    return ParsedText(
        text=decoded.text,
        blocks=tuple(_blocks(decoded.text, lines)),
        title=settings.get("title") or None,
        date=date[0] if date else None,
        encoding=decoded.encoding,
        notes=decoded.notes,
    )


def _blocks(text: str, lines: list[Line]) -> Iterator[Block]:
    start: int | None = None
    number = 0
    while number < len(lines):
        taken, blocks = _special(lines, number)
        if not taken:
            start = lines[number].start if start is None else start
            number += 1
            continue
        if start is not None:
            yield from lay_out(text, start, lines[number].start, level=_DEEPEST, titled=False)
            start = None
        yield from blocks
        number += taken
    if start is not None:
        yield from lay_out(text, start, len(text), level=_DEEPEST, titled=False)


def _special(lines: list[Line], number: int) -> tuple[int, list[Block]]:
    """How many lines from here on are no plain text, and what of them is read."""
    line = lines[number]
    if line.indent == 0 and (stars := _STARS.match(line.text)):
        tags = _TAGS.search(line.text, max(stars.end(), len(line.text) - 200))
        end = line.start + tags.start() if tags else line.end
        return 1, [Block(line.start + stars.end(), end, "heading", min(len(stars[1]), _DEEPEST))]
    if line.text.startswith("|"):
        return 1, [] if _TABLE_RULE.match(line.text) else [Block(line.start, line.end, "table")]
    if begin := _BEGIN.match(line.text):
        kind = begin[1].lower()
        if kind not in _CODE and kind != "comment":
            return 1, []
        last = _end(lines, number, f"#+end_{kind}")
        return last + 1 - number, _code(lines[number + 1 : last]) if kind in _CODE else []
    if _DRAWER.match(line.text):
        last = _end(lines, number, ":end:")
        return last + 1 - number, []
    return int(line.text.startswith("#+") or _COMMENT.match(line.text) is not None), []


def _end(lines: list[Line], number: int, sign: str) -> int:
    """The line that ends what begins at a line; that line itself when nothing does before the next heading."""
    for place in range(number + 1, min(len(lines), number + _MOST_LINES)):
        if lines[place].text.lower() == sign:
            return place
        if lines[place].indent == 0 and _STARS.match(lines[place].text):
            break
    return number


def _code(lines: list[Line]) -> list[Block]:
    """Runs of lines between blank ones."""
    blocks: list[Block] = []
    goes_on = False
    for line in lines:
        if line.text and goes_on:
            blocks[-1] = Block(blocks[-1].start, line.end, "code")
        elif line.text:
            blocks.append(Block(line.start, line.end, "code"))
        goes_on = bool(line.text)
    return blocks
