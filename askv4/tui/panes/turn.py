"""One question and what became of it."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from askv4.answer.quote.explaining import anyway
from askv4.answer.quote.listing import passages, unlisted_conflicts
from askv4.text.excerpt import shortened
from askv4.text.safe import safe, safe_line, safe_name
from askv4.tui.looks import KIND, MARKER, MUTED, WARNING
from askv4.tui.messages import CitationClicked, News
from askv4.tui.panes.answer_text import lead_text, quoted_text
from askv4.types import Answer, Citation, Retrieved

LINKS = {
    "stop": "[@click=screen.escape]esc stop[/]",
    "copy": "[@click=screen.copy_answer]c copy[/]",
    "refused": "[@click=screen.show_anyway]s show it anyway[/]",
    "last": "[@click=screen.ask_again]r again[/]  [@click=screen.edit_last]e edit[/]",
}
"""What can be done with a turn, for the mouse: while it is answered, when it is selected, when it is refused, when it is the
last one."""
EXCERPT = 240
"""Characters of a nearest passage that are shown; the source pane has all of it."""


class SourceLine(Static, can_focus=True):
    """A source of an answer in one line; Enter or a click opens it."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "open", "Open source"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]
    change = reactive("", init=False)
    """What has happened to the document since the answer."""

    @dataclass
    class Opened(Message):
        """The source is to be shown."""

        n: int

    def __init__(self, citation: Citation, *, excerpt: bool = False) -> None:
        super().__init__(source_line(citation, excerpt=excerpt), classes="source-line")
        self.citation = citation
        self._excerpt = excerpt

    def watch_change(self, change: str) -> None:
        self.update(source_line(self.citation, change, excerpt=self._excerpt))

    def action_open(self) -> None:
        self.post_message(self.Opened(self.citation.n))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_open()


class Remark(Static):
    """A line below an answer; the citations that it names can be clicked."""

    def __init__(self, kind: str, line: str, numbers: Collection[int]) -> None:
        content = Content(line)
        for match in re.finditer(r"\[(\d{1,4})\]", line):
            if int(match[1]) in numbers:
                content = content.stylize(f"@click=cite({match[1]})", *match.span())
        super().__init__(content, classes=f"remark {kind}")

    def action_cite(self, n: int) -> None:
        self.post_message(CitationClicked(n))


class LeadWaiting(Static):
    """Where the lead will stand: how long it has been written."""

    def on_mount(self) -> None:
        self._since = time.monotonic()
        self._show()
        self.set_interval(0.5, self._show)

    def _show(self) -> None:
        seconds = time.monotonic() - self._since
        self.update(Content(f"writing the answer … {seconds:.0f} s, Esc keeps the quotations"))


