"""Vectors come back bit for bit, the nearest are found, and nobody ever sees half of a change."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from askv4.errors import DataFolderUnwritable, IndexDamaged
from askv4.store import generations
from askv4.store.generations import keep_latest
from askv4.store.vectors import VectorStore, chroma
from askv4.store.vectors import store as two_parts
from tests.index_kit import key, keys, unit_rows

DIMENSION = 16
REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorStore]:
    made = VectorStore(tmp_path / "chroma", "an encoder", DIMENSION)
    yield made
    made.close()


def another(store: VectorStore) -> VectorStore:
    """What another process would have open."""
    return VectorStore(store.path, store.encoder_identity, store.dimension)


def pointer(store: VectorStore) -> Path:
    (file,) = store.path.glob("*.json")
    return file


def current_folder(store: VectorStore) -> Path:
    return store.path / json.loads(pointer(store).read_text())["folder"]


def hnsw_file(store: VectorStore, name: str) -> Path:
    (file,) = current_folder(store).glob(f"*/{name}")
    return file


# What goes in comes out


def test_vectors_come_back_bit_for_bit(store: VectorStore) -> None:
    rows = unit_rows(50, DIMENSION)
    store.add(keys(0, 50), rows)
    vectors = store.get([*keys(0, 50), key(999), key(3)])
    assert set(vectors) == set(keys(0, 50))
    for number in range(50):
        assert vectors[key(number)].dtype == np.float32
        assert vectors[key(number)].tobytes() == rows[number].tobytes()
    assert store.keys() == set(keys(0, 50))
    assert store.missing([key(1), key(50)]) == {key(50)}


def test_the_nearest_come_first_with_their_cosine(store: VectorStore) -> None:
    rows = unit_rows(300, DIMENSION)
    store.add(keys(0, 300), rows)
    for question in unit_rows(20, DIMENSION, seed=1):
        cosines = rows @ question
        expected = np.argsort(-cosines)[:10]
        nearest = store.query(question, 10)
        assert [name for name, _ in nearest] == [key(int(number)) for number in expected]
        assert [cosine for _, cosine in nearest] == pytest.approx(cosines[expected], abs=1e-5)


def test_nearly_all_of_the_nearest_are_found_among_many(store: VectorStore) -> None:
    rows, questions = unit_rows(3000, DIMENSION), unit_rows(40, DIMENSION, seed=2)
    store.add(keys(0, 3000), rows)
    answers = [{name for name, _ in store.query(question, 50)} for question in questions]
    nearest = [{key(int(number)) for number in np.argsort(-(rows @ question))[:50]} for question in questions]
    recall = np.mean([len(one & other) / 50 for one, other in zip(answers, nearest, strict=True)])
    assert recall >= 0.99


def test_an_empty_store_answers_and_makes_no_files(store: VectorStore) -> None:
    assert store.query(unit_rows(1, DIMENSION)[0], 5) == []
    assert store.get([key(1)]) == {}
    assert store.keys() == set()
    assert store.missing([key(1)]) == {key(1)}
    assert store.is_intact()
    assert store.token == ""
    assert not store.path.exists()


def test_more_are_asked_for_than_there_are(store: VectorStore) -> None:
    store.add(keys(0, 3), unit_rows(3, DIMENSION))
    assert len(store.query(unit_rows(1, DIMENSION)[0], 50)) == 3
    assert store.query(unit_rows(1, DIMENSION)[0], 0) == []


def test_a_key_is_stored_once(store: VectorStore) -> None:
    rows = unit_rows(4, DIMENSION)
    store.add([key(1), key(1), key(2)], rows[:3])
    store.add([key(2), key(3)], rows[2:])
    assert store.keys() == {key(1), key(2), key(3)}
    assert store.get([key(2)])[key(2)].tobytes() == rows[2].tobytes()
    assert len(store.query(rows[0], 10)) == 3


def test_deleted_vectors_are_gone(store: VectorStore) -> None:
    rows = unit_rows(20, DIMENSION)
    store.add(keys(0, 20), rows)
    store.delete([key(3), key(99)])
    assert store.keys() == set(keys(0, 20)) - {key(3)}
    assert key(3) not in {name for name, _ in store.query(rows[3], 20)}
    store.delete(keys(0, 20))
    assert store.query(rows[3], 5) == []


def test_a_graph_with_many_deleted_nodes_is_built_anew(store: VectorStore) -> None:
    rows = unit_rows(1400, DIMENSION)
    store.add(keys(0, 1400), rows)
    store.delete(keys(0, 400))
    assert json.loads(pointer(store).read_text())["deleted"] == 400
    store.update([(keys(2000, 2010), unit_rows(10, DIMENSION, seed=5))], keys(400, 600))
    assert json.loads(pointer(store).read_text())["deleted"] == 0
    assert store.keys() == {*keys(600, 1400), *keys(2000, 2010)}
    assert store.get([key(700)])[key(700)].tobytes() == rows[700].tobytes()
    assert store.query(rows[700], 1)[0][0] == key(700)


def test_encoders_do_not_share_vectors(store: VectorStore) -> None:
    other = VectorStore(store.path, "another encoder", DIMENSION)
    store.add(keys(0, 5), unit_rows(5, DIMENSION))
    other.add(keys(5, 7), unit_rows(2, DIMENSION))
    assert store.keys() == set(keys(0, 5))
    assert other.keys() == set(keys(5, 7))
    keep_latest(store.path, 1)
    assert other.keys() == set(keys(5, 7))
    assert store.keys() == set()
    assert len([path for path in store.path.iterdir() if path.is_dir()]) == 1


# A large store


@pytest.fixture
def large(store: VectorStore, monkeypatch: pytest.MonkeyPatch) -> VectorStore:
    """A store that counts as large from 20 vectors on."""
    monkeypatch.setattr(two_parts, "LARGE", 20)
    monkeypatch.setattr(two_parts, "MOST_RECENT", 8)
    monkeypatch.setattr(two_parts, "MOST_HIDDEN", 4)
    store.add(keys(0, 30), unit_rows(30, DIMENSION))
    return store


def main_folder(store: VectorStore) -> Path:
    generation = store.main.generation
    assert generation is not None
    return generation.folder


def test_small_changes_leave_a_large_collection_alone(large: VectorStore) -> None:
    rows, more = unit_rows(30, DIMENSION), unit_rows(8, DIMENSION, seed=3)
    before, token = main_folder(large), large.token
    large.update([(keys(100, 105), more[:5])], [key(1), key(2)])
    assert main_folder(large) == before
    assert large.token != token
    for one in (large, another(large)):
        assert one.keys() == (set(keys(0, 30)) - {key(1), key(2)}) | set(keys(100, 105))
        assert one.query(more[3], 1)[0] == (key(103), pytest.approx(1.0, abs=1e-5))
        assert {key(1), key(2)}.isdisjoint(dict(one.query(rows[1], 100)))
        assert len(one.query(rows[1], 100)) == 33
        assert len(one.query(rows[1], 7)) == 7
        assert set(one.get([key(1), key(3), key(104)])) == {key(3), key(104)}
        assert one.is_intact()
        one.close()
    # What was deleted comes back, and what came last is deleted.
    large.update([([key(1)], rows[1:2])], [key(100)])
    assert main_folder(large) == before
    assert large.keys() == (set(keys(0, 30)) - {key(2)}) | set(keys(101, 105))
    assert large.query(rows[1], 1)[0][0] == key(1)


def test_a_first_small_change_may_only_delete(large: VectorStore) -> None:
    rows, before = unit_rows(30, DIMENSION), main_folder(large)
    large.delete([key(1)])
    assert main_folder(large) == before
    for one in (large, another(large)):
        assert one.keys() == set(keys(0, 30)) - {key(1)}
        assert key(1) not in dict(one.query(rows[1], 30))
        assert len(one.query(rows[1], 30)) == 29
        one.close()
    large.add([key(1)], rows[1:2])
    assert large.query(rows[1], 1)[0][0] == key(1)


@pytest.mark.parametrize("what", ["additions", "deletions"])
def test_many_small_changes_become_one_collection_again(large: VectorStore, what: str) -> None:
    rows, more = unit_rows(30, DIMENSION), unit_rows(20, DIMENSION, seed=3)
    before = main_folder(large)
    large.update([(keys(100, 105), more[:5])], [key(1), key(2)])
    large.update([([key(1)], rows[1:2])])
    wanted = {*keys(0, 30), *keys(100, 105)} - {key(2)}
    if what == "additions":
        large.add(keys(105, 115), more[5:15])
        wanted |= set(keys(105, 115))
    else:
        large.delete([*keys(10, 14), key(101)])
        wanted -= {*keys(10, 14), key(101)}
    assert main_folder(large) != before
    assert not large.recent.exists
    assert large.keys() == wanted
    assert large.get([key(1)])[key(1)].tobytes() == rows[1].tobytes()
    assert large.get([key(104)])[key(104)].tobytes() == more[4].tobytes()
    assert [path.name for path in large.path.iterdir() if path.is_dir()] == [large.token]


def test_a_kill_between_the_two_collections_does_no_harm(large: VectorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    more = unit_rows(20, DIMENSION, seed=3)
    large.update([(keys(100, 105), more[:5])], [key(1)])

    def killed() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(large.recent, "discard", killed)
    with pytest.raises(KeyboardInterrupt):
        large.add(keys(105, 115), more[5:15])
    monkeypatch.undo()
    left = another(large)
    assert left.keys() == {*keys(0, 30), *keys(100, 115)} - {key(1)}
    assert len(left.query(more[0], 100)) == 44
    left.delete([key(100)])
    assert left.keys() == {*keys(0, 30), *keys(101, 115)} - {key(1)}
    left.close()


def test_damage_of_the_small_collection_is_damage(large: VectorStore) -> None:
    large.add(keys(100, 105), unit_rows(5, DIMENSION, seed=3))
    large.close()
    generation = large.recent.generation
    assert generation is not None
    (graph,) = generation.folder.rglob("data_level0.bin")
    os.truncate(graph, 10)
    assert not large.is_intact()
    with pytest.raises(IndexDamaged):
        large.query(unit_rows(1, DIMENSION)[0], 5)
    large.discard()
    assert large.keys() == set()
    assert large.token == ""


# One change at a time, seen whole or not at all


def test_a_change_that_fails_midway_leaves_everything_as_it_was(store: VectorStore) -> None:
    store.add(keys(0, 5), unit_rows(5, DIMENSION))
    before = store.token

    def interrupted() -> Iterator[tuple[list[str], np.ndarray]]:
        yield keys(5, 9), unit_rows(4, DIMENSION)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.update(interrupted(), [key(0)])
    assert store.token == before
    assert store.keys() == set(keys(0, 5))
    assert [path.name for path in store.path.iterdir() if path.is_dir()] == [before]


def test_a_reader_takes_up_what_another_process_publishes(store: VectorStore) -> None:
    rows = unit_rows(10, DIMENSION)
    store.add(keys(0, 5), rows[:5])
    reader = another(store)
    assert len(reader.query(rows[0], 10)) == 5
    for number in range(5, 10):
        store.add([key(number)], rows[number : number + 1])
        assert reader.query(rows[number], 1)[0][0] == key(number)
    assert reader.keys() == set(keys(0, 10))
    reader.close()


def test_a_reader_goes_on_when_its_state_is_deleted_under_it(store: VectorStore) -> None:
    rows = unit_rows(10, DIMENSION)
    store.add(keys(0, 5), rows[:5])
    slow = another(store)
    assert slow.query(rows[0], 1)[0][0] == key(0)
    store.add(keys(5, 10), rows[5:])
    assert slow.query(rows[7], 1)[0][0] == key(7)
    slow.close()


READER = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import numpy as np
from askv4.store.vectors import VectorStore
store = VectorStore(Path(sys.argv[2]), "an encoder", 16)
question = np.eye(16, dtype=np.float32)[0]
print("ready", flush=True)
seen = set()
while not Path(sys.argv[3]).exists():
    seen |= {len(store.query(question, 100)), len(store.keys())}
print(sorted(seen))
"""


