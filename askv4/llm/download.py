"""Fetch a model file, wherever from: the bytes (going on where they stopped), the check, and into place.

A source (hub.py, packages.py, web_file.py, local_file.py) declares a file and brings its bytes into a part file; whatever
brought them, the sha256 of the whole decides.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from askv4.errors import DownloadError, ModelDamaged, ModelError, ModelUnsupported, UsageError
from askv4.llm.gguf import GgufInfo, read_gguf
from askv4.llm.known import gigabytes
from askv4.llm.modelstore import ModelStore, Record

SPARE = 256 * 2**20
"""Bytes of disk that a download leaves free."""

Progress = Callable[[int, int], None]
"""Called with the bytes that are here and the bytes there will be."""

Narrate = Callable[[str], None]
"""Called with a line that the user should see."""

Fill = Callable[["RemoteFile", Path, Progress, Narrate], None]
"""Brings a part file to its full length, going on with the bytes that are there. Raises DownloadError."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file as its source declares it."""

    name: str
    """What it was asked for by."""
    repo: str
    file: str
    revision: str
    """A commit, never a branch; of a web server the tag or date of this version. Empty where there is none."""
    bytes: int
    sha256: str | None
    """None where nobody declares one: then the file must at least be a whole GGUF."""
    licence: str | None
    url: str
    """What is asked for the bytes."""
    fill: Fill
    where: str
    """The source in words."""
    source: str = "hub"
    """hub, packages, or the path or address that was named."""
    warning: str | None = None
    """What the user should know before agreeing, such as that the file was replaced upstream."""

    @property
    def key(self) -> str:
        """What its bytes gather under: see ModelStore.part_for."""
        return self.sha256 or hashlib.sha256(self.url.encode()).hexdigest()


def fetch(remote: RemoteFile, store: ModelStore, *, progress: Progress, narrate: Narrate) -> Path:
    """Fetch a file, going on where an earlier attempt stopped; check it; put it in place. Returns where it lies.

    Raises DownloadError (no space, no connection, wrong bytes: then they are deleted) or DataFolderUnwritable. A kill
    at any moment leaves either no file in place or a whole, checked one. Call it within `online`.
    """
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    record = Record(
        remote.name, remote.repo, remote.file, remote.revision, remote.bytes, remote.key, remote.licence, stamp,
        remote.source,
    )  # fmt: skip
    _refuse_another_in_its_place(remote, store)
    before = store.part_record(remote.key)
    part = store.begin(record)
    with store.locked(remote.key):
        if remote.sha256 is None and (not remote.revision or before is None or before.revision != remote.revision):
            # Nothing would tell that the beginning is of one version and the rest of another.
            part.unlink(missing_ok=True)
        _check_space(remote, part, store)
        remote.fill(remote, part, progress, narrate)
        narrate(f"checking the {gigabytes(remote.bytes)} of {remote.file}")
        return store.finish(replace(record, sha256=_checked(remote, part, store)), remote.key)


def sha256_of(path: Path, progress: Progress | None = None) -> str:
    """The sha256 of a file, read in pieces."""
    digest, size, done = hashlib.sha256(), path.stat().st_size, 0
    with path.open("rb") as file:
        while piece := file.read(8 * 2**20):
            digest.update(piece)
            done += len(piece)
            if progress is not None:
                progress(done, size)
    return digest.hexdigest()


def _refuse_another_in_its_place(remote: RemoteFile, store: ModelStore) -> None:
    """A repository replaces its own files; two files of one name from elsewhere have nothing to do with each other."""
    target = store.place_for(remote.repo, remote.file)
    if not target.exists() or remote.source in ("hub", "packages"):
        return
    there = store.record(target)
    if there is None or there.sha256 != remote.sha256:
        raise UsageError(f"another file is in {target} already", "give this one a NAME of its own, or remove that one")


def _check_space(remote: RemoteFile, part: Path, store: ModelStore) -> None:
    here = part.stat().st_size if part.exists() else 0
    missing, free = remote.bytes - here, store.free_space()
    if missing + SPARE > free:
        raise DownloadError(
            f"{remote.file} needs {gigabytes(missing)} more and {gigabytes(free)} are free in {store.folder}",
            "free some space, or name another folder with --data-dir",
        )


def fill(
    stream: Callable[[RemoteFile, BinaryIO, Progress], None], remote: RemoteFile, part: Path, progress: Progress,
    narrate: Narrate,
) -> None:  # fmt: skip
    """Bring the part to its full length, over as many connections as it takes: `stream` appends what one gives."""
    if part.exists() and part.stat().st_size > remote.bytes:
        part.unlink()
    with part.open("ab") as file:
        if file.tell():
            narrate(f"going on at {gigabytes(file.tell())} of {gigabytes(remote.bytes)}")
        while (start := file.tell()) < remote.bytes:
            try:
                stream(remote, file, progress)
            except DownloadError:
                file.flush()
                if file.tell() <= start:
                    raise
                # Bytes came, so the other side is there: take the connection up again.
                narrate(f"the connection broke off at {gigabytes(file.tell())}; going on")
        progress(remote.bytes, remote.bytes)


def _checked(remote: RemoteFile, part: Path, store: ModelStore) -> str:
    """The sha256 of the bytes that came, which are the right ones, or at least a whole model where no sum is declared."""
    actual = sha256_of(part)
    if remote.sha256 is None:
        try:
            check_gguf(part)
        except ModelError as error:
            store.discard(remote.key)
            what = str(error).replace(str(part), f"what came from {remote.source}")
            raise DownloadError(f"{what}; it was deleted", "check the address") from error
    elif actual != remote.sha256:
        store.discard(remote.key)
        raise DownloadError(
            f"the bytes that came are not {remote.file}: sha256 {actual[:12]}... instead of {remote.sha256[:12]}...; "
            "they were deleted",
            "pull it again; if it happens twice, the connection or the mirror alters files",
        )
    return actual


def check_gguf(path: Path) -> GgufInfo:
    """The header of a file, which is a whole GGUF by that. Raises ModelDamaged, ModelUnsupported."""
    info = read_gguf(path)
    if info.tensor_count == 0 or info.missing_bytes:
        why = "is cut off: it is shorter than its header says" if info.missing_bytes else "has no weights"
        raise ModelDamaged(f"{path} {why}", "fetch it again")
    if info.shard[1] > 1:
        raise ModelUnsupported(
            f"{path} is one of {info.shard[1]} parts of a model", "copy all of them by hand (models/README.md)"
        )
    return info


def refuse_full_disk(error: BaseException) -> None:
    """Raise DownloadError where an error means that the disk is full."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        raise DownloadError("the disk is full", "free some space and run the same command again") from error
