"""A sync does what changed requires, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from askv4.corpus import reading
from askv4.corpus.reading import DueFile, read_file, reader
from askv4.errors import (
    CorpusMissing,
    CorpusVanished,
    DataFolderUnwritable,
    DocumentUnreadable,
    EncoderError,
    IndexDamaged,
)
from askv4.neural.encoder import Encoder
from askv4.options import index_folder
from askv4.sync.index import Index, open_index
from askv4.sync.indexes import forget_lost_indexes, lost_indexes
from askv4.sync.syncing import SyncOptions
from askv4.text.loaders import load
from askv4.types import ParsedText, SyncProgress
from tests.index_kit import CountingEncoder, write

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    write(
        folder / "lamps.md", "# Lamps\n\nThe oil lamp stands on the table.\n\n# Tables\n\nThe table is made of oak.\n"
    )
    write(folder / "boats.txt", "The ferry leaves at nine. It returns at noon.\n")
    write(folder / "sub" / "birds.txt", "Grey pigeons live under the roof.\n")
    return folder


@pytest.fixture
def encoder(encoder: Encoder) -> CountingEncoder:
    """The real encoder, which the fixture of the same name gives, with a counter."""
    return CountingEncoder(encoder)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def index(data: Path, corpus: Path, encoder: CountingEncoder) -> Iterator[Index]:
    with open_index(data, corpus, encoder) as made:
        yield made


def names(index: Index) -> list[str]:
    return [document.document for document in index.catalog.documents()]


def check(index: Index) -> None:
    """Whatever happened before: quotes are exact, words and vectors are those of the passages, nothing is left over."""
    catalog = index.catalog
    for key, ids in catalog.passages_by_key(catalog.keys()).items():
        for passage in catalog.passages(ids).values():
            assert passage.key == key
            assert passage.text == catalog.text(passage.document.document)[passage.start : passage.end]
    assert index.vectors.keys() == catalog.keys()
    assert catalog.vector_keys(index.encoder.identity) == catalog.keys()
    with catalog.pool.reading() as connection:
        connection.execute("INSERT INTO passages_fts (passages_fts, rank) VALUES ('integrity-check', 1)")


OPENED: list[str] | None = None


def _note_opening(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and OPENED is not None:
        OPENED.append(str(arguments[0]))


sys.addaudithook(_note_opening)  # hooks stay for good, so there is one, and it looks away by default


@contextmanager
def openings(folder: Path) -> Iterator[Callable[[], list[str]]]:
    """Counts the files under `folder` that Python opens."""
    global OPENED
    OPENED = opened = []
    try:
        yield lambda: [path for path in opened if path.startswith(str(folder))]
    finally:
        OPENED = None


def state_of_files(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")  # SQLite's shared memory, which readers use too
    }


# The first sync, and one with nothing to do


def test_the_first_sync_indexes_everything(index: Index, encoder: CountingEncoder) -> None:
    report = index.sync()
    assert (report.added, report.unchanged, report.skipped, report.repaired) == (3, 0, (), False)
    assert report.passages_embedded == len(encoder.embedded) == index.catalog.passage_count() == 4
    assert names(index) == ["boats.txt", "lamps.md", "sub/birds.txt"]
    assert "Lamps\nTables\nThe table is made of oak." in encoder.embedded
    ((passage_id, _),) = index.catalog.match("ferry", 5)
    passage = index.catalog.passages([passage_id])[passage_id]
    assert passage.text == "The ferry leaves at nine. It returns at noon."
    assert [span.of(index.catalog.text("boats.txt")) for span in passage.sentences] == [
        "The ferry leaves at nine.",
        "It returns at noon.",
    ]
    question = encoder.encode_queries(["When does the boat come back?"])[0]
    nearest = index.vectors.query(question, 4)
    assert index.catalog.passages_by_key([nearest[0][0]])[nearest[0][0]] == [passage_id]
    check(index)


def test_nothing_to_do_opens_no_document_takes_no_lock_and_writes_nothing(
    index: Index, data: Path, corpus: Path, encoder: CountingEncoder
) -> None:
    index.sync()
    index.close()
    encoder.embedded.clear()
    (index.folder / "lock").unlink(missing_ok=True)
    before = state_of_files(data)
    with open_index(data, corpus, encoder) as again, openings(corpus) as opened:
        for _ in range(3):
            report = again.sync()
            assert (report.unchanged, report.added, report.changed, report.removed) == (3, 0, 0, 0)
        assert opened() == []
        assert not (again.folder / "lock").exists()
        assert {path: state for path, state in state_of_files(data).items() if not path.endswith("-wal")} == before
        assert not again.vectors.main.is_open
    assert encoder.embedded == []


FAST_PATH = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from askv4.sync.index import open_index
class Encoder:
    identity, dimension, max_tokens = sys.argv[4], int(sys.argv[5]), 256
with open_index(Path(sys.argv[2]), Path(sys.argv[3]), Encoder()) as index:
    assert index.sync().unchanged == 3
heavy = [name for name in ("numpy", "filelock", "chromadb_rust_bindings", "chromadb", "yaml", "onnxruntime") if name in sys.modules]
assert not heavy, heavy
"""


