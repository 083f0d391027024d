"""A GGUF of this machine, copied in: what it is, where it belongs, and what goes wrong."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from askv4.errors import DownloadError, ModelDamaged, ModelMissing, UsageError
from askv4.llm import local_file
from askv4.llm.download import fetch
from askv4.llm.known import KNOWN
from askv4.llm.local_file import declared_file
from askv4.llm.modelstore import ModelStore
from scripts.tools.make_tiny_gguf import write_tiny_gguf


@pytest.fixture
def file(tmp_path) -> Path:
    return write_tiny_gguf(tmp_path / "stick-it.gguf")


@pytest.fixture
def store(tmp_path) -> ModelStore:
    return ModelStore(tmp_path / "data")


def copy(store: ModelStore, path: Path, known=None, name=None, progress=lambda *_: None) -> Path:
    remote = declared_file(path, known, name, lambda *_: None)
    return fetch(remote, store, progress=progress, narrate=lambda _: None)


def known_as(path: Path):
    content = path.read_bytes()
    return replace(KNOWN[0], bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def test_an_unknown_file_is_copied_and_called_unverified(file, store):
    remote = declared_file(file, None, None, lambda *_: None)
    assert "unverified" in (remote.warning or "")
    assert (remote.name, remote.licence) == ("stick-it", "Apache License 2.0")
    path = fetch(remote, store, progress=lambda *_: None, narrate=lambda _: None)
    assert path == store.folder / "own" / "file" / "stick-it.gguf"
    assert path.read_bytes() == file.read_bytes()
    record = store.record(path)
    assert record is not None
    assert (record.source, record.sha256) == (str(file), hashlib.sha256(file.read_bytes()).hexdigest())


def test_a_known_file_goes_where_its_repository_says(file, store, monkeypatch):
    known = known_as(file)
    path = copy(store, file, known)
    assert path == store.folder / known.repo / known.file
    monkeypatch.setattr(local_file, "recognise", lambda _name, size, sum: known if (size, sum) == (known.bytes, known.sha256) else None)  # fmt: skip
    remote = declared_file(file, None, "some-name", lambda *_: None)
    assert (remote.name, remote.warning) == (known.name, None)


def test_a_file_that_is_not_the_known_one_is_refused_before_it_is_copied(file, store):
    with pytest.raises(DownloadError, match=f"is not {KNOWN[0].name}: sha256"):
        copy(store, file, KNOWN[0])
    assert not store.folder.exists()


def test_an_interrupted_copy_goes_on(file, store, monkeypatch):
    monkeypatch.setattr(local_file, "PIECE", 100_000)

    def stop(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(store, file, progress=stop)
    seen: list[int] = []
    assert copy(store, file, progress=lambda done, _: seen.append(done)).read_bytes() == file.read_bytes()
    assert seen[0] == 100_000


def test_what_is_no_whole_model(tmp_path, store, file):
    (tmp_path / "text.gguf").write_text("not a model")
    (tmp_path / "cut.gguf").write_bytes(file.read_bytes()[:-5000])
    for name, error, words in (
        ("none.gguf", ModelMissing, "does not exist"),
        (".", ModelMissing, "is a folder"),
        ("text.gguf", ModelDamaged, "not a GGUF"),
        ("cut.gguf", ModelDamaged, "cut off"),
    ):
        with pytest.raises(error, match=words):
            copy(store, tmp_path / name)


@pytest.mark.parametrize("name", ["a/b", "a\\b", ".hidden", "x-00001-of-00003.gguf", "mmproj-x", "a:b"])
def test_names_that_are_none(file, store, name):
    with pytest.raises(UsageError):
        copy(store, file, name=name)


def test_another_file_of_that_name_stays(file, store, tmp_path):
    path = copy(store, file)
    before = path.read_bytes()
    (tmp_path / "other").mkdir()
    other = write_tiny_gguf(tmp_path / "other" / "stick-it.gguf", seed=5)
    with pytest.raises(UsageError, match="another file is in"):
        copy(store, other)
    assert path.read_bytes() == before
    assert copy(store, other, name="second").name == "second.gguf"