def test_other_processes_read_while_one_writes(store: VectorStore, tmp_path: Path) -> None:
    store.add(keys(0, 10), unit_rows(10, DIMENSION))
    end = tmp_path / "end"
    command = [sys.executable, "-c", READER, str(REPOSITORY), str(store.path), str(end)]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for reader in readers:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
    for number in range(1, 8):
        store.add(keys(10 * number, 10 * number + 10), unit_rows(10, DIMENSION, seed=number))
    end.touch()
    for reader in readers:
        output, errors = reader.communicate(timeout=60)
        assert reader.returncode == 0, errors
        # A change is seen whole or not at all: every count is one that was published.
        assert set(json.loads(output)) <= set(range(10, 90, 10))


def test_threads_read_while_one_writes(store: VectorStore) -> None:
    rows = unit_rows(60, DIMENSION)
    store.add(keys(0, 10), rows[:10])
    failures: list[str] = []
    writing = threading.Event()

    def read() -> None:
        while not writing.is_set():
            if (count := len(store.query(rows[0], 100))) % 10:
                failures.append(f"{count} vectors")

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(1, 6):
        store.add(keys(10 * number, 10 * number + 10), rows[10 * number : 10 * number + 10])
    writing.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.keys() == set(keys(0, 60))


# Damage


