"""Kills askv4 again and again and fills its disk, then shows that the index equals one that was never disturbed.

    .venv/bin/python -m scripts.bench.crash [--rounds 20] [--documents 200] [--seed 1] [--what sync|add|disk]

sync: each round changes the corpus (every document gets a new sentence, some are renamed, removed, added), starts a sync in a
process of its own and kills it with SIGKILL at a random moment: half of the rounds at any time, half while the vectors are
being published. After each kill the remains are checked as a reader would see them. At the end one normal sync runs, and
its result is compared with a fresh index: every document, text, passage, sentence, term of the full-text index, vector.
add: `askv4 add` of a folder is killed in the middle; no file may be there by halves, and the last run completes the rest.
disk: `add` and `sync` on small disks (tmpfs, so only where one may be mounted) end with 2 and one line, and complete when
there is room. Without --what all three are done. Exits 0 when all is equal.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from askv4.store.rows import encode_name
from askv4.sync.index import Index, open_index
from askv4.sync.syncing import SyncOptions
from askv4.types import SyncProgress, SyncReport
from scripts.bench import crash_add, crash_disk
from scripts.bench.crash_parts import Corpus, difference, open_test_encoder, snapshot
from scripts.places import ROOT

SYNC_ONCE = [sys.executable, "-m", "scripts.bench.crash", "--sync-once"]
"""Run from the checkout's root: one sync of CORPUS into DATA, with the encoder in ENCODERS."""


def sync_once(corpus: Path, data: Path, encoders: Path) -> SyncReport:
    """One sync, telling on stdout where it stands, for the parent that means to kill it."""

    def tell(progress: SyncProgress) -> None:
        print(progress.phase, flush=True)

    print("start", flush=True)
    with open_index(data, corpus, open_test_encoder(encoders), narrate=_note) as index:
        report = index.sync(SyncOptions(progress=tell))
    print("end", flush=True)
    return report


def _note(line: str) -> None:
    print(f"note: {line}", file=sys.stderr, flush=True)


@dataclass(slots=True)
class Kills:
    """What became of the rounds."""

    documents: int = 0
    publishing: int = 0
    finished: int = 0
    """Rounds in which the sync was faster than the killer."""
    notes: list[str] = field(default_factory=list)


def kill_round(command: list[str], delay_s: float, phase: str) -> tuple[str, str]:
    """Runs a sync and kills it `delay_s` seconds after it enters the phase.

    Gives the last phase that it was seen in ("end" when it was faster) and what it said on stderr.
    """
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        last = ""
        for line in process.stdout:
            last = line.strip()
            if last in (phase, "vectors", "end"):
                break
        time.sleep(delay_s)
        process.kill()
        rest = process.stdout.read().split()
        return (rest or [last])[-1], process.stderr.read()


def problems_of(index: Index, versions: dict[str, set[str]]) -> list[str]:
    """What a reader of the index would stumble over. `versions` are the texts that each document has ever had."""
    problems = []
    catalog = index.catalog
    with catalog.pool.reading() as connection:
        for (verdict,) in connection.execute("PRAGMA integrity_check"):
            if verdict != "ok":
                problems.append(f"SQLite: {verdict}")
        connection.execute("INSERT INTO passages_fts (passages_fts, rank) VALUES ('integrity-check', 1)")
        dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
        if dangling:
            problems.append(f"{len(dangling)} rows without their document")
        for document in catalog.documents():
            text = catalog.text(document.document)
            if text not in versions[document.document]:
                problems.append(f"{document.document} has a text that no version of it had")
            rows = connection.execute(
                "SELECT start, end, passages.text FROM passages "
                "WHERE document_id = (SELECT id FROM documents WHERE name = ?)",
                (encode_name(document.document),),
            ).fetchall()
            if len(rows) != document.passages or any(text[start:end] != part for start, end, part in rows):
                problems.append(f"the passages of {document.document} are not those of its text")
    for key, vector in list(index.vectors.get(list(index.vectors.keys())[:20]).items()):
        nearest = index.vectors.query(vector, 1)
        if not nearest or nearest[0][1] < 0.999:
            problems.append(f"a search for the vector {key} does not find it")
    return problems


