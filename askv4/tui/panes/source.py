"""The source pane: a document at the cited place, with the cited words highlighted."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

from askv4.text.places import line_of
from askv4.text.safe import safe_line
from askv4.tui.looks import MARKER
from askv4.tui.panes.turn import place_of
from askv4.tui.wrapping import Mark, Row, displayed, rows_of
from askv4.types import Citation, Document

WINDOW = 200_000
"""Characters of a document that are laid out on either side of the cited place."""
AT_ONCE = 60_000
"""So much text is laid out without a worker: it takes a few milliseconds."""
ROOM_ABOVE = 4
"""Rows that stay visible above the cited words."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A stretch of a document as the pane shows it."""

    text: str
    marks: tuple[Mark, ...]
    first_line: int
    numbered: bool
    earlier: int = 0
    """Characters before the stretch."""
    later: int = 0


def marks_of(citations: Iterable[Citation]) -> list[Mark]:
    """The spans of citations, and in them the words that answer most directly, or came nearest to it."""
    marks: list[Mark] = []
    for one in citations:
        marks.append(Mark(one.start, one.end, one.n))
        marks += [Mark(*span, one.n, strong=True) for span in (*one.answers, one.likely) if span]
    return marks


def shown_of(document: Document, text: str, marks: Sequence[Mark], current: int) -> Shown:
    """The stretch of `text` around the mark number `current`."""
    place = next((mark.start for mark in marks if mark.n == current and not mark.strong), 0)
    start, end = max(0, place - WINDOW), min(len(text), place + WINDOW)
    start = text.rfind("\n", 0, start) + 1 if start else 0
    inside = [
        replace(mark, start=mark.start - start, end=mark.end - start)
        for mark in marks
        if start <= mark.start <= mark.end <= end
    ]
    piece, moved = displayed(text[start:end], inside)
    return Shown(piece, moved, line_of(text, start), document.has_lines, start, len(text) - end)


