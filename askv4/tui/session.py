"""What the chat works on: the index of one corpus, the assistant over it, the chat model, the kept conversations.

Built at once and opened later: everything that takes time is a call that a worker makes. Nothing here knows widgets.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import askv4
from askv4.answer.conversation.kept import ConversationStore
from askv4.config import Settings, ready_corpus, ready_data_dir
from askv4.corpus.scoping import said_as_one
from askv4.errors import CorpusEmpty, IndexTrouble
from askv4.llm.discover import discover, names_a_path
from askv4.types import Answer, Document, Event, Mode, SyncProgress, SyncReport, Turn

if TYPE_CHECKING:
    from askv4.llm.chat import ChatModel
    from askv4.llm.models import LocalModel
    from askv4.store.catalog import Catalog
    from askv4.workspace import Workspace

Narrate = Callable[[str], None]
OpenModel = Callable[[Settings, Narrate], "ChatModel | None"]
"""Loads the chat model that settings ask for, telling lines about it; None when answers are quotations."""
WARM_UP = "Who knows that?"
"""A question that goes all the way: it is searched for, and what is found is read."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A document's text, with what its citations need."""

    document: Document
    text: str


@dataclass(frozen=True, slots=True)
class Start:
    """What stands on the start screen, beside the documents."""

    about: Mapping[str, str] = field(default_factory=dict)
    """Document -> the sentence that tells most of it."""
    questions: Sequence[str] = ()
    """Some that the documents answer."""


class Told:
    """Notices as lines of the chat; nobody asked for details there."""

    def __init__(self, narrate: Narrate) -> None:
        self.notice = narrate

    def detail(self, text: str) -> None:
        """Told to nobody."""


class Closing(Exception):
    """The chat is ending; nobody waits for the result."""


class OpenConversation:
    """The conversation that goes on; it has its number once its first turn is kept."""

    def __init__(self, number: int | None = None) -> None:
        self.number = number
        self.keeping = threading.Lock()


