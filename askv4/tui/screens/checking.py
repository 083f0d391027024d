"""Checking an answer: its sources are opened, gone through, copied."""

from __future__ import annotations

from functools import partial

from textual import on

from askv4.answer.conversation.export import source_place
from askv4.text.safe import safe, safe_line
from askv4.tui import workers
from askv4.tui.clipboard import copy_to_system
from askv4.tui.messages import DocumentRead, SourceRead, Told
from askv4.tui.opener import open_file
from askv4.tui.panes.documents import DocumentsPane
from askv4.tui.panes.source import SourceText, marks_of
from askv4.tui.panes.turn import TurnView
from askv4.tui.screens.base import PanesScreen
from askv4.tui.workers import failing
from askv4.tui.wrapping import Mark
from askv4.types import Citation


class CheckingScreen(PanesScreen):
    """Everything that starts from a citation."""

    def action_open_citation(self, n: int) -> None:
        """Show the source of citation `n` of the selected answer."""
        turn = self.conversation.selected
        if turn is None or turn.citation(n) is None:
            self.tell(f"the answer has no source [{n}]" if turn is not None else "there is no answer yet")
            return
        self.open_citation(turn, n)

    def open_citation(self, turn: TurnView, n: int) -> None:
        """Show the source of citation `n` of a turn, and give it the keys."""
        citation = turn.citation(n)
        if citation is None:
            return
        self.conversation.select(turn)
        if self.has_class("-narrow") and self.sidebar_shown:
            self.sidebar_open = None
        self.source_open = True
        self.read_source(turn, n)
        self.call_after_refresh(self.source.query_one(SourceText).focus)

    def read_source(self, turn: TurnView, n: int) -> None:
        """Read the source of citation `n`, and show it when that is done."""
        citation = turn.citation(n)
        if citation is not None:
            turn.current = n
            work = partial(workers.read_source, self.session, self.post_message, turn.number, citation, turn.contents)
            self.in_thread(work)

    @on(SourceRead)
    def _show_source(self, event: SourceRead) -> None:
        turn = self.conversation.turn(event.turn)
        citation = turn.citation(event.n) if turn is not None else None
        # The reader may have gone on to another source in the meantime.
        if turn is None or citation is None or turn.current != event.n:
            return
        of, source = len(turn.citations), event.source
        if source is None:
            self.source.show_quote_only(citation, of, f"{event.trouble}; these are the words that were quoted")
            return
        turn.show_changes(event.changes)
        note = event.changes.get(citation.document, "")
        marks = marks_of(one for one in turn.citations if one.document == citation.document)
        if source.text[citation.start : citation.end] != citation.quote:
            # Another text than the one that was quoted: the words may still be in it, elsewhere.
            place = source.text.find(citation.quote)
            if place < 0:
                self.source.show_quote_only(
                    citation, of, f"{note or 'the document has changed'}; the quoted words are gone:"
                )
                return
            note = f"{note or 'the document has changed'}; the quoted words have moved"
            marks = [Mark(place, place + len(citation.quote), citation.n)]
        self.source.show(citation, of, source.document, source.text, marks, note)

    @on(TurnView.CitationWanted)
    def _open_wanted(self, event: TurnView.CitationWanted) -> None:
        self.open_citation(event.turn, event.n)

    @on(TurnView.Picked)
    def _pick_turn(self, event: TurnView.Picked) -> None:
        self.conversation.select(event.turn)
        self._offer_digits()

    @on(DocumentsPane.Chosen)
    def _read_document(self, event: DocumentsPane.Chosen) -> None:
        """Show a document from its beginning."""
        document = event.document
        if document.state == "skipped":
            self.tell(f"{safe_line(document.document)} was not read: {document.reason}", trouble=True)
            return
        self.in_thread(partial(workers.read_document, self.session, self.post_message, document.document))

    @on(DocumentRead)
    def _show_document(self, event: DocumentRead) -> None:
        document = event.source.document
        citation = Citation(0, document.document, document.title, document.kind, 0, 0, None, None, None, "")
        if self.has_class("-narrow"):
            self.sidebar_open = None
        self.source_open = True
        self.source.show(citation, 0, document, event.source.text, [], "")
        self.call_after_refresh(self.source.query_one(SourceText).focus)

    def action_next_citation(self) -> None:
        """Open the source after the one that is open."""
        self._step(1)

    def action_previous_citation(self) -> None:
        """Open the source before the one that is open."""
        self._step(-1)

    def _step(self, by: int) -> None:
        turn = self.conversation.selected
        if turn is None or not turn.citations:
            self.tell("there is no source to open")
            return
        numbers = [citation.n for citation in turn.citations]
        here = numbers.index(turn.current) if turn.current in numbers else (-1 if by > 0 else 0)
        self.open_citation(turn, numbers[(here + by) % len(numbers)])

    def action_other_turn(self, by: int) -> None:
        """Select the answer before or after."""
        turns = self.conversation.turns
        if not turns:
            return
        here = next((position for position, turn in enumerate(turns) if turn.selected), len(turns) - 1)
        turn = turns[min(max(here + by, 0), len(turns) - 1)]
        self.conversation.select(turn)
        self.conversation.scroll_to_widget(turn, animate=False, top=True)
        self._offer_digits()

    def action_toggle_source(self) -> None:
        """Show the source that was open last, else the first; or hide it."""
        turn = self.conversation.selected
        if self.source_open:
            self.source_open = False
        elif self.source.citation is not None and self.source.citation.n == 0:
            self.source_open = True
        elif turn is not None and turn.citations:
            self.open_citation(turn, turn.citations[0].n)
        else:
            self.tell("there is no source to show yet")

    def action_close_source(self) -> None:
        """Hide the source."""
        self.source_open = False

    def _offer_digits(self) -> None:
        """Digits in an empty prompt open the citations of the selected answer."""
        turn = self.conversation.selected
        digits = {str(citation.n) for citation in turn.citations if citation.n < 10} if turn is not None else set()
        self.prompt.shortcuts = frozenset({"?", *digits})
        self.refresh_bindings()

    # Copying and opening

    @property
    def _citation(self) -> Citation | None:
        """The citation whose source is open, else the selected answer's first."""
        if self.source_open and self.source.citation is not None:
            return self.source.citation
        turn = self.conversation.selected
        return next(iter(turn.citations), None) if turn is not None else None

    def action_copy_answer(self) -> None:
        """Copy the selected answer with its sources."""
        turn = self.conversation.selected
        if turn is None or turn.answer is None:
            self.tell("there is no answer to copy")
            return
        sources = [f"[{citation.n}] {source_place(citation)}" for citation in turn.answer.citations]
        self._copy("\n".join([safe(turn.answer.answer), *([""] if sources else []), *sources]), "the answer")

    async def action_toggle_details(self) -> None:
        """Show how the selected answer was made, or hide it."""
        turn = self.conversation.selected
        if turn is None or turn.answer is None:
            self.tell("there is no answer yet")
        else:
            await turn.toggle_details()

    def action_copy_citation(self) -> None:
        """Copy where the open source stands."""
        citation = self._citation
        if citation is None:
            self.tell("there is no source to copy")
        else:
            self._copy(source_place(citation), "the citation")

    def action_copy_quotation(self) -> None:
        """Copy the cited words, exactly."""
        citation = self._citation
        if citation is None or not citation.quote:
            self.tell("there are no cited words to copy")
        else:
            self._copy(citation.quote, "the quotation")

    def _copy(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(text)
        self.in_thread(partial(copy_to_system, text))
        self.tell(f"copied {what}")

    def action_open_file(self) -> None:
        """Open the source's file in the system's viewer."""
        citation = self._citation
        if citation is None:
            self.tell("there is no source to open")
            return
        self.in_thread(partial(self._open_file, citation))

    def _open_file(self, citation: Citation) -> None:
        try:
            open_file(self.corpus / citation.document, citation.page)
            self.post_message(Told(f"opened {citation.document}"))
        except Exception as error:  # noqa: BLE001  the edge of the thread
            self.post_message(Told(failing(error), trouble=True))
