"""Where the chat model of the tests is looked for, and what is made sure of."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import pytest

from scripts.places import ROOT
from scripts.setup import asked, small_model, state

CONTENT = b"GGUF and some more"


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache and a data folder of the test's own, and a model that is quickly written."""
    monkeypatch.setattr(state, "ROOT", str(tmp_path / "checkout"))
    monkeypatch.setenv(small_model.CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("ASKV4_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(asked, "PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(small_model, "BYTES", len(CONTENT))
    monkeypatch.setattr(small_model, "SHA256", hashlib.sha256(CONTENT).hexdigest())


def _put(folder: Path, content: bytes = CONTENT) -> Path:
    folder.mkdir(parents=True)
    path = folder / small_model.FILE
    path.write_bytes(content)
    return path


def test_without_the_model_there_is_none() -> None:
    assert small_model.find() is None


@pytest.mark.parametrize("place", [f"cache/models/{small_model.REPO}", "cache/models", "checkout/models"])
def test_the_cache_and_the_checkout_are_looked_into(place: str, tmp_path: Path) -> None:
    path = _put(tmp_path / place)
    assert small_model.find() == path


def test_a_wrong_sum_is_no_model(tmp_path: Path) -> None:
    _put(tmp_path / "cache" / "models", CONTENT.upper())
    whole = _put(tmp_path / "checkout" / "models")
    assert small_model.find() == whole


def test_half_a_model_is_none(tmp_path: Path) -> None:
    _put(tmp_path / "cache" / "models", CONTENT[:-1])
    assert small_model.find() is None


def test_the_sum_is_made_once_for_a_file_as_it_is(tmp_path: Path) -> None:
    path = _put(tmp_path / "cache" / "models")
    assert small_model.find() == path
    facts = path.stat()
    path.write_bytes(CONTENT.upper())
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert small_model.find() == path
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns + 1_000_000_000))
    assert small_model.find() is None


def test_a_copy_of_another_program_is_linked_and_not_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    theirs = _put(tmp_path / "theirs")
    told = [sys.executable, "-c", f"import json; print(json.dumps({{'path': {str(theirs)!r}}}))"]
    monkeypatch.setattr(state, "STATE", str(tmp_path))
    monkeypatch.setattr(state, "program", lambda _: told)
    small_model.ensure("now", again=False)
    linked = small_model.find()
    assert linked is not None
    assert linked.resolve() == theirs
    assert capfd.readouterr().out == ""
    monkeypatch.setattr(state, "program", lambda _: pytest.fail("it is here"))
    small_model.ensure("now", again=True)


def test_a_copy_among_the_users_models_is_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = _put(tmp_path / "data" / "models" / small_model.REPO)
    monkeypatch.setattr(state, "program", lambda _: pytest.fail("it is here"))
    small_model.ensure("now", again=False)
    linked = small_model.find()
    assert linked is not None
    assert linked.resolve() == theirs


def test_the_default_cache_is_the_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    platformdirs = pytest.importorskip("platformdirs")
    monkeypatch.delenv(small_model.CACHE_VARIABLE)
    assert small_model.cache_folder() == Path(platformdirs.user_cache_dir("askv4", appauthor=False))
