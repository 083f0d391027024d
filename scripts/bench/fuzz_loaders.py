"""Feed mutated files of every format to the loaders, through the processes that read documents.

    .venv/bin/python -m scripts.bench.fuzz_loaders                     for 600 seconds
    .venv/bin/python -m scripts.bench.fuzz_loaders --seconds 30        as CI does
    .venv/bin/python -m scripts.bench.fuzz_loaders --seeds DIR --seed 7 --keep found/

Every mutated file must end as text or with a reason. A failure that no loader names, a crash, a hang or a lost file is
printed, its file kept, made smaller as long as it fails the same way, and the exit status is 1. It runs with the Python
that askv4 and its tests are installed for. Text recognition is left out: it takes seconds for each page.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from askv4.corpus.reading import ReadFile, ReadFiles
    from askv4.types import ParsedText

LOADER = "scripts.bench.fuzz_loaders"
"""This module, by the name under which the reading processes import it."""
BATCH = 64
SECONDS_PER_FILE = 30.0
"""Of the processor."""
SUSPECT = ("the loader failed", "crashed", "ended with status", "could not be read within", "more than 2048 MB")
MOST_SHRINKING = 60
"""Readings spent on making a failing file smaller."""
LARGEST_SEED = 1 << 20


def load(data: bytes, name: str) -> ParsedText:
    """What the reading processes call: askv4's own loaders without text recognition."""
    from askv4.text import loaders
    from askv4.text.loaders import ocr

    ocr.is_available = lambda: False
    return loaders.load(data, name)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A changed copy. What is packed in an archive is changed inside every other time: otherwise checksums catch all."""
    if data.startswith(b"PK\x03\x04") and chance.random() < 0.5 and (repacked := _inside(data, chance)) is not None:
        return repacked
    return _changed(data, chance)


def _changed(data: bytes, chance: random.Random) -> bytes:
    """A copy with a few things changed: bytes, runs cut out, doubled or moved, the end cut off."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed) + 1)
        length = min(len(changed) - at, int(chance.expovariate(1 / 40)) + 1)
        match chance.randrange(7):
            case 0:
                changed[at : at + length] = chance.randbytes(length)
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = changed[at : at + length] * chance.randint(1, 50)
            case 3:
                changed[at : at + 1] = bytes([chance.choice(b"\x00\xff<>{}[]()/\\\"'&;%\n")])
            case 4:
                del changed[at + (len(changed) - at) // 2 :]
            case 5:
                numbers = list(re.finditer(rb"\d+", changed[at : at + 2000]))
                if numbers:
                    number = chance.choice([b"0", b"-1", b"99999999999", b"1e999", b"4294967296", b"x"])
                    one = chance.choice(numbers)
                    changed[at + one.start() : at + one.end()] = number
            case _:
                other = chance.randrange(len(changed) + 1)
                changed[at : at + length] = changed[other : other + length]
    return bytes(changed)


def _inside(data: bytes, chance: random.Random) -> bytes | None:
    """An archive with one or two of its parts changed or missing; None for one that cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            parts = {name: source.read(name) for name in source.namelist()}
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError):
        return None
    for name in chance.sample(sorted(parts), min(len(parts), chance.randint(1, 2))):
        if chance.random() < 0.1:
            del parts[name]
        else:
            parts[name] = _changed(parts[name], chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def seeds(folder: Path | None) -> list[tuple[str, bytes]]:
    """(name, content) of the files that are mutated: those of the tests, and those of a folder."""
    from tests.documents import samples

    named = [(sample.name, sample.data) for sample in samples()]
    if folder is not None:
        paths = [path for path in sorted(folder.iterdir()) if 0 < path.stat().st_size < LARGEST_SEED]
        named += [(path.name, path.read_bytes()) for path in paths]
    return named


@dataclass(slots=True)
class Fuzzer:
    """Mutates, reads and keeps what fails."""

    read: ReadFiles
    chance: random.Random
    keep: Path
    files: int = 0
    parsed: int = 0
    failures: int = 0

    def batch(self, originals: list[tuple[str, bytes]]) -> None:
        """A number of mutated files, read side by side."""
        contents = {}
        for number in range(BATCH):
            name, data = self.chance.choice(originals)
            contents[f"{number}-{name}"] = mutated(data, self.chance)
        results = self._results(contents)
        self.files += len(contents)
        for name, data in contents.items():
            result = results.get(name)
            self.parsed += result is not None and result.outcome == "parsed"
            if (sign := failure(result)) is not None:
                self.failures += 1
                self._keep(name, data, sign, result.reason or "" if result else "lost")

    def _results(self, contents: dict[str, bytes]) -> dict[str, ReadFile]:
        from askv4.corpus.reading import DueFile

        with tempfile.TemporaryDirectory() as folder:
            candidates = []
            for name, data in contents.items():
                path = Path(folder) / name
                path.write_bytes(data)
                candidates.append(DueFile(name, path, ""))
            return {one.record.name: one for one in self.read(candidates)}

    def _keep(self, name: str, data: bytes, sign: str, reason: str) -> None:
        self.keep.mkdir(parents=True, exist_ok=True)
        slow = "within" in sign
        small = data if slow else smaller(data, lambda part: failure(self._results({name: part}).get(name)) == sign)
        path = self.keep / f"{self.files}-{name}"
        path.write_bytes(small)
        print(f"{path}: {reason}", flush=True)


def failure(result: ReadFile | None) -> str | None:
    """How a reading failed without a loader naming it; None when it did not."""
    reason = "lost" if result is None else result.reason or ""
    if result is None:
        return reason
    sign = next((sign for sign in SUSPECT if sign in reason), None)
    return sign and f"{sign}: {reason.rpartition(': ')[0][-40:]}"


def smaller(data: bytes, still_fails: Callable[[bytes], bool]) -> bytes:
    """The data with as many runs cut out as can be while it fails the same way."""
    for tries, (start, end) in enumerate(_runs(len(data))):
        if tries == MOST_SHRINKING:
            break
        if end <= len(data) and still_fails(part := data[:start] + data[end:]):
            data = part
    return data


def _runs(size: int) -> Iterator[tuple[int, int]]:
    """Halves, quarters, eighths ... from the end, so that what is cut does not move what is tried next."""
    length = size // 2
    while length:
        for start in range((size - 1) // length * length, -1, -length):
            yield start, min(size, start + length)
        length //= 2


def main() -> int:
    """Mutate and read until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the mutations, to repeat a run")
    parser.add_argument("--seeds", type=Path, metavar="DIR", help="more files to mutate")
    parser.add_argument("--keep", type=Path, metavar="DIR", default=Path("fuzz-found"), help="where what fails is kept")
    options = parser.parse_args()
    from askv4.corpus.isolation import Isolation, isolated_reader
    from askv4.corpus.reader_process import ReaderLimits

    isolation = Isolation(limits=ReaderLimits(seconds=SECONDS_PER_FILE), loader=LOADER)
    originals = seeds(options.seeds)
    fuzzer = Fuzzer(isolated_reader(load, isolation), random.Random(options.seed), options.keep)
    deadline = time.monotonic() + options.seconds
    while time.monotonic() < deadline:
        fuzzer.batch(originals)
    told = f"{fuzzer.files} files of {len(originals)}, {fuzzer.parsed} read as text"
    print(f"seed {options.seed}: {told}, {fuzzer.failures} failures that no loader names")
    return 1 if fuzzer.failures or not fuzzer.parsed else 0


if __name__ == "__main__":
    sys.exit(main())
