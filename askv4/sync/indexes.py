"""The indexes of a data folder, one for each corpus: where they lie, whose they are, and which have lost their folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from askv4.errors import IndexTrouble
from askv4.files import erase, locked, make_private
from askv4.options import INDEXES, index_folder
from askv4.store.lock import index_lock
from askv4.store.rows import decode_name
from askv4.store.schema import condition, connect, meaning_of_errors

CATALOG = "catalog.sqlite3"
_CORPUS = "corpus"
"""The file in an index that holds its corpus' path, as the system has it."""
_ALIKE = 0.5
"""So much of an index' documents a folder has to have, under the same names and of the same sizes, to be its corpus renamed."""


@dataclass(frozen=True, slots=True)
class LostIndex:
    """An index whose corpus folder is not where it was."""

    folder: Path
    corpus: Path


def ready_index_folder(
    data_dir: Path, corpus: Path, narrate: Callable[[str], None], on_rename: Callable[[Path], None] = lambda _: None
) -> Path:
    """`index_folder`, there and noted as that corpus'. A folder that was renamed keeps its index: it is found by content,
    and `on_rename` gets its old path.

    Where nothing can be written, what is there is left as it is.
    """
    folder = index_folder(data_dir, corpus)
    with suppress(OSError, IndexTrouble):
        if not folder.exists() and lost_indexes(data_dir):
            former = _take_over_by_content(data_dir, corpus, folder)
            if former is not None:
                narrate(f"{corpus} was {former}: its index is taken over")
                on_rename(former)
        make_private(folder)
        note, real = folder / _CORPUS, os.fsencode(os.path.realpath(corpus))
        if not note.exists() or note.read_bytes() != real:
            note.write_bytes(real)
    return folder


def lost_indexes(data_dir: Path) -> list[LostIndex]:
    """The indexes whose corpus folder is gone: removed, renamed, or on a disk that is not there."""
    lost = []
    for note in sorted((data_dir / INDEXES).glob(f"*/{_CORPUS}")):
        corpus = Path(os.fsdecode(note.read_bytes()))
        if not corpus.is_dir():
            lost.append(LostIndex(note.parent, corpus))
    return lost


def forget_lost_indexes(data_dir: Path) -> list[LostIndex]:
    """Removes them, and returns them. Raises IndexTrouble, OSError."""
    lost = lost_indexes(data_dir)
    for one in lost:
        remove_index(one.folder)
    return lost


def remove_index(folder: Path) -> None:
    """Removes an index with all that it holds; of a link, the link alone. Raises IndexTrouble, OSError."""
    if not folder.is_symlink():
        with index_lock(folder):
            for path in folder.iterdir():
                if path.name != "lock":
                    erase(path)
    erase(folder)


def _take_over_by_content(data_dir: Path, corpus: Path, folder: Path) -> Path | None:
    """The old path of the corpus, if there is an index of it under that."""
    with locked(data_dir / INDEXES, lambda: None):  # another askv4 may be doing the same
        lost = _by_content(data_dir, corpus)
        if lost is None or folder.exists():
            return None
        with index_lock(lost.folder):
            lost.folder.rename(folder)
    return lost.corpus


def _by_content(data_dir: Path, corpus: Path) -> LostIndex | None:
    """The lost index that has most in common with a folder, if that is enough."""
    shares = [(_share(lost, corpus), lost) for lost in lost_indexes(data_dir)]
    share, best = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    return best if share >= _ALIKE else None


def _share(lost: LostIndex, corpus: Path) -> float:
    """Which share of the documents of a lost index lies in a folder."""
    path = lost.folder / CATALOG
    if condition(path) != "ready":
        return 0.0
    with meaning_of_errors(path), closing(connect(path)) as connection:
        known = connection.execute("SELECT name, bytes FROM documents").fetchall()
    same = sum(size == there for size, there in _sizes(corpus, known))
    return same / len(known) if known else 0.0


def _sizes(corpus: Path, known: list[tuple[bytes, int]]) -> Iterator[tuple[int, int]]:
    for name, size in known:
        try:
            yield size, (corpus / decode_name(name)).stat().st_size
        except (OSError, ValueError):
            yield size, -1
