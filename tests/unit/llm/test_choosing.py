"""Which model answers: what a user asked for must work or be an error, what `auto` finds may fail with a line."""

from __future__ import annotations

import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from askv4.cli.diagnostics import Diagnostics
from askv4.config import Settings, load_settings
from askv4.errors import EndpointError, ModelError, ModelMissing, RemoteNotAllowed, RuntimeMissing
from askv4.llm.choosing import open_chat_model
from scripts.tools.make_tiny_gguf import write_tiny_gguf


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of a user who has no model anywhere; the program runs in its folder `cwd`."""
    for name in (
        "HOME",
        "USERPROFILE",
        "LOCALAPPDATA",
        "APPDATA",
        "XDG_CACHE_HOME",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
    ):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "LLAMA_CACHE", "OLLAMA_MODELS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    return tmp_path


def settings(machine: Path, **overrides: Any) -> Settings:
    return load_settings({"data_dir": str(machine / "data"), **overrides}, environ={})


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_no_model_is_no_trouble_unless_it_was_asked_for(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert open_chat_model(settings(machine), Diagnostics()) is None
    assert open_chat_model(settings(machine, mode="extractive", model="nowhere.gguf"), Diagnostics()) is None
    assert told(capsys) == ""
    for asked in ({"mode": "llm"}, {"model": "nowhere.gguf"}, {"model": "no-such-model"}):
        with pytest.raises(ModelMissing) as caught:
            open_chat_model(settings(machine, **asked), Diagnostics())
        assert caught.value.remedy


@pytest.mark.skipif(find_spec("llama_cpp") is None, reason="llama-cpp-python is not installed")
@pytest.mark.parametrize("asked", [{}, {"mode": "llm"}, {"model": "../data/models/tiny.gguf"}, {"model": "tiny"}])
def test_a_model_that_is_here_is_loaded(machine: Path, asked: dict[str, str]) -> None:
    (machine / "data" / "models").mkdir(parents=True)
    write_tiny_gguf(machine / "data" / "models" / "tiny.gguf")
    model = open_chat_model(settings(machine, **asked), Diagnostics())
    assert model is not None
    assert not model.remote
    model.close()


def test_a_named_file_that_is_no_model(machine: Path) -> None:
    (machine / "cwd" / "broken.gguf").write_bytes(b"GGUF, says the name only")
    with pytest.raises(ModelError):
        open_chat_model(settings(machine, model="broken.gguf"), Diagnostics())


def test_without_llama_cpp_auto_quotes_and_says_so(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> None:
        raise RuntimeMissing("llama-cpp-python is not installed", "install it")

    monkeypatch.setattr("askv4.llm.engine.runtime", missing)
    write_tiny_gguf(machine / "cwd" / "tiny.gguf")
    assert open_chat_model(settings(machine, model="tiny.gguf"), Diagnostics()) is None
    assert told(capsys) == "askv4: llama-cpp-python is not installed; the sources are quoted only\n"
    with pytest.raises(RuntimeMissing):
        open_chat_model(settings(machine, model="tiny.gguf", mode="llm"), Diagnostics())


def test_a_server_that_is_not_there(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        assert open_chat_model(settings(machine, llm_url=url), Diagnostics()) is None
        assert told(capsys).endswith("the sources are quoted only\n")
        with pytest.raises(EndpointError):
            open_chat_model(settings(machine, llm_url=url, mode="llm"), Diagnostics())


def test_another_machine_is_refused_even_where_quoting_would_do(machine: Path) -> None:
    with pytest.raises(RemoteNotAllowed):
        open_chat_model(settings(machine, llm_url="http://example.com/v1"), Diagnostics())
