"""For each format: a fact in it is asked for, and the citation gives the place and the exact words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from askv4.answer.assistant import Assistant
from askv4.index.encoder import Encoder
from askv4.index.store import Index, open_index
from askv4.retrieve.reader import Reader
from askv4.retrieve.retriever import Retriever
from askv4.types import Finished
from tests.documents import Sample, samples

# Two tables of one handbook would answer each other's question.
SAMPLES = {sample.name: sample for sample in samples() if sample.name != "towers.docx"}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("formats")
    corpus = folder / "corpus"
    corpus.mkdir()
    for sample in SAMPLES.values():
        (corpus / sample.name).write_bytes(sample.data)
    with open_index(folder / "data", corpus, encoder) as index:
        report = index.sync()
        assert report.skipped == ()
        assert report.added == len(SAMPLES)
        yield index


@pytest.mark.parametrize("name", SAMPLES)
def test_the_citation_gives_the_place_and_the_words(name: str, index: Index, encoder: Encoder, reader: Reader) -> None:
    sample: Sample = SAMPLES[name]
    assistant = Assistant(Retriever(index.catalog, index.vectors, encoder), index.catalog, encoder, reader)
    *_, finished = assistant.ask(sample.question)
    assert isinstance(finished, Finished)
    answer = finished.answer
    # Whether the evidence is enough is another question's; here it counts where the words are found to stand.
    cited = next(
        (one for one in (*answer.citations, *answer.nearest) if one.document == name and sample.words in one.quote),
        None,
    )
    assert cited is not None, answer
    assert cited.quote == index.catalog.text(name)[cited.start : cited.end]
    assert cited.page == sample.page
    assert cited.line == sample.line
    assert (sample.heading or "") in (cited.heading or "")


def test_passages_do_not_cross_pages(index: Index) -> None:
    for name in ("expedition.pdf", "balloon.pptx", "farm.xlsx"):
        spans = index.catalog.neighbours(name, 0, 0, 0, 1000)
        assert spans
        for span in spans:
            assert index.catalog.place(name, span.start)[1] == index.catalog.place(name, span.end - 1)[1]


def test_the_text_is_what_the_offsets_point_into(index: Index) -> None:
    documents = {document.document: document for document in index.catalog.documents()}
    assert documents["expedition.pdf"].pages == 3
    assert documents["expedition.pdf"].title == "The expedition"
    assert documents["museum.html"].date == "2024-06-11"
    assert documents["choir.eml"].title == "Rehearsal of the choir"
    assert documents["lantern.epub"].title == "The lantern maker"


def test_everything_in_the_folder_of_messy_files_is_indexed_or_has_a_reason(encoder: Encoder) -> None:
    messy = Path("/work/shared/messy")
    if not messy.is_dir():
        pytest.skip("the folder of messy files is not here")
    from askv4.index.assemble import Assembler
    from askv4.index.isolation import isolated_reader
    from askv4.index.reading import Candidate

    # What is slow is left to the long test of the sync; here each family has its own.
    chosen = [path for path in sorted(messy.iterdir()) if path.stat().st_size < 400_000]
    assembler = Assembler(encoder)
    results = list(isolated_reader(assembler.load)(Candidate(path.name, path, "r") for path in chosen))
    assert sorted(result.record.name for result in results) == sorted(path.name for path in chosen)
    for result in results:
        assert result.outcome in ("parsed", "failed")
        assert (result.reason is None) == (result.outcome == "parsed")
        assert "the loader failed" not in (result.reason or "")
        if result.parsed is not None:
            end = 0
            for block in result.parsed.blocks:
                assert end <= block.start < block.end <= len(result.parsed.text)
                end = block.end
