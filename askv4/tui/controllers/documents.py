"""The documents: indexed as the folder changes, added, removed, and told of when they are others than those that were cited."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from askv4.text.safe import safe_line
from askv4.tui import files, workers
from askv4.tui.messages import (
    ChangesSeen,
    Counted,
    DocumentsListed,
    FolderChanged,
    ScopeChanged,
    StartMade,
    SyncAdvanced,
    SyncEnded,
    Told,
)
from askv4.tui.panes.documents import DocumentList
from askv4.tui.screens.base import PanesScreen, Takers
from askv4.tui.screens.dialogues import ConfirmScreen, LineScreen

INDEXED = "indexed: "
"""How the line begins that tells what a sync has done; the next sync takes it away."""


class Documents:
    """Keeps the index in step, and brings documents in and out of the corpus."""

    def __init__(self, view: PanesScreen) -> None:
        self._view = view
        self.syncing = True
        """Whether a sync is under way; the first begins with the chat."""
        self._sync_again = False
        self._started = False

    def takers(self) -> Takers:
        """What this controller takes."""
        return (
            (FolderChanged, lambda _: self.request_sync()),
            (SyncAdvanced, self._show_progress),
            (SyncEnded, self._end_sync),
            (DocumentsListed, self._list),
            (StartMade, self._note_start),
            (ChangesSeen, self._show_changes),
            (ScopeChanged, self._show_scope),
            (Counted, self._ask_to_add),
            (DocumentList.RemoveWanted, lambda news: self.ask_to_remove(news.name)),
        )

    def request_sync(self) -> None:
        """Bring the index in step with the folder, now or right after the sync that is under way."""
        if self.syncing:
            self._sync_again = True
            return
        self.syncing = True
        self._view.in_thread(partial(workers.sync, self._view.session, self._view.post_message))

    def _show_progress(self, news: SyncAdvanced) -> None:
        activity = self._view.activity
        if activity.line.startswith(INDEXED):
            activity.tell("")
        activity.show_progress(news.progress)

    def _end_sync(self, news: SyncEnded) -> None:
        self._view.activity.end_progress()
        self.syncing = False
        report = news.report
        if report is not None:
            names = ("added", "changed", "renamed", "removed")
            counts = [f"{count} {name}" for name in names if (count := getattr(report, name))]
            if counts:
                self._view.tell(INDEXED + ", ".join(counts))
            if counts and self._started and not self._view.conversation.turns:
                self._view.in_thread(partial(workers.make_start, self._view.session, self._view.post_message))
        self.mark_changes()
        if self._sync_again:
            self._sync_again = False
            self.request_sync()

    def _list(self, news: DocumentsListed) -> None:
        view = self._view
        view.documents_pane.show(news.documents)
        view.conversation.greet(news.documents)
        skipped = sum(document.state == "skipped" for document in news.documents)
        view.status_line.change(documents=len(news.documents) - skipped, skipped=skipped)

    def ask_for_scope(self) -> None:
        """Ask for the part of the documents to which questions are limited."""

        def limit(said: str | None) -> None:
            if said is not None:
                self.look_in(said)

        hint = "A folder, a file, *.pdf, a format or a kind; since 2024, until May 2025. Empty asks all."
        status = self._view.status_line.status
        now = status.within if status is not None else None
        self._view.app.push_screen(LineScreen("Ask a part of the documents", hint, now or "", empty=True), limit)

    def look_in(self, said: str) -> None:
        """Limit questions to a part of the documents, from the next one on."""
        self._view.in_thread(partial(workers.look_in, self._view.session, self._view.post_message, said))

    def _show_scope(self, news: ScopeChanged) -> None:
        self._view.status_line.change(within=news.within)
        if news.line:
            self._view.tell(news.line)

    def _note_start(self, _news: StartMade) -> None:
        self._started = True

    def mark_changes(self) -> None:
        """Look which cited documents have changed, and mark them."""
        view = self._view
        turns = {turn.number: dict(turn.contents) for turn in view.conversation.turns if turn.contents}
        if turns:
            view.in_thread(partial(workers.see_changes, view.session, view.post_message, turns))

    def _show_changes(self, news: ChangesSeen) -> None:
        for number, changes in news.changes.items():
            turn = self._view.conversation.turn(number)
            if turn is not None:
                turn.show_changes(changes)

    def ask_for_path(self) -> None:
        """Ask for the path of a document to add."""

        def add(path: str | None) -> None:
            if path is None:
                return
            paths = files.paths_in(path) or files.named_as_is(path)
            if paths:
                self.add(paths)
            else:
                self._view.tell(f"there is no file or folder {path}", trouble=True)

        screen = LineScreen("Add a document", "The path of a file or folder; it is copied into the corpus.")
        self._view.app.push_screen(screen, add)

    def add(self, paths: list[Path]) -> None:
        """Copy files into the corpus; for folders the reader is asked first."""
        folders = [path for path in paths if path.is_dir()]
        if folders:
            self._view.tell("looking into the folder…")
            self._view.in_thread(partial(self._count, paths, folders))
        else:
            self._view.in_thread(partial(self._copy, paths))

    def _count(self, paths: list[Path], folders: list[Path]) -> None:
        count = sum(files.documents_in(folder) for folder in folders) + len(paths) - len(folders)
        self._view.post_message(Counted(paths, count))

    def _ask_to_add(self, news: Counted) -> None:
        view = self._view
        if not news.count:
            view.tell("there is no document of a kind that askv4 reads", trouble=True)
            return
        view.tell("")

        def add(sure: bool | None) -> None:
            if sure:
                view.in_thread(partial(self._copy, news.paths))

        what = "1 document" if news.count == 1 else f"{news.count} documents"
        view.app.push_screen(ConfirmScreen(f"Copy {what} into {view.corpus}?", "Copy"), add)

    def _copy(self, paths: list[Path]) -> None:
        added = files.add(paths, self._view.corpus)
        failed = any(one.outcome == "failed" for one in added)
        self._view.post_message(Told(files.added_line(added), trouble=failed))
        self._view.post_message(FolderChanged())

    def remove_open(self) -> None:
        """Remove the document that is open."""
        citation = self._view.source.citation
        if self._view.source_open and citation is not None:
            self.ask_to_remove(citation.document)
        else:
            self._view.tell("open the document that is to be removed first")

    def ask_to_remove(self, name: str) -> None:
        """Move a document to the bin, after a yes."""

        def remove(sure: bool | None) -> None:
            if sure:
                self._view.in_thread(partial(self._remove, name))

        self._view.app.push_screen(ConfirmScreen(f"Move {safe_line(name)} to the bin?", "Move to bin"), remove)

    def _remove(self, name: str) -> None:
        try:
            files.remove(name, self._view.corpus)
            self._view.post_message(Told(f"{name} is in the bin"))
        finally:
            self._view.post_message(FolderChanged())
