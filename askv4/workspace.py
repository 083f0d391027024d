"""A corpus opened for questions: the one place where encoder, index, reader, verifier, chat model and assistant meet."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from askv4.answer.conversation.kept import follow
from askv4.corpus.naming import meant
from askv4.corpus.removing import find_in_corpus, remove_from_corpus
from askv4.corpus.scoping import scope_of
from askv4.errors import (
    Askv4Error,
    CorpusMissing,
    DataFolderUnwritable,
    DocumentUnreadable,
    IndexLocked,
    ModelError,
    UsageError,
)
from askv4.files import make_private
from askv4.neural.encoder import open_encoder
from askv4.options import Narrator, Options, Silence
from askv4.records import Scope
from askv4.retrieve.scope import dates_note, refuse_too_long, require, require_any
from askv4.sync.index import Index, open_index
from askv4.sync.syncing import SyncOptions
from askv4.types import Answer, Document, Event, Finished, Quoted, SyncReport, Turn

if TYPE_CHECKING:
    from askv4.answer.assistant import Assistant, SearchOutcome
    from askv4.answer.write.lead import OpenModel
    from askv4.answering import Answering
    from askv4.corpus.adding import Added
    from askv4.llm.chat import ChatModel, Stop
    from askv4.llm.choosing import ChosenModel
    from askv4.neural.reader import Reader
    from askv4.neural.verifier import Verifier

WAITED_S = 2.0
"""How long a question waits for a sync of another process before it is answered from what is there."""


class Workspace:
    """The index of a corpus, and what works on it; what is not needed is not loaded. Close it, or use it with `with`.

    Threads may share it. Its errors derive from `askv4.Askv4Error`; each says in one line what happened and what to do.

    >>> from askv4 import Workspace
    >>> with Workspace.open("papers", mode="extractive") as workspace:  # doctest: +SKIP
    ...     answer = workspace.ask("Who signed the lease?")
    ...     for citation in answer.citations:
    ...         print(citation.document, citation.start, citation.end, citation.quote)
    """

    def __init__(self, options: Options, narrator: Narrator | None = None, *, index: Index | None = None) -> None:
        """Opens the index without bringing it up to date; `open` does both, and sees to the folders. `index` is one that is open.

        Raises UsageError (`since` or `until` is no date), IndexTooNew, DataFolderUnwritable, EncoderError.
        """
        self.options = options
        self._narrator = narrator or Silence()
        self.within = scope_of(options.corpus, options.within, options.since, options.until)
        self.index = index or self._open_index()
        self.report = SyncReport()
        """What the last sync did."""
        self._loading: threading.Thread | None = None

    @classmethod
    def open(
        cls,
        corpus: str | os.PathLike[str],
        *,
        data_dir: str | os.PathLike[str] | None = None,
        narrator: Narrator | None = None,
        **options: Any,
    ) -> Workspace:
        """A workspace over the folder `corpus`, brought up to date.

        The index lies in `data_dir`, by default the platform's data folder for askv4, and is shared with the command line.
        `options` are the fields of `Options`: `mode="extractive"` quotes without a chat model, `model` names one, `within` a folder.
        The first use of a data folder prepares the encoder, which takes some 20 seconds. Raises CorpusMissing,
        UsageError where nothing is `within`, and what `Workspace()` and `sync` raise.
        """
        if data_dir is None:
            import platformdirs

            data_dir = Path(platformdirs.user_data_dir("askv4", appauthor=False)) / "data"
        folder, data = (Path(path).expanduser().absolute() for path in (corpus, data_dir))
        if data.resolve().is_relative_to(folder.resolve()):
            raise UsageError(f"the data folder {data} lies in the corpus folder {folder}", "name a folder outside it")
        if not folder.is_dir():
            raise CorpusMissing(f"the corpus folder {folder} does not exist or is no folder")
        try:
            make_private(data)
        except OSError as error:
            raise DataFolderUnwritable(f"cannot make {data}: {error.strerror or error}") from error
        workspace = cls(Options(corpus=folder, data_dir=data, **options), narrator)
        try:
            workspace.sync_if_writable()
            workspace.require_scope()
        except BaseException:
            workspace.close()
            raise
        return workspace

    def close(self) -> None:
        """Lets go of the index, and of the chat model where one was loaded."""
        if self._loading is not None:  # onnxruntime and its threads end badly when the interpreter does
            self._loading.join()
        chosen = self.__dict__.get("chat_model")
        if chosen is not None:
            chosen.close()
        self.index.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Documents

    def sync(self, options: SyncOptions | None = None) -> SyncReport:
        """Brings the index in step with the folder; costs a few milliseconds when nothing has changed.

        Links are followed as the workspace's options say. Raises CorpusVanished, EncoderMismatch, IndexLocked, IndexDamaged,
        DataFolderUnwritable; every document is then as it was or as it is, and the next sync does the rest.
        """
        wanted = replace(options or SyncOptions(), follow_links=self.options.follow_links)
        self.report = self.index.sync(wanted)
        return self.report

    def sync_if_writable(self, options: SyncOptions | None = None) -> SyncReport:
        """`sync`, but where the data folder cannot be written, or another askv4 is busy with a long sync, what the index holds
        is good enough, and a line says so."""
        wanted = options or SyncOptions()
        if not self.index.catalog.passage_count():
            return self.sync(wanted)
        try:
            return self.sync(replace(wanted, patience_s=min(wanted.patience_s, WAITED_S)))
        except IndexLocked:
            there = sum(one.state == "indexed" for one in self.index.catalog.documents())
            self._narrator.notice(
                f"another askv4 is still reading documents: answers are from the {there} that are there"
            )
        except DataFolderUnwritable as error:
            self._narrator.notice(f"answers are from the index as it is: {error}")
        return self.report

    def documents(self) -> list[Document]:
        """Every file of the corpus, those that could not be read included, by name."""
        return sorted(self.index.catalog.documents(), key=lambda document: document.document)

    def document(self, name: str) -> Document:
        """The document named as `documents` does, or by a path to its file. Raises DocumentNotFound."""
        documents = {document.document: document for document in self.documents()}
        if name not in documents:
            path = Path(os.path.relpath(Path(name).expanduser(), self.options.corpus)).as_posix()
            name = path if path in documents else meant(name, documents)
        return documents[name]

    def text(self, name: str) -> str:
        """The extracted text of a document, into which the offsets of citations point.

        Raises DocumentNotFound, and DocumentUnreadable for one that was skipped.
        """
        document = self.document(name)
        if document.state == "skipped":
            raise DocumentUnreadable(f"{document.document} was skipped: {document.reason}", "mend or replace the file")
        return self.index.catalog.text(document.document)

    def add(self, *paths: str | os.PathLike[str], into: str = "", link: bool = False) -> list[Added]:
        """Copies files, or the documents of folders, into the corpus, or links to them, and brings the index up to date.

        Nothing is overwritten: another file of the same name gets a number. One `Added` for each file. Raises what `sync` raises.
        """
        from askv4.corpus.adding import Adder  # archives, links: for additions alone

        adder = Adder(self.options.corpus, into, link=link)
        added = [one for path in paths for one in adder.add(Path(path).expanduser())]
        self.sync()
        return added

    def remove(self, *names: str) -> None:
        """Moves documents to the system's bin and forgets them; of one that is linked the link goes.

        Raises DocumentNotFound before any is moved, CorpusError where there is no bin, and what `sync` raises.
        """
        corpus = self.options.corpus
        for path in dict.fromkeys(find_in_corpus(corpus, name) for name in names):
            remove_from_corpus(corpus, path)
        self.sync(SyncOptions(allow_empty=True))

    def look_in(self, within: Sequence[str], since: str | None, until: str | None) -> Scope | None:
        """Limits questions to another part of the corpus; without all of these to none. Raises UsageError, and nothing is changed."""
        scope = scope_of(self.options.corpus, within, since, until)
        require(scope, self.index.catalog, self.options.corpus)
        self.within = scope
        return scope

    def require_scope(self) -> None:
        """Raises UsageError where no document lies in the part of the corpus that is asked."""
        require(self.within, self.index.catalog, self.options.corpus)

    @property
    def dates_note(self) -> str | None:
        """Where documents of a time are asked: how many go by their file's date, because they have none of their own."""
        return dates_note(self.within, self.index.catalog)

    def require_documents(self) -> None:
        """Raises CorpusEmpty when there is nothing to answer from, UsageError where there is nothing in the part that is asked."""
        self.require_scope()
        require_any(self.index.catalog, self.options.corpus)

    # Questions

    def about(self, name: str | None = None) -> Answer:
        """What a document, a part of the corpus or, without a name, all of it is about: an answer in exact quotations.

        Raises DocumentNotFound, UsageError, CorpusEmpty, DocumentUnreadable where there is nothing to quote.
        """
        self.require_documents()
        catalog = self.index.catalog
        documents = [one for one in catalog.documents(self.within) if one.state == "indexed"]
        if name is not None:
            part = scope_of(self.options.corpus, name) if name else None
            inside = {one.document for one in catalog.documents(part)} if part else set()
            if part is None or not inside or part.documents:
                documents = [self.document(name)]
                self.text(name)  # says why where it was skipped
            documents = [one for one in documents if not inside or one.document in inside]
        answer = self._answering.about(documents, self.within, f"What is {name or 'all of this'} about?")
        if answer is None:
            raise DocumentUnreadable(
                f"{name or self.options.corpus} has no sentence to quote", "`askv4 docs --text` shows what is there"
            )
        return answer

    def with_lead(self, overview: Answer, stop: Stop | None = None) -> Answer:
        """An overview with a lead by the chat model above it, each sentence carried by its quotations; without one as it is.

        Once `stop` is set there is none. Raises ModelError when a model was asked for.
        """
        try:
            return self.assistant.lead_over(overview, stop)
        except Askv4Error as error:
            if self._was_asked_for(error):
                raise
            return overview.noted(f"No lead: {error}")

    def conflicts(self, topic: str = "") -> Answer:
        """Where documents say different things, about a topic or anything, both sides quoted, the most telling first.

        What is new since the last time is compared before, which may take minutes the first time; what is done is kept.
        Raises CorpusEmpty, VerifierMissing.
        """
        self.require_documents()
        about = f" about {topic}" if topic else ""
        return self._answering.disagreements(topic, self.within, f"Where do the documents disagree{about}?")

    def search(self, question: str, count: int = 10, history: Sequence[Turn] = ()) -> SearchOutcome:
        """The best `count` passages for a question, best first, with a note and timings in milliseconds.

        Raises CorpusEmpty, EncoderError.
        """
        refuse_too_long(question)
        self.require_documents()
        return self._answering.assistant(None, self.within).find(question, history, count)

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        stop: Stop | None = None,
        *,
        lead: OpenModel | Literal["own"] | None = "own",
    ) -> Iterator[Event]:
        """The events of one answer: `Retrieved`, `Quoted`, and last `Finished`, with a lead where a chat model wrote one.

        `history` are the turns before the question, oldest first. Once `stop` is set, the lead ends within a token and the
        quotations are the answer. `lead` gives another chat model than the workspace's own; None is for none.
        Raises CorpusEmpty, EncoderError, and ModelError after `Quoted`.
        """
        refuse_too_long(question)
        self.require_documents()
        assistant = self.assistant if lead == "own" else self._answering.assistant(lead, self.within)
        yield from assistant.ask(question, history, stop)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        on_quoted: Callable[[Answer], None] | None = None,
        stop: Stop | None = None,
    ) -> Answer:
        """One answer, when it is complete.

        `on_quoted` is given the quotations when a lead is to follow. Raises CorpusEmpty, EncoderError, and ModelError when the
        mode is `llm` or the model was asked for by name; whatever else fails after the quotations costs the lead alone.
        """
        quoted = None
        try:
            for event in self.stream(question, history, stop):
                if isinstance(event, Quoted):
                    quoted = event.answer
                    if event.lead_follows and on_quoted is not None:
                        on_quoted(quoted)
                elif isinstance(event, Finished):
                    return event.answer
        except Askv4Error as error:
            if quoted is None or self._was_asked_for(error):
                raise
            return quoted.noted(f"No lead: {error}")
        except KeyboardInterrupt:
            # Who can stop the lead has the quotations before his eyes: a second Ctrl-C, while weights load, keeps them.
            if quoted is None or stop is None:
                raise
            return quoted
        raise AssertionError("the assistant's events ended without an answer")

    @property
    def assistant(self) -> Assistant:
        """Questions -> cited answers, with a lead by the chat model where there is one."""
        return self._answering.assistant(None if self.chat_model is None else self.chat_model.load, self.within)

    @cached_property
    def chat_model(self) -> ChosenModel | None:
        """The chat model, chosen and not yet loaded; None when answers are quotations.

        Raises ModelError when the mode is `llm`, or a model was named, and there is none that works.
        """
        if self.options.mode == "extractive":
            return None
        from askv4.llm.choosing import choose_chat_model  # quotations need no list of models

        return choose_chat_model(self.options, self._narrator)

    def load_model(self) -> ChatModel | None:
        """The chat model, loaded; None when answers are quotations."""
        return self.chat_model.load() if self.chat_model is not None else None

    @property
    def reader(self) -> Reader:
        """The model that judges the sentences of an answer."""
        return self._judges[0]

    @property
    def verifier(self) -> Verifier:
        """The model that judges whether a source carries a statement."""
        return self._judges[1]

    def load_aside(self, *, verifier: bool) -> None:
        """Loads encoder, reader and, where asked for, verifier on a thread of their own, beside a sync and the import of what
        answers: saves 0.2 s of a question in a new process."""
        models = (self.index.encoder, *self._judges[: 2 if verifier else 1])

        def load() -> None:
            for model in models:
                with suppress(Askv4Error):  # said again, and shown, when the answer needs it
                    model.load()

        self._loading = threading.Thread(target=load, name="askv4-load")
        self._loading.start()

    def _was_asked_for(self, error: Askv4Error) -> bool:
        return isinstance(error, ModelError) and self.chat_model is not None and self.chat_model.was_asked_for(error)

    def _open_index(self) -> Index:
        options, tell = self.options, self._narrator.notice
        encoder = open_encoder(options.data_dir, options.encoder, options.encoder_precision, narrate=tell)
        return open_index(
            options.data_dir,
            options.corpus,
            encoder,
            narrate=tell,
            on_wait=tell,
            on_rename=partial(follow, options.data_dir, options.corpus, tell),
        )

    @cached_property
    def _judges(self) -> tuple[Reader, Verifier]:
        from askv4.neural import reader, verifier  # load on a thread while all that answers is imported

        return reader.Reader(self.options.data_dir, self._narrator.notice), verifier.Verifier(self.options.data_dir)

    @cached_property
    def _answering(self) -> Answering:
        from askv4.answering import Answering  # `askv4 docs` answers nothing

        return Answering(self.options, self._narrator, self.index, self.reader, self.verifier)
