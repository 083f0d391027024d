"""A workspace as the settings of this run ask for it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import askv4
from askv4.cli.terminal import is_terminal
from askv4.config import Settings, ready_corpus, ready_data_dir, shipped_corpus
from askv4.text.excerpt import GAP

if TYPE_CHECKING:
    from askv4.cli.diagnostics import Diagnostics
    from askv4.cli.options import Invocation
    from askv4.workspace import Workspace


@contextmanager
def told_corpus(invocation: Invocation) -> Iterator[None]:
    """Sees to the corpus folder, and says in the end which one it is, where that is not plain: all but the ./corpus of a checkout.

    Programs are told only that it has just been made; errors name what they are about. Raises CorpusMissing.
    """
    settings, tell = invocation.settings, invocation.diagnostics.notice
    is_new = not settings.corpus.exists()
    corpus = ready_corpus(settings)
    if is_new:
        tell(f"your own corpus is made: {corpus}, with the documents that come with askv4")
    if settings.passed_over is not None and not invocation.as_json:
        tell(f"{settings.passed_over} is empty and passed over; --corpus asks it all the same")
    yield
    # A script that stands beside its ./corpus knows where it is.
    beside = settings.corpus_origin == "./corpus" and (corpus == shipped_corpus() or not is_terminal(sys.stderr))
    if not beside and not is_new and not invocation.as_json:
        named = f" (workspace {settings.workspace})" if settings.workspace else ""
        tell(f"the corpus is {_for_terminal(str(corpus))}{named}")


def _for_terminal(path: str) -> str:
    """The end of a path that is too long for the terminal: there it differs from others."""
    room = max(10, shutil.get_terminal_size().columns - len("askv4: the corpus is ") - 1)
    return path if len(path) <= room or not is_terminal(sys.stderr) else GAP + path[-room:]


@contextmanager
def open_workspace(
    settings: Settings,
    diagnostics: Diagnostics,
    *,
    allow_empty: bool = False,
    prune: bool = False,
    re_embed: bool = False,
    with_models: Literal["search", "answer"] | None = None,
    must_sync: bool = False,
) -> Iterator[Workspace]:
    """Opens the index of the corpus, brings it up to date with a bar, and closes it in the end.

    `allow_empty`, `prune` and `re_embed` are those of `SyncOptions`. `with_models` loads, beside the sync, the
    models that a search or an answer needs. Where the data folder cannot be
    written, the index as it is will do, unless `must_sync`. Raises CorpusError, IndexTrouble, EncoderError,
    UsageError.
    """
    ready_corpus(settings)
    ready_data_dir(settings)
    # By the lazy package: 0.1 s that --help need not wait for.
    with askv4.Workspace(settings, diagnostics) as workspace:
        if with_models is not None:
            workspace.load_aside(verifier=with_models == "answer")
        with diagnostics.sync_bar() as bar:
            options = askv4.SyncOptions(allow_empty=allow_empty, prune=prune, re_embed=re_embed, progress=bar)
            (workspace.sync if must_sync else workspace.sync_if_writable)(options)
        if not allow_empty:
            workspace.require_scope()
        if workspace.dates_note:
            diagnostics.notice(workspace.dates_note)
        yield workspace
