"""Documents come into the corpus by being copied there, and leave it for the system's bin."""

from __future__ import annotations

import filecmp
import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from askv4.errors import CorpusError, DocumentNotFound


@dataclass(slots=True)
class Added:
    """What became of the files that were to be added."""

    added: list[str] = field(default_factory=list)
    """Their names in the corpus."""
    there: list[str] = field(default_factory=list)
    """Files whose name and content the corpus has already."""
    failed: list[str] = field(default_factory=list)
    """A line for each file that could not be copied."""

    @property
    def line(self) -> str:
        """All of it in one line."""
        parts = [f"added {_counted(self.added)}"] if self.added else []
        parts += [f"{_counted(self.there)} was there already"] if self.there else []
        parts += self.failed[:3] + ([f"{len(self.failed) - 3} more failed"] if len(self.failed) > 3 else [])
        return "; ".join(parts) or "nothing to add there"


def paths_in(text: str) -> list[Path]:
    """The files and folders that a pasted line names; empty when it is anything else, such as a question.

    Terminals paste a dragged file's path quoted, with escaped spaces, or as a file:// address.
    """
    text = text.strip()
    if not text or not _looks_like_path(text):
        return []
    for words in (_shell_words(text), [line.strip() for line in text.splitlines()]):
        paths = [_path(word) for word in words]
        if paths and all(path.exists() for path in paths):
            return paths
    return []


def _looks_like_path(text: str) -> bool:
    opening = text.lstrip("'\"")
    return opening.startswith(("/", "~", "./", "../", "file://", "\\\\")) or opening[1:3] in (":\\", ":/")


def _shell_words(text: str) -> list[str]:
    try:
        return shlex.split(text, posix=os.name != "nt")
    except ValueError:
        return []


def _path(word: str) -> Path:
    if word.startswith("file://"):
        return Path(unquote(urlsplit(word).path))
    path = Path(word.strip("'\""))
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def files_in(path: Path) -> list[Path]:
    """The file itself, or the files of a folder that are not hidden."""
    return sorted(_walk(path)) if path.is_dir() else [path]


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in names if not name.startswith("."))


def add(paths: Sequence[Path], corpus: Path) -> Added:
    """Copy files, and folders with what is in them, into the corpus. Nothing is overwritten: a different file of the
    same name gets a number."""
    done = Added()
    for path in paths:
        base = path.resolve()
        for file in files_in(base):
            name = file.relative_to(base.parent) if base.is_dir() else Path(file.name)
            try:
                _add_one(file, corpus / name, corpus, done)
            except OSError as error:
                done.failed.append(f"{file.name}: {error.strerror or error}")
    return done


def _add_one(file: Path, target: Path, corpus: Path, done: Added) -> None:
    if file.is_relative_to(corpus.resolve()):
        done.there.append(file.name)
        return
    place = target
    number = 2
    while place.exists():
        if filecmp.cmp(file, place, shallow=False):
            done.there.append(place.name)
            return
        place = target.with_name(f"{target.stem} ({number}){target.suffix}")
        number += 1
    _copy(file, place)
    done.added.append(place.relative_to(corpus).as_posix())


def _copy(file: Path, target: Path) -> None:
    """Copy so that the index never sees half a file: under a hidden name first, which a rename then makes visible."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(prefix=".adding-", dir=target.parent)
    os.close(handle)
    try:
        shutil.copy2(file, unfinished)
        Path(unfinished).rename(target)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def remove(name: str, corpus: Path) -> None:
    """Move a document to the system's bin.

    Raises DocumentNotFound when it is gone, CorpusError when the system has no bin for it.
    """
    path = corpus / name
    if not path.is_file():
        raise DocumentNotFound(f"{path} is not there any more", "it leaves the list by itself")
    from send2trash import send2trash

    try:
        send2trash(path)
    except OSError as error:
        raise CorpusError(f"{name} could not be moved to the bin: {error}", f"delete {path} yourself") from error


def _counted(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} files"
