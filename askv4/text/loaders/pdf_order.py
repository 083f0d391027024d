"""The lines of a PDF page in the order in which they are read.

That is mostly the order in which they were drawn. It is not where a program drew line by line across two columns, or came
back to a place above: a heading after its table, the foot of the page before its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from askv4.text.loaders.pdf_lines import PdfLine

_PROSE = 22
"""Average characters in the lines of a column of text; cells of tables have fewer."""
_FEWEST_COLUMN_LINES = 4
_MOST_STREAMS = 60
"""Pages that jump more often are drawings; their order is left alone."""
_MARKER = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})(?:\.\d{1,3})*[.)\]]|\.\d{1,3}|[-•‣◦·–—▪●○■□➢✓]")
"""What stands in front of an item, at some distance."""
_MARKER_GAP = 6
"""Font sizes between a marker and its item at most."""
_FIGURE = re.compile(r"\d")
_MARK = 0.8
"""A sign at most this much as large as the line that it follows closely is a mark at its end: a note's number, a power."""


@dataclass(frozen=True, slots=True)
class Row:
    """Lines beside each other on one baseline, from left to right."""

    lines: tuple[PdfLine, ...]

    @property
    def x0(self) -> float:
        """The left end."""
        return self.lines[0].x0

    @property
    def x1(self) -> float:
        """The right end."""
        return max(line.x1 for line in self.lines)

    @property
    def y0(self) -> float:
        """The lower end."""
        return min(line.y0 for line in self.lines)

    @property
    def y1(self) -> float:
        """The upper end."""
        return max(line.y1 for line in self.lines)


def rows_of(lines: Sequence[PdfLine]) -> list[Row]:
    """Lines that follow each other to the right on one baseline, together."""
    rows: list[list[PdfLine]] = []
    for line in lines:
        last = rows[-1][-1] if rows else None
        if last is not None and _is_mark(last, line):
            rows[-1][-1] = replace(last, text=f"{last.text} {line.text}", x1=line.x1, broken=line.broken)
        elif last is not None and abs(line.y0 - last.y0) < 0.4 * line.size and line.x0 >= last.x1 - 1:
            if len(rows[-1]) == 1 and _MARKER.fullmatch(last.text) and line.x0 - last.x1 < _MARKER_GAP * line.size:
                rows[-1] = [replace(line, text=f"{last.text} {line.text}", x0=last.x0)]
            else:
                rows[-1].append(line)
        else:
            rows.append([line])
    return [Row(tuple(row)) for row in rows]


def _is_mark(last: PdfLine, line: PdfLine) -> bool:
    """Whether a line is a small sign that stands raised or lowered at the end of another."""
    small = line.size <= _MARK * last.size and len(line.text) <= 4
    beside = -1 <= line.x0 - last.x1 < 0.5 * last.size
    return small and beside and last.y0 - line.size < line.y0 < last.y1


def in_reading_order(rows: list[Row]) -> list[Row]:
    """The rows of a page with what was drawn out of turn in its place, and two columns one after the other."""
    ordered: list[Row] = []
    run: list[Row] = []
    for row in [*_streams_in_order(rows), None]:
        if row is not None and len(row.lines) == 2 and (not run or _share_gutter([*run, row])):
            run.append(row)
            continue
        ordered += _columns(run)
        run = [row] if row is not None and len(row.lines) == 2 else []
        if row is not None and not run:
            ordered.append(row)
    return ordered


def _streams_in_order(rows: list[Row]) -> list[Row]:
    """A page is drawn in streams that run down; one that begins above what was drawn before it is put where it stands.

    A stream beside another, as a second column, stays after it.
    """
    placed: list[list[Row]] = []
    streams = _with_labels(list(_streams(rows)))
    if len(streams) == 1:
        return streams[0]
    if len(streams) > _MOST_STREAMS:
        return rows
    for stream in streams:
        for number, other in enumerate(placed):
            if _interleave(stream, other) or _interleave(other, stream):
                placed[number] = sorted(other + stream, key=lambda row: -row.y0)
                break
            if _is_above(stream, other):
                placed.insert(number, stream)
                break
        else:
            placed.append(stream)
    return [row for stream in placed for row in _rejoined(stream)]


def _streams(rows: Sequence[Row]) -> Iterator[list[Row]]:
    stream: list[Row] = []
    for row in rows:
        if stream and row.y0 > stream[-1].y0 + row.lines[0].size:
            yield stream
            stream = []
        stream.append(row)
    if stream:
        yield stream


def _with_labels(streams: Sequence[list[Row]]) -> list[list[Row]]:
    """The streams; one that begins with values beside the labels of another one gives them to it."""
    joined: list[list[Row]] = []
    for stream in streams if len(streams) <= _MOST_STREAMS else ():
        rest = stream
        for number, other in enumerate(joined):
            pairs = _values(stream, other)
            if pairs:
                joined[number] = [pairs[0].get(place, row) for place, row in enumerate(other)]
                rest = stream[pairs[1] :]
                break
            if (pairs := _values(other, stream)) and pairs[1] == len(other):
                joined[number], rest = [pairs[0].get(place, row) for place, row in enumerate(stream)], []
                break
        joined += [rest] if rest else []
    return joined or list(streams)


