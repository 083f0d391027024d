"""Tiny models with random weights, which llama.cpp runs for real, made by scripts/tools/make_tiny_gguf.py where a test wants."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def maker() -> ModuleType:
    """The script, as a module; skips the test where the `gguf` package is not installed."""
    pytest.importorskip("gguf", reason="the gguf package writes the tiny model")
    from scripts.tools import make_tiny_gguf  # it imports gguf

    return make_tiny_gguf


def tiny_gguf(path: Path, *, shape: dict[str, Any] | None = None, words: Sequence[str] = (), **options: Any) -> Path:
    """Write a model to `path`; `shape` are fields of the script's Shape, `options` those of its write_tiny_gguf."""
    script = maker()
    written: Path = script.write_tiny_gguf(path, shape=script.Shape(**(shape or {})), words=words, **options)
    return written


def header_only(path: Path, architecture: str, **pairs: bool | int | str) -> Path:
    """Write a GGUF without tensors, with metadata pairs; `__` in a name stands for a dot."""
    pytest.importorskip("gguf", reason="the gguf package writes the header")
    from gguf import GGUFWriter

    writer = GGUFWriter(path, architecture)
    for name, value in pairs.items():
        key = name.replace("__", ".")
        if isinstance(value, bool):
            writer.add_bool(key, value)
        elif isinstance(value, int):
            writer.add_uint32(key, value)
        else:
            writer.add_string(key, value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    return path
