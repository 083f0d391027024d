"""What answers from an open index: the models that judge, and the assistant made of them. Nothing is loaded before it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from askv4.answer.assistant import Assistant
from askv4.answer.conflict.disagreements import Disagreements
from askv4.answer.overview.overview import Overviews
from askv4.answer.question.question import Question
from askv4.neural.encoder import open_shipped
from askv4.neural.onnx_encoder import OnnxEncoder
from askv4.neural.reader import Reader
from askv4.neural.verifier import Verifier
from askv4.options import Narrator, Options
from askv4.records import Scope
from askv4.retrieve.reranker import Reranker, open_reranker
from askv4.retrieve.retriever import Retriever
from askv4.store.contrasts import ContrastStore
from askv4.sync.index import Index
from askv4.types import Answer, Document

if TYPE_CHECKING:
    from askv4.answer.write.lead import OpenModel


class Answering:
    """Assistants over the index of a workspace."""

    def __init__(self, options: Options, narrator: Narrator, index: Index, reader: Reader, verifier: Verifier) -> None:
        self._options = options
        self._narrator = narrator
        self._index = index
        self._reader = reader
        self._verifier = verifier

    def assistant(self, open_model: OpenModel | None, within: Scope | None) -> Assistant:
        """Questions -> cited answers, from a part of the corpus (None: from all); with a lead by the model that `open_model`
        gives. Raises EncoderError."""
        index = self._index
        writer = None
        if open_model is not None:
            from askv4.answer.write import lead, verifier  # quotations need no writer

            writer = lead.LeadWriter(open_model, verifier.StatementVerifier(self._verifier), self._reader)
        return Assistant(
            Retriever(index.catalog, index.vectors, index.encoder, within),
            index.catalog,
            self._encoder,
            self._reader,
            writer,
            entailment=self._verifier,
            overviews=self._overviews(within),
            disagreements=self._disagreements(within),
            reranker=self._reranker,
            long=self._options.long,
        )

    def about(self, documents: Sequence[Document], within: Scope | None, question: str) -> Answer | None:
        """An overview of `documents` as the answer to `question`; None where none of them has a sentence that tells something."""
        return self._overviews(within).of(documents, Question(question))

    def _overviews(self, within: Scope | None) -> Overviews:
        return Overviews(self._index.catalog, self._index.encoder, within)

    def disagreements(self, topic: str, within: Scope | None, question: str) -> Answer:
        """Where documents say different things about a topic, as the answer to `question`. Raises VerifierMissing."""
        return self._disagreements(within).about(topic, Question(question))

    def _disagreements(self, within: Scope | None) -> Disagreements:
        catalog, narrate = self._index.catalog, self._narrator.notice
        return Disagreements(catalog, ContrastStore(catalog), self._index.encoder, self._verifier, within, narrate)

    @cached_property
    def _reranker(self) -> Reranker | None:
        return open_reranker(self._options.rerank, self._reader)

    @cached_property
    def _encoder(self) -> OnnxEncoder:
        """The shipped encoder, which the evidence model was fitted with; most often the one of the index."""
        encoder = self._index.encoder
        if isinstance(encoder, OnnxEncoder):
            return encoder
        return open_shipped(self._options.data_dir, narrate=self._narrator.notice)
