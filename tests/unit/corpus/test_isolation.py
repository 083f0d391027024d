"""A file that crashes, hangs or floods its reader costs one document."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from askv4.corpus.isolation import Isolation, isolated_reader
from askv4.corpus.reader_process import ReaderLimits
from askv4.corpus.reading import DueFile, ReadFile
from askv4.sync.index import open_index
from askv4.sync.syncing import SyncOptions
from askv4.text.loaders import load
from tests.documents import xlsx
from tests.index_kit import write

LIMITS = ReaderLimits(seconds=2, memory_mb=400, patience=100)
"""Of the processor; by the clock a busy machine may take its time."""


def read(folder: Path, contents: Sequence[str], readers: int = 1, limits: ReaderLimits = LIMITS) -> dict[str, ReadFile]:
    """What becomes of files with these contents, read by that many processes."""
    candidates = [
        DueFile(name, write(folder / name, content), "recipe")
        for number, content in enumerate(contents)
        for name in [f"{number} {content}.pdf"]
    ]
    reader = isolated_reader(load, Isolation(readers, limits, "hostile_loader"))
    results = {result.record.name.removesuffix(".pdf"): result for result in reader(candidates)}
    assert len(results) == len(contents)
    return results


def test_what_the_reader_gives_arrives_whole(tmp_path: Path) -> None:
    (result,) = read(tmp_path, ["fine"]).values()
    assert result.outcome == "parsed"
    assert result.parsed is not None
    assert result.parsed.title == "half \ud800"
    assert result.parsed.pages == (0,)
    assert result.parsed.notes == ("a", "b")
    assert not result.parsed.has_lines
    assert str(os.getpid()) not in result.parsed.text
    assert result.record.sha256 is not None
    assert result.record.file.bytes == 4


@pytest.mark.skipif(os.name == "nt", reason="there are no signals to die of")
def test_a_crash_costs_one_document(tmp_path: Path) -> None:
    results = read(tmp_path, ["fine", "crash", "fine", "exit", "torn", "print"])
    assert results["1 crash"].reason is not None
    assert "crashed (SIGSEGV)" in results["1 crash"].reason
    assert "ended with status 3" in (results["3 exit"].reason or "")
    assert results["4 torn"].reason == "4 torn.pdf is torn; mend it"
    assert [results[name].outcome for name in ("0 fine", "2 fine", "5 print")] == ["parsed"] * 3
    # It is known by its content, so that it is not tried again before it changes.
    assert results["1 crash"].record.sha256 is not None


def test_a_hang_ends_at_the_limit(tmp_path: Path) -> None:
    results = read(tmp_path, ["hang", "fine"])
    assert "within 2 seconds" in (results["0 hang"].reason or "")
    assert results["1 fine"].outcome == "parsed"


def test_what_waits_for_ever_ends_by_the_clock(tmp_path: Path) -> None:
    results = read(tmp_path, ["wait"], limits=ReaderLimits(seconds=2, patience=2))
    assert "within 2 seconds" in (results["0 wait"].reason or "")


def test_a_flood_of_memory_is_stopped(tmp_path: Path) -> None:
    results = read(tmp_path, ["eat", "fine"])
    assert "memory" in (results["0 eat"].reason or "")
    assert results["1 fine"].outcome == "parsed"


def test_a_loader_that_announces_its_steps_may_take_longer_than_one_that_does_not(tmp_path: Path) -> None:
    results = read(tmp_path, ["steps", "hang"])
    assert results["0 steps"].outcome == "parsed"
    assert "could not be read within" in (results["1 hang"].reason or "")


def test_all_steps_together_have_a_limit_too(tmp_path: Path) -> None:
    limits = ReaderLimits(seconds=2, most_seconds=3, patience=100)
    results = read(tmp_path, ["boast"], limits=limits)
    assert "within 3 seconds" in (results["0 boast"].reason or "")


def real(path: Path, content: bytes, limits: ReaderLimits) -> ReadFile:
    """What becomes of a real file that askv4's own loaders read."""
    path.write_bytes(content)
    (result,) = isolated_reader(load, Isolation(1, limits))([DueFile(path.name, path, "r")])
    return result


def test_a_real_file_that_fills_the_memory_costs_itself(tmp_path: Path) -> None:
    lists = b"[" + b"[]," * 4_000_000 + b"[]]"
    result = real(tmp_path / "lists.json", lists, ReaderLimits(memory_mb=200, patience=100))
    assert result.outcome == "failed"
    assert "memory" in (result.reason or "")


