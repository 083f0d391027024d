"""The index of one corpus: where it lies, and everything that belongs to it under one name."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from askv4.errors import IndexDamaged
from askv4.files import make_files_private
from askv4.options import index_folder
from askv4.store.catalog import Catalog
from askv4.store.lock import index_lock
from askv4.store.schema import damage_marker
from askv4.store.vectors import VectorStore
from askv4.store.vectors.exact import CatalogVectors
from askv4.sync.indexes import CATALOG, ready_index_folder
from askv4.sync.publish import REMADE
from askv4.sync.syncing import SyncOptions, sync
from askv4.types import SyncReport

if TYPE_CHECKING:
    from askv4.neural.encoder import Encoder

START = "start.json"
"""The file beside the catalogue that holds what the chat shows before the first question, in words of the documents."""


class Index:
    """Catalogue, vectors and encoder of one corpus; `sync` brings them in step with the folder.

    What a crash, a kill or a power cut leaves behind
    -------------------------------------------------
    The documents are the source; everything here can be made again from them, and after an interruption little has to be:

    1. A sync takes the operating system's lock on `lock`, which a dead process no longer holds, and notes in the
       catalogue that work is under way.
    2. New vectors go into the catalogue, under the hash of the text that they stand for, and stay there. Vectors that no
       document uses yet do no harm, and are found again after a crash.
    3. Each document is replaced in one SQLite transaction: text, passages, sentences, full-text index. A crash leaves
       the old or the new one.
    4. At the end a copy of the vector store gets the new vectors and loses those that no passage uses. It is flushed,
       and one rename makes it the current one. A crash leaves the old or the new one; what was half written is swept
       away by the next sync.
    5. One transaction lets go of the vectors that no passage uses and notes that the work is done, and which state of the
       store it ended with.

    A run that finds the note of 1, or a store that is not the one of 5, compares all keys of the catalogue with all keys
    of the store and computes what is missing: so it repairs without having to know what happened. A store whose files
    are damaged or gone is written anew from the catalogue's vectors, a catalogue that SQLite cannot read from the corpus
    and the store's vectors, and a line says so.

    Two askv4 at once: the second to have work waits for the first, with a line, and then looks again at what is left to
    do. Whoever only asks waits for nobody: it sees the last committed documents and the last published vectors.
    Threads: all methods may be called from any thread; catalogue and vectors may be read while another thread syncs.
    """

    def __init__(
        self,
        folder: Path,
        corpus: Path,
        encoder: Encoder,
        narrate: Callable[[str], None] | None = None,
        on_wait: Callable[[str], None] | None = None,
    ) -> None:
        self.folder = folder
        self.corpus = corpus
        self.encoder = encoder
        self._defaults = (
            SyncOptions(on_wait=on_wait) if narrate is None else SyncOptions(narrate=narrate, on_wait=on_wait)
        )
        self.catalog = Catalog(folder / CATALOG, narrate, on_wait)
        self.vectors = VectorStore(folder / "chroma", encoder.identity, encoder.dimension)
        self.vectors.on_damage = self._repair
        self.vectors.instead = CatalogVectors(self.catalog, encoder.identity)

    def sync(self, options: SyncOptions | None = None) -> SyncReport:
        """Brings the index in step with the corpus; costs a few milliseconds when nothing has changed.

        What `options` leaves unset is told to whoever opened the index. Raises what `sync.sync` raises; damage that is
        met on the way is repaired.
        """
        options = self._completed(options)
        # A repair in the middle of a search must find the documents that this sync finds.
        self._defaults = replace(self._defaults, follow_links=options.follow_links)
        try:
            return sync(self.corpus, self.catalog, self.vectors, self.encoder, options)
        except IndexDamaged:
            if not damage_marker(self.catalog.path).exists():
                raise
        self.catalog.reopen()
        return sync(self.corpus, self.catalog, self.vectors, self.encoder, options)

    def erase_traces(self) -> None:
        """Leaves nothing in the files of documents that were removed: freed pages, old words, hidden vectors, damaged copies.

        Raises IndexTrouble.
        """
        with index_lock(self.folder, self._defaults.on_wait):
            self.vectors.discard()  # Chroma's graph keeps what is deleted from it
            with self.catalog.pool.reading() as connection:
                connection.execute("INSERT INTO passages_fts (passages_fts) VALUES ('optimize')")
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")
            for copy in (*self.folder.glob("*.damaged*"), *self.folder.glob(f"{START}*")):
                copy.unlink()
        self.sync()

    def close(self) -> None:
        """Lets go of all files, which are their owner's alone."""
        self.vectors.close()
        self.catalog.close()
        make_files_private(self.folder)

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _repair(self, damaged: str) -> None:
        """Replaces the state of the vector store in which a search met damage, unless someone else has done so."""
        with index_lock(self.folder, self._defaults.on_wait):
            if self.vectors.token == damaged:
                self._defaults.narrate(REMADE)
                self.vectors.discard()
        self.sync()

    def _completed(self, options: SyncOptions | None) -> SyncOptions:
        if options is None:
            return self._defaults
        unset = SyncOptions()
        changes = {
            name: getattr(self._defaults, name)
            for name in ("narrate", "on_wait")
            if getattr(options, name) is getattr(unset, name)
        }
        return replace(options, **changes)


def open_index(
    data_dir: Path,
    corpus: Path,
    encoder: Encoder,
    narrate: Callable[[str], None] | None = None,
    on_wait: Callable[[str], None] | None = None,
    on_rename: Callable[[Path], None] = lambda _: None,
) -> Index:
    """The index of `corpus` under `data_dir`, made when it is missing; nothing of it is loaded before it is used.

    `narrate` takes a line for the user when something was repaired, `on_wait` one when another askv4 has to be waited
    for, `on_rename` the old path of a corpus that was renamed. Raises IndexTooNew, DataFolderUnwritable.
    """
    folder = ready_index_folder(data_dir, corpus, narrate or (lambda _: None), on_rename)
    return Index(folder, corpus, encoder, narrate, on_wait)


def known_dates(data_dir: Path, corpus: Path) -> dict[str, str | None]:
    """Document name -> the date that it declares, as the last sync saw it; empty where there is no index."""
    path = index_folder(data_dir, corpus) / CATALOG
    if not path.is_file():
        return {}
    with closing(Catalog(path)) as catalog:
        return {document.document: document.date for document in catalog.documents()}
