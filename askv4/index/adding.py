"""Files are taken into a corpus folder: copied under their own names, nothing overwritten, nothing twice."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from askv4.errors import CorpusError, UsageError
from askv4.index.scan import scan
from askv4.text.loaders import format_of, is_indexable

_MOST_NAMES = 10_000
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file that was to be added."""

    source: str
    document: str | None
    """Its name in the corpus, `/` between parts; None when it is not there."""
    outcome: Literal["added", "renamed", "same", "passed over", "failed"]
    """renamed: another file had its name; same: the same content is there already, as `document`."""
    reason: str | None = None


class Adder:
    """Takes files into the folder `into` (relative to the corpus) of one corpus. Raises UsageError when `into` leads out
    of it, CorpusMissing when the corpus cannot be listed."""

    def __init__(self, corpus: Path, into: str = "") -> None:
        self._corpus = corpus.resolve()
        self._folder = _inside(self._corpus, into)
        found = scan(self._corpus, is_indexable)
        self._by_size: dict[int, list[str]] = {}
        for name, state in sorted(found.files.items()):
            self._by_size.setdefault(state.bytes, []).append(name)
        self._hashes: dict[str, bytes] = {}

    def add(self, path: Path) -> Iterator[Added]:
        """A file, or all documents in a folder, which keeps its name and order."""
        path = path.expanduser()
        if not path.is_dir():
            yield self._add_file(path, path.name)
            return
        resolved = path.resolve()
        if resolved == self._corpus or resolved.is_relative_to(self._corpus):
            yield Added(str(path), None, "passed over", "it is in the corpus already")
            return
        if self._corpus.is_relative_to(resolved):
            yield Added(str(path), None, "failed", "the corpus lies in it; name the files one by one")
            return
        for name in sorted(scan(path, is_indexable).files):
            if format_of(name) is None:
                reason = f"askv4 does not read {PurePosixPath(name).suffix} files"
                yield Added(str(path / name), None, "passed over", reason)
            else:
                yield self._add_file(path / name, f"{resolved.name}/{name}")

    def add_content(self, data: bytes, name: str) -> Added:
        """A document that is no file yet, under the file name `name`."""
        if "/" in name or not is_indexable(f"x/{name}"):
            raise UsageError(f"{name!r} is not the name of a document", "name it such as note.txt")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            added = self._add_file(path, name)
        return Added("-", added.document, added.outcome, added.reason)

    def _add_file(self, path: Path, wanted: str) -> Added:
        try:
            if not path.exists():
                return Added(str(path), None, "failed", "there is no such file")
            if not path.is_file():
                return Added(str(path), None, "failed", "it is neither a file nor a folder")
            name = f"{self._folder}/{wanted}" if self._folder else wanted
            if not is_indexable(name):
                return Added(str(path), None, "passed over", "files of this name are no documents")
            if (twin := self._twin_of(path)) is not None:
                return Added(str(path), twin, "same", f"the same content is there as {twin}")
            final = self._copy(path, name)
        except OSError as error:
            return Added(str(path), None, "failed", f"it cannot be copied: {error.strerror or error}")
        self._by_size.setdefault(path.stat().st_size, []).append(final)
        renamed = final != name
        return Added(
            str(path), final, "renamed" if renamed else "added", f"another {name} is there" if renamed else None
        )

    def _twin_of(self, path: Path) -> str | None:
        """A document with the same content."""
        candidates = self._by_size.get(path.stat().st_size, [])
        if not candidates:
            return None
        wanted = _hash(path)
        for name in candidates:
            if name not in self._hashes:
                self._hashes[name] = _hash(self._corpus / name)
            if self._hashes[name] == wanted:
                return name
        return None

    def _copy(self, path: Path, name: str) -> str:
        """Copies under a hidden name first, so that no half of a file is ever indexed; gives the final name."""
        target = self._corpus / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.resolve().is_relative_to(self._corpus):
            raise CorpusError(f"{name} would lie outside the corpus", "remove the link in the corpus that leads out")
        handle, hidden = tempfile.mkstemp(prefix=".askv4-", suffix=".part", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as copy, path.open("rb") as source:
                shutil.copyfileobj(source, copy, _CHUNK)
                copy.flush()
                os.fsync(copy.fileno())
            shutil.copystat(path, hidden)
            return _placed(Path(hidden), target).relative_to(self._corpus).as_posix()
        finally:
            Path(hidden).unlink(missing_ok=True)


def _placed(hidden: Path, target: Path) -> Path:
    """Gives a finished copy the first free name: report.pdf, report-2.pdf, ..."""
    for number in range(1, _MOST_NAMES):
        free = target if number == 1 else target.with_name(f"{target.stem}-{number}{target.suffix}")
        try:
            os.link(hidden, free)  # unlike a rename, it never replaces a file
        except FileExistsError:
            continue
        except OSError:  # a disk without hard links
            if free.exists():
                continue
            hidden.rename(free)
        return free
    raise CorpusError(f"there are {_MOST_NAMES} files called like {target.name}", "give the new one another name")


def _inside(corpus: Path, into: str) -> str:
    """The folder as a name in the corpus. Raises UsageError when it leads out of it or hides."""
    folder = (corpus / into).resolve()
    if not folder.is_relative_to(corpus) or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{into!r} is no folder in the corpus {corpus}", "name a folder relative to the corpus")
    name = folder.relative_to(corpus).as_posix()
    if any(part.startswith(".") for part in name.split("/")) and name != ".":
        raise UsageError(f"documents in {into!r} would be hidden", "name a folder that does not begin with a dot")
    return "" if name == "." else name


def _hash(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
