"""One tiny model for the whole room, loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from askv4.llm.engine import Engine
from tests.tiny_model import tiny_gguf


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny chat model with a byte-level vocabulary."""
    return tiny_gguf(tmp_path_factory.mktemp("models") / "tiny.gguf")


@pytest.fixture(scope="session")
def shared_engine(tiny: Path) -> Iterator[Engine]:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python runs the model")
    with Engine(tiny, threads=1) as engine:
        yield engine


@pytest.fixture
def engine(shared_engine: Engine) -> Engine:
    """The tiny model, loaded; what it read before is another test's."""
    return shared_engine
