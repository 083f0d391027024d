"""Keeping house: documents are added and removed, conversations kept, opened, renamed, exported, deleted."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual import on, work

from askv4.answer.conversations import ConversationStore, title_of
from askv4.answer.export import conversation_markdown
from askv4.errors import Askv4Error
from askv4.text.safe import safe_line
from askv4.tui import files, workers
from askv4.tui.messages import DocumentsListed, FolderChanged, SyncAdvanced, SyncEnded, Told
from askv4.tui.panes.conversations import ConversationsPane, ConversationWanted
from askv4.tui.panes.documents import DocumentList
from askv4.tui.screens.checking import CheckingScreen
from askv4.tui.screens.dialogues import ConfirmScreen, LineScreen
from askv4.types import Answer


class KeepingScreen(CheckingScreen):
    """The corpus and the past."""

    kept_as: int | None = None
    """Number of the open conversation; None before its first answer."""
    _syncing = True
    _sync_again = False

    @property
    def store(self) -> ConversationStore:
        return self.session.conversations

    # Documents

    def request_sync(self) -> None:
        """Bring the index in step with the folder, now or right after the sync that is under way."""
        if self._syncing:
            self._sync_again = True
            return
        self._syncing = True
        self.run_worker(
            partial(workers.sync, self.session, self.post_message), thread=True, exit_on_error=False, group="sync"
        )

    @on(FolderChanged)
    def _sync_changes(self) -> None:
        self.request_sync()

    @on(SyncAdvanced)
    def _show_progress(self, event: SyncAdvanced) -> None:
        self.activity.show_progress(event.progress)

    @on(SyncEnded)
    def _end_sync(self, event: SyncEnded) -> None:
        self.activity.end_progress()
        self._syncing = False
        report = event.report
        if report is not None and (report.added or report.changed or report.removed or report.renamed):
            counts = {
                "added": report.added,
                "changed": report.changed,
                "renamed": report.renamed,
                "removed": report.removed,
            }
            self.tell("indexed: " + ", ".join(f"{count} {what}" for what, count in counts.items() if count))
        self._mark_changes()
        if self._sync_again:
            self._sync_again = False
            self.request_sync()

    @on(DocumentsListed)
    def _list_documents(self, event: DocumentsListed) -> None:
        self.documents_pane.show(event.documents)
        self.conversation.greet(event.documents)

    def _mark_changes(self) -> None:
        for turn in self.conversation.turns:
            if turn.answer is not None and turn.contents:
                try:
                    turn.show_changes(self.session.changed(turn.answer, turn.contents))
                except Askv4Error:
                    return

    def action_add_document(self) -> None:
        """Ask for the path of a document to add."""

        def add(path: str | None) -> None:
            if path is None:
                return
            paths = files.paths_in(path) or [found for found in [Path(path).expanduser()] if found.exists()]
            if paths:
                self.add_paths(paths)
            else:
                self.tell(f"there is no file or folder {path}", trouble=True)

        screen = LineScreen("Add a document", "The path of a file or folder; it is copied into the corpus.")
        self.app.push_screen(screen, add)

    def add_paths(self, paths: list[Path]) -> None:
        """Copy files into the corpus; for folders the reader is asked first."""
        found = [file for path in paths for file in files.files_in(path)]
        if len(found) <= 1 and not any(path.is_dir() for path in paths):
            self._add(paths)
            return

        def add(sure: bool | None) -> None:
            if sure:
                self._add(paths)

        self.app.push_screen(ConfirmScreen(f"Copy {len(found)} files into {self.corpus}?", "Copy"), add)

    @work(thread=True, exit_on_error=False, group="files")
    def _add(self, paths: list[Path]) -> None:
        try:
            done = files.add(paths, self.corpus)
            self.post_message(Told(done.line, trouble=bool(done.failed)))
            self.post_message(FolderChanged())
        except Exception as error:  # noqa: BLE001  the edge of the thread
            self.post_message(Told(workers.failing(error), trouble=True))

    @on(DocumentList.RemoveWanted)
    def _ask_to_remove(self, event: DocumentList.RemoveWanted) -> None:
        def remove(sure: bool | None) -> None:
            if sure:
                self._remove(event.name)

        self.app.push_screen(ConfirmScreen(f"Move {safe_line(event.name)} to the bin?", "Move to bin"), remove)

    @work(thread=True, exit_on_error=False, group="files")
    def _remove(self, name: str) -> None:
        try:
            files.remove(name, self.corpus)
            self.post_message(Told(f"{name} is in the bin"))
        except Exception as error:  # noqa: BLE001  the edge of the thread
            self.post_message(Told(workers.failing(error), trouble=True))
        self.post_message(FolderChanged())

    # Conversations

    def keep(self, answer: Answer, contents: dict[str, str]) -> None:
        """Keep a turn; a store that cannot be written costs a line, not the answer."""
        try:
            self.kept_as = self.store.keep(answer, self.corpus, self.kept_as, contents)
        except Askv4Error as error:
            self.tell(error.line, trouble=True)
        self.list_conversations()

    def list_conversations(self) -> None:
        """Show the conversations that are kept, those that hold the words searched for."""
        try:
            found = self.store.find(self.conversations_pane.words)
        except Askv4Error as error:
            self.tell(error.line, trouble=True)
            return
        self.conversations_pane.show(found, self.kept_as)

    @on(ConversationsPane.SearchChanged)
    def _search_conversations(self) -> None:
        self.list_conversations()

    @on(ConversationWanted)
    async def _do_with_conversation(self, event: ConversationWanted) -> None:
        deeds = {"rename": self._rename, "export": self._export, "delete": self._delete}
        try:
            if event.deed == "open":
                await self._open_conversation(event.id)
            else:
                deeds[event.deed](event.id, self.store.get(event.id).title)
        except Askv4Error as error:
            self.tell(error.line, trouble=True)
            self.list_conversations()

    async def _open_conversation(self, number: int) -> None:
        kept = self.store.get(number)
        turns = self.store.turns(number)
        self.stop_answering()
        self.source_open = False
        self.kept_as = number
        await self.conversation.show(turns, self.next_number(len(turns)))
        for turn in turns:
            self.prompt.remember(turn.question)
        self._mark_changes()
        self._offer_digits()
        self.list_conversations()
        if kept.corpus != self.corpus:
            self.tell(f"this conversation was about {kept.corpus}; new questions go to {self.corpus}")
        if self.has_class("-narrow"):
            self.sidebar_open = None
        self.prompt.focus()

    def _rename(self, number: int, title: str) -> None:
        def rename(new: str | None) -> None:
            if new is not None:
                self._do(partial(self.store.rename, number, title_of(new)))

        self.app.push_screen(LineScreen("Rename the conversation", value=title), rename)

    def _delete(self, number: int, title: str) -> None:
        def delete(sure: bool | None) -> None:
            if not sure:
                return
            self._do(partial(self.store.delete, number))
            if self.kept_as == number:
                self.kept_as = None
                self.run_worker(self.action_new_conversation())

        self.app.push_screen(ConfirmScreen(f"Delete the conversation “{title}” for good?", "Delete"), delete)

    def _export(self, number: int, title: str) -> None:
        name = "".join(c if c.isalnum() or c in " -" else " " for c in title)
        suggested = Path.cwd() / f"{' '.join(name.split())[:60] or 'conversation'}.md"

        def export(path: str | None) -> None:
            if path is not None:
                self._do(partial(self._write_export, number, Path(path).expanduser()), f"written to {path}")

        hint = "Markdown, with the sources of each answer."
        self.app.push_screen(LineScreen("Export the conversation to", hint, str(suggested)), export)

    def _write_export(self, number: int, path: Path) -> None:
        text = conversation_markdown(self.store.get(number), self.store.turns(number))
        try:
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError as error:
            raise Askv4Error(f"{path} exists already", "name another file") from error

    def action_export(self) -> None:
        """Export the open conversation."""
        if self.kept_as is None:
            self.tell("there is no conversation to export yet")
        else:
            self.post_message(ConversationWanted("export", self.kept_as))

    def _do(self, deed: partial[None], done: str = "") -> None:
        try:
            deed()
        except (Askv4Error, OSError, ValueError) as error:
            self.tell(workers.error_line(error) if not isinstance(error, ValueError) else str(error), trouble=True)
        else:
            if done:
                self.tell(done)
        self.list_conversations()

    async def action_new_conversation(self) -> None:
        """Begin anew; what was said is kept."""
        self.stop_answering()
        self.source_open = False
        self.kept_as = None
        await self.conversation.show([], 0)
        self._offer_digits()
        self.list_conversations()
        self.tell("")
        if self.has_class("-narrow"):
            self.sidebar_open = None
        self.prompt.focus()

    def stop_answering(self) -> None:
        """End the answer that is being made."""
        raise NotImplementedError

    def next_number(self, count: int) -> int:
        """The first of `count` numbers that no turn has had."""
        raise NotImplementedError