def test_nothing_to_do_loads_nothing_heavy(index: Index, data: Path, corpus: Path, encoder: CountingEncoder) -> None:
    index.sync()
    index.close()
    arguments = [str(REPOSITORY), str(data), str(corpus), encoder.identity, str(encoder.dimension)]
    subprocess.run([sys.executable, "-c", FAST_PATH, *arguments], check=True)


def test_an_empty_corpus_is_no_error(data: Path, tmp_path: Path, encoder: CountingEncoder) -> None:
    (tmp_path / "empty").mkdir()
    with open_index(data, tmp_path / "empty", encoder) as index:
        for _ in range(2):
            assert index.sync().unchanged == 0
        assert index.vectors.query(np.ones(encoder.dimension, dtype=np.float32), 3) == []


# Changes


def test_a_touched_file_is_read_again_but_not_embedded(index: Index, corpus: Path, encoder: CountingEncoder) -> None:
    index.sync()
    encoder.embedded.clear()
    token = index.vectors.token
    then = time.time() - 30
    os.utime(corpus / "boats.txt", (then, then))
    with openings(corpus) as opened:
        assert index.sync().unchanged == 3
        assert opened() == [str(corpus / "boats.txt")]
        assert index.sync().unchanged == 3
        assert len(opened()) == 1
    assert encoder.embedded == []
    assert index.vectors.token == token


def test_of_a_changed_file_only_new_passages_are_embedded(index: Index, corpus: Path, encoder: CountingEncoder) -> None:
    index.sync()
    encoder.embedded.clear()
    write(
        corpus / "lamps.md",
        "# Lamps\n\nThe oil lamp stands on the table.\n\n# Tables\n\nThe table is made of ash.\n",
        50,
    )
    report = index.sync()
    assert (report.changed, report.added, report.unchanged, report.passages_embedded) == (1, 0, 2, 1)
    assert encoder.embedded == ["Lamps\nTables\nThe table is made of ash."]
    assert index.catalog.match("oak", 5) == []
    assert len(index.catalog.match("ash", 5)) == 1
    check(index)


