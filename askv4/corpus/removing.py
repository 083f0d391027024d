"""Documents leave a corpus folder: files for the platform's bin, links for good, and what they link to stays."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from askv4.corpus.links import forget_link
from askv4.corpus.naming import meant
from askv4.errors import CorpusError


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed."""

    document: str
    """Its name in the corpus, `/` between parts."""
    linked_to: str | None = None
    """Where the file still lies that was only linked."""


def find_in_corpus(corpus: Path, name: str) -> Path:
    """The file, folder or link of the corpus that is meant by a name as `docs` shows it, or by a path to it.

    A name may be spelled in another normal form than on the disk. Raises DocumentNotFound, and CorpusError for what lies
    behind a link: it is not the corpus's own.
    """
    root = corpus.absolute()
    for path in (root / name, Path(name).expanduser().absolute()):
        # Links are not resolved: the link is what is removed.
        normal = Path(os.path.normpath(path))
        if normal != root and normal.is_relative_to(root) and os.path.lexists(normal):
            _refuse_behind_link(root, normal)
            return normal
    names = [path.relative_to(root).as_posix() for path in root.rglob("*") if not path.name.startswith(".")]
    return root / meant(name, names)


def remove_from_corpus(corpus: Path, path: Path) -> Removed:
    """Moves what `find_in_corpus` found to the bin; of a link only the link goes. Raises CorpusError."""
    root = corpus.absolute()
    name = path.relative_to(root).as_posix()
    try:
        if path.is_symlink():
            target = os.readlink(path)  # noqa: PTH115
            path.unlink()
            forget_link(root, name)
            return Removed(name, target)
        _to_bin(path)
    except OSError as error:
        raise CorpusError(f"{path} cannot be removed: {error.strerror or error}", "delete it yourself") from error
    return Removed(name)


def _refuse_behind_link(root: Path, path: Path) -> None:
    for above in path.parents:
        if above == root:
            return
        if above.is_symlink():
            link = above.relative_to(root).as_posix()
            raise CorpusError(
                f"{path.relative_to(root).as_posix()} lies behind the link {link}, outside the corpus",
                f"delete the file where it lies, or take the link away with `askv4 remove {link}`",
            )


def _to_bin(path: Path) -> None:
    from send2trash import TrashPermissionError, send2trash

    try:
        send2trash(path)
    except TrashPermissionError as error:
        raise CorpusError(f"there is no bin on the disk of {path}", "delete the file yourself") from error
    except OSError as error:
        raise CorpusError(f"{path} cannot be moved to the bin: {error}", "delete the file yourself") from error
