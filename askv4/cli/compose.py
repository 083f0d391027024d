"""Builds the working parts from the settings: the one place where the rooms meet."""

from __future__ import annotations

import difflib
import os
import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from askv4.config import Settings, ready_corpus, ready_data_dir
from askv4.errors import (
    Askv4Error,
    CorpusEmpty,
    DocumentNotFound,
    DocumentUnreadable,
    ModelError,
    UsageError,
)
from askv4.types import Answer, Document, Finished, Quoted, SyncReport

if TYPE_CHECKING:
    from askv4.answer.assistant import Assistant, Found
    from askv4.answer.write.lead import LeadWriter, OpenModel
    from askv4.cli.chat_model import ChosenModel
    from askv4.cli.diagnostics import Diagnostics
    from askv4.cli.questions import Question
    from askv4.llm.chat import ChatModel, Stop
    from askv4.neural.onnx_encoder import OnnxEncoder
    from askv4.neural.reader import Reader
    from askv4.neural.verifier import Verifier
    from askv4.retrieve.reranker import Reranker
    from askv4.sync.index import Index


@dataclass
class Workspace:
    """An index that is up to date, and what works on it. Retriever, assistant and chat model are made when needed."""

    settings: Settings
    diagnostics: Diagnostics
    index: Index
    report: SyncReport
    """What the sync of this run did."""
    within: str | None = None
    """The folder of the corpus to which questions are limited, `/` between parts."""

    def sync(self) -> None:
        """Bring the index up to date once more, after a change of the corpus. Raises what opening the workspace raises."""
        from askv4.sync.syncing import SyncOptions

        with self.diagnostics.sync_bar() as bar:
            self.report = self.index.sync(SyncOptions(follow_links=self.settings.follow_links, progress=bar))

    def search(self, question: Question, count: int) -> Found:
        """The best `count` passages for a question."""
        return self._quoting.find(question.text, question.history, count)

    def answer(
        self, question: Question, on_quoted: Callable[[Answer], None] | None = None, stop: Stop | None = None
    ) -> Answer:
        """One answer, when it is complete. `on_quoted` is given the quotations when a model's lead is to follow; `stop` ends
        the writing of the lead.

        Raises:
            ModelError: the model fails, and the mode is `llm` or it was asked for by name.
        Whatever else fails after the quotations costs the lead alone.
        """
        quoted = None
        try:
            for event in self.assistant.ask(question.text, question.history, stop):
                if isinstance(event, Quoted):
                    quoted = event.answer
                    if event.lead_follows and on_quoted is not None:
                        on_quoted(quoted)
                elif isinstance(event, Finished):
                    return event.answer
        except Askv4Error as error:
            asked_for = (
                isinstance(error, ModelError) and self.chat_model is not None and self.chat_model.was_asked_for(error)
            )
            if quoted is None or asked_for:
                raise
            return replace(quoted, note="; ".join(filter(None, (quoted.note, f"No lead: {error}"))))
        except KeyboardInterrupt:
            # Who can stop the lead has the quotations before his eyes: a second Ctrl-C, while weights load, keeps them.
            if quoted is None or stop is None:
                raise
            return quoted
        raise AssertionError("the assistant's events ended without an answer")

    @cached_property
    def assistant(self) -> Assistant:
        """Questions -> cited answers, with a lead by the chat model where there is one."""
        return self._quoting if self.chat_model is None else self._assistant(self._writer(self.chat_model.load))

    @cached_property
    def chat_model(self) -> ChosenModel | None:
        """The chat model, chosen and not yet loaded; None when answers are quotations.

        Raises:
            ModelError: the mode is `llm`, or a model was named, and there is none that works.
        """
        from askv4.cli.chat_model import choose_chat_model

        return choose_chat_model(self.settings, self.diagnostics)

    def load_model(self) -> ChatModel | None:
        """The chat model, loaded; None when answers are quotations."""
        return self.chat_model.load() if self.chat_model is not None else None

    @cached_property
    def _quoting(self) -> Assistant:
        return self._assistant(None)

    def _writer(self, open_model: OpenModel) -> LeadWriter:
        from askv4.answer.write.lead import LeadWriter
        from askv4.answer.write.verifier import StatementVerifier

        return LeadWriter(open_model, StatementVerifier(self._entailment), self.reader)

    @cached_property
    def _entailment(self) -> Verifier:
        """The trained verifier, not yet loaded."""
        from askv4.neural.verifier import Verifier

        return Verifier(self.settings.data_dir)

    def _assistant(self, writer: LeadWriter | None) -> Assistant:
        from askv4.answer.assistant import Assistant
        from askv4.retrieve.retriever import Retriever

        index = self.index
        retriever = Retriever(index.catalog, index.vectors, index.encoder, self.within)
        return Assistant(
            retriever,
            index.catalog,
            self._judging_encoder,
            self.reader,
            writer,
            entailment=self._entailment,
            reranker=self._reranker,
            long=self.settings.long,
        )

    @cached_property
    def _reranker(self) -> Reranker | None:
        from askv4.retrieve.reranker import open_reranker

        return open_reranker(self.settings.rerank, self.reader)

    @cached_property
    def reader(self) -> Reader:
        """What weighs the sentences of an answer."""
        from askv4.neural.reader import Reader

        return Reader(self.settings.data_dir, self.diagnostics.notice)

    @cached_property
    def _judging_encoder(self) -> OnnxEncoder:
        """The shipped encoder, which the evidence model was fitted with; most often the one of the index."""
        from askv4.neural.encoder import open_shipped
        from askv4.neural.onnx_encoder import OnnxEncoder

        encoder = self.index.encoder
        if isinstance(encoder, OnnxEncoder):
            return encoder
        return open_shipped(self.settings.data_dir, narrate=self.diagnostics.notice)

    def close(self) -> None:
        """Let go of the chat model, if one was loaded."""
        chosen = self.__dict__.get("chat_model")
        if chosen is not None:
            chosen.close()

    def documents(self) -> list[Document]:
        """Every file of the corpus, sorted by name."""
        return sorted(self.index.catalog.documents(), key=lambda document: document.document)

    def text(self, name: str) -> str:
        """The extracted text of a document, named as `docs` does or by a path to the file.

        Raises:
            DocumentNotFound: the corpus has no such document.
            DocumentUnreadable: it was skipped, so there is no text.
        """
        documents = {document.document: document for document in self.documents()}
        found = documents.get(name) or documents.get(self._name_of_path(name)) or _spelled_like(name, documents)
        if found is None:
            near = difflib.get_close_matches(name, documents, 1)
            raise DocumentNotFound(f"no document is called {name!r}", f"did you mean {near[0]!r}?" if near else None)
        if found.state == "skipped":
            raise DocumentUnreadable(f"{found.document} was skipped: {found.reason}", "mend or replace the file")
        return self.index.catalog.text(found.document)

    def require_documents(self) -> None:
        """Raise CorpusEmpty when there is nothing to answer from."""
        documents = self.documents()
        if not documents:
            raise CorpusEmpty(f"the corpus folder {self.settings.corpus} holds no documents")
        if all(document.state == "skipped" for document in documents):
            reason = (
                "none of the documents could be read" if len(documents) > 1 else "its only document could not be read"
            )
            raise CorpusEmpty(f"{self.settings.corpus}: {reason}", "`askv4 docs` says why")

    def _name_of_path(self, path: str) -> str:
        return Path(os.path.relpath(Path(path).expanduser(), self.settings.corpus)).as_posix()