@pytest.mark.parametrize("name", ["data_level0.bin", "header.bin", "index_metadata.pickle", "length.bin"])
@pytest.mark.parametrize("how", ["cut", "gone", "other bytes"])
def test_damaged_files_are_recognised_before_they_do_harm(store: VectorStore, name: str, how: str) -> None:
    store.add(keys(0, 30), unit_rows(30, DIMENSION))
    store.close()
    path = hnsw_file(store, name)
    if how == "cut":
        os.truncate(path, path.stat().st_size // 2)
    elif how == "gone":
        path.unlink()
    else:
        path.write_bytes(b"\xff" * path.stat().st_size)
    assert not store.is_intact()
    with pytest.raises(IndexDamaged):
        store.query(unit_rows(1, DIMENSION)[0], 5)
    with pytest.raises(IndexDamaged):
        store.keys()


@pytest.mark.parametrize("content", [b"", b"no database" * 1000])
def test_a_damaged_database_is_damage_too(store: VectorStore, content: bytes) -> None:
    store.add(keys(0, 30), unit_rows(30, DIMENSION))
    store.close()
    (current_folder(store) / "chroma.sqlite3").write_bytes(content)
    with pytest.raises(IndexDamaged):
        store.keys()
    with pytest.raises(IndexDamaged):
        store.add([key(99)], unit_rows(1, DIMENSION))


def test_files_with_a_new_date_but_the_same_content_are_fine(store: VectorStore) -> None:
    store.add(keys(0, 30), unit_rows(30, DIMENSION))
    os.utime(hnsw_file(store, "data_level0.bin"))
    assert store.is_intact()
    assert len(store.keys()) == 30


@pytest.mark.parametrize("content", ["", "{", '{"format": 99}', "[]", '{"format": 1, "folder": 5, "count": "x"}'])
def test_a_pointer_that_says_nothing_points_nowhere(store: VectorStore, content: str) -> None:
    store.add(keys(0, 3), unit_rows(3, DIMENSION))
    pointer(store).write_text(content)
    assert store.token == ""
    with pytest.raises(IndexDamaged):
        store.keys()
    store.discard()
    store.add(keys(0, 2), unit_rows(2, DIMENSION))
    assert store.keys() == set(keys(0, 2))


def test_whoever_repairs_is_asked_once_and_the_search_goes_on(store: VectorStore) -> None:
    rows = unit_rows(3, DIMENSION)
    store.add(keys(0, 3), rows)
    store.close()
    hnsw_file(store, "header.bin").write_bytes(b"")
    damaged = store.token
    asked: list[str] = []

    def repair(token: str) -> None:
        asked.append(token)
        store.discard()
        store.add(keys(0, 3), rows)

    store.on_damage = repair
    assert store.query(rows[1], 1)[0][0] == key(1)
    assert asked == [damaged]


def test_a_full_disk_is_named_and_loses_nothing(store: VectorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.add(keys(0, 3), unit_rows(3, DIMENSION))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(generations.shutil, "copyfile", full)
    with pytest.raises(DataFolderUnwritable, match="No space left"):
        store.add(keys(3, 6), unit_rows(3, DIMENSION))
    monkeypatch.undo()
    assert store.keys() == set(keys(0, 3))
    assert len([path for path in store.path.iterdir() if path.is_dir()]) == 1


# Chroma


FRESH = """
import sys
sys.path.insert(0, sys.argv[1])
import socket
def no_socket(*_): raise AssertionError("a socket was opened")
socket.socket = no_socket
from pathlib import Path
from askv4.store.vectors import VectorStore
import numpy as np
store = VectorStore(Path(sys.argv[2]), "an encoder", 16)
store.add(["a" * 32], np.eye(16, dtype=np.float32)[:1])
assert store.query(np.eye(16, dtype=np.float32)[0], 1)[0][0] == "a" * 32
heavy = [name for name in ("chromadb", "onnxruntime", "torch", "httpx") if name in sys.modules]
assert not heavy, heavy
"""


def test_neither_the_full_client_nor_the_network_is_needed(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", FRESH, str(REPOSITORY), str(tmp_path / "chroma")], check=True)


def test_the_full_client_opens_what_the_bindings_wrote_and_the_other_way_round(
    store: VectorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = unit_rows(40, DIMENSION)
    store.add(keys(0, 20), rows[:20])
    monkeypatch.setattr(chroma, "fitting_bindings", lambda: None)
    through_client = another(store)
    assert through_client.query(rows[4], 1)[0] == (key(4), pytest.approx(1.0, abs=1e-5))
    assert through_client.get([key(5)])[key(5)].tobytes() == rows[5].tobytes()
    through_client.update([(keys(20, 40), rows[20:])], [key(0)])
    assert through_client.keys() == set(keys(1, 40))
    through_client.close()
    monkeypatch.undo()
    assert store.keys() == set(keys(1, 40))
    assert store.query(rows[30], 1)[0][0] == key(30)
    assert store.get([key(30)])[key(30)].tobytes() == rows[30].tobytes()


def test_a_collection_made_by_the_full_client_serves_the_bindings(
    store: VectorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = unit_rows(20, DIMENSION)
    monkeypatch.setattr(chroma, "fitting_bindings", lambda: None)
    store.add(keys(0, 20), rows)
    store.close()
    monkeypatch.undo()
    assert chroma.fitting_bindings() is not None, "the installed chromadb no longer has the bindings that are used"
    assert store.query(rows[7], 1)[0][0] == key(7)
    store.delete([key(7)])
    assert store.keys() == set(keys(0, 20)) - {key(7)}
