"""One file of a web server, on loopback: resumed, checked by the known sum or else by its header."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from askv4.errors import DownloadError, SourceUnavailable, UsageError
from askv4.llm.download import fetch
from askv4.llm.known import KNOWN, KnownModel
from askv4.llm.modelstore import ModelStore
from askv4.llm.web_file import declared_address, is_address, shown
from scripts.tools.make_tiny_gguf import write_tiny_gguf
from tests.fake_hub import FakeHub, fake_hub

FILE = ("org/dir", "Mine-it.gguf")


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> bytes:
    """A whole model, of more bytes than come over in one piece."""
    return write_tiny_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf").read_bytes() + bytes(range(256)) * 12_000


@pytest.fixture
def server(model):
    with fake_hub() as running:
        running.files[FILE] = model
        yield running


@pytest.fixture
def store(tmp_path) -> ModelStore:
    return ModelStore(tmp_path / "data")


def address(server: FakeHub, query: str = "") -> str:
    return f"{server.address}/content/{'/'.join(FILE)}{query}"


def known_as(content: bytes) -> KnownModel:
    return replace(KNOWN[0], bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def pull(store: ModelStore, url: str, known: KnownModel | None = None, name: str | None = None) -> Path:
    remote = declared_address(url, known, name)
    return fetch(remote, store, progress=lambda *_: None, narrate=lambda _: None)


def interrupted(store: ModelStore, url: str, known: KnownModel | None = None) -> int:
    """An attempt that is given up after its first piece; returns the bytes that it leaves."""

    def stop(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(declared_address(url, known, None), store, progress=stop, narrate=lambda _: None)
    (part,) = store.incoming.glob("*.part")
    return part.stat().st_size


def test_without_a_known_sum_the_header_is_checked_and_it_is_called_unverified(server, store, model):
    url = address(server, "?token=secret")
    remote = declared_address(url, None, None)
    assert "unverified" in (remote.warning or "")
    path = fetch(remote, store, progress=lambda *_: None, narrate=lambda _: None)
    assert path.read_bytes() == model
    assert path == store.folder / "own" / "127.0.0.1" / "Mine-it.gguf"
    record = store.record(path)
    assert record is not None
    assert record.source == address(server)
    assert record.sha256 == hashlib.sha256(model).hexdigest()
    assert "secret" not in path.with_name(path.name + ".json").read_text()


def test_with_a_known_name_the_known_sum_decides(server, store, model):
    known = known_as(model)
    path = pull(store, address(server), known)
    assert path == store.folder / known.repo / known.file
    wrong = replace(known, sha256="0" * 64)
    with pytest.raises(DownloadError, match="the bytes that came are not"):
        pull(ModelStore(store.folder / "other"), address(server), wrong)
    with pytest.raises(DownloadError, match=f"is not {known.name}: {len(model)} bytes instead of {known.bytes - 1}"):
        pull(store, address(server), replace(known, bytes=known.bytes - 1))


def test_a_given_name_is_the_file_s(server, store):
    assert pull(store, address(server), name="other-name").name == "other-name.gguf"
    for name in ("a/b", "..", "x-00001-of-00002", "mmproj-x", "a:b"):
        with pytest.raises(UsageError):
            pull(store, address(server), name=name)


@pytest.mark.parametrize("is_known", [True, False])
def test_an_interrupted_download_goes_on_where_it_stopped(server, store, model, is_known):
    known = known_as(model) if is_known else None
    here = interrupted(store, address(server), known)
    assert 0 < here < len(model)
    assert pull(store, address(server), known).read_bytes() == model
    assert server.ranges() == [f"bytes={here}-"]


def test_a_connection_that_breaks_is_taken_up_again(server, store, model):
    server.break_after = [1 << 21, (1 << 21) + 5]  # the first request reads the header alone
    assert pull(store, address(server)).read_bytes() == model
    assert server.ranges()


def test_a_server_without_ranges_sends_all_of_it_again(server, store, model):
    interrupted(store, address(server))
    server.ignore_ranges = True
    assert pull(store, address(server)).read_bytes() == model


@pytest.mark.parametrize("etag", ['"another"', None])
def test_another_version_or_an_unknown_one_is_not_mixed_with_what_is_here(server, store, model, etag):
    interrupted(store, address(server))
    server.content_etag = etag
    server.files[FILE] = changed = model[:-1000] + bytes(1000)
    assert pull(store, address(server)).read_bytes() == changed
    assert server.ranges() == []


def test_a_page_instead_of_the_file_is_noticed_at_once(server, store):
    server.files[FILE] = b"<html>" + bytes(5_000_000)
    with pytest.raises(DownloadError, match="is not a GGUF file") as raised:
        pull(store, address(server))
    assert "the file itself" in raised.value.remedy


def test_a_model_that_is_cut_off_is_deleted(server, store, tmp_path):
    server.files[FILE] = write_tiny_gguf(tmp_path / "x.gguf").read_bytes()[:-5000]
    with pytest.raises(DownloadError, match=r"what came from http://127.* is cut off.*it was deleted"):
        pull(store, address(server))
    assert not list(store.folder.rglob("*.gguf")) + list(store.incoming.glob("*.part"))


def test_two_files_of_one_name_do_not_replace_each_other(server, store, tmp_path):
    path = pull(store, address(server))
    before = path.read_bytes()
    server.files[FILE] = write_tiny_gguf(tmp_path / "x.gguf", seed=7).read_bytes()
    server.content_etag = '"next"'
    with pytest.raises(UsageError, match="another file is in"):
        pull(store, address(server))
    assert path.read_bytes() == before


def test_what_a_server_may_do_wrong(server, store):
    server.failing_content = 404
    with pytest.raises(SourceUnavailable, match="answers with HTTP 404"):
        pull(store, address(server))
    server.failing_content, server.declares_length = None, False
    with pytest.raises(DownloadError, match="does not say how large"):
        pull(store, address(server))
    with pytest.raises(SourceUnavailable, match="does not answer"):
        pull(store, "http://127.0.0.1:9/x.gguf")
    for nonsense in ("http://[x.gguf", "http:///x.gguf"):
        with pytest.raises(UsageError, match="is no address of a file"):
            pull(store, nonsense)


def test_addresses_and_their_secrets():
    assert is_address("https://example.org/x.gguf")
    assert is_address("HTTP://example.org")
    assert not is_address("models/x.gguf")
    assert shown("https://me:pass@example.org:8443/a/x.gguf?key=1#f") == "https://example.org:8443/a/x.gguf"
