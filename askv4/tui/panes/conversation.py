"""The conversation: turns, one below the other, and a greeting before the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from askv4.answer.conversation.kept import KeptTurn
from askv4.text.excerpt import GAP, cut
from askv4.text.safe import safe_line
from askv4.tui import garbage
from askv4.tui.looks import HEADING, KIND, MARKER, MUTED
from askv4.tui.panes.turn import TurnView
from askv4.tui.session import Start
from askv4.types import Document, Turn

ROOMY = 28
"""Lines from which there is room for what the documents are about."""
MOST_SAID = 160
"""Characters of what tells of a document."""
NOTHING_YET = Start()


class ConversationPane(VerticalScroll, can_focus=True):
    """Turns; one of them is selected, and its citations are the ones that keys open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
        Binding("g", "scroll_home", show=False),
        Binding("G", "scroll_end", show=False),
    ]

    _last_number = 0
    _documents: Sequence[Document] | None = None
    _start = NOTHING_YET

    def compose(self) -> ComposeResult:
        yield Static(id="greeting")

    def greet(self, documents: Sequence[Document] | None) -> None:
        """Say what there is to ask about; None while that is not known."""
        self._documents = documents
        self._show_greeting()

    def show_start(self, start: Start) -> None:
        """Say what the documents are about, and suggest questions."""
        self._start = start
        self._show_greeting()

    @property
    def suggested(self) -> Sequence[str]:
        """Questions that the documents answer."""
        return self._start.questions

    def _show_greeting(self) -> None:
        start = self._start if self.size.height >= ROOMY else Start({}, self._start.questions)
        self.query_one("#greeting", Static).update(greeting(self._documents, start))

    def on_resize(self) -> None:
        if not self.turns:
            self._show_greeting()

    @property
    def turns(self) -> list[TurnView]:
        """Oldest first."""
        # Not by a query, which looks at every widget of every answer: this is asked many times while one is written.
        return [child for child in self.children if isinstance(child, TurnView)]

    @property
    def selected(self) -> TurnView | None:
        """The turn whose citations keys open."""
        return next((turn for turn in self.turns if turn.selected), None)

    @property
    def history(self) -> list[Turn]:
        """The turns that have an answer, as a follow-up needs them."""
        return [Turn(turn.question, turn.answer.answer) for turn in self.turns if turn.answer is not None]

    def turn(self, number: int) -> TurnView | None:
        """The turn with this number, unless it was taken away."""
        return next((turn for turn in self.turns if turn.number == number), None)

    def select(self, turn: TurnView | None) -> None:
        """Select a turn."""
        for other in self.turns:
            other.selected = other is turn
            if other is not turn:
                other.current = 0

    async def add(self, question: str) -> TurnView:
        """A new turn at the end, selected, with a number that no turn has had."""
        self.query_one("#greeting").display = False
        self._last_number += 1
        turn = TurnView(self._last_number, question)
        await self.mount(turn)
        self.select(turn)
        self.scroll_end(animate=False)
        return turn

    def follow(self, turn: TurnView) -> None:
        """Bring the end of a turn that has grown into view, but never push its question out."""
        if turn is self.turns[-1]:
            place = turn.virtual_region
            self.scroll_to(y=max(0, min(place.y, place.bottom - self.size.height)), animate=False)

    async def show(self, kept: Sequence[KeptTurn]) -> None:
        """The turns of a kept conversation, in place of what is there."""
        if self.turns:
            self.call_after_refresh(garbage.sweep)
        with self.app.batch_update():
            await self.query(TurnView).remove()
            for turn in kept:
                view = await self.add(turn.question)
                await view.show_answer(turn.answer, turn.contents)
        self.query_one("#greeting").display = not kept
        self.select(self.turns[-1] if kept else None)


def greeting(documents: Sequence[Document] | None, start: Start = NOTHING_YET) -> Content:
    """What stands in an empty conversation."""
    parts: list[str | Content | tuple[str, str]] = [("askv4", HEADING), "\n"]
    parts.append(("Ask your documents. Every sentence of the answer shows where it comes from.", MUTED))
    parts.append("\n\n")
    if documents is None:
        return Content.assemble(*parts)
    indexed = [document for document in documents if document.state == "indexed"]
    if not indexed:
        parts.append("There are no documents yet. Paste the path of a file or folder here and press Enter.")
        return Content.assemble(*parts)
    for document in indexed[:6]:
        kind = f"  {safe_line(document.kind)}" if document.kind else ""
        parts += [("• ", "$text-accent"), safe_line(document.title), (kind, KIND), "\n"]
        said = start.about.get(document.document)
        if said:
            short = cut(said, MOST_SAID).rstrip(" “‘(–—,;:") + GAP if len(said) > MOST_SAID else said
            parts.append((f"  “{safe_line(short)}”\n", MUTED))
    if len(indexed) > 6:
        parts.append((f"  and {len(indexed) - 6} more\n", MUTED))
    parts.append("\n")
    if start.questions:
        parts.append(("Answered by them, for example\n", MUTED))
    for number, question in enumerate(start.questions, 1):
        click = f"@click=screen.ask_suggested({number})"
        parts += [(f"{number:<5}", MARKER), "  ", (safe_line(question), f"{click} $text"), "\n"]
    parts.append("\n" if start.questions else "")
    for key, what in (
        ("Enter", "asks; Ctrl+J begins a new line"),
        ("1 … 9", "opens a source of the answer, n and p the next and the previous"),
        ("Esc", "stops an answer, and moves between the question and the answers"),
        ("F1", "shows all keys"),
    ):
        parts += [(f"{key:<5}", MARKER), (f"  {what}\n", MUTED)]
    return Content.assemble(*parts)
