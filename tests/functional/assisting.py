"""Documents, indexed and asked in one process, where nothing of the command line is at stake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from askv4.answer.assistant import Assistant
from askv4.neural.encoder import Encoder
from askv4.neural.reader import Reader
from askv4.retrieve.retriever import Retriever
from askv4.sync.index import Index, open_index
from askv4.types import Answer, Finished, Quoted, Turn


@contextmanager
def indexed(folder: Path, encoder: Encoder, documents: Mapping[str, str | bytes]) -> Iterator[Index]:
    """The index of documents, by name, that are written into `folder`."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in documents.items():
        (corpus / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with open_index(folder / "data", corpus, encoder) as index:
        index.sync()
        yield index


def answered(
    index: Index, encoder: Encoder, reader: Reader, question: str, *history: Turn, long: bool = False
) -> Answer:
    """The answer in quotations; what streamed is the answer, and every citation the document's own words."""
    retriever = Retriever(index.catalog, index.vectors, encoder)
    assistant = Assistant(retriever, index.catalog, encoder, reader, long=long)  # type: ignore[arg-type]
    *events, finished = assistant.ask(question, history)
    assert isinstance(finished, Finished)
    answer = finished.answer
    assert [event.answer for event in events if isinstance(event, Quoted)] == [answer]
    for citation in answer.citations:
        assert citation.quote == index.catalog.text(citation.document)[citation.start : citation.end]
        assert f"[{citation.n}]" in answer.answer
    return answer