def remember(corpus: Path, versions: dict[str, set[str]]) -> None:
    """Adds the texts that the documents have now."""
    for path in corpus.rglob("*.md"):
        versions.setdefault(path.relative_to(corpus).as_posix(), set()).add(path.read_text("utf-8"))


def torture(
    folder: Path, documents: int, rounds: int, seed: int, encoders: Path, say: Callable[[str], None]
) -> tuple[Kills, list[str]]:
    """Does it all under `folder`; gives what happened and what is wrong, which should be nothing."""
    chance = random.Random(seed)
    corpus = Corpus(folder / "corpus", documents, chance)
    data = folder / "data"
    command = [*SYNC_ONCE, str(corpus.folder), str(data), str(encoders)]
    began = time.monotonic()
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    whole = time.monotonic() - began
    say(f"an undisturbed sync of {documents} documents takes {whole:.1f} s with the start of Python")
    versions: dict[str, set[str]] = {}
    remember(corpus.folder, versions)
    kills, wrong = Kills(), []
    encoder = open_test_encoder(encoders)
    for number in range(rounds):
        corpus.change()
        remember(corpus.folder, versions)
        phase, longest = ("start", 0.8 * whole) if number % 2 == 0 else ("vectors", 0.12)
        state, notes = kill_round(command, chance.uniform(0, longest), phase)
        kills.finished += state == "end"
        kills.publishing += state == "vectors"
        kills.documents += state in ("start", "documents")
        kills.notes += notes.splitlines()
        with closing(open_index(data, corpus.folder, encoder)) as index:
            wrong += [f"after round {number + 1}: {problem}" for problem in problems_of(index, versions)]
        say(f"round {number + 1}: {'finished first' if state == 'end' else f'killed in phase {state}'}")
    corpus.change()
    with (
        open_index(data, corpus.folder, encoder) as index,
        open_index(folder / "fresh", corpus.folder, encoder) as fresh,
    ):
        report = index.sync()
        fresh.sync()
        say(f"the normal run after it: {report}")
        wrong += [f"differs from a fresh index: {part}" for part in difference(snapshot(index), snapshot(fresh))]
        again = index.sync()
        if again.unchanged != len(fresh.catalog.documents()):
            wrong.append(f"a further sync found work: {again}")
    return kills, wrong


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--what", choices=["sync", "add", "disk"], help="only this part")
    parser.add_argument("--encoders", type=Path, help="a data folder whose exported encoder is used")
    parser.add_argument(
        "--sync-once", nargs=3, type=Path, metavar=("CORPUS", "DATA", "ENCODERS"), help=argparse.SUPPRESS
    )
    options = parser.parse_args()
    if options.sync_once:
        sync_once(*options.sync_once)
        return 0
    folder = Path(tempfile.mkdtemp(prefix="askv4-crash-"))
    encoders = options.encoders or folder / "encoders"
    wrong: list[str] = []
    try:
        open_test_encoder(encoders)
        if options.what in (None, "sync"):
            wrong += _sync_part(folder / "sync", options, encoders)
        if options.what in (None, "add"):
            wrong += crash_add.torture(folder / "add", options.rounds, options.seed, encoders, print)
        if options.what in (None, "disk"):
            wrong += crash_disk.torture(folder / "disk", options.seed, encoders, print)
    finally:
        shutil.rmtree(folder)
    for problem in wrong:
        print(f"WRONG: {problem}")
    print(f"{len(wrong)} problems")
    return 1 if wrong else 0


def _sync_part(folder: Path, options: argparse.Namespace, encoders: Path) -> list[str]:
    kills, wrong = torture(folder, options.documents, options.rounds, options.seed, encoders, print)
    print(
        f"{options.rounds} rounds with {options.documents} documents: {kills.documents} killed while reading and embedding, "
        f"{kills.publishing} while publishing vectors, {kills.finished} finished first"
    )
    return wrong


if __name__ == "__main__":
    sys.exit(main())
