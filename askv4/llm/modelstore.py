"""What askv4 itself keeps about models: the files it downloaded, half downloads, and the choice made with `models use`.

    data folder/
      model.json                              {"model": "qwen3-0.6b"}: what `models use` chose
      models/<org>/<repo>/<file>.gguf         a whole, checked download
      models/<org>/<repo>/<file>.gguf.json    its Record: where it came from and what its bytes are
      models/.incoming/<sha256>.part          a download on its way, and beside it its Record; never listed as a model
      models/.incoming/<sha256>.packages/     the package that is being fetched for it

A GGUF without a Record was copied in by hand: it is listed and used, but never removed by askv4.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

from askv4.errors import DataFolderUnwritable, DownloadError, UsageError

RECORD_SUFFIX = ".json"
SCRATCH_SUFFIX = ".packages"


@dataclass(frozen=True, slots=True)
class Record:
    """Where a downloaded file came from, and what its bytes are; written beside it before it appears."""

    name: str
    """The name it was asked for by: `qwen3-0.6b`, or `org/repo/file.gguf`."""
    repo: str
    file: str
    revision: str
    """The commit it was fetched at, or what a web server called this version; empty where there is none."""
    bytes: int
    sha256: str
    """As it was declared; the file had it when it was put in place."""
    licence: str | None
    pulled: str
    """ISO date and time, UTC."""
    source: str = "hub"
    """hub, packages, or the path or address that was named."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A download that was interrupted; the same `models pull` goes on with it."""

    path: Path
    record: Record
    done: int
    """Bytes that are here."""


class ModelStore:
    """The models/ of a data folder, and the choice beside it. Makes no folder before it writes."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "models"
        self.incoming = self.folder / ".incoming"
        self._choice = data_dir / "model.json"

    def place_for(self, repo: str, file: str) -> Path:
        """Where the file of a repository belongs. Raises UsageError for names that would lead elsewhere."""
        parts = [*PurePosixPath(repo).parts, *PurePosixPath(file).parts]
        if len(parts) < 3 or any(
            part in {"..", "/"} or part.startswith(".") or set(part) & set('\\:*?"<>|') for part in parts
        ):
            raise UsageError(f"{repo}/{file} is not the name of a file in a repository", "name it org/repo/file.gguf")
        return self.folder.joinpath(*parts)

    def part_for(self, key: str) -> Path:
        """Where the bytes of a download gather. Its key is their sha256: another version never goes on in it.

        Where that is not known before, it is one of the address.
        """
        return self.incoming / f"{key}.part"

    def record(self, path: Path) -> Record | None:
        """The Record of a file, or None when askv4 did not download it."""
        return _read_record(path.with_name(path.name + RECORD_SUFFIX))

    def part_record(self, key: str) -> Record | None:
        """The Record of a download on its way, or None when there is none."""
        return _read_record(self.part_for(key).with_suffix(RECORD_SUFFIX))

    def unfinished(self) -> list[Unfinished]:
        """The interrupted downloads, by name."""
        downloads = []
        for part in sorted(self.incoming.glob("*.part")) if self.incoming.is_dir() else []:
            record = _read_record(part.with_suffix(RECORD_SUFFIX))
            if record is not None:
                downloads.append(Unfinished(part, record, part.stat().st_size))
        return sorted(downloads, key=lambda item: (item.record.name, item.record.sha256))

    def begin(self, record: Record) -> Path:
        """Make room for a download and note what it is; returns the path of its part, which may have bytes already."""
        with _writing(self.incoming):
            self.incoming.mkdir(parents=True, exist_ok=True)
            part = self.part_for(record.sha256)
            _write_json(part.with_suffix(RECORD_SUFFIX), asdict(record))
        return part

    def finish(self, record: Record, key: str | None = None) -> Path:
        """Move a checked part into place, in one step: from here on it is listed. Returns where it lies.

        `key` is what the part was begun with, where that was not the sha256.
        """
        part, target = self.part_for(key or record.sha256), self.place_for(record.repo, record.file)
        with _writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            _sync(part)
            # The record first: a file that is there without it would count as copied in by hand.
            _write_json(target.with_name(target.name + RECORD_SUFFIX), asdict(record))
            part.replace(target)
            _sync(target.parent)
            part.with_suffix(RECORD_SUFFIX).unlink(missing_ok=True)
        return target

    @contextlib.contextmanager
    def locked(self, key: str) -> Iterator[None]:
        """Hold a download for this process. Raises DownloadError when another askv4 has it."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.part_for(key).with_suffix(".lock"), mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise DownloadError("another askv4 is fetching this file at the moment", "wait for it, or end it") from None
        try:
            yield
        finally:
            lock.release()
            # While the download is unfinished the lock stays: one that is deleted locks nobody out.
            if not self.part_for(key).exists():
                Path(lock.lock_file).unlink(missing_ok=True)
                with contextlib.suppress(OSError):  # not empty: other downloads
                    self.incoming.rmdir()

    def discard(self, key: str) -> None:
        """Delete a download on its way; hold it first."""
        part = self.part_for(key)
        with _writing(part):
            part.unlink(missing_ok=True)
            part.with_suffix(RECORD_SUFFIX).unlink(missing_ok=True)
            shutil.rmtree(part.with_suffix(SCRATCH_SUFFIX), ignore_errors=True)

    def remove(self, path: Path) -> None:
        """Delete a file that askv4 downloaded, its Record, and the folders that are empty then.

        Raises UsageError when there is no Record: such a file is not askv4's to delete.
        """
        if self.record(path) is None or self.folder not in path.parents:
            raise UsageError(f"askv4 did not download {path}", "delete it yourself if it is no longer needed")
        with _writing(path):
            path.unlink(missing_ok=True)
            path.with_name(path.name + RECORD_SUFFIX).unlink(missing_ok=True)
            for folder in path.parents:
                if folder == self.folder:
                    break
                with contextlib.suppress(OSError):  # not empty: other files of the same repository
                    folder.rmdir()

    def chosen(self) -> str | None:
        """What `models use` chose: a name or a path; None for `auto`."""
        content = _read_json(self._choice)
        model = content.get("model") if content else None
        return model if isinstance(model, str) and model else None

    def choice_is_damaged(self) -> bool:
        """Whether there is a choice, and nothing to be made of it."""
        return self._choice.exists() and self.chosen() is None

    def use(self, model: str | None) -> None:
        """Remember a choice; None goes back to `auto`."""
        with _writing(self._choice):
            if model is None:
                self._choice.unlink(missing_ok=True)
            else:
                self._choice.parent.mkdir(parents=True, exist_ok=True)
                _write_json(self._choice, {"model": model})

    def free_space(self) -> int:
        """Bytes that are free where downloads go."""
        folder = self.folder
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return shutil.disk_usage(folder).free


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _read_record(path: Path) -> Record | None:
    content = _read_json(path)
    # Records of older versions name no source.
    if content is None or not {field.name for field in fields(Record)} - {"source"} <= content.keys():
        return None
    record = Record(**{field.name: content[field.name] for field in fields(Record) if field.name in content})
    texts = (record.name, record.repo, record.file, record.revision, record.sha256, record.source)
    return record if all(isinstance(text, str) for text in texts) and isinstance(record.bytes, int) else None


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write whole or not at all."""
    draft = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        draft.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        _sync(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Have the disk hold what was written to a file, or the names in a folder."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folder; NTFS journals the rename itself
    # A file is opened for writing because Windows flushes no other.
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataFolderUnwritable(f"cannot write {path}: {error.strerror or error}") from error