def test_content_replaced_under_the_old_size_and_date_is_noticed(index: Index, corpus: Path) -> None:
    index.sync()
    path = corpus / "boats.txt"
    status = path.stat()
    path.write_text(path.read_text().replace("nine", "five"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert index.sync().changed == 1
    assert "five" in index.catalog.text("boats.txt")


def test_a_file_written_at_the_moment_of_the_sync_is_looked_at_once_more(index: Index, corpus: Path) -> None:
    now_ns = (time.time_ns() // 1_000_000_000) * 1_000_000_000  # a disk that counts whole seconds
    os.utime(corpus / "boats.txt", ns=(now_ns, now_ns))
    index.sync()
    with openings(corpus) as opened:
        assert index.sync().unchanged == 3
        assert opened() == [str(corpus / "boats.txt")]


def test_a_removed_file_disappears(index: Index, corpus: Path) -> None:
    index.sync()
    (corpus / "lamps.md").unlink()
    report = index.sync()
    assert (report.removed, report.unchanged) == (1, 2)
    assert names(index) == ["boats.txt", "sub/birds.txt"]
    assert index.catalog.match("lamp", 5) == []
    check(index)


def test_a_renamed_file_keeps_its_vectors(index: Index, corpus: Path, encoder: CountingEncoder) -> None:
    index.sync()
    encoder.embedded.clear()
    token = index.vectors.token
    (corpus / "new").mkdir()
    (corpus / "lamps.md").rename(corpus / "new" / "lights.md")
    shutil.move(corpus / "boats.txt", corpus / "ferries.txt")
    report = index.sync()
    assert (report.renamed, report.added, report.removed, report.unchanged) == (2, 0, 0, 1)
    assert names(index) == ["ferries.txt", "new/lights.md", "sub/birds.txt"]
    assert index.catalog.document("ferries.txt").title == "ferries"
    assert encoder.embedded == []
    assert index.vectors.token == token
    check(index)


def test_the_same_text_twice_is_embedded_once(index: Index, corpus: Path, encoder: CountingEncoder) -> None:
    write(corpus / "copy.txt", "The ferry leaves at nine. It returns at noon.\n")
    index.sync()
    assert len(encoder.embedded) == len(set(encoder.embedded)) == 4
    ((_, first), (_, second)) = sorted(
        (len(ids), ids) for ids in index.catalog.passages_by_key(index.catalog.keys()).values()
    )[-2:]
    assert len(second) == 2
    assert len(first) == 1
    (corpus / "boats.txt").unlink()
    index.sync()
    assert len(index.catalog.match("ferry", 5)) == 1
    check(index)


def test_a_new_recipe_reads_everything_again_and_embeds_nothing(
    index: Index, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.sync()
    encoder.embedded.clear()
    monkeypatch.setattr("askv4.sync.assemble.RECIPE_VERSION", 99)
    report = index.sync()
    assert (report.unchanged, report.changed, report.passages_embedded) == (3, 0, 0)
    assert index.sync().unchanged == 3
    assert encoder.embedded == []
    check(index)


def test_another_encoder_gets_its_own_vectors_and_the_first_ones_stay(
    index: Index, data: Path, corpus: Path, encoder: CountingEncoder
) -> None:
    index.sync()
    other = CountingEncoder(encoder)
    other.identity = "anotherversion"
    with open_index(data, corpus, other) as second:
        assert second.sync().passages_embedded == 4
        check(second)
        write(corpus / "boats.txt", "The ferry is late.\n", 40)
        second.sync()
    encoder.embedded.clear()
    assert index.sync().passages_embedded == 1
    assert encoder.embedded == ["The ferry is late."]
    check(index)


# Documents that cannot be read


def test_a_file_of_no_known_format_is_listed_and_stops_nobody(index: Index, corpus: Path) -> None:
    write(corpus / "picture.xyz", "??")
    write(corpus / "empty.txt", "")
    report = index.sync()
    assert [skipped.document for skipped in report.skipped] == ["empty.txt", "picture.xyz"]
    assert report.added == 3
    for name in ("empty.txt", "picture.xyz"):
        document = index.catalog.document(name)
        assert (document.state, document.passages) == ("skipped", 0)
        assert document.reason
    with openings(corpus) as opened:
        again = index.sync()
        assert opened() == []
    assert again.skipped == report.skipped
    assert again.unchanged == 3


def test_a_skipped_file_is_tried_again_when_it_changes(index: Index, corpus: Path) -> None:
    write(corpus / "empty.txt", "")
    index.sync()
    write(corpus / "empty.txt", "Not empty any more.\n", 30)
    report = index.sync()
    assert (report.changed, report.skipped) == (1, ())
    assert index.catalog.document("empty.txt").state == "indexed"
    write(corpus / "empty.txt", "", 20)
    assert len(index.sync().skipped) == 1
    assert index.catalog.match("anymore OR empty", 5) == []
    check(index)


def test_a_skipped_file_is_tried_again_when_a_loader_for_it_comes(
    index: Index, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from askv4.text import loaders

    write(corpus / "notes.xyz", "Some notes in a format of the future.\n")
    assert len(index.sync().skipped) == 1
    monkeypatch.setitem(loaders.BY_SUFFIX, ".xyz", loaders.BY_SUFFIX[".txt"])
    index.close()
    with open_index(index.folder.parents[1], corpus, index.encoder) as later, openings(corpus) as opened:
        assert later.sync().skipped == ()
        assert opened() == [str(corpus / "notes.xyz")]


def test_a_loader_that_fails_costs_one_document(index: Index, caplog: pytest.LogCaptureFixture) -> None:
    def fragile(data: bytes, name: str) -> ParsedText:
        if name == "boats.txt":
            raise RecursionError("too deep")
        if name == "lamps.md":
            raise DocumentUnreadable("it is torn", "mend it")
        return load(data, name)

    report = index.sync(SyncOptions(read=reader(fragile)))
    assert [(one.document, one.reason) for one in report.skipped] == [
        ("boats.txt", "the loader failed: RecursionError: too deep"),
        ("lamps.md", "it is torn; mend it"),
    ]
    assert report.added == 1
    assert "boats.txt" in caplog.text
    check(index)


def test_text_that_is_not_made_of_characters_is_skipped(index: Index) -> None:
    def broken(data: bytes, name: str) -> ParsedText:
        parsed = load(data, name)
        return ParsedText("\ud800" + parsed.text, parsed.blocks) if name == "boats.txt" else parsed

    (skipped,) = index.sync(SyncOptions(read=reader(broken))).skipped
    assert skipped.reason == "its text holds half a character at offset 0"
    check(index)


def test_a_file_that_cannot_be_opened_is_tried_again_each_time(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    opening = Path.open

    def guarded(path: Path, *arguments: object, **options: object) -> object:
        if path.name == "boats.txt":
            raise PermissionError(13, "Permission denied")
        return opening(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", guarded)
    for _ in range(2):
        (skipped,) = index.sync().skipped
        assert (skipped.document, skipped.reason) == ("boats.txt", "the file cannot be opened: Permission denied")
    monkeypatch.undo()
    report = index.sync()
    assert (report.changed, report.unchanged, report.skipped) == (1, 2, ())
    check(index)


def test_a_file_that_vanishes_during_the_sync(index: Index, corpus: Path) -> None:
    index.sync()
    write(corpus / "boats.txt", "Changed.\n", 30)
    write(corpus / "brief.txt", "Here for a moment.\n")

    def vanishing(candidates: object) -> Iterator[reading.ReadFile]:
        for name in ("boats.txt", "brief.txt"):
            (corpus / name).unlink()
        return reader(load)(candidates)  # type: ignore[arg-type]

    report = index.sync(SyncOptions(read=vanishing))
    assert (report.removed, report.added, report.skipped) == (1, 0, ())
    assert names(index) == ["lamps.md", "sub/birds.txt"]
    check(index)


def test_a_file_that_is_being_written_keeps_its_old_version_for_now(
    index: Index, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.sync()
    write(corpus / "boats.txt", "The ferry.\n", 30)
    write(corpus / "fresh.txt", "A new one.\n", 30)
    counter = iter(range(1000))
    taking = reading.file_state

    def restless(status: os.stat_result) -> object:
        state = taking(status)
        return type(state)(state.bytes, state.mtime_ns + next(counter), state.ctime_ns)

    monkeypatch.setattr(reading, "file_state", restless)
    monkeypatch.setattr(reading, "PAUSE_S", 0)
    report = index.sync()
    assert {one.document for one in report.skipped} == {"boats.txt", "fresh.txt"}
    assert all("being written" in one.reason for one in report.skipped)
    assert "returns at noon" in index.catalog.text("boats.txt")
    assert index.catalog.document("fresh.txt").state == "skipped"
    monkeypatch.undo()
    report = index.sync()
    assert (report.changed, report.skipped) == (2, ())
    assert index.catalog.text("boats.txt") == "The ferry.\n"
    check(index)


def test_a_file_that_changes_while_it_is_read_is_read_again(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAUSE_S", 0)
    path = corpus / "boats.txt"
    taken: list[int] = []
    taking = reading.file_state

    def writing(status: os.stat_result) -> object:
        taken.append(status.st_size)
        if len(taken) == 1:
            path.write_text("Longer than it was before, because someone is writing it right now.\n")
        return taking(status)

    monkeypatch.setattr(reading, "file_state", writing)
    result = read_file(DueFile("boats.txt", path, "recipe"), load)
    assert result.outcome == "parsed"
    assert result.parsed is not None
    assert result.parsed.text.startswith("Longer")
    assert result.record.file.bytes == path.stat().st_size


def test_a_huge_file_is_not_read(index: Index, corpus: Path) -> None:
    with (corpus / "huge.txt").open("wb") as file:
        file.truncate(3 * 2**30)  # sparse: it takes no room
    os.utime(corpus / "huge.txt", (1e9, 1e9))
    (skipped,) = index.sync().skipped
    assert "larger than 256 MB" in skipped.reason
    with openings(corpus) as opened:
        index.sync()
        assert opened() == []


# A corpus that is gone


def test_a_corpus_that_vanished_does_not_empty_the_index(index: Index, corpus: Path, tmp_path: Path) -> None:
    index.sync()
    corpus.rename(tmp_path / "elsewhere")
    with pytest.raises(CorpusVanished, match="corpus"):
        index.sync()
    corpus.mkdir()
    with pytest.raises(CorpusVanished, match="none of the 3 documents"):
        index.sync()
    assert len(names(index)) == 3
    check(index)
    assert index.sync(SyncOptions(allow_empty=True)).removed == 3
    assert names(index) == []
    assert index.sync().unchanged == 0
    check(index)


def test_a_corpus_that_never_was(data: Path, tmp_path: Path, encoder: CountingEncoder) -> None:
    with open_index(data, tmp_path / "nowhere", encoder) as index, pytest.raises(CorpusMissing):
        index.sync()


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege on Windows")
def test_documents_behind_a_link_to_an_unplugged_disk_stay(index: Index, corpus: Path, tmp_path: Path) -> None:
    write(tmp_path / "disk" / "far.txt", "Far away.\n")
    (corpus / "link").symlink_to(tmp_path / "disk")
    options = SyncOptions(follow_links=True)
    assert index.sync(options).added == 4
    (tmp_path / "disk").rename(tmp_path / "unplugged")
    report = index.sync(options)
    assert (report.removed, [one.document for one in report.skipped]) == (0, ["link"])
    assert index.catalog.text("link/far.txt") == "Far away.\n"
    (tmp_path / "unplugged").rename(tmp_path / "disk")
    assert index.sync(options).skipped == ()
    assert "link" not in names(index)
    check(index)


# Interruptions and damage


class StoppedError(Exception):
    """Ends a sync at a chosen moment."""


def stop_at(phase: str, done: int) -> Callable[[SyncProgress], None]:
    def progress(event: SyncProgress) -> None:
        if event.phase == phase and event.done >= done:
            raise StoppedError

    return progress


@pytest.mark.parametrize(("phase", "done"), [("documents", 1), ("documents", 3), ("vectors", 0), ("vectors", 4)])
def test_an_interrupted_sync_is_completed_by_the_next(
    data: Path, corpus: Path, encoder: CountingEncoder, phase: str, done: int
) -> None:
    with open_index(data, corpus, encoder) as index, pytest.raises(StoppedError):
        index.sync(SyncOptions(progress=stop_at(phase, done)))
    embedded = len(encoder.embedded)
    with open_index(data, corpus, encoder) as index:
        report = index.sync()
        assert report.repaired
        assert len(encoder.embedded) == 4, "nothing is embedded twice"
        assert report.passages_embedded == 4 - embedded
        check(index)
        assert not index.sync().repaired


def test_an_encoder_that_fails_leaves_the_old_state(
    index: Index, corpus: Path, encoder: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.sync()
    write(corpus / "boats.txt", "The ferry has sunk.\n", 30)

    def fail(_: object) -> None:
        raise EncoderError("the weights are gone")

    monkeypatch.setattr(encoder, "encode_passages", fail)
    with pytest.raises(EncoderError):
        index.sync()
    assert "returns at noon" in index.catalog.text("boats.txt")
    monkeypatch.undo()
    assert index.sync().changed == 1
    check(index)


def test_vectors_that_are_gone_are_made_from_the_catalogue(data: Path, corpus: Path, encoder: CountingEncoder) -> None:
    lines: list[str] = []
    with open_index(data, corpus, encoder, lines.append) as index:
        index.sync()
        index.vectors.close()
        shutil.rmtree(index.vectors.path)
        assert index.sync().passages_embedded == 0
        check(index)
        (folder,) = (path for path in index.vectors.path.iterdir() if path.is_dir())
        shutil.rmtree(folder)
        assert index.sync().passages_embedded == 0
        check(index)
        assert index.sync().passages_embedded == 0
    assert [line.split(" and ")[0] for line in lines] == [
        "the vector index is gone",
        "the vector index was damaged",
    ]


def test_bytes_that_changed_under_an_old_date_are_met(index: Index, encoder: CountingEncoder) -> None:
    """As a bad sector leaves them."""
    index.sync()
    question = encoder.encode_queries(["When does the boat come back?"])[0]
    before = index.vectors.query(question, 4)
    index.vectors.close()
    (graph,) = index.vectors.path.rglob("data_level0.bin")
    times = graph.stat()
    content = bytearray(graph.read_bytes())
    content[200:240] = bytes(40)
    graph.write_bytes(content)
    os.utime(graph, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert index.vectors.query(question, 4) == before
    check(index)


def test_a_search_that_meets_damaged_vectors_repairs_them(index: Index, encoder: CountingEncoder) -> None:
    index.sync()
    index.vectors.close()
    (graph,) = index.vectors.path.rglob("data_level0.bin")
    os.truncate(graph, 10)
    question = encoder.encode_queries(["When does the boat come back?"])[0]
    assert len(index.vectors.query(question, 4)) == 4
    check(index)


def test_damage_that_only_chroma_sees_is_repaired_too(index: Index, encoder: CountingEncoder) -> None:
    index.sync()
    index.vectors.close()
    (database,) = index.vectors.path.rglob("chroma.sqlite3")
    database.write_bytes(b"no database at all " * 1000)
    assert len(index.vectors.query(encoder.encode_queries(["boat"])[0], 4)) == 4
    check(index)


def test_a_catalogue_that_is_gone_is_filled_again_without_embedding(
    data: Path, corpus: Path, encoder: CountingEncoder
) -> None:
    with open_index(data, corpus, encoder) as index:
        index.sync()
    for path in index.folder.glob("catalog.sqlite3*"):
        path.unlink()
    encoder.embedded.clear()
    with open_index(data, corpus, encoder) as index:
        assert index.sync().added == 3
        check(index)
    assert encoder.embedded == []


def test_a_catalogue_damaged_while_in_use_is_rebuilt_by_the_next_sync(
    data: Path, corpus: Path, encoder: CountingEncoder
) -> None:
    lines: list[str] = []
    with open_index(data, corpus, encoder, lines.append) as index:
        index.sync()
        index.catalog.close()
        for suffix in ("", "-wal", "-shm"):
            path = index.catalog.path.with_name(index.catalog.path.name + suffix)
            if path.exists():
                path.write_bytes(b"rubbish " * 4096)
        with pytest.raises(IndexDamaged):
            index.catalog.documents()
        assert index.sync().added == 3
        check(index)
    assert "damaged" in lines[0]


# Several at once


def test_two_processes_divide_nothing_and_lose_nothing(data: Path, corpus: Path, encoder: CountingEncoder) -> None:
    """The second waits, looks again and finds the work done."""
    for number in range(30):
        write(corpus / f"more-{number}.txt", f"Report {number} tells of {number} lamps. It is short.\n")
    lines: list[str] = []
    first_has_begun = threading.Event()

    def sync_slowly() -> None:
        def slowly(_: SyncProgress) -> None:
            first_has_begun.set()
            time.sleep(0.02)

        with open_index(data, corpus, encoder) as index:
            index.sync(SyncOptions(progress=slowly))

    thread = threading.Thread(target=sync_slowly)
    thread.start()
    assert first_has_begun.wait(20)
    with open_index(data, corpus, encoder, on_wait=lines.append) as index:
        report = index.sync()
        thread.join()
        assert (report.unchanged, report.added, report.passages_embedded) == (33, 0, 0)
        assert len(lines) == 1
        assert len(encoder.embedded) == len(set(encoder.embedded)) == index.catalog.passage_count()
        check(index)


def test_questions_are_answered_while_a_sync_runs(index: Index, corpus: Path, encoder: CountingEncoder) -> None:
    index.sync()
    for number in range(40):
        write(corpus / f"more-{number}.txt", f"Ferry report {number}. It is short.\n")
    question = encoder.encode_queries(["ferry"])[0]
    answers: list[int] = []
    running = threading.Event()
    running.set()

    def ask() -> None:
        while running.is_set():
            passages = index.catalog.passages([one for one, _ in index.catalog.match("ferry", 50)])
            for passage in passages.values():
                assert passage.text
            answers.append(len(index.vectors.query(question, 3)))

    thread = threading.Thread(target=ask)
    thread.start()
    index.sync()
    running.clear()
    thread.join()
    assert answers
    assert set(answers) == {3}
    check(index)


# A full disk


FULL_DISK = """
import resource, signal, sys
sys.path.insert(0, sys.argv[1])
sys.path.insert(0, sys.argv[1] + "/tests/unit/index")
from pathlib import Path
import numpy as np
from askv4.errors import DataFolderUnwritable
from askv4.sync.index import open_index
class Encoder:
    identity, name, dimension, max_tokens = "flat", "flat", 16, 256
    def count_tokens(self, texts): return [2 + len(text.split()) for text in texts]
    def encode_passages(self, texts): return np.tile(np.eye(16, dtype=np.float32)[0], (len(texts), 1))
with open_index(Path(sys.argv[2]), Path(sys.argv[3]), Encoder()) as index:
    limit = int(sys.argv[4])
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        index.sync()
        print("done", len(index.catalog.documents()), index.vectors.keys() == index.catalog.keys())
    except DataFolderUnwritable as error:
        print("full", error.line)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits to set")
@pytest.mark.parametrize("limit", [120_000, 170_000, 300_000])
def test_a_disk_that_fills_up_is_named_and_nothing_is_lost(data: Path, tmp_path: Path, limit: int) -> None:
    folder = tmp_path / "many"
    for number in range(60):
        write(folder / f"{number}.txt", " ".join(f"Word{number}x{other} stands here." for other in range(60)))

    def run(limit: int) -> str:
        command = [sys.executable, "-c", FULL_DISK, str(REPOSITORY), str(data), str(folder), str(limit)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    outcome = run(limit)
    assert outcome.startswith("full")
    assert str(data) in outcome
    assert run(0) == "done 60 True"


def test_a_data_folder_that_cannot_be_made(tmp_path: Path, corpus: Path, encoder: CountingEncoder) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataFolderUnwritable, match="file"):
        open_index(tmp_path / "file", corpus, encoder)


def test_what_cannot_be_written_is_searched_as_well(index: Index, encoder: CountingEncoder) -> None:
    """The catalogue's own vectors stand in for Chroma's, which needs to write to be read."""
    index.sync()
    question = encoder.encode_queries(["When does the boat come back?"])[0]
    instead = index.vectors.instead
    assert instead is not None
    expected = index.vectors.query(question, 3)
    assert [key for key, _ in instead.query(question, 3)] == [key for key, _ in expected]
    assert [cosine for _, cosine in instead.query(question, 3)] == pytest.approx([cosine for _, cosine in expected])
    keys = sorted(index.catalog.keys())
    held, other = index.vectors.get(keys), instead.get(keys)
    assert held.keys() == other.keys()
    assert all(np.array_equal(held[key], other[key]) for key in keys)


# Where the index lies


def test_a_renamed_corpus_keeps_its_index(
    index: Index, data: Path, corpus: Path, tmp_path: Path, encoder: CountingEncoder
) -> None:
    index.sync()
    index.close()
    encoder.embedded.clear()
    renamed = corpus.rename(tmp_path / "renamed")
    told: list[str] = []
    with open_index(data, renamed, encoder, told.append) as taken_over:
        report = taken_over.sync()
        check(taken_over)
    assert (report.unchanged, report.added, encoder.embedded) == (3, 0, [])
    assert [path.name for path in (data / "indexes").iterdir()] == [index_folder(data, renamed).name]
    assert told == [f"{renamed} was {corpus}: its index is taken over"]


def test_another_folder_takes_no_lost_index_over(
    index: Index, data: Path, corpus: Path, tmp_path: Path, encoder: CountingEncoder
) -> None:
    index.sync()
    index.close()
    shutil.rmtree(corpus)
    write(tmp_path / "other" / "boats.txt", "Of another size.")
    with open_index(data, tmp_path / "other", encoder) as other:
        other.sync()
        assert names(other) == ["boats.txt"]
    assert [lost.corpus for lost in lost_indexes(data)] == [corpus]
    assert [lost.folder for lost in forget_lost_indexes(data)] == [index.folder]
    assert not index.folder.exists()
    assert other.folder.exists()


def test_each_corpus_has_a_folder_with_a_name_that_can_be_read(tmp_path: Path, data: Path) -> None:
    (tmp_path / "My Notes!").mkdir()
    folder = index_folder(data, tmp_path / "My Notes!")
    assert folder.parent == data / "indexes"
    assert folder.name.startswith("my-notes-")
    assert folder == index_folder(data, tmp_path / "other" / ".." / "My Notes!")
    assert folder != index_folder(data, tmp_path)
    assert index_folder(data, tmp_path / "字").name.startswith("corpus-")


def test_progress_counts_the_documents_that_need_work(index: Index, corpus: Path) -> None:
    events: list[SyncProgress] = []
    index.sync(SyncOptions(progress=events.append))
    documents = [event for event in events if event.phase == "documents"]
    assert [event.done for event in documents] == sorted(event.done for event in documents)
    assert (documents[-1].done, documents[-1].total, documents[-1].passages) == (3, 3, 4)
    vectors = [event for event in events if event.phase == "vectors"]
    assert (vectors[0].done, vectors[-1].done, vectors[-1].total) == (0, 4, 4)
    write(corpus / "boats.txt", "Changed.\n", 20)
    events.clear()
    index.sync(SyncOptions(progress=events.append))
    assert {event.total for event in events if event.phase == "documents"} == {1}