class TurnView(Vertical):
    """A turn: the question, what was found, the answer, its remarks and sources."""

    selected = reactive(False, toggle_class="-selected")
    current = reactive(0, init=False)
    """Number of the citation whose source is open; 0 for none."""

    @dataclass
    class CitationWanted(News):
        """The source of a citation is to be shown."""

        turn: TurnView
        n: int

    @dataclass
    class Picked(News):
        """The reader clicked somewhere in this turn."""

        turn: TurnView

    def __init__(self, number: int, question: str) -> None:
        super().__init__(classes="turn -waiting")
        self.number = number
        self.question = question
        self.answer: Answer | None = None
        self.contents: dict[str, str] = {}
        """SHA-256 of the cited documents as they were."""

    def compose(self) -> ComposeResult:
        yield Static(Content.assemble(("❯ ", "$text-primary"), (safe(self.question), "bold")), classes="question")
        with Horizontal(classes="made"):
            yield Static(Content("looking…"), classes="found")
            for kind, links in LINKS.items():
                yield Static(Content.from_markup(links), classes=f"links {kind}")

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What can be opened: the citations, or where there are none the nearest passages."""
        if self.answer is None:
            return ()
        return self.answer.citations or self.answer.nearest

    def citation(self, n: int) -> Citation | None:
        """The citation with this number."""
        return next((citation for citation in self.citations if citation.n == n), None)

    def show_waiting(self, line: str) -> None:
        """Say what the question waits for."""
        self._found(Content(safe_line(line)))

    def show_found(self, retrieved: Retrieved, seconds: float) -> None:
        """Say what retrieval has found, before the answer."""
        names = list(dict.fromkeys(hit.document.document for hit in retrieved.hits))
        if not names:
            self._found(Content("nothing found"))
            return
        passages = f"{len(retrieved.hits)} passage{'s' if len(retrieved.hits) > 1 else ''} found in "
        shown = ", ".join(safe_name(name) for name in names[:3]) + (
            f" and {len(names) - 3} more" if len(names) > 3 else ""
        )
        self._found(Content.assemble(passages, shown, f" · {seconds:.2f} s"))

    async def show_quoted(self, answer: Answer, contents: Mapping[str, str]) -> None:
        """Show the answer in quotations, below the place of the lead that is being written."""
        await self._show(answer, contents, LeadWaiting(classes="writing"))

    async def show_answer(self, answer: Answer, contents: Mapping[str, str]) -> None:
        """Show the answer, in place of the quotations that have been shown before it."""
        self.remove_class("-waiting")
        open_, focused = (
            self.citation(self.current),
            next((line for line in self.query(SourceLine) if line.has_focus), None),
        )
        await self._show(answer, contents)
        # The citations of a lead come first: the others have new numbers.
        self.current = self._number_of(open_)
        self.watch_current(self.current)
        if focused is not None:
            n = self._number_of(focused.citation)
            for line in self.query(SourceLine):
                line.can_focus = True
                if line.citation.n == n:
                    line.focus(scroll_visible=False)

    @property
    def can_show_anyway(self) -> bool:
        """Whether it is a refusal with likely sentences."""
        return self.answer is not None and anyway(self.answer) is not self.answer

    async def show_anyway(self) -> None:
        """Show the likeliest sentences of a refusal as if it were uncertain."""
        if self.answer is not None and self.can_show_anyway:
            await self._show(anyway(self.answer), self.contents)

    @property
    def waiting(self) -> bool:
        """Whether there is more to come."""
        return self.has_class("-waiting")

    def end_writing(self) -> None:
        """Leave it at the quotations."""
        self.remove_class("-waiting")
        self.query(".writing").remove()

    async def _show(self, answer: Answer, contents: Mapping[str, str], *above: Widget) -> None:
        self.answer = answer
        self.contents = dict(contents)
        self.set_class(answer.status == "not_in_sources", "-refused")
        self.set_class(answer.status == "uncertain", "-uncertain")
        self.set_class(bool(answer.conflicts), "-conflict")
        self.set_class(bool(answer.lead), "-led")
        self._found(_summary(answer) if answer.timings_ms else Content(""))
        with self.app.batch_update():
            await self.query(".writing, .answer, .remarks, .sources, .details, .failure").remove()
            await self.mount_all([*above, *self._answer_widgets(answer)])

    def _number_of(self, citation: Citation | None) -> int:
        """The number that a citation has now; 0 for none."""
        if citation is None:
            return 0
        place = (citation.document, citation.start, citation.end)
        return next((one.n for one in self.citations if (one.document, one.start, one.end) == place), 0)

    def show_failure(self, line: str) -> None:
        """Say why there is no answer."""
        self.remove_class("-waiting")
        self._found(Content(""))
        self.mount(Static(Content(safe_line(line)), classes="failure"))

    async def toggle_details(self) -> None:
        """Show how the answer was made, or hide it."""
        if self.query(".details"):
            await self.query(".details").remove()
        elif self.answer is not None:
            await self.mount(Static(details(self.answer), classes="details"))

    def show_changes(self, changes: Mapping[str, str]) -> None:
        """Mark the sources whose documents have changed since."""
        for line in self.query(SourceLine):
            line.change = changes.get(line.citation.document, "")

    def watch_selected(self, selected: bool) -> None:
        for line in self.query(SourceLine):
            line.can_focus = selected

    def watch_current(self, current: int) -> None:
        for line in self.query(SourceLine):
            line.set_class(line.citation.n == current, "-current")

    @staticmethod
    def _answer_widgets(answer: Answer) -> Iterator[Widget]:
        if answer.lead:
            yield lead_text(answer)
        yield quoted_text(answer)
        remarks = list(remark_lines(answer))
        if remarks:
            yield Vertical(
                *(Remark(kind, line, {citation.n for citation in answer.citations}) for kind, line in remarks),
                classes="remarks",
            )
        near = passages(answer)
        quoted = [one for one in answer.citations or answer.nearest if one not in near]
        if quoted:
            yield Vertical(*(SourceLine(citation) for citation in quoted), classes="sources")
        if near:
            head = Static(Content("Nearest passages"), classes="sources-head")
            lines = (SourceLine(citation, excerpt=True) for citation in near)
            yield Vertical(head, *lines, classes="sources nearest")

    def _found(self, content: Content) -> None:
        for line in self.query(".found").results(Static):
            line.update(content)

    def on_click(self) -> None:
        self.post_message(self.Picked(self))

    @on(CitationClicked)
    @on(SourceLine.Opened)
    def _want_citation(self, event: CitationClicked | SourceLine.Opened) -> None:
        event.stop()
        self.post_message(self.CitationWanted(self, event.n))


def source_line(citation: Citation, change: str = "", *, excerpt: bool = False) -> Content:
    """A citation in one line: number, file and place, kind, title; with `excerpt` the words below."""
    parts: list[str | Content | tuple[str, str]] = [(f"[{citation.n}] ", MARKER), place_of(citation)]
    if change:
        parts.append((f" · {change}", WARNING))
    if citation.kind:
        parts.append((f" · {safe_line(citation.kind)}", KIND))
    parts.append((f" · {safe_line(citation.title)}", MUTED))
    line = Content.assemble(*parts)
    if not excerpt:
        return line
    return Content.assemble(line, "\n", (shortened(citation, EXCERPT), MUTED))


def place_of(citation: Citation) -> str:
    """Where a citation stands: file:line as editors understand it, or the page."""
    name = safe_name(citation.document)
    if citation.on_page:
        return f"{name}, {citation.on_page}"
    return f"{name}:{citation.line}" if citation.line is not None else name


def remark_lines(answer: Answer) -> Iterator[tuple[str, str]]:
    """What a reader should know beside the answer: the kind of remark, and its line."""
    for conflict in unlisted_conflicts(answer):
        yield "conflict", f"The sources differ: {safe_line(conflict.reason)}"
    if answer.left_machine:
        yield "warning", "Text of this question and its sources was sent to another machine."
    if answer.standalone_question:
        yield "note", f"Understood as: {safe_line(answer.standalone_question)}"
    if answer.note:
        yield "note", safe_line(answer.note)
    if answer.skipped:
        what = "1 document was" if len(answer.skipped) == 1 else f"{len(answer.skipped)} documents were"
        yield "note", f"{what} not read; the documents pane (F2) says why"


def _summary(answer: Answer) -> Content:
    """How the answer was made: who wrote it, and how long it took."""
    if answer.lead and answer.model:
        who, took = safe_line(answer.model), answer.timings_ms.get("total", 0)
    else:
        who = "quoted" if answer.status == "answered" else "searched"
        took = answer.timings_ms.get("quotes", answer.timings_ms.get("total", 0))
    line = f"{who} · {_seconds(took)}"
    return Content(line).stylize("@click=screen.toggle_details", 0, len(line))


def details(answer: Answer) -> Content:
    """How an answer came about, for who wants to know: who was asked, what was left out and why, how long it took."""
    parts: list[str | tuple[str, str]] = []
    if answer.confidence is not None:
        parts.append(f"that the sources answer this: {answer.confidence:.0%}\n")
    if answer.model:
        parts.append(f"{safe_line(answer.model)} was asked for a lead\n")
    for sentence in answer.grounding:
        markers = "".join(f" [{n}]" for n in sentence.citations)
        if sentence.supported:
            parts.append(f"shown: {safe_line(sentence.text)}{markers}\n")
        else:
            parts.append((f"left out: {safe_line(sentence.text)}\n", WARNING))
            parts += [f"  {safe_line(problem)}\n" for problem in sentence.problems]
    times = [f"{step} {_seconds(took)}" for step, took in answer.timings_ms.items()]
    parts.append(f"time: {', '.join(times)}" if times else "")
    return Content.assemble(*parts).rstrip()


def _seconds(milliseconds: float) -> str:
    seconds = milliseconds / 1000
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"
