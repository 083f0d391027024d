"""Lines of PDF pages become paragraphs, list items, rows of tables and headings, in reading order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.lines import BULLET, NUMBER
from askv4.text.loaders.pdf_grid import under_labels, wrapped_table
from askv4.text.loaders.pdf_lines import PageLines, PdfLine
from askv4.text.loaders.pdf_order import Row, in_reading_order, rows_of
from askv4.text.loaders.tables import add_table, labelled

_DIGITS = re.compile(r"\d+|\b[ivxlcIVXLC]+\Z")
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.)?[-–|\s]*(?:\d{1,4}|[ivxlc]{1,6})[-–|\s]*(?:(?:of|von|/)\s*\d{1,4})?", re.I
)
_SENTENCE_END = re.compile(r"[.!?:;…。！？；：][\"'”’»)\]]*\Z")
_HYPHEN = re.compile(r"(\w+)[-\u2010]\Z")
_END = 80
"""Characters of a text in which its end is looked for."""
_LABELLED = re.compile(r"[^\W\d_a-z][^\n:.,;?!]{0,39}:\s+\S")
_SHORT_LINE = 50
"""Characters of a line: text that is set so narrow is a form or a list, where a label begins a line of its own."""
_COMPOUND = re.compile(r"\w+(?:[-\u2010]\w+)+")
_WORD = re.compile(r"\w+")
_MARGIN = 0.12
"""Share of a page's height, above and below, in which running heads stand."""
_FEWEST_REPEATS = 3
_LONGEST_HEADING = 150
_LARGER = 1.14
_CLOSE = 1.7
"""Font sizes from one line to the next within a text."""
_HEADS = 2
"""Rows of a table among which that of the labels is looked for."""
_ABOVE = 1e6
"""Higher than any page."""