def _values(stream: Sequence[Row], labels: Sequence[Row]) -> tuple[dict[int, Row], int] | None:
    """Which of the rows of `labels` the first rows of `stream` are values of: the joined rows by their places, and how many
    rows of `stream` that takes, further lines of a value included. None where they are not labels and values."""
    pairs: dict[int, list[PdfLine]] = {}
    taken = 0
    for row in stream:
        value = row.lines[0]
        place = next((n for n, label in enumerate(labels) if n not in pairs and _is_beside(label, row)), None)
        last = next(reversed(pairs.values()), None)
        if place is not None:
            pairs[place] = [*labels[place].lines, value]
        elif last is not None and len(row.lines) == 1 and _is_under(last[-1], value, labels):
            last[-1] = replace(last[-1], text=f"{last[-1].text} {value.text}", y0=value.y0)
        else:
            break
        taken += 1
    named = [label.text for label, *_ in pairs.values()]
    told = [text for _, value in pairs.values() for text in [value.text]]
    colons = all(text.endswith(":") for text in named)
    # Two addresses side by side have figures on both sides.
    figures = any(map(_FIGURE.search, told)) and not any(map(_FIGURE.search, named)) and len(named) > 1
    if not named or not (colons or figures) or sum(map(len, named)) >= _PROSE * len(named):
        return None
    return {place: Row(tuple(lines)) for place, lines in pairs.items()}, taken


def _is_beside(label: Row, row: Row) -> bool:
    """Whether a row stands on the baseline of a label, at its right."""
    if len(label.lines) > 1 or len(row.lines) > 1 or label.x1 >= row.x0 or label.lines[0].text.endswith((".", ",")):
        return False
    return _is_level(label, row)


def _is_level(one: Row | PdfLine, other: Row | PdfLine) -> bool:
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return shared > 0.6 * min(one.y1 - one.y0, other.y1 - other.y0)


def _is_under(value: PdfLine, line: PdfLine, labels: Sequence[Row]) -> bool:
    """Whether a line goes on with the value above it, beside no label."""
    near = abs(line.x0 - value.x0) < 2 and 0 < value.y0 - line.y0 < 1.6 * line.size and line.size == value.size
    return near and not any(_is_level(label, line) for label in labels)


def _interleave(stream: Sequence[Row], other: Sequence[Row]) -> bool:
    """Whether a stream fills gaps of another: the other goes on above and below it, and nothing is printed over it."""
    top, bottom = stream[0].y1, stream[-1].y0
    above = [row for row in other if row.y0 >= top]
    below = [row for row in other if row.y1 <= bottom]
    if not above or not below or not _overlap(stream, above[-1:]) or not _overlap(stream, below[:1]):
        return False
    level = [row for row in other if row.y1 > bottom and row.y0 < top]
    if any(_collide(row, beside) for row in stream for beside in level):
        return False
    return not level or _overlap(stream, level)


def _collide(one: Row, other: Row) -> bool:
    """Whether two rows are printed over each other."""
    return _overlap([one], [other]) and min(one.y1, other.y1) - max(one.y0, other.y0) > 0.4 * one.lines[0].size


def _is_above(stream: Sequence[Row], other: Sequence[Row]) -> bool:
    """Whether a stream ends before another begins, in the same column."""
    return stream[-1].y0 >= other[0].y1 and _overlap(stream, other[:1])


def _overlap(one: Sequence[Row], other: Sequence[Row]) -> bool:
    """Whether they stand over each other."""
    return min(row.x0 for row in one) < max(row.x1 for row in other) and min(row.x0 for row in other) < max(
        row.x1 for row in one
    )


def _rejoined(stream: Sequence[Row]) -> Iterator[Row]:
    """The rows of a stream; those of merged streams that stand on one baseline beside each other are one."""
    row: Row | None = None
    for after in stream:
        if row is None:
            row = after
        elif abs(after.y0 - row.y0) < 0.4 * after.lines[0].size and not _overlap([row], [after]):
            row = Row(tuple(sorted(row.lines + after.lines, key=lambda line: line.x0)))
        else:
            yield row
            row = after
    if row is not None:
        yield row


def _share_gutter(run: Sequence[Row]) -> bool:
    return max(row.lines[0].x1 for row in run) < min(row.lines[1].x0 for row in run)


def _columns(run: Sequence[Row]) -> list[Row]:
    if len(run) < _FEWEST_COLUMN_LINES:
        return list(run)
    for side in (0, 1):
        if sum(len(row.lines[side].text) for row in run) < _PROSE * len(run):
            return list(run)
    # The hyphen that pdfium saw at the end of the right half is that half's.
    left = [Row((replace(row.lines[0], broken=False),)) for row in run]
    return [*left, *(Row((row.lines[1],)) for row in run)]
