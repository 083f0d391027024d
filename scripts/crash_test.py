#!/usr/bin/env python3
"""Kills a sync again and again, then shows that the index equals one that was never disturbed.

    python scripts/crash_test.py [--rounds 20] [--documents 200] [--seed 1]

Each round changes the corpus (every document gets a new sentence, some are renamed, removed, added), starts a sync in a
process of its own and kills it with SIGKILL at a random moment: half of the rounds at any time, half while the vectors are
being published. After each kill the remains are checked as a reader would see them. At the end one normal sync runs, and
its result is compared with a fresh index: every document, text, passage, sentence, term of the full-text index, vector.
Exits 0 when all is equal.
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
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from askv4.index.catalog import encode_name
from askv4.index.store import Index, open_index
from askv4.index.sync import SyncOptions
from askv4.types import SyncProgress, SyncReport

if TYPE_CHECKING:
    from askv4.index.encoder import Encoder

SUBJECTS = [
    "The harbour office",
    "A night watchman",
    "Our third supplier",
    "The weather station",
    "An old ferry",
    "The school board",
]
VERBS = ["counted", "repaired", "sold", "measured", "borrowed", "painted", "forgot", "described"]
OBJECTS = [
    "crates of lemons",
    "brass lanterns",
    "grey pigeons",
    "broken clocks",
    "letters",
    "copper pipes",
    "wooden chairs",
]
PLACES = [
    "near the bridge",
    "behind the mill",
    "in the cold store",
    "on the upper deck",
    "under the lamps",
    "by the gate",
]


def sentence(chance: random.Random) -> str:
    """A sentence that hardly ever comes twice."""
    number = chance.randint(2, 9999)
    return (
        f"{chance.choice(SUBJECTS)} {chance.choice(VERBS)} {number} {chance.choice(OBJECTS)} {chance.choice(PLACES)}."
    )


class Corpus:
    """A folder of generated documents that changes from round to round."""

    def __init__(self, folder: Path, documents: int, chance: random.Random) -> None:
        self.folder = folder
        self._chance = chance
        self._serial = 0
        folder.mkdir(parents=True, exist_ok=True)
        for _ in range(documents):
            self._write_new()

    def change(self) -> None:
        """Gives every document a new sentence, renames three, removes three, adds three."""
        paths = sorted(self.folder.rglob("*.md"))
        self._chance.shuffle(paths)
        for path in paths[:3]:
            path.unlink()
        for path in paths[3:6]:
            path.rename(path.with_name(f"renamed-{self._next()}.md"))
        for path in paths[6:]:
            with path.open("a", encoding="utf-8") as file:
                file.write(f"\n{sentence(self._chance)}\n")
        for _ in range(3):
            self._write_new()

    def _next(self) -> int:
        self._serial += 1
        return self._serial

    def _write_new(self) -> None:
        number = self._next()
        parts = [f"# Report {number}"]
        for part in range(self._chance.randint(1, 3)):
            body = " ".join(sentence(self._chance) for _ in range(self._chance.randint(2, 8)))
            parts.append(f"## Part {part + 1}\n\n{body}")
        path = self.folder / f"drawer-{number % 7}" / f"report-{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n\n".join(parts) + "\n", "utf-8")


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


def open_test_encoder(data: Path) -> Encoder:
    """The encoder that askv4 comes with."""
    from askv4.index.encoder import open_encoder

    return open_encoder(data)


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
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
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


def snapshot(index: Index) -> dict[str, Any]:
    """All that the index knows, without the numbers that depend on the order of events."""
    catalog = index.catalog
    documents = catalog.documents()
    indexed = [document for document in documents if document.state == "indexed"]
    with catalog.pool.reading() as connection:
        passages = connection.execute(
            "SELECT name, start, end, heading, text, sentences, line, page, key FROM passages "
            "JOIN documents ON documents.id = document_id ORDER BY name, start"
        ).fetchall()
        (kept,) = connection.execute("SELECT count(*) FROM kept_vectors").fetchone()
    keys = sorted(index.vectors.keys())
    return {
        "documents": documents,
        "texts": {document.document: catalog.text(document.document) for document in indexed},
        "passages": passages,
        "terms": catalog.vocabulary(),
        "vectors": {key: vector.tobytes() for key, vector in index.vectors.get(keys).items()},
        "vectors that wait": kept,
        "folders of vectors": len([path for path in index.vectors.path.iterdir() if path.is_dir()]),
    }


def problems_of(index: Index, versions: dict[str, set[str]]) -> list[str]:
    """What a reader of the index would stumble over. `versions` are the texts that each document has ever had."""
    found = []
    catalog = index.catalog
    with catalog.pool.reading() as connection:
        for (verdict,) in connection.execute("PRAGMA integrity_check"):
            if verdict != "ok":
                found.append(f"SQLite: {verdict}")
        connection.execute("INSERT INTO passages_fts (passages_fts, rank) VALUES ('integrity-check', 1)")
        dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
        if dangling:
            found.append(f"{len(dangling)} rows without their document")
        for document in catalog.documents():
            text = catalog.text(document.document)
            if text not in versions[document.document]:
                found.append(f"{document.document} has a text that no version of it had")
            rows = connection.execute(
                "SELECT start, end, passages.text FROM passages "
                "WHERE document_id = (SELECT id FROM documents WHERE name = ?)",
                (encode_name(document.document),),
            ).fetchall()
            if len(rows) != document.passages or any(text[start:end] != part for start, end, part in rows):
                found.append(f"the passages of {document.document} are not those of its text")
    for key, vector in list(index.vectors.get(list(index.vectors.keys())[:20]).items()):
        nearest = index.vectors.query(vector, 1)
        if not nearest or nearest[0][1] < 0.999:
            found.append(f"a search for the vector {key} does not find it")
    return found


def remember(corpus: Path, versions: dict[str, set[str]]) -> None:
    """Adds the texts that the documents have now."""
    for path in corpus.rglob("*.md"):
        versions.setdefault(path.relative_to(corpus).as_posix(), set()).add(path.read_text("utf-8"))


def difference(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """The names of the parts in which two snapshots differ."""
    return [name for name in one if one[name] != other[name]]


def torture(
    folder: Path, documents: int, rounds: int, seed: int, encoders: Path, say: Callable[[str], None]
) -> tuple[Kills, list[str]]:
    """Does it all under `folder`; gives what happened and what is wrong, which should be nothing."""
    chance = random.Random(seed)
    corpus = Corpus(folder / "corpus", documents, chance)
    data = folder / "data"
    command = [sys.executable, __file__, "--sync-once", str(corpus.folder), str(data), str(encoders)]
    began = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
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
    parser.add_argument("--encoders", type=Path, help="a data folder whose exported encoder is used")
    parser.add_argument(
        "--sync-once", nargs=3, type=Path, metavar=("CORPUS", "DATA", "ENCODERS"), help=argparse.SUPPRESS
    )
    options = parser.parse_args()
    if options.sync_once:
        sync_once(*options.sync_once)
        return 0
    folder = Path(tempfile.mkdtemp(prefix="askv4-crash-"))
    try:
        kills, wrong = torture(
            folder, options.documents, options.rounds, options.seed, options.encoders or folder / "encoders", print
        )
    finally:
        shutil.rmtree(folder)
    for problem in wrong:
        print(f"WRONG: {problem}")
    print(
        f"{options.rounds} rounds with {options.documents} documents: {kills.documents} killed while reading and embedding, "
        f"{kills.publishing} while publishing vectors, {kills.finished} finished first; {len(wrong)} problems"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
