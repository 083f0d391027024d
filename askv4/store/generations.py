"""Folders that are never written to once they are published, and a small file that names the current one.

Chroma is not safe against two processes that open a folder while one writes, nor against the death of the writer: a torn
HNSW file gives wrong results or ends the reader with a segmentation fault (seen with chromadb 1.5.9). So a change is made
on a copy, the copy is flushed to disk, and one atomic rename makes it current. Readers keep the folder that they opened
and take up the next one when they see that the name has changed. What a crash leaves behind is never looked at.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from askv4.files import PARTIAL, flush, remove, sha256_of

ALWAYS_READ = 1 << 22
"""Bytes up to which a file's content is compared when it is opened: 8 ms at most."""
_FORMAT = 1
_DATABASE = "chroma.sqlite3"


@dataclass(frozen=True, slots=True)
class FileMark:
    """A file as published."""

    bytes: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Generation:
    """One published state of a collection."""

    folder: Path
    count: int
    deleted: int
    """Vectors deleted since the collection was last built from nothing; they still weigh on the HNSW graph."""
    files: Mapping[str, FileMark]
    """The HNSW files by their path in the folder. Chroma's own database is not among them: readers write to it."""
    hidden: tuple[str, ...] = ()
    """Keys of another collection that this state says are deleted."""

    @property
    def token(self) -> str:
        """Names this state; no other one has ever had the name."""
        return self.folder.name

    def is_intact(self, *, thoroughly: bool = False) -> bool:
        """Whether the files are those that were published; contents are only read when the dates differ.

        `thoroughly` reads those of up to `ALWAYS_READ` bytes in any case, as whoever opens them should.
        """
        try:
            if (self.folder / _DATABASE).stat().st_size == 0:
                return False
            return all(_is_unchanged(self.folder / name, mark, thoroughly) for name, mark in self.files.items())
        except OSError:
            return False

    def is_whole(self) -> bool:
        """Whether every byte is as it was published."""
        try:
            return all(sha256_of(self.folder / name) == mark.sha256 for name, mark in self.files.items())
        except OSError:
            return False


class Generations:
    """The generations of the collection called `name` under `root`. Only the holder of the index lock changes them."""

    def __init__(self, root: Path, name: str) -> None:
        self.root = root
        self.name = name
        self._pointer = root / f"{name}.json"

    def stamp(self) -> tuple[int, int] | None:
        """Changes whenever another generation becomes the current one; None when there is none. Costs one `stat`."""
        try:
            status = self._pointer.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def current(self) -> Generation | None:
        """The current generation, or None when there is none or the file that names it cannot be made out."""
        try:
            fields = json.loads(self._pointer.read_text("utf-8"))
            if fields["format"] != _FORMAT:
                return None
            files = {name: FileMark(*mark) for name, mark in fields["files"].items()}
            hidden = tuple(map(str, fields.get("hidden", ())))
            return Generation(self.root / fields["folder"], int(fields["count"]), int(fields["deleted"]), files, hidden)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def stage(self, base: Generation | None) -> Path:
        """A new folder to write to, empty or with a copy of `base`; remains of earlier attempts are swept away."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.sweep()
        staging = self.root / f"{self.name}-{os.urandom(6).hex()}{PARTIAL}"
        staging.mkdir()
        if base is not None:
            _copy(base.folder, staging)
        return staging

    def publish(self, staging: Path, count: int, deleted: int, hidden: Collection[str] = ()) -> Generation:
        """Makes the staged folder the current generation, for good, and deletes the others."""
        files = {}
        for path in sorted(staging.rglob("*")):
            if path.is_file():
                flush(path)
                if not path.name.startswith(_DATABASE):
                    files[path.relative_to(staging).as_posix()] = _mark(path)
        folder = staging.with_name(staging.name.removesuffix(PARTIAL))
        for path in (staging, *(path for path in staging.rglob("*") if path.is_dir())):
            flush(path)
        staging.rename(folder)
        generation = Generation(folder, count, deleted, files, tuple(hidden))
        self._point_at(generation)
        self.sweep()
        return generation

    def discard(self) -> None:
        """Leaves no current generation."""
        self._pointer.unlink(missing_ok=True)
        self.sweep()

    def _point_at(self, generation: Generation) -> None:
        marks = {name: [mark.bytes, mark.mtime_ns, mark.sha256] for name, mark in generation.files.items()}
        fields = {
            "format": _FORMAT,
            "folder": generation.folder.name,
            "count": generation.count,
            "deleted": generation.deleted,
            "files": marks,
            **({"hidden": generation.hidden} if generation.hidden else {}),
        }
        draft = self._pointer.with_suffix(".json.partial")
        draft.write_text(json.dumps(fields), "utf-8")
        flush(draft)
        flush(self.root)
        draft.replace(self._pointer)
        flush(self.root)

    def sweep(self) -> None:
        """Deletes the folders of this collection that are not current, as far as the system lets them go."""
        current = self.current()
        for folder in self.root.glob(f"{self.name}-*"):
            if current is None or folder != current.folder:
                remove(folder)


def keep_latest(root: Path, count: int) -> None:
    """Deletes all collections under `root` but those of the `count` encoders that were published last.

    The part of a name after the first hyphen stands for the encoder.
    """
    pointers = sorted(root.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    encoders = list(dict.fromkeys(pointer.stem.partition("-")[2] for pointer in pointers))
    for pointer in pointers:
        if pointer.stem.partition("-")[2] not in encoders[:count]:
            Generations(root, pointer.stem).discard()


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir()
        elif path.name == _DATABASE:
            _copy_database(path, copy)
        elif not path.name.startswith(_DATABASE):
            shutil.copyfile(path, copy)


def _copy_database(source: Path, target: Path) -> None:
    """A consistent copy although a reader may be writing: Chroma notes every opening in its database."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=30)) as origin,
        closing(sqlite3.connect(target)) as copy,
    ):
        origin.backup(copy)


def _mark(path: Path) -> FileMark:
    status = path.stat()
    return FileMark(status.st_size, status.st_mtime_ns, sha256_of(path))


def _is_unchanged(path: Path, mark: FileMark, thoroughly: bool) -> bool:
    status = path.stat()
    if status.st_size != mark.bytes:
        return False
    looks_the_same = status.st_mtime_ns == mark.mtime_ns and not (thoroughly and mark.bytes <= ALWAYS_READ)
    return looks_the_same or sha256_of(path) == mark.sha256
