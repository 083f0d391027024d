"""Keeps the libraries below askv4 off the network, by the environment variables that they read when they load.

Only `os.environ` is touched and nothing is imported, so an interface can afford to call `go_offline` first of all.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_HUB_SWITCHES = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
"""What keeps Hugging Face libraries from the hub; the only switches that a download lifts."""

_ALWAYS = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    # From 1.29 on onnxruntime reports to its makers by itself, on Linux and macOS too; set before it is loaded, this keeps
    # it from making the sender, the identifier and the cache on disk.
    "ORT_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "OTEL_SDK_DISABLED": "true",
    # Tokenising is a hundredth of the work of encoding, and the library's own threads warn after a fork.
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
}

REPORTS: Mapping[str, tuple[str, ...]] = {
    "chromadb": ("ANONYMIZED_TELEMETRY",),
    "huggingface-hub": ("HF_HUB_DISABLE_TELEMETRY", "HF_HUB_OFFLINE", "HF_HUB_DISABLE_UPDATE_CHECK", "DO_NOT_TRACK"),
    "hf-xet": ("HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK"),
    "onnxruntime": ("ORT_DISABLE_TELEMETRY",),
    "opentelemetry-sdk": ("OTEL_SDK_DISABLED",),
    "transformers": ("HF_HUB_DISABLE_TELEMETRY",),
}
"""Package below askv4 that can report to its makers, or ask them for updates -> the switches that it reads."""

_lock = threading.Lock()
_downloads_in_progress = 0
_before_downloads: dict[str, str | None] = {}


def go_offline() -> None:
    """Sets every switch, whatever the environment said before; again and again does no harm.

    While a download runs (`network_allowed`) the hub's switches stay lifted, and are set when it ends. Libraries read
    these variables when they are imported, so call this before anything that imports one.
    """
    with _lock:
        os.environ.update(_ALWAYS)
        if _downloads_in_progress:
            _before_downloads.update(_HUB_SWITCHES)
        else:
            os.environ.update(_HUB_SWITCHES)


@contextmanager
def network_allowed() -> Iterator[None]:
    """Lifts the hub's switches for a download that the user asked for, and puts them back as they were.

    A library that was imported while offline may have remembered it; `askv4.worker` gives a fresh interpreter.
    """
    global _downloads_in_progress
    with _lock:
        if not _downloads_in_progress:
            _before_downloads.update({name: os.environ.get(name) for name in _HUB_SWITCHES})
            os.environ.update(dict.fromkeys(_HUB_SWITCHES, "0"))
        _downloads_in_progress += 1
    try:
        yield
    finally:
        with _lock:
            _downloads_in_progress -= 1
            if not _downloads_in_progress:
                for name, value in _before_downloads.items():
                    if value is None:
                        os.environ.pop(name, None)
                    else:
                        os.environ[name] = value