def test_a_real_file_that_takes_too_long_costs_itself(tmp_path: Path) -> None:
    rows = b"".join(b"<row><c><v>%d</v></c></row>" % number for number in range(1_000_000))
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + rows
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx())) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.namelist():
            target.writestr(part, sheet if part.endswith("sheet1.xml") else source.read(part))
    result = real(tmp_path / "long.xlsx", out.getvalue(), ReaderLimits(seconds=1, seconds_per_mb=0, patience=100))
    assert "could not be read within 1 seconds" in (result.reason or "")


@pytest.mark.skipif(os.name == "nt", reason="there are no signals to die of")
def test_a_reader_that_the_system_ends_costs_one_document(tmp_path: Path) -> None:
    waiting = tmp_path / "waiting"
    waiting.mkdir()
    results: list[ReadFile] = []
    candidates = [
        DueFile(f"{n}.pdf", write(tmp_path / f"{n}.pdf", word), "r")
        for n, word in enumerate((f"wait {waiting}", "fine"))
    ]
    reader = isolated_reader(load, Isolation(1, ReaderLimits(), "hostile_loader"))
    thread = threading.Thread(target=lambda: results.extend(reader(candidates)), daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while thread.is_alive() and time.monotonic() < deadline and not results:
        # As the system does when memory is short, to whichever process it is that hangs.
        for hanging in waiting.iterdir():
            hanging.unlink()
            os.kill(int(hanging.name), signal.SIGKILL)
        time.sleep(0.1)
    thread.join(60)
    reasons = {one.record.name: one.reason for one in results}
    assert "crashed (SIGKILL)" in (reasons["0.pdf"] or "")


@pytest.mark.skipif(os.name == "nt", reason="there are no signals to die of")
def test_a_document_does_not_pay_for_the_one_before_it(tmp_path: Path) -> None:
    results = read(tmp_path, ["wound", "delicate"])
    assert results["1 delicate"].outcome == "parsed"


def test_several_readers_share_the_work_and_none_stays(tmp_path: Path) -> None:
    before = {child.pid for child in psutil.Process().children()}
    results = read(tmp_path, ["fine"] * 1 + [f"fine {number}" for number in range(7)], readers=2)
    assert all(result.outcome == "parsed" for result in results.values())
    assert {child.pid for child in psutil.Process().children()} <= before


def test_readers_end_when_the_work_is_given_up(tmp_path: Path) -> None:
    before = {child.pid for child in psutil.Process().children()}
    candidates = [DueFile(f"{n}.pdf", write(tmp_path / f"{n}.pdf", "fine"), "r") for n in range(5)]
    candidates.append(DueFile("h.pdf", write(tmp_path / "h.pdf", "hang"), "r"))
    results = isolated_reader(load, Isolation(1, ReaderLimits(), "hostile_loader"))(candidates)
    start = time.monotonic()
    next(iter(results))
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - start < ReaderLimits().seconds
    assert {child.pid for child in psutil.Process().children()} <= before


def test_plain_text_is_read_here_whatever_its_suffix_says_otherwise(tmp_path: Path) -> None:
    names = {"a.md": "# A\n\nText of a.\n", "b.txt": "Text of b.\n", "c": "Text of c.\n"}
    candidates = [DueFile(name, write(tmp_path / name, text), "r") for name, text in names.items()]
    candidates.append(DueFile("d.txt", write(tmp_path / "d.txt", "%PDF-1.4"), "r"))
    reader = isolated_reader(load, Isolation(1, LIMITS, "hostile_loader"))
    texts = {result.record.name: result.parsed.text for result in reader(candidates) if result.parsed is not None}
    assert {name: texts[name] for name in names} == names
    assert texts["d.txt"].startswith("read by ")


def test_a_sync_goes_on_and_remembers(tmp_path: Path, encoder: object) -> None:
    corpus = tmp_path / "corpus"
    write(corpus / "good.pdf", "fine")
    write(corpus / "bad.pdf", "hang")
    write(corpus / "note.txt", "The ferry leaves at nine.\n")
    options = SyncOptions(read=isolated_reader(load, Isolation(1, LIMITS, "hostile_loader")))
    with open_index(tmp_path / "data", corpus, encoder) as index:  # type: ignore[arg-type]
        report = index.sync(options)
        # Half a character in a title is replaced; in the text it would be a reason to skip it.
        assert report.added == 2
        assert [one.document for one in report.skipped] == ["bad.pdf"]
        again = index.sync(options)
        assert again.skipped == report.skipped
        assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
