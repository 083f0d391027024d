"""Downloading an encoder, from a hub that runs on this machine."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from askv4.errors import DownloadError, EncoderUnsupported
from askv4.neural.encoder import open_encoder
from askv4.neural.encoder_download import download_encoder

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NAME = "some-org/some-model"


class Hub(ThreadingHTTPServer):
    """As much of the hub as a download asks for: a model's list of files, and the files."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.declared: dict[str, str] = {}
        """sha256 that the hub declares where it is not the file's own."""
        self.fetched: list[str] = []
        self.cut: set[str] = set()
        """Files of which only half arrives."""

    def sha256(self, name: str) -> str:
        return self.declared.get(name) or hashlib.sha256(self.files[name]).hexdigest()

    def listing(self) -> dict[str, object]:
        siblings = []
        for name, content in self.files.items():
            entry: dict[str, object] = {"rfilename": name, "size": len(content), "blobId": "0" * 40}
            if name.endswith((".safetensors", ".bin")):
                entry["lfs"] = {"sha256": self.sha256(name), "size": len(content), "pointerSize": 130}
            siblings.append(entry)
        return {"id": NAME, "modelId": NAME, "sha": COMMIT, "siblings": siblings, "tags": [], "private": False}


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        path = self.path.partition("?")[0]
        prefix = f"/{NAME}/resolve/{COMMIT}/"
        if path in (f"/api/models/{NAME}", f"/api/models/{NAME}/revision/main"):
            self._send(json.dumps(self.server.listing()).encode(), body)
        elif path.startswith(prefix) and path.removeprefix(prefix) in self.server.files:
            name = path.removeprefix(prefix)
            self._send(self.server.files[name], body, name)
        else:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _send(self, content: bytes, body: bool, name: str | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Repo-Commit", COMMIT)
        if name is not None:
            self.send_header("ETag", f'"{self.server.sha256(name)}"')
        self.end_headers()
        if body:
            if name is not None:
                self.server.fetched.append(name)
            cut = name in self.server.cut
            self.server.cut.discard(name or "")
            self.wfile.write(content[: len(content) // 2] if cut else content)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def hub(tiny_model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    server = Hub()
    server.files = {
        path.relative_to(tiny_model).as_posix(): path.read_bytes() for path in tiny_model.rglob("*") if path.is_file()
    }
    server.files |= {"onnx/model.onnx": b"x", "onnx/config.json": b"{}", "run_me.py": b"raise SystemExit"}
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_model_is_fetched_once_and_then_found_by_its_name(hub: Hub, tmp_path: Path, tiny_model: Path) -> None:
    progress: list[tuple[int, int]] = []
    folder = download_encoder(NAME, tmp_path, lambda done, total: progress.append((done, total)))
    assert set(hub.fetched) == {name for name in hub.files if not name.startswith("onnx/") and name != "run_me.py"}
    assert progress == sorted(progress)
    assert progress[-1][0] == progress[-1][1] == sum(len(hub.files[name]) for name in hub.fetched)
    assert sorted(path.name for path in folder.parent.iterdir() if path.is_dir()) == ["some-org--some-model"]

    encoder = open_encoder(tmp_path, NAME)
    assert encoder.encode_queries(["a lake"]).shape == (1, 32)
    original = open_encoder(tmp_path, str(tiny_model))
    assert encoder.encode_queries(["a lake"]).tobytes() == original.encode_queries(["a lake"]).tobytes()

    hub.fetched.clear()
    assert download_encoder(NAME, tmp_path) == folder
    assert hub.fetched == []


def test_weights_that_are_not_the_declared_ones_are_thrown_away(hub: Hub, tmp_path: Path) -> None:
    hub.declared["model.safetensors"] = "0" * 64
    with pytest.raises(DownloadError, match="damaged"):
        download_encoder(NAME, tmp_path)
    assert not list(tmp_path.rglob("*.safetensors"))
    hub.declared.clear()
    assert (download_encoder(NAME, tmp_path) / "model.safetensors").is_file()


def test_a_broken_connection_is_picked_up_again(hub: Hub, tmp_path: Path) -> None:
    hub.cut.add("model.safetensors")
    folder = download_encoder(NAME, tmp_path)
    assert (folder / "model.safetensors").read_bytes() == hub.files["model.safetensors"]


def test_pickles_are_refused_before_anything_is_fetched(hub: Hub, tmp_path: Path) -> None:
    hub.files["pytorch_model.bin"] = hub.files.pop("model.safetensors")
    with pytest.raises(EncoderUnsupported, match="pickle"):
        download_encoder(NAME, tmp_path)
    assert hub.fetched == []


def test_foreign_code_is_refused_before_the_weights_are_fetched(hub: Hub, tmp_path: Path) -> None:
    hub.files["modules.json"] = json.dumps([{"idx": 0, "name": "0", "path": "", "type": "evil.Module"}]).encode()
    with pytest.raises(EncoderUnsupported, match="code of its own"):
        download_encoder(NAME, tmp_path)
    assert "model.safetensors" not in hub.fetched
    assert "run_me.py" not in hub.fetched


def test_an_unknown_name_and_a_dead_hub_are_told(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DownloadError, match="has no model some-org/another"):
        download_encoder("some-org/another", tmp_path)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(DownloadError, match="could not be downloaded"):
        download_encoder(NAME, tmp_path)
    with pytest.raises(EncoderUnsupported, match="no name of a model"):
        download_encoder("../../etc", tmp_path)
    assert hub.fetched == []
