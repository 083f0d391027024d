"""The documents: what each is, how it fared, and why one was skipped."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option, OptionDoesNotExist

from askv4.text.safe import safe_line, safe_name
from askv4.tui.looks import MUTED, WARNING
from askv4.tui.messages import News
from askv4.tui.panes.filter import Filter
from askv4.types import Document

AT_ONCE = 100
"""So many entries are made without a pause."""


class DocumentList(OptionList):
    """One entry for each file of the corpus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Read"),
        Binding("delete,backspace", "remove", "Remove", key_display="Del"),
        Binding("a", "screen.add_document", "Add"),
    ]

    @dataclass
    class RemoveWanted(News):
        """The highlighted document is to leave the corpus."""

        name: str

    def on_focus(self) -> None:
        if self.highlighted is None and self.option_count:
            self.highlighted = 0

    def action_remove(self) -> None:
        option = self.highlighted_option
        if option is not None and option.id is not None:
            self.post_message(self.RemoveWanted(option.id))


class DocumentsPane(Vertical):
    """The list and its head."""

    @dataclass
    class Chosen(News):
        """A document is to be read."""

        document: Document

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._documents: dict[str, Document] = {}
        self._shown = False
        self._rest: Iterator[Document] = iter(())
        """Those that have no entry yet."""

    def compose(self) -> ComposeResult:
        yield Static(id="documents-head", classes="pane-head")
        yield Filter(id="document-search")
        yield DocumentList()

    def on_mount(self) -> None:
        self.query_one(Filter).display = False
        self.show([])

    def show(self, documents: Sequence[Document]) -> None:
        """Show the documents; the highlighted one stays highlighted where it still exists."""
        named = {document.document: document for document in documents}
        if named == self._documents and self._shown:
            return
        self._documents, self._shown = named, True
        self._fill()

    def search(self) -> None:
        """Type what the names or titles of the documents to be shown hold."""
        self.query_one(Filter).display = True
        self.query_one(Filter).focus()

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        event.stop()
        self._fill()

    @on(events.DescendantBlur)
    def _hide_empty_filter(self) -> None:
        words = self.query_one(Filter)
        words.display = words.has_focus or bool(words.value)

    def _fill(self) -> None:
        words = self.query_one(Filter).value.casefold().split()
        documents = [
            document
            for document in self._documents.values()
            if all(word in f"{document.document} {document.title}".casefold() for word in words)
        ]
        head = Content.assemble(("Documents ", "bold"), (str(len(documents) or ""), MUTED), "  ")
        add = Content.from_markup("[@click=screen.add_document]+ add[/]")
        self.query_one("#documents-head", Static).update(Content.assemble(head, add))
        entries = self.query_one(DocumentList)
        kept = entries.highlighted_option.id if entries.highlighted_option is not None else None
        entries.clear_options()
        self._rest = iter(documents)
        self._add_some(self._rest, kept)

    def _add_some(self, rest: Iterator[Document], kept: str | None) -> None:
        """Add entries, and the next ones a little later: keys are not to wait for a thousand."""
        some = list(itertools.islice(rest, AT_ONCE))
        if rest is not self._rest or not some:
            return
        entries = self.query_one(DocumentList)
        entries.add_options([Option(document_entry(document), document.document) for document in some])
        if kept is not None and kept in self._documents and entries.highlighted is None:
            with contextlib.suppress(OptionDoesNotExist):
                entries.highlighted = entries.get_option_index(kept)
        self.set_timer(0.01, partial(self._add_some, rest, kept))

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        document = self._documents.get(event.option.id or "")
        if document is not None:
            self.post_message(self.Chosen(document))


def document_entry(document: Document) -> Content:
    """A document in two lines: its name, and below it what it is or why it was not read."""
    name = safe_name(document.document)
    if document.state == "skipped":
        reason = safe_line(document.reason or "not read")
        return Content.assemble((f"✗ {name}", WARNING), "\n", (f"  {reason}", MUTED))
    passages = f"{document.passages} passage{'' if document.passages == 1 else 's'}"
    pages = f"{document.pages} pages" if document.pages else ""
    about = " · ".join(filter(None, [safe_line(document.kind or ""), passages, pages]))
    return Content.assemble((name, ""), "\n", (f"  {about}", MUTED))