class Session:
    """One corpus, open for questions. All methods may be called from any thread; those that say so take their time."""

    def __init__(self, settings: Settings, open_model: OpenModel) -> None:
        self.settings = settings
        self.server = settings.llm_url
        """The configured server."""
        self.conversations = ConversationStore(settings.data_dir)
        self.model: ChatModel | None = None
        self.in_step = threading.Event()
        """Set when the first sync has ended, however it ended."""
        self.opened = threading.Event()
        """Set when the index can be asked, or cannot be opened."""
        self.closing = threading.Event()
        """Set when the chat ends: what is under way is then broken off."""
        self.open_model = open_model
        self._workspace: Workspace | None = None
        self._trouble: Exception | None = None
        self._syncing = threading.Lock()
        self._unread = 0
        self._answering = threading.Lock()
        self.writing = threading.Lock()
        """Held while the model writes, and while it is changed."""
        self._loading = False

    # Opening and closing

    def open(self, narrate: Narrate) -> None:
        """Open corpus, encoder and index. Takes its time, the first time most: the encoder is prepared then.

        Raises CorpusError, IndexTrouble, EncoderError, UsageError.
        """
        try:
            ready_corpus(self.settings)
            ready_data_dir(self.settings)
            # By the lazy package: the screen is drawn before it is loaded.
            self._workspace = askv4.Workspace(self.settings, Told(narrate))
        except Exception as error:
            self._trouble = error
            raise
        finally:
            self.opened.set()

    def close(self) -> None:
        """Let go of everything; what is under way is broken off."""
        self.closing.set()
        if self.model is not None:
            self.model.close()
        if self._workspace is not None:
            self._workspace.close()

    @property
    def workspace(self) -> Workspace:
        """The open workspace. Raises what opening it raised."""
        if self._trouble is not None:
            raise self._trouble
        if self._workspace is None:
            raise IndexTrouble("the index is not open yet", "wait a moment")
        return self._workspace

    @property
    def catalog(self) -> Catalog:
        """What is known of the documents. Raises what opening the workspace raised."""
        return self.workspace.index.catalog

    # Documents

    def sync(self, progress: Callable[[SyncProgress], None], *, allow_empty: bool = False) -> SyncReport:
        """Bring the index in step with the folder. Takes its time. Raises CorpusError, IndexTrouble, EncoderError."""
        from askv4.sync.apart import is_large, sync_apart  # the screen is drawn before it is loaded

        def advance(done: SyncProgress) -> None:
            if self.closing.is_set():
                # Whatever an interrupted sync leaves is put right by the next one.
                raise Closing
            self._unread = done.total - done.done if done.phase == "documents" else 0
            progress(done)

        try:
            with self._syncing:
                workspace = self.workspace
                if is_large(workspace.index):
                    return sync_apart(self.settings, advance, allow_empty=allow_empty)
                return workspace.sync(askv4.SyncOptions(allow_empty=allow_empty, progress=advance))
        finally:
            self._unread = 0
            self.in_step.set()

    def look_in(self, said: str) -> str | None:
        """Limit questions to a part of the corpus, as "letters *.pdf since 2024" says it; nothing or "all" is all of it.

        Returns what they are limited to now. Raises UsageError, and nothing is changed.
        """
        within, since, until = said_as_one("" if said.strip().lower() == "all" else said)
        with self._answering:
            scope = self.workspace.look_in(within, since, until)
        return None if scope is None else scope.said

    @property
    def still_reading(self) -> str | None:
        """That a sync has documents before it which no answer can know, in one line; None where there is none."""
        count = self._unread
        documents = "1 document is" if count == 1 else f"{count:,} documents are"
        return f"{documents} still being read: ask again when that is done" if count else None

    def documents(self) -> list[Document]:
        """Every file of the corpus, by name."""
        return self.workspace.documents()

    def source(self, name: str) -> SourceText:
        """A document and its text. Raises DocumentNotFound, DocumentUnreadable."""
        return SourceText(self.catalog.document(name), self.catalog.text(name))

    def contents(self, names: Iterable[str]) -> dict[str, str]:
        """Document name -> SHA-256 (hex) of its file as it was read last."""
        wanted = set(names)
        known = self.catalog.known_files()
        return {name: file.sha256.hex() for name, file in known.items() if name in wanted and file.sha256 is not None}

    def changed(self, turns: Mapping[int, Mapping[str, str]]) -> dict[int, dict[str, str]]:
        """Documents changed since they were cited: for each turn, name -> what happened.

        Args:
            turns: a turn's number -> the contents of the documents that it cites, as `contents` gave them.
        """
        now = self.contents({name for contents in turns.values() for name in contents})
        return {
            turn: {
                name: "changed since this answer" if name in now else "removed since this answer"
                for name, content in contents.items()
                if now.get(name) != content
            }
            for turn, contents in turns.items()
        }

    def give_way(self) -> None:
        """Wait while a question is answered: for work that nobody waits for. Raises Closing when the chat ends."""
        with self._answering:
            if self.closing.is_set():
                raise Closing

    # Conversations

    def keep(
        self,
        conversation: OpenConversation,
        answer: Answer,
        contents: Mapping[str, str],
        narrate: Narrate,
        *,
        replacing: bool,
    ) -> None:
        """Keep a turn; `replacing` puts it in the place of the last one. Raises ConversationError, DataFolderUnwritable."""
        if not self.settings.keep_conversations:
            return
        with conversation.keeping:
            conversation.number = self.conversations.keep(
                answer, self.settings.corpus, conversation.number, contents, replacing=replacing, narrate=narrate
            )

    # Answers

    def ask(self, question: str, history: Sequence[Turn], stop: threading.Event) -> Iterator[Event]:
        """The events of one answer. Takes its time; a model that is still loading delays its lead alone. Raises Askv4Error."""
        with self._answering, ExitStack() as held:
            self._require_documents()

            def opened() -> ChatModel | None:
                while not stop.is_set() and not self.closing.is_set():
                    if self.writing.acquire(timeout=0.05):
                        held.callback(self.writing.release)
                        return self.model
                return None

            there = self.model is not None or self._loading
            yield from self.workspace.stream(question, history, stop, lead=opened if there else None)

    def warm_up(self) -> None:
        """Load what the first question would wait for, by asking one that nobody sees. Takes its time."""
        if self.catalog.passage_count():
            for _ in self.workspace.stream(WARM_UP, lead=None):
                continue

    def _require_documents(self) -> None:
        self.workspace.require_scope()
        documents = self.documents()
        if not documents:
            raise CorpusEmpty(
                f"{self.settings.corpus} holds no documents", "copy some into the folder, or paste the path of one here"
            )
        if all(document.state == "skipped" for document in documents):
            raise CorpusEmpty(
                f"no document in {self.settings.corpus} could be read", "the documents pane (F2) says why"
            )

    # The chat model

    def use(self, mode: Mode, model: str | None, server: str | None, narrate: Narrate) -> None:
        """Answer in this mode, with this model or server, from the next question on. Takes its time.

        A lead that is being written is waited for: stop it first. Raises ModelError; quotations are then left.
        """
        self._loading = mode != "extractive"
        try:
            with self.writing:
                if self.model is not None:
                    self.model.close()
                    self.model = None
                self.settings = replace(self.settings, mode=mode, model=model, llm_url=server)
                self.model = self.open_model(self.settings, narrate)
        finally:
            self._loading = False

    def models(self) -> list[LocalModel]:
        """The chat models of this machine. Takes its time: files are looked at."""
        named = self.settings.model
        extra = [Path(named).expanduser()] if named and names_a_path(named) else []
        return [model for model in discover(self.settings.data_dir, extra=extra) if model.usable]