def _spelled_like(name: str, documents: Mapping[str, Document]) -> Document | None:
    """The one document whose name differs in its Unicode normal form only: disks and keyboards spell "é" differently."""
    wanted = unicodedata.normalize("NFC", name)
    found = [one for other, one in documents.items() if unicodedata.normalize("NFC", other) == wanted]
    return found[0] if len(found) == 1 else None


@contextmanager
def open_workspace(
    settings: Settings,
    diagnostics: Diagnostics,
    *,
    allow_empty: bool = False,
    prune: bool = False,
    re_embed: bool = False,
    within: str | None = None,
    with_reader: bool = False,
) -> Iterator[Workspace]:
    """Open the index of the corpus, bring it up to date, and close it in the end. `allow_empty`, `prune` and `re_embed`
    are those of `SyncOptions`. `within` names a folder of the corpus, to which questions are limited. `with_reader` loads
    the reader beside the sync, which answers always need and a search often.

    Raises:
        CorpusError, IndexTrouble, EncoderError: as they say.
        UsageError: `within` is no folder of the corpus.
    """
    corpus = ready_corpus(settings)
    data_dir = ready_data_dir(settings)
    from askv4.neural.encoder import open_encoder
    from askv4.sync.index import open_index
    from askv4.sync.syncing import SyncOptions

    encoder = open_encoder(data_dir, settings.encoder, settings.encoder_precision, narrate=diagnostics.notice)
    with open_index(data_dir, corpus, encoder, narrate=diagnostics.notice, on_wait=diagnostics.notice) as index:
        reader = _loading_reader(data_dir, diagnostics) if with_reader else None
        with diagnostics.sync_bar() as bar:
            options = SyncOptions(
                allow_empty=allow_empty,
                prune=prune,
                re_embed=re_embed,
                follow_links=settings.follow_links,
                progress=bar,
            )
            report = index.sync(options)
        folder = None if within is None else _folder_of(corpus, within)
        workspace = Workspace(settings, diagnostics, index, report, folder)
        if reader is not None:
            workspace.reader = reader
        try:
            yield workspace
        finally:
            workspace.close()


def _loading_reader(data_dir: Path, diagnostics: Diagnostics) -> Reader:
    """A reader that loads on a thread of its own: a question in a new process would else wait a tenth of a second more."""
    from askv4.neural.reader import Reader

    reader = Reader(data_dir, diagnostics.notice)

    def load() -> None:
        with suppress(Askv4Error):  # said again, and shown, when the answer needs it
            reader.load()

    threading.Thread(target=load, name="askv4-reader-load").start()
    return reader


def _folder_of(corpus: Path, within: str) -> str | None:
    """A folder, named relative to the corpus or by a path to it, as the index names it; None for the whole corpus."""
    root = corpus.resolve()
    for path in (root / within, Path(within).expanduser()):
        resolved = path.resolve()
        if resolved.is_dir() and resolved.is_relative_to(root):
            return None if resolved == root else resolved.relative_to(root).as_posix()
    folders = sorted(path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    named = f"its folders are {', '.join(folders[:8])}" if folders else "it has no folders"
    raise UsageError(f"the corpus {corpus} has no folder {within!r}", named)
