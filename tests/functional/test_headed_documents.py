"""Documents that ask and answer, and documents whose headings say what the text below them is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from askv4.answer.assistant import Assistant
from askv4.index.encoder import Encoder
from askv4.index.store import Index, open_index
from askv4.retrieve.reader import Reader
from askv4.retrieve.retriever import Retriever
from askv4.types import Answer, Finished

FAQ = """# Questions about the Kestrel 3 kettle

**How do I descale the kettle?** Fill it with equal parts of vinegar and water and boil it twice.

**Can I use the kettle with salt water?** No. The heater would corrode within days.

### How long is the guarantee?

Two years from the day of purchase.

### Spares and repairs

Q: Where are spare lids sold?
A: At every branch, and by post.

What does the red lamp mean?

It means that the kettle ran dry.

Who repairs a broken handle?
"""
MANUAL = """# Osprey 8 toaster

## Cleaning

Pull out the tray below the slots and empty it once a week.

## Warranty

Three years from the day of purchase. Keep the receipt.

## Power

900 watts at 230 volts.

## Returns

Within 30 days, unopened. Send it to Weststrasse 5, Zurich.
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("headed")
    corpus: Path = folder / "corpus"
    corpus.mkdir()
    (corpus / "faq.md").write_text(FAQ, encoding="utf-8")
    (corpus / "manual.md").write_text(MANUAL, encoding="utf-8")
    with open_index(folder / "data", corpus, encoder) as index:
        index.sync()
        yield index


@pytest.fixture(scope="module")
def ask(index: Index, encoder: Encoder, reader: Reader) -> Callable[[str], Answer]:
    def ask(question: str) -> Answer:
        retriever = Retriever(index.catalog, index.vectors, encoder)
        *_, finished = Assistant(retriever, index.catalog, encoder, reader).ask(question)  # type: ignore[arg-type]
        assert isinstance(finished, Finished)
        for citation in finished.answer.citations:
            text = FAQ if citation.document == "faq.md" else MANUAL
            assert citation.quote == text[citation.start : citation.end]
        return finished.answer

    return ask


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("how do I descale the kettle?", "Fill it with equal parts of vinegar and water and boil it twice."),
        ("can I use the kettle with salt water?", "No. The heater would corrode within days."),
        ("where can I buy a spare lid?", "A: At every branch, and by post."),
        ("what does the red lamp mean", "What does the red lamp mean?\n\nIt means that the kettle ran dry."),
        ("how long is the guarantee of the kettle?", "Two years from the day of purchase."),
        ("how long is the toaster's warranty?", "Three years from the day of purchase."),
        ("how much power does the toaster need?", "900 watts at 230 volts."),
        ("within how many days can I return the toaster?", "Within 30 days, unopened."),
    ],
)
def test_what_answers_is_quoted(question: str, quoted: str, ask: Callable[[str], Answer]) -> None:
    answer = ask(question)
    assert answer.status == "answered"
    assert quoted in answer.citations[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "who repairs a broken handle?",  # the document asks that, too, and says nothing
        "what does the warranty of the toaster cover?",
        "who handles returns?",
        "how heavy is the kettle?",
    ],
)
def test_a_heading_or_a_question_is_no_answer(question: str, ask: Callable[[str], Answer]) -> None:
    assert ask(question).status == "not_in_sources"
