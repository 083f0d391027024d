"""What a list of models needs to know of each file, from its header; remembered, so that a question does not wait for it."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from askv4.errors import ModelError
from askv4.llm.gguf import GgufInfo, read_gguf
from askv4.llm.memory import memory_need

USUAL_CONTEXT = 4096
"""Tokens for which the need of memory is estimated: the evidence of one question, its conversation and the answer."""

_MOST_LAYERS = 4096
"""A header that claims more is not one to calculate with."""

_FORMAT = 2
"""Raise it when a Header means something else, so that remembered ones are read again."""


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a file, in short."""

    reason: str | None = None
    """Why it is no chat model; None when it is one."""
    architecture: str | None = None
    parameters: str | None = None
    quantisation: str | None = None
    context_length: int | None = None
    licence: str | None = None
    has_chat_template: bool = False
    memory: int | None = None
    """Bytes needed to answer with USUAL_CONTEXT tokens, estimated."""


def read_header(path: Path) -> Header:
    """The header of a file. What is wrong with it stands in `reason`; nothing is raised."""
    try:
        info = read_gguf(path)
    except ModelError as error:
        # The table that this goes into names the file already.
        return Header(str(error).replace(f"{path} ", "it ", 1))
    return Header(
        _no_chat_model(info),
        info.architecture,
        _count(info.parameters),
        info.quantisation,
        info.context_length,
        info.license,
        info.chat_template is not None,
        _memory(info),
    )


def _memory(info: GgufInfo) -> int | None:
    if (info.number("block_count") or 0) > _MOST_LAYERS:
        return None
    return memory_need(info, min(USUAL_CONTEXT, info.context_length or USUAL_CONTEXT)).total


def _no_chat_model(info: GgufInfo) -> str | None:
    if info.why_no_chat is not None:
        return f"it is {info.why_no_chat}"
    if info.missing_bytes:
        return "it is cut off: the download is not finished, or a copy was interrupted"
    return None


def _count(parameters: int) -> str | None:
    """A number of weights as models are called: 0.6B."""
    if parameters <= 0:
        return None
    return f"{parameters / 1e9:.1f}B" if parameters >= 5 * 10**7 else f"{parameters / 1e6:.1f}M"


class HeaderCache:
    """Headers by path, size and time of change. A cache that cannot be read or written is as good as none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, Any] = _load(path)
        self._used: dict[str, Any] = {}

    def header(self, path: Path) -> Header:
        """The header of a file, read only when the file is new or changed."""
        try:
            status = path.stat()
        except OSError:
            return read_header(path)
        stamp = [status.st_size, status.st_mtime_ns]
        entry = self._known.get(str(path))
        if entry is None or entry["stamp"] != stamp:
            entry = {"stamp": stamp, "header": asdict(read_header(path))}
        self._used[str(path)] = entry
        return Header(**entry["header"])

    def save(self) -> None:
        """Remember the headers that were asked for and no others."""
        if self._used == self._known:
            return
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        # Read-only media and full disks cost time, not answers.
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps({"format": _FORMAT, "headers": self._used}), encoding="utf-8")
            draft.replace(self._path)


def _load(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        headers = content["headers"] if content["format"] == _FORMAT else {}
        names = {field.name for field in fields(Header)}
        return {path: entry for path, entry in headers.items() if entry["stamp"] and entry["header"].keys() == names}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
