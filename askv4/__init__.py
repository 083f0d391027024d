"""askv4: cited answers from a folder of documents, offline.

    from askv4 import Workspace

    with Workspace.open("papers", mode="extractive") as workspace:
        answer = workspace.ask("Who signed the lease?")

Importing it loads nothing; each name is loaded when it is first used. docs/python.md shows more.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from askv4.corpus.adding import Added
    from askv4.errors import (
        Askv4Error,
        CorpusEmpty,
        CorpusError,
        CorpusMissing,
        CorpusVanished,
        DataFolderUnwritable,
        DocumentError,
        DocumentNotFound,
        DocumentUnreadable,
        EncoderError,
        EncoderMismatch,
        IndexDamaged,
        IndexLocked,
        IndexTooNew,
        IndexTrouble,
        ModelError,
        UsageError,
    )
    from askv4.options import Narrator, Options
    from askv4.sync.syncing import SyncOptions
    from askv4.types import (
        Answer,
        Citation,
        Conflict,
        Document,
        Event,
        Finished,
        Hit,
        Quoted,
        Retrieved,
        Skipped,
        Span,
        SyncProgress,
        SyncReport,
        Turn,
    )
    from askv4.workspace import Workspace

__all__ = [
    "Added",
    "Answer",
    "Askv4Error",
    "Citation",
    "Conflict",
    "CorpusEmpty",
    "CorpusError",
    "CorpusMissing",
    "CorpusVanished",
    "DataFolderUnwritable",
    "Document",
    "DocumentError",
    "DocumentNotFound",
    "DocumentUnreadable",
    "EncoderError",
    "EncoderMismatch",
    "Event",
    "Finished",
    "Hit",
    "IndexDamaged",
    "IndexLocked",
    "IndexTooNew",
    "IndexTrouble",
    "ModelError",
    "Narrator",
    "Options",
    "Quoted",
    "Retrieved",
    "Skipped",
    "Span",
    "SyncOptions",
    "SyncProgress",
    "SyncReport",
    "Turn",
    "UsageError",
    "Workspace",
]

_ELSEWHERE = {
    "Added": "askv4.corpus.adding",
    "Askv4Error": "askv4.errors",
    "Narrator": "askv4.options",
    "Options": "askv4.options",
    "SyncOptions": "askv4.sync.syncing",
    "Workspace": "askv4.workspace",
} | dict.fromkeys(
    [
        "CorpusEmpty",
        "CorpusError",
        "CorpusMissing",
        "CorpusVanished",
        "DataFolderUnwritable",
        "DocumentError",
        "DocumentNotFound",
        "DocumentUnreadable",
        "EncoderError",
        "EncoderMismatch",
        "IndexDamaged",
        "IndexLocked",
        "IndexTooNew",
        "IndexTrouble",
        "ModelError",
        "UsageError",
    ],
    "askv4.errors",
)
"""Where a name stands that is not in askv4.types."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ELSEWHERE.get(name, "askv4.types")), name)


def __dir__() -> list[str]:
    return sorted(__all__)
