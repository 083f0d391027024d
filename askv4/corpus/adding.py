"""Files are taken into a corpus folder: copied under their own names, nothing overwritten, nothing twice."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal

from askv4.corpus.links import known_links, note_link
from askv4.corpus.placing import free_names, place, unfinished_copy
from askv4.corpus.scan import scan
from askv4.errors import CorpusError, UsageError
from askv4.text.loaders import format_of, is_indexable

Outcome = Literal["added", "renamed", "linked", "same", "passed over", "failed"]

_CHUNK = 1 << 20
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_TWIN_CHECK = "the same content is there as {}"


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file that was to be added."""

    source: str
    document: str | None
    """Its name in the corpus, `/` between parts; None when it is not there."""
    outcome: Outcome
    """renamed: another file had its name; linked: it stays where it is; same: the same content is there already, as
    `document`."""
    reason: str | None = None


class Adder:
    """Takes files into the folder `into` (relative to the corpus) of one corpus; with `link` they stay where they are and
    a symbolic link stands for them. Raises UsageError when `into` leads out of the corpus, CorpusMissing when that cannot
    be listed, CorpusError when its list of links cannot be read. Adding raises CorpusError when the disk is full or takes no
    links; what was added before stays."""

    def __init__(self, corpus: Path, into: str = "", *, link: bool = False) -> None:
        self._corpus = corpus.resolve()
        self._folder = _inside(self._corpus, into)
        self._link = link
        scanned = scan(self._corpus, is_indexable, links=known_links(self._corpus))
        self._by_size: dict[int, list[str]] = {}
        for name, state in sorted(scanned.files.items()):
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
        elif self._corpus.is_relative_to(resolved):
            yield Added(str(path), None, "failed", "the corpus lies in it; name the files one by one")
        elif self._link:
            try:
                yield self._add_link(path, resolved.name)
            except OSError as error:
                yield Added(str(path), None, "failed", f"it cannot be linked: {error.strerror or error}")
        else:
            yield from self._add_folder(path, resolved.name)

    def add_content(self, data: bytes | BinaryIO, name: str) -> Added:
        """A document that is no file yet, under the file name `name`. Raises UsageError when that is none."""
        if "/" in name or not is_indexable(f"x/{name}"):
            raise UsageError(f"{name!r} is not the name of a document", "name it such as note.txt")
        if self._link:
            raise UsageError("standard input cannot be linked", "leave out --link, or name a file")
        return self._take_in(io.BytesIO(data) if isinstance(data, bytes) else data, "-", self._named(name), None)

    def _add_folder(self, path: Path, name: str) -> Iterator[Added]:
        scanned = scan(path, is_indexable)
        for below in sorted(scanned.files):
            if format_of(below) is None:
                reason = f"askv4 does not read {PurePosixPath(below).suffix} files"
                yield Added(str(path / below), None, "passed over", reason)
            else:
                yield self._add_file(path / below, f"{name}/{below}")
        for below, reason in sorted(scanned.refused.items()):
            yield Added(str(path / below), None, "passed over", reason)
        if not (scanned.files or scanned.refused):
            yield Added(str(path), None, "passed over", "there are no documents in it")

    def _add_file(self, path: Path, wanted: str) -> Added:
        try:
            if not path.exists():
                return Added(str(path), None, "failed", "there is no such file")
            if not path.is_file():
                return Added(str(path), None, "failed", "it is neither a file nor a folder")
            if not is_indexable(self._named(wanted)):
                return Added(str(path), None, "passed over", "files of this name are no documents")
            if (own := self._name_inside(path)) is not None:
                return Added(str(path), own, "same", "it is in the corpus already")
            if self._link:
                return self._add_link(path, wanted)
            if (twin := self._twin_of_file(path)) is not None:
                return Added(str(path), twin, "same", _TWIN_CHECK.format(twin))
            with path.open("rb") as source:
                return self._take_in(source, str(path), self._named(wanted), path)
        except OSError as error:
            return Added(str(path), None, "failed", f"it cannot be read: {error.strerror or error}")

    def _named(self, name: str) -> str:
        return f"{self._folder}/{name}" if self._folder else name

    def _name_inside(self, path: Path) -> str | None:
        """The name of a file that lies in the corpus itself."""
        resolved = path.resolve()
        return resolved.relative_to(self._corpus).as_posix() if resolved.is_relative_to(self._corpus) else None

    def _take_in(self, source: BinaryIO, label: str, name: str, original: Path | None) -> Added:
        """Copies what `source` yields under a hidden name, so that no half of a file is ever indexed, and gives the copy
        its name when nothing like it is there."""
        target = self._corpus / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.parent.resolve().is_relative_to(self._corpus):
                raise CorpusError(
                    f"{name} would lie outside the corpus", "remove the link in the corpus that leads out"
                )
            with unfinished_copy(target.parent) as (copy, hidden):
                size, content = _copied(source, copy)
                if (twin := self._twin_of(size, content)) is not None:
                    return Added(label, twin, "same", _TWIN_CHECK.format(twin))
                if original is not None:
                    shutil.copystat(original, hidden)
                if os.name == "nt":  # where a file that is open cannot be renamed
                    copy.close()
                final = place(hidden, target).relative_to(self._corpus).as_posix()
        except OSError as error:
            if error.errno in _FULL:
                raise CorpusError(
                    f"the disk of the corpus is full: {label} does not fit into {self._corpus}",
                    "free some space and give the same command again; what is there already is passed over",
                ) from error
            return Added(label, None, "failed", f"it cannot be copied into the corpus: {error.strerror or error}")
        self._remember(final, size, content)
        renamed = final != name
        return Added(label, final, "renamed" if renamed else "added", f"another {name} is there" if renamed else None)

    def _add_link(self, path: Path, wanted: str) -> Added:
        """Makes a link to a file or folder and notes that it is to be followed."""
        goal, name = os.path.abspath(path), self._named(wanted)  # noqa: PTH100 - a link in the path stays one
        if path.is_file() and (twin := self._twin_of_file(path)) is not None:
            return Added(str(path), twin, "same", _TWIN_CHECK.format(twin))
        final = self._make_link(goal, name)
        if isinstance(final, Added):
            return final
        note_link(self._corpus, final)
        if path.is_file():
            self._remember(final, path.stat().st_size, _hash(path))
        return Added(str(path), final, "linked", f"another {name} is there" if final != name else None)

    def _make_link(self, goal: str, name: str) -> str | Added:
        target = self._corpus / name
        target.parent.mkdir(parents=True, exist_ok=True)
        for free in free_names(target):
            final = free.relative_to(self._corpus).as_posix()
            try:
                free.symlink_to(goal, target_is_directory=Path(goal).is_dir())
            except FileExistsError:
                if not free.is_symlink() or os.readlink(free) != goal:  # noqa: PTH115
                    continue
                if final in known_links(self._corpus):
                    return Added(goal, final, "same", f"it is linked already as {final}")
            except (OSError, NotImplementedError) as error:
                what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
                raise CorpusError(
                    f"symbolic links cannot be made in {target.parent}: {what}",
                    "add it without --link; on Windows, links need the Developer Mode",
                ) from error
            return final
        raise AssertionError("the names do not end")

    def _twin_of_file(self, path: Path) -> str | None:
        size = path.stat().st_size
        return self._twin_of(size, _hash(path)) if size in self._by_size else None

    def _twin_of(self, size: int, content: bytes) -> str | None:
        """A document with the same content."""
        for name in self._by_size.get(size, []):
            if name not in self._hashes:
                try:
                    self._hashes[name] = _hash(self._corpus / name)
                except OSError:
                    continue  # it went away, or may not be read: then nobody knows that it is the same
            if self._hashes[name] == content:
                return name
        return None

    def _remember(self, name: str, size: int, content: bytes) -> None:
        self._by_size.setdefault(size, []).append(name)
        self._hashes[name] = content


def _copied(source: BinaryIO, copy: BinaryIO) -> tuple[int, bytes]:
    """Copies to the disk, and gives size and hash of what was copied."""
    size, content = 0, hashlib.sha256()
    while chunk := source.read(_CHUNK):
        copy.write(chunk)
        content.update(chunk)
        size += len(chunk)
    copy.flush()
    os.fsync(copy.fileno())
    return size, content.digest()


def _hash(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _inside(corpus: Path, into: str) -> str:
    """The folder as a name in the corpus. Raises UsageError when it leads out of it or hides."""
    folder = (corpus / into).resolve()
    if not folder.is_relative_to(corpus) or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{into!r} is no folder in the corpus {corpus}", "name a folder relative to the corpus")
    name = folder.relative_to(corpus).as_posix()
    if any(part.startswith(".") for part in name.split("/")) and name != ".":
        raise UsageError(f"documents in {into!r} would be hidden", "name a folder that does not begin with a dot")
    return "" if name == "." else name
