"""A large sync in a process of its own: parsing and the vector store's native code would hold up a screen's thread.

`sync_apart` is the caller's side; the child runs `run`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from askv4.corpus.ignore import ignored_by
from askv4.errors import IndexTrouble
from askv4.neural.encoder import open_encoder
from askv4.options import Options
from askv4.sync.assemble import Assembler
from askv4.sync.index import Index, open_index
from askv4.sync.plan import make_plan
from askv4.sync.syncing import SyncOptions
from askv4.types import Skipped, SyncProgress, SyncReport
from askv4.worker import run_in_fresh_interpreter

FEW = 4
"""So many documents are indexed faster here than a process starts."""
REPORT_S = 0.05
NICENESS = 10


def sync_apart(options: Options, progress: Callable[[SyncProgress], None], *, allow_empty: bool) -> SyncReport:
    """Bring the index in step with the folder, in another process. What `progress` raises ends that process.

    Raises CorpusError, IndexTrouble, EncoderError.
    """
    ended: list[SyncReport] = []

    def take(event: dict[str, Any]) -> None:
        if "progress" in event:
            progress(SyncProgress(**event["progress"]))
        else:
            values = event["report"]
            named = {key: tuple(Skipped(**one) for one in values[key]) for key in ("skipped", "shortened")}
            ended.append(SyncReport(**{**values, **named}))

    arguments = {
        "corpus": str(options.corpus),
        "data_dir": str(options.data_dir),
        "encoder": options.encoder,
        "precision": options.encoder_precision,
        "allow_empty": allow_empty,
        "follow_links": options.follow_links,
    }
    run_in_fresh_interpreter("askv4.sync.apart", arguments, take, died=IndexTrouble)
    return ended[0]


def run(arguments: dict[str, Any], report: Callable[[dict[str, Any]], None]) -> None:
    """The child: sync, and report how far it is and what was done."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)  # whoever types goes first
    due = 0.0

    def advance(progress: SyncProgress) -> None:
        nonlocal due
        if time.monotonic() >= due or progress.done == progress.total:
            due = time.monotonic() + REPORT_S
            report({"progress": asdict(progress)})

    data_dir = Path(arguments["data_dir"])
    encoder = open_encoder(data_dir, arguments["encoder"], arguments["precision"])
    with open_index(data_dir, Path(arguments["corpus"]), encoder) as index:
        wanted = {name: arguments[name] for name in ("allow_empty", "follow_links")}
        done = index.sync(SyncOptions(**wanted, progress=advance))
    report({"report": asdict(done)})


def is_large(index: Index) -> bool:
    """Whether a sync has more than a few documents to read. Raises what planning raises."""
    assembler, ignored, known = Assembler(index.encoder), ignored_by(index.corpus), index.catalog.known_files()
    wanted = assembler.is_indexable
    plan = make_plan(index.corpus, known, assembler.recipe, wanted, ignored=ignored, allow_empty=True)
    return len(plan.due) > FEW
