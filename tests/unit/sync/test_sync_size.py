"""No document holds up a sync: small ones come first, and of a large one a part is searched, with a word about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from askv4.neural.encoder import Encoder
from askv4.sync.index import open_index
from askv4.sync.syncing import SyncOptions
from askv4.types import SyncProgress
from tests.index_kit import CountingEncoder, write

BOARD = "".join(f"The ferry number {number} leaves the eastern quay at nine.\n\n" for number in range(400))


def test_small_documents_come_first(tmp_path: Path, encoder: Encoder) -> None:
    corpus = tmp_path / "corpus"
    write(corpus / "a_long.txt", BOARD)
    write(corpus / "b_longer.txt", BOARD.replace("eastern", "northernmost"))
    write(corpus / "c_note.txt", "The lamp is green.\n")
    events: list[SyncProgress] = []
    with open_index(tmp_path / "data", corpus, CountingEncoder(encoder)) as index:
        index.sync(SyncOptions(progress=events.append))
    done = list(dict.fromkeys(event.document for event in events if event.document))
    assert done == ["c_note.txt", "a_long.txt", "b_longer.txt"]


def test_the_passages_of_a_document_are_capped_and_the_report_and_its_record_say_so(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("askv4.sync.assemble.MOST_PASSAGES", 5)
    corpus = tmp_path / "corpus"
    write(corpus / "board.txt", BOARD)
    write(corpus / "note.txt", "The lamp is green.\n")
    counting = CountingEncoder(encoder)
    with open_index(tmp_path / "data", corpus, counting) as index:
        report = index.sync()
        (shortened,) = report.shortened
        document = index.catalog.document("board.txt")
        assert (document.passages, len(counting.embedded)) == (5, 6)
        assert index.catalog.document("note.txt").notes == ()
        assert index.catalog.text("board.txt") == BOARD
        assert index.sync().shortened == ()
    assert shortened.document == "board.txt"
    assert document.notes == (shortened.reason,)
    assert "only the first 5 passages are searched" in shortened.reason