def without_running_heads(pages: Sequence[PageLines]) -> Iterator[PageLines]:
    """The pages without page numbers, and without the heads and feet that repeat; the first one is its page's `running`.

    Of two pages only what is the same to the last figure repeats: two bills in one file have like heads, too.
    """
    counts: Counter[tuple[str, int]] = Counter()
    fewest = _FEWEST_REPEATS if len(pages) > 2 else 2
    for page in pages:
        counts.update({_place(line, exact=fewest == 2) for line in page.lines if _in_margin(page, line)})
    repeated = {place for place, count in counts.items() if count >= max(fewest, len(pages) // 10)}
    shown: set[tuple[str, int]] = set()
    for page in pages:
        kept, first = [], []
        inside = _inside(page)
        for line in page.lines:
            if _PAGE_NUMBER.fullmatch(line.text) and _is_outermost(page, line):
                continue
            place = _place(line, exact=fewest == 2)
            if place not in repeated or not _in_margin(page, line) or line in inside:
                kept.append(line)
                continue
            if place not in shown and any(map(str.isalpha, place[0])):
                kept.append(line)
                first.append(line)
            shown.add(place)
        yield PageLines(page.height, tuple(kept), tuple(first))


def _place(line: PdfLine, *, exact: bool) -> tuple[str, int]:
    return line.text if exact else _DIGITS.sub("#", line.text), round(line.y0 / 6)


def _in_margin(page: PageLines, line: PdfLine) -> bool:
    return line.y0 > page.height * (1 - _MARGIN) or line.y1 < page.height * _MARGIN


def _inside(page: PageLines) -> set[PdfLine]:
    """The lines in a page's margins that have figures and follow its text closely: the last rows of a table, which are alike on
    all pages but for these."""
    inside: set[PdfLine] = set()
    for sign in (1, -1):
        last: PdfLine | None = None
        for line in sorted(page.lines, key=lambda line: -sign * line.y0):
            outside = sign * (page.height / 2 - line.y0) > 0 and _in_margin(page, line)
            if outside and last and _DIGITS.search(line.text) and abs(last.y0 - line.y0) < _CLOSE * line.size:
                inside.add(line)
            if not outside or line in inside:
                last = line
    return inside


def _is_outermost(page: PageLines, line: PdfLine) -> bool:
    """Whether nothing stands above the line, or nothing below it, and it is far from the page's middle."""
    above = all(line.y0 >= other.y0 for other in page.lines) and line.y0 > 0.8 * page.height
    below = all(line.y1 <= other.y1 for other in page.lines) and line.y1 < 0.2 * page.height
    return above or below


class Writer:
    """Writes page after page into a composer; sizes and words of the whole document decide what a line is."""

    def __init__(self, composer: Composer, sizes: Counter[float], texts: Sequence[str]) -> None:
        self._composer = composer
        self._body = sizes.most_common(1)[0][0] if sizes else 0.0
        larger = sorted((size for size in sizes if size >= self._body * _LARGER), reverse=True)
        self._levels = {size: min(1 + place, 4) for place, size in enumerate(larger)}
        self._words = {word.casefold() for text in texts for word in _WORD.findall(text)}
        self._compounds = {word.casefold() for text in texts for word in _COMPOUND.findall(text)}
        self.title: str | None = None
        """The heading with which the document begins, if it is of the largest kind."""
        self._open: list[PdfLine] = []
        """The paragraph with which the last page ended, and which may go on."""
        self._turns: list[int] = []
        """The lines of it with which new pages begin."""
        self._margins: list[PdfLine] = []
        """Heads and feet that wait for its end."""
        self._edges: dict[int, float] = {}
        self._labels: Row | None = None
        """Those of the table with which the last page ended, or that was written last on this one."""

    def page(self, page: PageLines) -> None:
        """Adds the text of one page; its last paragraph with the next page, or at the end."""
        feet = [line for line in page.running if line.y0 < page.height / 2]
        heads = [line for line in page.running if line not in feet]
        rows = in_reading_order(rows_of([line for line in page.lines if line not in page.running]))
        if self._goes_over(rows):
            self._turns.append(len(self._open))
            self._margins += heads
        else:
            self.finish()
            self._composer.page()
            if heads:
                rows = in_reading_order(rows_of([line for line in page.lines if line not in feet]))
        paragraph = self._open
        leading = _leading(rows)
        edges = self._edges = _right_edges(rows)
        table: list[Row] = []
        # Its first cell may stand alone, below the others.
        inside = self._wrapped(rows, goes_on=True) if rows and self._labels is not None else 0
        for number, row in enumerate(rows):
            if number < inside:
                continue
            if len(row.lines) > 1:
                self._close(paragraph)
                paragraph = []
                taken = 0 if table else self._wrapped(rows[number:])
                if not taken:
                    table.append(row)
                inside = number + taken
                continue
            self._close_table(table, goes_on=len(table) == number)
            table = []
            line = row.lines[0]
            if paragraph and not self._continues(paragraph, line, leading, edges):
                self._close(paragraph)
                paragraph = []
            paragraph.append(line)
        self._close_table(table, goes_on=len(table) == len(rows))
        self._open = paragraph
        self._margins += feet
        if not paragraph:
            self.finish()

    def finish(self) -> None:
        """Adds what waits for its end."""
        self._close(self._open)
        self._open = []

    def _goes_over(self, rows: Sequence[Row]) -> bool:
        """Whether the paragraph that is open goes on with the first line of the next page's `rows`."""
        if not self._open or not rows or len(rows[0].lines) > 1:
            return False
        last, line = self._open[-1], rows[0].lines[0]
        if last.broken:
            return True
        if abs(line.size - last.size) > 0.05 * last.size or line.bold != last.bold or _SENTENCE_END.search(last.text):
            return False
        if (
            BULLET.match(line.text)
            or NUMBER.match(line.text)
            or self._heading_level(self._open, self._joined(self._open))
        ):
            return False
        full = len(self._open) > 1 and last.x1 >= self._edges.get(round(last.x0 / 20), last.x1) - 3 * last.size
        return line.text[:1].islower() or (full and abs(line.x0 - self._open[0].x0) < line.size)

    def _continues(self, paragraph: Sequence[PdfLine], line: PdfLine, leading: float, edges: dict[int, float]) -> bool:
        """Whether a line belongs to the paragraph before it."""
        last = paragraph[-1]
        if last.broken:
            return True
        if abs(line.size - last.size) > 0.12 * last.size or line.bold != last.bold:
            return self._is_run_on(last, line)
        ended = _SENTENCE_END.search(last.text) is not None
        if BULLET.match(line.text) or (NUMBER.match(line.text) and (ended or NUMBER.match(paragraph[0].text))):
            return False
        down = last.y0 - line.y0
        if down < 0:  # the next column
            return not ended and line.text[:1].islower()
        if down > max(1.45 * leading, 1.2 * last.size):
            return False
        if line.x0 > paragraph[-1].x0 + 0.8 * line.size and len(paragraph) > 1:
            return False  # an indented first line
        if len(last.text) <= _SHORT_LINE and _LABELLED.match(line.text):
            return False
        edge = edges.get(round(last.x0 / 20), last.x1)
        short = last.x1 < edge - 0.15 * max(edge - last.x0, 1)
        return not short or (not ended and line.text[:1].islower())

    def _is_run_on(self, last: PdfLine, line: PdfLine) -> bool:
        """Whether a sentence goes on although the letters change, as where a line begins with a bold word."""
        same_size = abs(line.size - last.size) <= 0.05 * last.size
        return same_size and not _SENTENCE_END.search(last.text) and line.text[:1].islower()

    def _close(self, paragraph: Sequence[PdfLine]) -> None:
        if paragraph:
            self._write(paragraph)
        margins, self._margins, self._turns = self._margins, [], []
        for row in rows_of(margins):
            self._composer.paragraph(labelled((), [line.text for line in row.lines]))

    def _write(self, paragraph: Sequence[PdfLine]) -> None:
        self._labels = None
        text = self._joined(paragraph)
        pages = [len(self._joined(paragraph[:line])) + 1 for line in self._turns]
        level = self._heading_level(paragraph, text)
        if level:
            if level == 1 and self._composer.is_empty:
                self.title = one_line(text)
            self._composer.heading(text, level)
        elif bullet := BULLET.match(text):
            self._composer.item(text[bullet.end() :], [offset - bullet.end() for offset in pages])
        elif NUMBER.match(text):
            self._composer.item(text, pages)
        else:
            self._composer.paragraph(text, pages)

    def _heading_level(self, paragraph: Sequence[PdfLine], text: str) -> int:
        """The depth of a heading; 0 for what is none."""
        sized = self._levels.get(paragraph[0].size, 0)
        if len(paragraph) > 3 or len(text) > _LONGEST_HEADING or not any(map(str.isalpha, text)):
            return 0
        if _SENTENCE_END.search(text, max(0, len(text) - _END)) or BULLET.match(text):
            return 0
        if sized:
            return sized
        bold = all(line.bold for line in paragraph) and paragraph[0].size >= self._body
        return min(len(self._levels), 4) + 1 if bold and len(paragraph) < 3 else 0

    def _joined(self, lines: Sequence[PdfLine]) -> str:
        """The text of lines that follow each other, words that were broken at their ends whole again."""
        text = lines[0].text
        for last, line in pairwise(lines):
            hyphen = _HYPHEN.search(text, max(0, len(text) - _END))
            if last.broken and not hyphen:
                text = f"{text}-"
                hyphen = _HYPHEN.search(text, max(0, len(text) - _END))
            if hyphen is None or not line.text[:1].isalpha():
                text = f"{text} {line.text}"
            elif line.text[:1].islower() and not self._is_compound(hyphen[1], line.text):
                text = text[:-1] + line.text
            else:
                text += line.text
        return text

    def _is_compound(self, before: str, after: str) -> bool:
        """Whether the hyphen between two parts belongs to the word, by how the document writes it elsewhere."""
        rest = _WORD.match(after)
        if rest is None:
            return False
        first, second = before.casefold(), rest[0].casefold()
        if first + second in self._words:
            return False
        both_words = min(len(first), len(second)) >= 4 and first in self._words and second in self._words
        return both_words or f"{first}-{second}" in self._compounds

    def _wrapped(self, rows: Sequence[Row], *, goes_on: bool = False) -> int:
        """Writes the table with wrapped cells that begins with `rows`, if one does; how many of them it took.

        `goes_on`: the page begins with them, so that they may belong to the table with which the last one ended.
        """
        above = self._labels if goes_on else None
        grid = wrapped_table(rows)
        if above is not None and (grid is None or [line.text for line in above.lines] != _texts(grid[0][0])):
            grid = wrapped_table([above, *rows]) or grid
        if grid is None:
            return 0
        cells = [[self._joined(cell) for cell in row] for row in grid[0]]
        add_table(self._composer, cells, headed=True)
        headed_above = above is not None and grid[0][0][0][0] is above.lines[0]
        self._labels = above if headed_above else _as_labels(rows[0])
        return grid[1] - headed_above

    def _close_table(self, table: Sequence[Row], *, goes_on: bool) -> None:
        """Rows with several cells; from three columns on, the first may hold their labels; `goes_on` as in `_wrapped`."""
        if not table:
            return
        above = self._labels if goes_on else None
        cells = [[line.text for line in row.lines] for row in table]
        self._labels = None
        if above is not None and cells[0] != _words(above) and (under := under_labels(above, table)):
            add_table(self._composer, under, headed=True)
            self._labels = above
            return
        for place, head in enumerate(table[:_HEADS]):  # what stands above the labels names groups of them
            if len(cells) > place + 2 and (under := under_labels(head, table[place + 1 :])):
                self._rows(cells[:place])
                add_table(self._composer, under, headed=True)
                self._labels = _as_labels(head)
                return
        self._rows(cells)

    def _rows(self, cells: Sequence[Sequence[str]]) -> None:
        for row in cells:
            self._composer.row(labelled((), row))


def _words(row: Row) -> list[str]:
    return [line.text for line in row.lines]


def _texts(cells: Sequence[Sequence[PdfLine]]) -> list[str]:
    return [cell[0].text for cell in cells]


def _as_labels(row: Row) -> Row:
    """The labels of a table as they would stand above the rows of the next page."""
    return Row(tuple(replace(line, y0=line.y0 + _ABOVE, y1=line.y1 + _ABOVE) for line in row.lines))


def _leading(rows: Sequence[Row]) -> float:
    """The usual distance of baselines."""
    steps = [
        one.lines[-1].y0 - other.lines[0].y0
        for one, other in pairwise(rows)
        if 0 < one.lines[-1].y0 - other.lines[0].y0 < 4 * other.lines[0].size
    ]
    return median(steps) if steps else 0.0


def _right_edges(rows: Sequence[Row]) -> dict[int, float]:
    """How far lines reach to the right, by where they begin."""
    edges: dict[int, float] = {}
    for row in rows:
        for line in row.lines:
            for place in (round(line.x0 / 20) - 1, round(line.x0 / 20), round(line.x0 / 20) + 1):
                edges[place] = max(edges.get(place, 0.0), line.x1)
    return edges
