"""What the crash tests share: documents made by chance, and what an index holds, so that two can be compared."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

from askv4.sync.index import Index

if TYPE_CHECKING:
    from askv4.neural.encoder import Encoder

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


def open_test_encoder(data: Path) -> Encoder:
    """The encoder that askv4 comes with."""
    from askv4.neural.encoder import open_encoder

    return open_encoder(data)


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
        (kept,) = connection.execute("SELECT count(*) FROM vectors").fetchone()
    keys = sorted(index.vectors.keys())
    return {
        "documents": documents,
        "texts": {document.document: catalog.text(document.document) for document in indexed},
        "passages": passages,
        "terms": catalog.vocabulary(),
        "vectors": {key: vector.tobytes() for key, vector in index.vectors.get(keys).items()},
        "vectors of the catalogue": kept,
        "folders of vectors": len([path for path in index.vectors.path.iterdir() if path.is_dir()]),
    }


def difference(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """The names of the parts in which two snapshots differ."""
    return [name for name in one if one[name] != other[name]]
