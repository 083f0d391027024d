"""Feed mutated files of every format to the loaders, through the processes that read documents.

    python3 scripts/fuzz_loaders.py                     for 600 seconds
    python3 scripts/fuzz_loaders.py --seconds 30        as CI does
    python3 scripts/fuzz_loaders.py --seeds DIR --seed 7 --keep found/

Every mutated file must end as text or with a reason. A failure that no loader names, a crash, a hang or a lost file is
printed, its file kept, and the exit status is 1. It runs with the Python that askv4 and its tests are installed for.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BATCH = 64
SUSPECT = ("the loader failed", "crashed", "ended with status", "could not be read within")


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A copy with a few things changed: bytes, runs cut out, doubled or moved, the end cut off."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed) + 1)
        length = min(len(changed) - at, int(chance.expovariate(1 / 40)) + 1)
        match chance.randrange(6):
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
            case _:
                other = chance.randrange(len(changed) + 1)
                changed[at : at + length] = changed[other : other + length]
    return bytes(changed)


def seeds(folder: Path | None) -> list[tuple[str, bytes]]:
    """(name, content) of the files that are mutated: those of the tests, and those of a folder."""
    from tests.documents import samples

    found = [(sample.name, sample.data) for sample in samples()]
    if folder is not None:
        found += [(path.name, path.read_bytes()) for path in sorted(folder.iterdir()) if path.stat().st_size < 1 << 20]
    return found


def main() -> int:
    """Mutate and read until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the mutations, to repeat a run")
    parser.add_argument("--seeds", type=Path, metavar="DIR", help="more files to mutate")
    parser.add_argument("--keep", type=Path, metavar="DIR", default=Path("fuzz-found"), help="where what fails is kept")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from askv4.index.isolation import Isolation, isolated_reader
    from askv4.index.reader_process import ReaderLimits
    from askv4.index.reading import Candidate
    from askv4.text.loaders import load

    chance = random.Random(options.seed)
    originals = seeds(options.seeds)
    read = isolated_reader(load, Isolation(limits=ReaderLimits(seconds=30)))
    deadline = time.monotonic() + options.seconds
    files = parsed = found = 0
    while time.monotonic() < deadline:
        with tempfile.TemporaryDirectory() as folder:
            batch = {}
            for number in range(BATCH):
                name, data = chance.choice(originals)
                path = Path(folder) / f"{number}-{name}"
                path.write_bytes(mutated(data, chance))
                batch[path.name] = path
            results = {one.record.name: one for one in read(Candidate(name, path, "") for name, path in batch.items())}
            for name, path in batch.items():
                result = results.get(name)
                files += 1
                parsed += result is not None and result.outcome == "parsed"
                reason = "lost" if result is None else result.reason or ""
                if result is None or any(sign in reason for sign in SUSPECT):
                    found += 1
                    options.keep.mkdir(parents=True, exist_ok=True)
                    (options.keep / f"{options.seed}-{files}-{name}").write_bytes(path.read_bytes())
                    print(f"{name}: {reason}")
    print(f"seed {options.seed}: {files} files, {parsed} read as text, {found} failures that no loader names")
    return 1 if found or not parsed else 0


if __name__ == "__main__":
    sys.exit(main())