class SourceText(ScrollView, can_focus=True):
    """The text in rows, with line numbers. Only the rows that are visible are drawn."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
        Binding("g", "scroll_home", show=False),
        Binding("G", "scroll_end", show=False),
        Binding("space", "page_down", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"source--gutter", "source--cited", "source--other"}

    @dataclass
    class LaidOut(Message):
        """A worker has broken the text into rows."""

        shown: Shown
        width: int
        rows: list[Row]

    def __init__(self) -> None:
        super().__init__()
        self._shown = Shown("", (), 1, False)
        self._current = 0
        self._rows: list[Row] = []
        self._width = 0

    def show(self, shown: Shown, current: int) -> None:
        """Show a stretch of text, scrolled to the mark number `current`."""
        same = shown == self._shown and self._rows
        self._shown, self._current = shown, current
        if same:
            self.refresh()
            self._scroll_to_current()
        else:
            self._lay_out()

    def on_resize(self, _event: events.Resize) -> None:
        if self._shown.text and self._text_width != self._width:
            self._lay_out()

    @property
    def _gutter(self) -> int:
        last = self._shown.first_line + self._shown.text.count("\n")
        return len(str(last)) + 2 if self._shown.numbered else 1

    @property
    def _text_width(self) -> int:
        return max(10, self.scrollable_content_region.width - self._gutter - 1)

    def _lay_out(self) -> None:
        if not self.size.width:
            return
        shown, width = self._shown, self._text_width
        if len(shown.text) <= AT_ONCE:
            self._take(shown, width, rows_of(shown.text, width, shown.first_line))
        else:
            self._lay_out_behind(shown, width)

    @work(thread=True, exclusive=True, group="layout", exit_on_error=False)
    def _lay_out_behind(self, shown: Shown, width: int) -> None:
        self.post_message(self.LaidOut(shown, width, rows_of(shown.text, width, shown.first_line)))

    def on_source_text_laid_out(self, event: LaidOut) -> None:
        event.stop()
        # The reader may have gone on to another document, or resized, in the meantime.
        if event.shown is self._shown and event.width == self._text_width:
            self._take(event.shown, event.width, event.rows)

    def _take(self, shown: Shown, width: int, rows: list[Row]) -> None:
        self._shown, self._width, self._rows = shown, width, rows
        self.virtual_size = Size(width + self._gutter, len(rows))
        self.refresh()
        self.call_after_refresh(self._scroll_to_current)

    def _scroll_to_current(self) -> None:
        mark = next((mark for mark in self._shown.marks if mark.n == self._current and not mark.strong), None)
        if mark is None:
            return
        first = next((y for y, row in enumerate(self._rows) if row.end > mark.start), 0)
        last = next((y for y, row in enumerate(self._rows) if row.end >= mark.end), first)
        room = max(0, min(ROOM_ABOVE, self.size.height - (last - first) - 1))
        # The scroll bar that would allow it may not be there yet, and would not learn of it when it comes.
        self.scroll_to(y=max(0, first - room), animate=False, force=True, immediate=True)
        self.vertical_scrollbar.position = self.scroll_offset.y

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        base = self.rich_style
        if number >= len(self._rows):
            return Strip.blank(self.size.width, base)
        row = self._rows[number]
        gutter = self.get_component_rich_style("source--gutter")
        label = str(row.line) if row.line and self._shown.numbered else ""
        segments = [Segment(f"{label:>{self._gutter - 1}} ", gutter), *self._pieces(row, base)]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _pieces(self, row: Row, base: Style) -> list[Segment]:
        """The text of a row, cut where marks begin and end; the current mark lies above the others, its words on top."""
        shown = (mark for mark in self._shown.marks if not mark.strong or mark.n == self._current)
        marks = sorted(shown, key=lambda mark: (mark.n == self._current, mark.strong))
        touching = [mark for mark in marks if mark.start < row.end and mark.end > row.start]
        # The space at which a row was broken is not highlighted.
        last = row.start + len(self._shown.text[row.start : row.end].rstrip())
        edges = {row.start, row.end, last}
        for mark in touching:
            edges |= {max(mark.start, row.start), min(mark.end, row.end)}
        cuts = sorted(edges)
        pieces = []
        for start, end in itertools.pairwise(cuts):
            covering = (mark for mark in reversed(touching) if mark.start <= start and end <= min(mark.end, last))
            over = next(covering, None)
            style = base if over is None else self._mark_style(over)
            pieces.append(Segment(self._shown.text[start:end], style))
        return pieces

    def _mark_style(self, mark: Mark) -> Style:
        if mark.strong:
            return self.get_component_rich_style("source--cited") + Style(underline=True)
        return self.get_component_rich_style("source--cited" if mark.n == self._current else "source--other")


_STEPS = (("previous_citation", "‹ p"), ("next_citation", "n ›"))
_WITH_CITATION = (("copy_quotation", "y copy quote"),)
_WITH_DOCUMENT = (("remove_document", "remove"),)


def actions(of: int) -> Content:
    """What can be done with the citation that is shown, one of `of`, or for 0 with the document."""
    offered = [*(_STEPS if of > 1 else ()), ("open_file", "o open file")]
    offered += [*(_WITH_CITATION if of else _WITH_DOCUMENT), ("close_source", "esc close")]
    return Content.from_markup("  ".join(f"[@click=screen.{action}]{text}[/]" for action, text in offered))


class SourcePane(Vertical):
    """A cited document, and what can be done with the citation."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.citation: Citation | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="source-title")
        yield Static(id="source-place")
        yield Static(id="source-context")
        yield Static(id="source-note")
        yield SourceText()
        yield Static(id="source-actions")

    def show(
        self, citation: Citation, of: int, document: Document, text: str, marks: Sequence[Mark], note: str
    ) -> None:
        """Show `citation`, one of `of`, in its document; all `marks` are highlighted, its own most."""
        self.citation = citation
        shown = shown_of(document, text, marks, citation.n)
        self._head(citation, of, document)
        hidden = [f"{shown.earlier:,} characters above" if shown.earlier else ""]
        hidden.append(f"{shown.later:,} characters below" if shown.later else "")
        self._note("; ".join(filter(None, [note, *(f"{part} are not shown" for part in hidden if part)])))
        self.query_one(SourceText).show(shown, citation.n)

    def show_quote_only(self, citation: Citation, of: int, note: str) -> None:
        """Show the words of a citation whose document cannot be shown any more."""
        self.citation = citation
        self._head(citation, of, None)
        self._note(note)
        text, marks = displayed(citation.quote, [Mark(0, len(citation.quote), citation.n)])
        self.query_one(SourceText).show(Shown(text, marks, 1, False), citation.n)

    def _head(self, citation: Citation, of: int, document: Document | None) -> None:
        number = f"[{citation.n}] " if of else ""
        title = Content.assemble((number, MARKER), (safe_line(citation.title), "bold"))
        self.query_one("#source-title", Static).update(title)
        place = [f"{citation.n} of {of}"] if of else []
        place += [place_of(citation), safe_line(citation.kind or "")]
        context = [f"“{safe_line(citation.heading)}”"] if citation.heading else []
        context += [safe_line(document.context)] if document is not None and document.context else []
        self.query_one("#source-place", Static).update(Content(" · ".join(filter(None, place))))
        self.query_one("#source-actions", Static).update(actions(of))
        around = self.query_one("#source-context", Static)
        around.update(Content(" · ".join(context)))
        around.display = bool(context)

    def _note(self, note: str) -> None:
        widget = self.query_one("#source-note", Static)
        widget.update(Content(note))
        widget.display = bool(note)
