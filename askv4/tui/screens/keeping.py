"""Keeping house: documents are added and removed, conversations kept, opened, renamed, exported, deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from textual import on

from askv4.answer.conversation.export import conversation_markdown
from askv4.answer.conversation.kept import ConversationStore, title_of
from askv4.errors import Askv4Error
from askv4.text.safe import safe_line
from askv4.tui import files, workers
from askv4.tui.messages import (
    ChangesSeen,
    ConversationLoaded,
    ConversationsListed,
    Counted,
    DocumentsListed,
    FolderChanged,
    QuestionsRecalled,
    SyncAdvanced,
    SyncEnded,
    Told,
)
from askv4.tui.panes.conversations import ConversationsPane, ConversationWanted, Deed
from askv4.tui.panes.documents import DocumentList
from askv4.tui.screens.checking import CheckingScreen
from askv4.tui.screens.dialogues import ConfirmScreen, LineScreen
from askv4.tui.session import OpenConversation, Session
from askv4.tui.threads import Threads
from askv4.types import Answer

INDEXED = "indexed: "
"""How the line begins that tells what a sync has done; the next sync takes it away."""


class KeepingScreen(CheckingScreen):
    """The corpus and the past."""

    syncing = True
    _sync_again = False

    def __init__(self, session: Session, threads: Threads) -> None:
        super().__init__(session, threads)
        self.open_conversation = OpenConversation()

    # Documents

    def request_sync(self) -> None:
        """Bring the index in step with the folder, now or right after the sync that is under way."""
        if self.syncing:
            self._sync_again = True
            return
        self.syncing = True
        self.in_thread(partial(workers.sync, self.session, self.post_message))

    @on(FolderChanged)
    def _sync_changes(self) -> None:
        self.request_sync()

    @on(SyncAdvanced)
    def _show_progress(self, event: SyncAdvanced) -> None:
        if self.activity.line.startswith(INDEXED):
            self.tell("")
        self.activity.show_progress(event.progress)

    @on(SyncEnded)
    def _end_sync(self, event: SyncEnded) -> None:
        self.activity.end_progress()
        self.syncing = False
        report = event.report
        if report is not None and (report.added or report.changed or report.removed or report.renamed):
            counts = {
                "added": report.added,
                "changed": report.changed,
                "renamed": report.renamed,
                "removed": report.removed,
            }
            self.tell(INDEXED + ", ".join(f"{count} {what}" for what, count in counts.items() if count))
        self.mark_changes()
        if self._sync_again:
            self._sync_again = False
            self.request_sync()

    @on(DocumentsListed)
    def _list_documents(self, event: DocumentsListed) -> None:
        self.documents_pane.show(event.documents)
        self.conversation.greet(event.documents)

    def mark_changes(self) -> None:
        """Look which cited documents have changed, and mark them."""
        turns = {turn.number: dict(turn.contents) for turn in self.conversation.turns if turn.contents}
        if turns:
            self.in_thread(partial(workers.see_changes, self.session, self.post_message, turns))

    @on(ChangesSeen)
    def _show_changes(self, event: ChangesSeen) -> None:
        for number, changes in event.changes.items():
            turn = self.conversation.turn(number)
            if turn is not None:
                turn.show_changes(changes)

    def action_add_document(self) -> None:
        """Ask for the path of a document to add."""

        def add(path: str | None) -> None:
            if path is None:
                return
            paths = files.paths_in(path) or files.named_as_is(path)
            if paths:
                self.add_paths(paths)
            else:
                self.tell(f"there is no file or folder {path}", trouble=True)

        screen = LineScreen("Add a document", "The path of a file or folder; it is copied into the corpus.")
        self.app.push_screen(screen, add)

    def add_paths(self, paths: list[Path]) -> None:
        """Copy files into the corpus; for folders the reader is asked first."""
        folders = [path for path in paths if path.is_dir()]
        if folders:
            self.tell("looking into the folder…")
            self.in_thread(partial(self._count, paths, folders))
        else:
            self.in_thread(partial(self._add, paths))

    def _count(self, paths: list[Path], folders: list[Path]) -> None:
        try:
            count = sum(files.documents_in(folder) for folder in folders) + len(paths) - len(folders)
            self.post_message(Counted(paths, count))
        except Exception as error:  # noqa: BLE001  the edge of the thread
            self.post_message(Told(workers.failing(error), trouble=True))

    @on(Counted)
    def _ask_to_add(self, event: Counted) -> None:
        if not event.count:
            self.tell("there is no document of a kind that askv4 reads", trouble=True)
            return
        self.tell("")

        def add(sure: bool | None) -> None:
            if sure:
                self.in_thread(partial(self._add, event.paths))

        what = "1 document" if event.count == 1 else f"{event.count} documents"
        self.app.push_screen(ConfirmScreen(f"Copy {what} into {self.corpus}?", "Copy"), add)

    def _add(self, paths: list[Path]) -> None:
        try:
            added = files.add(paths, self.corpus)
            failed = any(one.outcome == "failed" for one in added)
            self.post_message(Told(files.added_line(added), trouble=failed))
            self.post_message(FolderChanged())
        except Exception as error:  # noqa: BLE001  the edge of the thread
            self.post_message(Told(workers.failing(error), trouble=True))

    @on(DocumentList.RemoveWanted)
    def _ask_to_remove(self, event: DocumentList.RemoveWanted) -> None:
        def remove(sure: bool | None) -> None:
            if sure:
                self.in_thread(partial(self._remove, event.name))

        self.app.push_screen(ConfirmScreen(f"Move {safe_line(event.name)} to the bin?", "Move to bin"), remove)

    def action_remove_document(self) -> None:
        """Remove the document that is open."""
        if self.source_open and self.source.citation is not None:
            self._ask_to_remove(DocumentList.RemoveWanted(self.source.citation.document))
        else:
            self.tell("open the document that is to be removed first")

    def _remove(self, name: str) -> None:
        try:
            files.remove(name, self.corpus)
            self.post_message(Told(f"{name} is in the bin"))
        except Exception as error:  # noqa: BLE001  the edge of the thread
            self.post_message(Told(workers.failing(error), trouble=True))
        self.post_message(FolderChanged())

    # Conversations

    def keep(self, answer: Answer, contents: Mapping[str, str], *, replacing: bool) -> None:
        """Keep a turn of the open conversation."""
        conversation = self.open_conversation
        work = partial(workers.keep, self.session, self.post_message, conversation, answer, contents, replacing)
        self.in_thread(work)

    @on(ConversationsPane.SearchChanged)
    def list_conversations(self) -> None:
        """List the conversations that hold the words searched for."""
        words = self.conversations_pane.words
        self.in_thread(partial(workers.list_conversations, self.session, self.post_message, words))

    @on(ConversationsListed)
    def _show_conversations(self, event: ConversationsListed) -> None:
        if event.words == self.conversations_pane.words:
            self.conversations_pane.show(event.conversations, self.open_conversation.number)
        else:
            # Listed before other words were typed, or by someone who knows of none.
            self.list_conversations()

    @on(QuestionsRecalled)
    def _recall_questions(self, event: QuestionsRecalled) -> None:
        self.prompt.recall(event.questions)

    @on(ConversationWanted)
    def _do_with_conversation(self, event: ConversationWanted) -> None:
        deeds = {"open": self._open, "rename": self._rename, "export": self._export, "delete": self._delete}
        deeds[event.deed](event.id, event.title)

    def _open(self, number: int, _title: str) -> None:
        self.in_thread(partial(workers.load_conversation, self.session, self.post_message, number))

    @on(ConversationLoaded)
    async def _show_conversation(self, event: ConversationLoaded) -> None:
        self.stop_answering()
        self.source_open = False
        self.open_conversation = OpenConversation(event.conversation.id)
        await self.conversation.show(event.turns, self.next_number(len(event.turns)))
        self.mark_changes()
        self._offer_digits()
        self.list_conversations()
        if event.conversation.corpus != self.corpus:
            self.tell(f"this was asked of {event.conversation.corpus}; new questions go to {self.corpus}")
        if self.has_class("-narrow"):
            self.sidebar_open = None
        self.prompt.focus()

    def _rename(self, number: int, title: str) -> None:
        def rename(new: str) -> str:
            self.session.conversations.rename(number, new)
            return f"renamed to {title_of(new)}"

        self._ask_line(LineScreen("Rename the conversation", value=title), rename)

    def _export(self, number: int, title: str) -> None:
        def export(path: str) -> str:
            return f"written to {write_export(self.session.conversations, number, Path(path).expanduser())}"

        name = " ".join("".join(c if c.isalnum() or c in " -" else " " for c in title).split())
        suggested = str(Path.cwd() / f"{name[:60] or 'conversation'}.md")
        hint = "Markdown, with the sources of each answer."
        self._ask_line(LineScreen("Export the conversation to", hint, suggested), export)

    def _ask_line(self, screen: LineScreen, deed: Callable[[str], str]) -> None:
        """Ask for a line, and do something with it in a thread."""

        def do(line: str | None) -> None:
            if line is not None:
                self._do(partial(deed, line))

        self.app.push_screen(screen, do)

    def _do(self, deed: Callable[[], str]) -> None:
        words = self.conversations_pane.words
        self.in_thread(partial(workers.do, self.session, self.post_message, deed, words))

    def _delete(self, number: int, title: str) -> None:
        def delete() -> str:
            self.session.conversations.delete(number)
            return f"deleted {title}"

        def agreed(sure: bool | None) -> None:
            if sure and self.open_conversation.number == number:
                self.stop_answering(keeping=False)
                self.run_worker(self.action_new_conversation())
            if sure:
                self._do(delete)

        self.app.push_screen(ConfirmScreen(f"Delete the conversation “{title}” for good?", "Delete"), agreed)

    def action_export(self) -> None:
        """Export the open conversation."""
        self._do_with_open("export")

    def action_rename_conversation(self) -> None:
        """Give the open conversation another title."""
        self._do_with_open("rename")

    def action_delete_conversation(self) -> None:
        """Delete the open conversation."""
        self._do_with_open("delete")

    def _do_with_open(self, deed: Deed) -> None:
        number = self.open_conversation.number
        if number is None:
            self.tell(f"there is no conversation to {deed} yet")
        else:
            title = self.conversations_pane.title_of(number) or self.conversation.turns[0].question
            self.post_message(ConversationWanted(deed, number, title))

    async def action_new_conversation(self) -> None:
        """Begin anew; what was said is kept."""
        self.stop_answering()
        self.source_open = False
        self.open_conversation = OpenConversation()
        await self.conversation.show([], 0)
        self._offer_digits()
        self.list_conversations()
        self.tell("")
        if self.has_class("-narrow"):
            self.sidebar_open = None
        self.prompt.focus()

    def stop_answering(self, *, keeping: bool = True) -> None:
        """End the answer that is being made; if its quotations are there, they are the answer and are kept."""
        raise NotImplementedError

    def next_number(self, count: int) -> int:
        """The first of `count` numbers that no turn has had."""
        raise NotImplementedError


def write_export(store: ConversationStore, number: int, path: Path) -> Path:
    """Write a conversation as Markdown to `path`, which must not exist. Raises ConversationError, Askv4Error."""
    text = conversation_markdown(store.get(number), store.turns(number))
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise Askv4Error(f"{path} exists already", "name another file") from error
    return path
