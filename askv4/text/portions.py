"""A document in portions, so that one of any size costs what of it is searched, and no more.

What no person wrote as a word (a megabyte without a space: a key, a picture in letters) is searched by its beginning alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from askv4.language.patterns import Pattern
from askv4.types import Block, Span

MOST_PASSAGES = 20_000
"""Of a document: a book of some 5,000 pages has as many, and they are embedded in a few minutes."""
LONGEST_WORD = 50_000
WORD_SHOWN = 200
"""Characters of a longer word that are searched."""
_PORTION = 1 << 20
"""Characters read together."""
_MOST_BLOCKS = 10_000
_SPACE = Pattern(r"\s")
_UNSPACED = Pattern(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\ua980-\uaadf\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Scripts that put no space between words."""
_LOOKED_AT = 2000


def long_words(text: str) -> list[Span]:
    """The runs without a space that are too long for a word, in order."""
    spans: list[Span] = []
    end = 0
    # Each of them covers one of these places, so the rest of the text is not looked at.
    for place in range(LONGEST_WORD - 1, len(text), LONGEST_WORD):
        if place < end or text[place].isspace():
            continue
        start = _beginning(text, end, place)
        space = _SPACE.search(text, place)
        end = space.start() if space else len(text)
        if end - start > LONGEST_WORD and not _UNSPACED.search(text, start, start + _LOOKED_AT):
            spans.append(Span(start, end))
    return spans


def _beginning(text: str, floor: int, place: int) -> int:
    """Where the run of characters at a place begins, not before `floor`."""
    while place > floor:
        window = text[max(floor, place - LONGEST_WORD) : place]
        run = window.rsplit(None, 1)[-1] if not window[-1].isspace() else ""
        place -= len(run)
        if len(run) < len(window):
            break
    return place


def searched(text: str, blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks without the rest of words that are too long, and those of megabytes in parts."""
    words = long_words(text)
    if not words and all(block.end - block.start <= _PORTION for block in blocks):
        return blocks
    portions: list[Block] = []
    at = 0
    for block in blocks:
        start = block.start
        while at < len(words) and words[at].end <= start:
            at += 1
        reached = at
        while reached < len(words) and words[reached].start < block.end:
            word = words[reached]
            shown = max(word.start, start)
            portions += _parts(text, replace(block, start=start, end=shown))
            portions.append(replace(block, start=shown, end=min(shown + WORD_SHOWN, word.end, block.end)))
            start = min(word.end, block.end)
            reached += 1
        portions += _parts(text, replace(block, start=start, end=block.end))
    return portions


def _parts(text: str, block: Block) -> Iterator[Block]:
    """A block in parts that are not too long, cut at spaces; nothing of one that is blank."""
    start = block.start
    while block.end - start > _PORTION:
        space = max(text.rfind(" ", start, start + _PORTION), text.rfind("\n", start, start + _PORTION))
        end = space if space > start else start + _PORTION
        yield replace(block, start=start, end=end)
        start = end
    if text[start : block.end].strip():
        yield replace(block, start=start, end=block.end)


def portions(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Half-open ranges of blocks that are read together; where one has headings, they end before one."""
    first = size = 0
    for number, block in enumerate(blocks):
        count = number - first
        full = size > _PORTION or count > _MOST_BLOCKS
        if count and full and (block.role == "heading" or size > 2 * _PORTION or count > 2 * _MOST_BLOCKS):
            yield first, number
            first, size = number, 0
        size += block.end - block.start
    if first < len(blocks):
        yield first, len(blocks)
