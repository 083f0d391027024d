"""Documents come into the corpus by being copied there, and leave it for the system's bin."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from askv4.corpus.adding import Adder
from askv4.corpus.removing import find_in_corpus, remove_from_corpus
from askv4.corpus.scan import scan
from askv4.errors import DocumentNotFound
from askv4.text.loaders import format_of, is_indexable

if TYPE_CHECKING:
    from askv4.corpus.adding import Added


def paths_in(text: str) -> list[Path]:
    """The files and folders that a pasted line names; empty when it is anything else, such as a question.

    Terminals paste a dragged file's path quoted, with escaped spaces, or as a file:// address.
    """
    text = text.strip()
    if not text or not _looks_like_path(text):
        return []
    for words in (_shell_words(text), [line.strip() for line in text.splitlines()]):
        paths = [_path(word) for word in words]
        if paths and all(_exists(path) for path in paths):
            return paths
    return []


def named_as_is(text: str) -> list[Path]:
    """The file or folder that a typed path names without any quoting; empty when there is none."""
    path = _path(text)
    return [path] if _exists(path) else []


def missing_path(text: str) -> Path | None:
    """The file that a line names, and nothing else, when it is not there: a mistyped path is no question."""
    words = _shell_words(text.strip())
    if len(words) != 1 or not _looks_like_path(words[0]) or "\n" in text or text.rstrip().endswith("?"):
        return None
    path = _path(words[0])
    return None if _exists(path) else path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        # Longer than a name may be, or not allowed to be looked at.
        return False


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


def add(paths: Sequence[Path], corpus: Path) -> list[Added]:
    """Copy files, and folders with the documents in them, into the corpus; nothing is overwritten.

    Raises CorpusMissing.
    """
    adder = Adder(corpus)
    return [one for path in paths for one in adder.add(path)]


def added_line(added: Sequence[Added]) -> str:
    """What became of the files, in one line."""
    new = [one for one in added if one.outcome in ("added", "renamed")]
    rest = [one for one in added if one not in new]
    parts = [f"added {new[0].document if len(new) == 1 else f'{len(new)} documents'}"] if new else []
    parts += [f"{one.source}: {one.reason}" for one in (*(one for one in new if one.reason), *rest)[:3]]
    parts += [f"{len(rest) - 3} more were not taken"] if len(rest) > 3 else []
    return "; ".join(parts) or "nothing to add there"


def documents_in(folder: Path) -> int:
    """How many files of a folder look like documents."""
    return sum(format_of(name) is not None for name in scan(folder, is_indexable).files)


def remove(name: str, corpus: Path) -> None:
    """Move a document to the system's bin; of one that is only linked the link goes.

    Raises DocumentNotFound when it is gone, CorpusError when the system has no bin for it, or when it lies behind a link.
    """
    path = corpus / name
    if not os.path.lexists(path):
        raise DocumentNotFound(f"{path} is not there any more", "it leaves the list by itself")

    remove_from_corpus(corpus, find_in_corpus(corpus, name))
