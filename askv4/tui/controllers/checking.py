"""Checking an answer: its sources are opened, gone through, copied."""

from __future__ import annotations

import subprocess
from functools import partial

from textual.app import SuspendNotSupported

from askv4.answer.conversation.export import source_place
from askv4.text.safe import safe, safe_line
from askv4.tui import workers
from askv4.tui.clipboard import copy_to_system
from askv4.tui.editors import named_editor
from askv4.tui.messages import DocumentRead, EditorWanted, SourceRead, StartMade, Told
from askv4.tui.opener import open_file, require_file, start
from askv4.tui.panes.documents import DocumentsPane
from askv4.tui.panes.source import SourceText, marks_of
from askv4.tui.panes.turn import TurnView
from askv4.tui.screens.base import PanesScreen, Takers
from askv4.tui.wrapping import Mark
from askv4.types import Citation


class Checking:
    """Everything that starts from a citation."""

    def __init__(self, view: PanesScreen) -> None:
        self._view = view

    def takers(self) -> Takers:
        """What this controller takes."""
        return (
            (SourceRead, self._show_source),
            (DocumentRead, self._show_document),
            (DocumentsPane.Chosen, self._read_document),
            (TurnView.CitationWanted, lambda news: self.open(news.turn, news.n)),
            (TurnView.Picked, self._pick_turn),
            (EditorWanted, self._edit),
            (StartMade, self._show_start),
        )

    def open_number(self, n: int) -> None:
        """Show the source of citation `n` of the selected answer."""
        turn = self._view.conversation.selected
        if turn is None or turn.citation(n) is None:
            self._view.tell(f"the answer has no source [{n}]" if turn is not None else "there is no answer yet")
            return
        self.open(turn, n)

    def open(self, turn: TurnView, n: int) -> None:
        """Show the source of citation `n` of a turn, and give it the keys."""
        view = self._view
        if turn.citation(n) is None:
            return
        view.conversation.select(turn)
        if view.is_narrow and view.sidebar_shown:
            view.sidebar_open = None
        view.source_open = True
        self.read_source(turn, n)
        view.call_after_refresh(view.source.query_one(SourceText).focus)

    def read_source(self, turn: TurnView, n: int) -> None:
        """Read the source of citation `n`, and show it when that is done."""
        view, citation = self._view, turn.citation(n)
        if citation is not None:
            turn.current = n
            view.in_thread(
                partial(workers.read_source, view.session, view.post_message, turn.number, citation, turn.contents)
            )

    def _show_source(self, news: SourceRead) -> None:
        pane, turn = self._view.source, self._view.conversation.turn(news.turn)
        citation = turn.citation(news.n) if turn is not None else None
        # The reader may have gone on to another source in the meantime.
        if turn is None or citation is None or turn.current != news.n:
            return
        of, source = len(turn.citations), news.source
        if source is None:
            pane.show_quote_only(citation, of, f"{news.trouble}; these are the words that were quoted")
            return
        turn.show_changes(news.changes)
        note = news.changes.get(citation.document, "")
        marks = marks_of(one for one in turn.citations if one.document == citation.document)
        if source.text[citation.start : citation.end] != citation.quote:
            # Another text than the one that was quoted: the words may still be in it, elsewhere.
            place = source.text.find(citation.quote)
            if place < 0:
                pane.show_quote_only(citation, of, f"{note or 'the document has changed'}; the quoted words are gone:")
                return
            note = f"{note or 'the document has changed'}; the quoted words have moved"
            marks = [Mark(place, place + len(citation.quote), citation.n)]
        pane.show(citation, of, source.document, source.text, marks, note)

    def _pick_turn(self, news: TurnView.Picked) -> None:
        self._view.conversation.select(news.turn)
        self.offer_digits()

    def _read_document(self, news: DocumentsPane.Chosen) -> None:
        """Show a document from its beginning."""
        view, document = self._view, news.document
        if document.state == "skipped":
            view.tell(f"{safe_line(document.document)} was not read: {document.reason}", trouble=True)
            return
        view.in_thread(partial(workers.read_document, view.session, view.post_message, document.document))

    def _show_document(self, news: DocumentRead) -> None:
        view, document = self._view, news.source.document
        citation = Citation(0, document.document, document.title, document.kind, 0, 0, None, None, None, "")
        if view.is_narrow:
            view.sidebar_open = None
        view.source_open = True
        view.source.show(citation, 0, document, news.source.text, [], "")
        view.call_after_refresh(view.source.query_one(SourceText).focus)

    def step(self, by: int) -> None:
        """Open the source so many after the one that is open."""
        turn = self._view.conversation.selected
        if turn is None or not turn.citations:
            self._view.tell("there is no source to open")
            return
        numbers = [citation.n for citation in turn.citations]
        here = numbers.index(turn.current) if turn.current in numbers else (-1 if by > 0 else 0)
        self.open(turn, numbers[(here + by) % len(numbers)])

    def select_other(self, by: int) -> None:
        """Select the answer before or after."""
        pane = self._view.conversation
        turns = pane.turns
        if not turns:
            return
        here = next((position for position, turn in enumerate(turns) if turn.selected), len(turns) - 1)
        turn = turns[min(max(here + by, 0), len(turns) - 1)]
        pane.select(turn)
        pane.scroll_to_widget(turn, animate=False, top=True)
        self.offer_digits()

    def toggle_source(self) -> None:
        """Show the source that was open last, else the first; or hide it."""
        view, turn = self._view, self._view.conversation.selected
        if view.source_open:
            view.source_open = False
        elif view.source.citation is not None and view.source.citation.n == 0:
            view.source_open = True
        elif turn is not None and turn.citations:
            self.open(turn, turn.citations[0].n)
        else:
            view.tell("there is no source to show yet")

    def _show_start(self, news: StartMade) -> None:
        self._view.conversation.show_start(news.start)
        self.offer_digits()

    def offer_digits(self) -> None:
        """Digits in an empty prompt open the citations of the selected answer, or ask what is suggested before the first."""
        conversation = self._view.conversation
        turn = conversation.selected
        digits = {str(citation.n) for citation in turn.citations if citation.n < 10} if turn is not None else set()
        if not conversation.turns:
            digits = {str(n) for n, _ in enumerate(conversation.suggested, 1)}
        self._view.prompt.shortcuts = frozenset({"?", *digits})
        self._view.refresh_bindings()

    async def toggle_details(self) -> None:
        """Show how the selected answer was made, or hide it."""
        turn = self._view.conversation.selected
        if turn is None or turn.answer is None:
            self._view.tell("there is no answer yet")
        else:
            await turn.toggle_details()

    # Copying and opening

    @property
    def citation(self) -> Citation | None:
        """The citation whose source is open, else the selected answer's first."""
        view = self._view
        if view.source_open and view.source.citation is not None:
            return view.source.citation
        turn = view.conversation.selected
        return next(iter(turn.citations), None) if turn is not None else None

    async def show_anyway(self) -> None:
        """Show what came nearest to an answer that was refused, sentence by sentence."""
        turn = self._view.conversation.selected
        if turn is None or not turn.can_show_anyway:
            self._view.tell("this answer hides nothing")
            return
        await turn.show_anyway()

    def copy_answer(self) -> None:
        """Copy the selected answer with its sources."""
        turn = self._view.conversation.selected
        if turn is None or turn.answer is None:
            self._view.tell("there is no answer to copy")
            return
        sources = [f"[{citation.n}] {source_place(citation)}" for citation in turn.answer.citations]
        self._copy("\n".join([safe(turn.answer.answer), *([""] if sources else []), *sources]), "the answer")

    def copy_citation(self) -> None:
        """Copy where the open source stands."""
        citation = self.citation
        if citation is None:
            self._view.tell("there is no source to copy")
        else:
            self._copy(source_place(citation), "the citation")

    def copy_quotation(self) -> None:
        """Copy the cited words, exactly."""
        citation = self.citation
        if citation is None or not citation.quote:
            self._view.tell("there are no cited words to copy")
        else:
            self._copy(citation.quote, "the quotation")

    def _copy(self, text: str, what: str) -> None:
        self._view.app.copy_to_clipboard(text)
        self._view.in_thread(partial(copy_to_system, text))
        self._view.tell(f"copied {what}")

    def open_file(self) -> None:
        """Open the source's file at its place: text in the user's editor, else in the system's viewer."""
        citation = self.citation
        if citation is None:
            self._view.tell("there is no source to open")
            return
        self._view.in_thread(partial(self._open_file, citation))

    def _open_file(self, citation: Citation) -> None:
        view, path = self._view, self._view.corpus / citation.document
        require_file(path)
        line = workers.line_now(view.session, citation)
        editor = named_editor(path, line) if line is not None else None
        if editor is None or (view.app.is_web and not editor.windowed):
            open_file(path, citation.page)
        elif editor.windowed:
            start(editor.command, path)
        else:
            view.post_message(EditorWanted(editor.command))
            return
        view.post_message(Told(f"opened {citation.document}"))

    def _edit(self, news: EditorWanted) -> None:
        """Leave the terminal to the editor."""
        name = news.command[0]
        trouble = ""
        try:
            with self._view.app.suspend():
                subprocess.run(news.command, check=False)
        except SuspendNotSupported:
            trouble = f"this terminal cannot be left to {name}; name an editor with a window of its own in $EDITOR"
        except OSError as error:
            trouble = f"{name} cannot be started: {error.strerror or error}; name another in $EDITOR"
        self._view.tell(trouble, trouble=bool(trouble))
