"""Documents that are out of reach for a while, files that are being written, and encoders that would be mixed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from askv4.corpus import settling
from askv4.corpus.adding import Adder
from askv4.corpus.reading import DueFile
from askv4.errors import CorpusVanished, EncoderMismatch
from askv4.neural.encoder import Encoder
from askv4.sync.index import Index, open_index
from askv4.sync.syncing import SyncOptions
from tests.index_kit import CountingEncoder, write

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege on Windows")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write(tmp_path / "corpus" / "boats.txt", "The ferry leaves at nine. It returns at noon.\n")
    return tmp_path / "corpus"


@pytest.fixture
def encoder(encoder: Encoder) -> CountingEncoder:
    """The real encoder, which the fixture of the same name gives, with a counter."""
    return CountingEncoder(encoder)


@pytest.fixture
def index(tmp_path: Path, corpus: Path, encoder: CountingEncoder) -> Iterator[Index]:
    with open_index(tmp_path / "data", corpus, encoder) as made:
        yield made


def names(index: Index) -> list[str]:
    return [document.document for document in index.catalog.documents() if document.state == "indexed"]


# Out of reach


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Another disk, mounted at the folder; the test is skipped where that may not be."""
    folder.mkdir(parents=True, exist_ok=True)
    if not sys.platform.startswith("linux"):
        pytest.skip("a disk is mounted on Linux only")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "askv4-test", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"no disk may be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_documents_on_a_disk_that_is_unplugged_stay(index: Index, corpus: Path) -> None:
    with small_disk(corpus / "disk"):
        write(corpus / "disk" / "deep" / "far.txt", "Far away.\n")
        assert index.sync().added == 2
    for _ in range(2):
        report = index.sync()
        assert (report.removed, [one.document for one in report.skipped]) == (0, ["disk/"])
        assert "askv4 sync --prune" in report.skipped[0].reason
        assert names(index) == ["boats.txt", "disk/deep/far.txt"]
    (corpus / "disk").rmdir()
    assert index.sync().removed == 0
    with small_disk(corpus / "disk"):
        write(corpus / "disk" / "deep" / "far.txt", "Far away.\n")
        assert index.sync().skipped == ()
    assert index.sync(SyncOptions(prune=True)).removed == 1
    assert names(index) == ["boats.txt"]
    assert index.sync().skipped == ()


def test_a_folder_that_was_emptied_by_hand_is_empty(index: Index, corpus: Path) -> None:
    write(corpus / "sub" / "birds.txt", "Grey pigeons live under the roof.\n")
    index.sync()
    (corpus / "sub" / "birds.txt").unlink()
    assert index.sync().removed == 1


@needs_links
def test_what_is_linked_stays_when_it_is_out_of_reach(index: Index, corpus: Path, tmp_path: Path) -> None:
    far = write(tmp_path / "far" / "far.txt", "Far away.\n")
    write(tmp_path / "papers" / "a.txt", "A paper.\n")
    adder = Adder(corpus, link=True)
    list(adder.add(far))
    list(adder.add(tmp_path / "papers"))
    assert index.sync().added == 3
    far.rename(tmp_path / "elsewhere.txt")
    (tmp_path / "papers" / "a.txt").rename(tmp_path / "a.txt")
    for _ in range(2):
        report = index.sync()
        assert (report.removed, [one.document for one in report.skipped]) == (0, ["far.txt", "papers/"])
        assert report.unchanged == 3 - 1, "what is out of reach is no unchanged document"
    assert names(index) == ["boats.txt", "far.txt", "papers/a.txt"]
    (tmp_path / "elsewhere.txt").rename(far)
    assert [one.document for one in index.sync().skipped] == ["papers/"]
    far.unlink()
    report = index.sync(SyncOptions(prune=True))
    assert names(index) == ["boats.txt"]


def test_a_corpus_of_which_nothing_is_left_is_asked_about(index: Index, corpus: Path) -> None:
    index.sync()
    (corpus / "boats.txt").unlink()
    write(corpus / ".hidden", "x")
    with pytest.raises(CorpusVanished) as caught:
        index.sync()
    assert "askv4 sync --prune" in caught.value.remedy
    assert names(index) == ["boats.txt"]
    assert index.sync(SyncOptions(prune=True)).removed == 1


def test_a_stray_file_does_not_stand_in_for_a_whole_corpus(index: Index, corpus: Path, tmp_path: Path) -> None:
    for number in range(10):
        write(corpus / f"{number}.txt", f"Report {number}.\n")
    index.sync()
    corpus.rename(tmp_path / "unplugged")
    write(corpus / "stray.txt", "Left in the mount point.\n")
    with pytest.raises(CorpusVanished, match="none of the 11"):
        index.sync()
    for number in range(6):
        write(corpus / "new" / f"{number}.txt", f"Another corpus {number}.\n")
    assert index.sync().removed == 11


# Being written


def test_a_file_that_is_being_written_is_waited_for(tmp_path: Path) -> None:
    old, growing = write(tmp_path / "old.txt", "x"), write(tmp_path / "growing.txt", "x", 0)
    stop = time.monotonic() + 0.6

    def go_on() -> None:
        while time.monotonic() < stop:
            with growing.open("a") as file:
                file.write("x" * 100)
            time.sleep(0.02)

    writer = threading.Thread(target=go_on)
    writer.start()
    candidates = [DueFile(path.name, path, "recipe") for path in (growing, old)]
    came = [(candidate.name, time.monotonic()) for candidate in settling.settled(candidates)]
    writer.join()
    assert [name for name, _ in came] == ["old.txt", "growing.txt"]
    assert came[1][1] >= stop


def test_a_file_that_never_rests_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "PATIENCE_S", 0.05)
    future = time.time() + 1000
    ahead = write(tmp_path / "ahead.txt", "x")
    os.utime(ahead, (future, future))
    paths = [write(tmp_path / "log.txt", "x", 0), ahead, tmp_path / "absent.txt"]
    rested = settling.settled([DueFile(path.name, path, "recipe") for path in paths])
    assert [candidate.name for candidate in rested] == ["ahead.txt", "absent.txt", "log.txt"]


# Encoders


def test_encoders_are_not_mixed(index: Index, tmp_path: Path, corpus: Path, encoder: CountingEncoder) -> None:
    index.sync()
    other = CountingEncoder(encoder)
    other.identity, other.name = "another", "another-model"
    with open_index(tmp_path / "data", corpus, other) as second:
        for _ in range(2):
            with pytest.raises(EncoderMismatch, match="int8, not with another-model") as caught:
                second.sync()
        assert "askv4 sync --re-embed" in caught.value.remedy
        assert second.vectors.keys() == set()
        assert second.sync(SyncOptions(re_embed=True)).passages_embedded == 1
        assert second.sync().unchanged == 1
    with pytest.raises(EncoderMismatch, match="another-model, not with"):
        index.sync()


def test_an_empty_index_takes_any_encoder(tmp_path: Path, encoder: CountingEncoder) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path / "empty" / "nothing.txt", "")
    with open_index(tmp_path / "data", tmp_path / "empty", encoder) as index:
        index.sync()
    other = CountingEncoder(encoder)
    other.identity, other.name = "another", "another-model"
    with open_index(tmp_path / "data", tmp_path / "empty", other) as index:
        assert len(index.sync().skipped) == 1
