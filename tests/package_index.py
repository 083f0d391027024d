"""A model file cut into packages, in a folder that pip takes for its index: wheels as PyPI has them, a few kB each."""

from __future__ import annotations

import os
import zipfile
from dataclasses import replace
from pathlib import Path

from askv4.llm.known import KNOWN, KnownModel, PackagedParts

PREFIX, VERSION = "askv4-tiny-model-part", "1.0"


def packaged(content: bytes, sha256: str, count: int = 3) -> KnownModel:
    """An entry of the built-in list whose file is `content`, in `count` packages of which the last is the shortest."""
    size = -(-len(content) // count)
    return replace(KNOWN[1], bytes=len(content), sha256=sha256, packages=PackagedParts(PREFIX, VERSION, count, size))


def write_wheels(folder: Path, known: KnownModel, content: bytes) -> None:
    """All packages of a model."""
    assert known.packages is not None
    for number in range(1, known.packages.count + 1):
        start = (number - 1) * known.packages.part_bytes
        write_wheel(folder, number, {f"data/part{number:02d}.bin": content[start : start + known.packages.part_bytes]})


def write_wheel(folder: Path, number: int, members: dict[str, bytes]) -> Path:
    """One package with these files in it, and a module that must never be run."""
    folder.mkdir(parents=True, exist_ok=True)
    module = f"{PREFIX}{number}".replace("-", "_")
    about = f"{module}-{VERSION}.dist-info"
    path = folder / f"{module}-{VERSION}-py3-none-any.whl"
    files = {f"{module}/{name}": data for name, data in members.items()} | {
        f"{module}/__init__.py": b"raise SystemExit('a package was imported')\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {PREFIX}{number}\nVersion: {VERSION}\n".encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, data in files.items():
            wheel.writestr(name, data)
        wheel.writestr(f"{about}/RECORD", "".join(f"{name},,\n" for name in [*files, f"{about}/RECORD"]))
    return path


def pip_environment(folder: Path) -> dict[str, str]:
    """What makes pip look into that folder and nowhere else."""
    return {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder)}
