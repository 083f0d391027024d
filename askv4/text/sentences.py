"""Text becomes sentences: exact spans, none of which crosses a block.

nupunkt (MIT, pure Python, 25 KB model, release of 2026) finds the boundaries. Five splitters were held against 67 hard cases
("U.S.", "$799", "950PR", "V4 / V4-Pro", "1/ ", abbreviations, curly and angled quotes, ellipses, URLs, Markdown, other
scripts), against the sentences that come with 300 CLAPnq passages as they are (spaces before punctuation; what is missed is
mostly remains of tables), and against the 215 of those passages that are prose, with the usual spacing; F1 counts the
boundaries inside a passage.

    splitter          cases   as they are   prose   time     import   last release
    nupunkt 0.8.0        51         0.945   0.987   0.04 s   0.04 s   2026
    blingfire 0.1.8      50         0.883   0.988   0.11 s   0.18 s   2021; 99 MB
    syntok 1.4.4         44         0.901   0.984   0.45 s   0.04 s   2022
    sentencex 1.0.32     49         0.900   0.977   0.01 s   0.01 s   2026
    pysbd 0.3.4          51         0.842   0.967   2.4 s    0.05 s   2021
    this module          61         0.948   0.992   0.1 s

What nupunkt misses is mended in `boundaries`: signs between a full stop and the next sentence (`**`, `](url)`, `[1]`) are
masked, character for character, so that offsets hold; boundaries are added where the space after a full stop is missing,
after ordinary words that the splitter takes for abbreviations, and at the full stops of other scripts; those inside a
sentence are taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from askv4.text.boundaries import PlainWords, boundaries
from askv4.text.dialogue import speaks
from askv4.types import Block, Span

_WINDOW = 6000
"""Characters looked at together; a sentence longer than this is cut, so that an endless line costs linear time."""
_SOME = 1000
_SHORT_MESSAGE = 280
"""A message of a chat up to this length stays whole, with its speaker and time."""
_DENSEST = 6
"""Characters to a full stop below which a window is no prose: "A. A. A. ..." for megabytes."""


def split_sentences(text: str, blocks: Sequence[Block]) -> list[Span]:
    """The sentences of all blocks but headings, in order, without white space around them.

    Together they hold every character of those blocks that is not white space. A row of a table, a run of code lines and a
    short message of a chat are one sentence each.
    """
    return [span for spans in sentences_by_block(text, blocks) for span in spans]


def sentences_by_block(text: str, blocks: Sequence[Block], words: PlainWords | None = None) -> list[list[Span]]:
    """The same, one list for each block; a heading's is empty. `words` are those of the text, for callers in portions."""
    words = words or PlainWords(text)
    by_block: list[list[Span]] = []
    for block in blocks:
        if block.role in ("table", "code") or _is_message(text, block):
            pieces: Iterable[tuple[int, int]] = ((block.start, block.end),)
        else:
            pieces = _pieces(text, block.start, block.end, words) if block.role != "heading" else ()
        by_block.append([span for start, end in pieces if (span := _tight(text, start, end))])
    return by_block


def _is_message(text: str, block: Block) -> bool:
    return (
        block.role != "heading"
        and block.end - block.start <= _SHORT_MESSAGE
        and speaks(text[block.start : block.end]) > 0
    )


def _pieces(text: str, start: int, end: int, words: PlainWords) -> Iterator[tuple[int, int]]:
    """The sentences of text[start:end], window by window; the last of a window is looked at again with what follows."""
    while start < end:
        stop = min(end, start + _WINDOW)
        if stop < end:
            space = max(text.rfind(" ", start + 1, stop), text.rfind("\n", start + 1, stop))
            stop = space if space > 0 else stop
        if stop - start > _SOME and text.count(". ", start, stop) * _DENSEST > stop - start:
            yield start, stop  # no language has such sentences, and each full stop costs the splitter some 20 µs
            start = stop
            continue
        cuts = boundaries(text[start:stop], words)
        last = len(cuts) if stop == end or len(cuts) == 1 else len(cuts) - 1
        begin = start
        for cut in cuts[:last]:
            yield begin, start + cut
            begin = start + cut
        start = begin


def _tight(text: str, start: int, end: int) -> Span | None:
    raw = text[start:end]
    first = start + len(raw) - len(raw.lstrip())
    last = start + len(raw.rstrip())
    return Span(first, last) if first < last else None
