"""What an exported encoder's folder holds, written beside it, and whether the folder still holds that."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from askv4.files import sha256_of
from askv4.neural.packaged import TOKENIZER_FILE

Precision = Literal["int8", "float32"]

MANIFEST_FILE = "manifest.json"
MODEL_FILES: Mapping[Precision, str] = {"int8": "model_int8.onnx", "float32": "model_float32.onnx"}
RECIPE = 1
"""Number of the way in which exports are made. Another way gives other vectors, so it goes into every identity."""


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file of an export, as it was when it was written."""

    bytes: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Parity:
    """Cosines between the original's vectors and the export's, over the texts that were compared."""

    texts: int
    lowest: float
    mean: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """The record of one export."""

    recipe: int
    model: str
    weights_sha256: str
    pooling: str
    dimension: int
    max_sequence: int
    """Tokens that the model reads of a text, its special tokens included."""
    files: Mapping[str, ExportedFile]
    parity: Mapping[str, Parity]
    """By precision."""
    versions: Mapping[str, str]
    """Of the libraries that made the export."""

    def write(self, folder: Path) -> None:
        """Writes it into the folder. Raises OSError."""
        text = json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"
        (folder / MANIFEST_FILE).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> Manifest | None:
    """The folder's manifest; None when there is none, or none that this version of askv4 can use."""
    try:
        raw: dict[str, Any] = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        if raw["recipe"] != RECIPE:
            return None
        files = {str(name): ExportedFile(**entry) for name, entry in raw.pop("files").items()}
        parity = {str(name): Parity(**entry) for name, entry in raw.pop("parity").items()}
        manifest = Manifest(files=files, parity=parity, **raw)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        # Whatever is wrong with it, the remedy is the same: export again.
        return None
    return manifest if {*MODEL_FILES.values(), TOKENIZER_FILE} <= set(files) else None


def is_intact(folder: Path, manifest: Manifest, *, thoroughly: bool = False) -> bool:
    """Whether every file is still what the manifest says.

    Usually a file of the same size and modification time is taken for the same, and only others are read. `thoroughly`
    reads all.
    """
    return all(_same_file(folder / name, entry, thoroughly) for name, entry in manifest.files.items())


def _same_file(path: Path, entry: ExportedFile, thoroughly: bool) -> bool:
    try:
        status = path.stat()
        if status.st_size != entry.bytes:
            return False
        if status.st_mtime_ns == entry.mtime_ns and not thoroughly:
            return True
        if sha256_of(path) != entry.sha256:
            return False
        if status.st_mtime_ns != entry.mtime_ns:
            _remember_time(path, entry.mtime_ns)
    except OSError:
        return False
    return True


def _remember_time(path: Path, mtime_ns: int) -> None:
    """A copied data folder has other times; with the old ones put back, the next start need not read the files."""
    try:
        os.utime(path, ns=(mtime_ns, mtime_ns))
    except OSError:
        return
