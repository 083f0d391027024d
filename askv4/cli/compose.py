"""A workspace as the settings of this run ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import askv4
from askv4.config import Settings, ready_corpus, ready_data_dir

if TYPE_CHECKING:
    from askv4.cli.diagnostics import Diagnostics
    from askv4.workspace import Workspace


@contextmanager
def open_workspace(
    settings: Settings,
    diagnostics: Diagnostics,
    *,
    allow_empty: bool = False,
    prune: bool = False,
    re_embed: bool = False,
    within: str | None = None,
    with_reader: bool = False,
    must_sync: bool = False,
) -> Iterator[Workspace]:
    """Opens the index of the corpus, brings it up to date with a bar, and closes it in the end.

    `allow_empty`, `prune` and `re_embed` are those of `SyncOptions`; `within` limits questions to a folder. `with_reader` loads
    the reader beside the sync, which answers always need and a search often. Where the data folder cannot be
    written, the index as it is will do, unless `must_sync`. Raises CorpusError, IndexTrouble, EncoderError,
    UsageError.
    """
    ready_corpus(settings)
    ready_data_dir(settings)
    # By the lazy package: 0.1 s that --help need not wait for.
    with askv4.Workspace(replace(settings, within=within), diagnostics) as workspace:
        if with_reader:
            workspace.load_reader_aside()
        with diagnostics.sync_bar() as bar:
            options = askv4.SyncOptions(allow_empty=allow_empty, prune=prune, re_embed=re_embed, progress=bar)
            (workspace.sync if must_sync else workspace.sync_if_writable)(options)
        yield workspace
