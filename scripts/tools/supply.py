"""What constraints.txt pins, and which files the package index has of it: their names, sums and sizes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

from scripts.places import ROOT

CONSTRAINTS = ROOT / "constraints.txt"
REFERENCE = "Linux x86_64, CPython 3.11"
"""The system whose files sizes are stated of."""
_PYTHONS = {"cp311", "cp312", "cp313"}
_OTHER_SYSTEMS = re.compile(r"android|emscripten|i686|ios|loongarch|ppc64|pyodide|riscv|s390x|wasi|win32|armv[67]l")


@dataclass(frozen=True, slots=True)
class Pin:
    """One line of constraints.txt."""

    section: str
    line: str
    name: str
    version: str
    marker: str


@dataclass(frozen=True, slots=True)
class File:
    """One file of a package, as the index serves it."""

    url: str
    sha256: str
    bytes: int

    @property
    def name(self) -> str:
        """The file's name."""
        return self.url.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Locked:
    """A pinned version: its files, wheels first, and the pinned packages that it needs."""

    files: tuple[File, ...]
    needs: tuple[str, ...]


def read_pins(text: str) -> list[Pin]:
    """The pins of a constraints file, in its order."""
    pins: list[Pin] = []
    section = ""
    for line in text.splitlines():
        if heading := re.match(r"# \[([\w-]+)\]", line):
            section = heading[1]
        elif line.strip() and not line.startswith("#"):
            pin = Requirement(line)
            version = next(iter(pin.specifier)).version
            pins.append(Pin(section, line.strip(), canonicalize_name(pin.name), version, str(pin.marker or "")))
    return pins


def lock(pins: Sequence[Pin]) -> dict[str, Locked]:
    """Name -> what the package index has of each pin, asked through uv, which downloads no package for that.

    Raises SystemExit: uv is not there, or failed; its own words are on stderr.
    """
    uv = shutil.which("uv")
    if uv is None:
        raise SystemExit("uv is needed for this: `pip install uv`, in whatever environment is on the path")
    wanted = "".join(f"  {line!r},\n" for line in dict.fromkeys(pin.line for pin in pins))
    project = (
        f"[project]\nname = 'pins'\nversion = '0'\nrequires-python = '>=3.11,<3.14'\ndependencies = [\n{wanted}]\n"
    )
    # uv reads no configuration of pip's; the machine's own certificates are the one thing that it needs of it.
    environment = {**os.environ, "SSL_CERT_FILE": os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE", "")}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pyproject.toml").write_text(project, encoding="utf-8")
        command = [uv, "lock", "--quiet", "--no-config", "--python", sys.executable]
        if subprocess.run(command, check=False, cwd=folder, env={k: v for k, v in environment.items() if v}).returncode:
            raise SystemExit("uv could not lock the pins")
        locked = tomllib.loads(Path(folder, "uv.lock").read_text(encoding="utf-8"))["package"]
    return _of_pins({package["name"]: package for package in locked}, pins)


def _of_pins(packages: Mapping[str, Mapping[str, object]], pins: Sequence[Pin]) -> dict[str, Locked]:
    names = {pin.name for pin in pins}
    locked: dict[str, Locked] = {}
    for pin in pins:
        package: Mapping[str, object] = packages[pin.name]
        if package["version"] != pin.version:
            raise SystemExit(f"{pin.line} is pinned, and uv chose {package['version']}")
        needs = _names(package.get("dependencies")) & names
        listed = [*_dicts(package.get("wheels")), *_dicts([package["sdist"]] if "sdist" in package else None)]
        files = [File(str(f["url"]), str(f["hash"]).removeprefix("sha256:"), int(str(f["size"]))) for f in listed]
        locked[pin.name] = Locked(tuple(file for file in files if _may_be_chosen(file.name)), tuple(sorted(needs)))
    return locked


def _dicts(listed: object) -> list[dict[str, object]]:
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _names(listed: object) -> set[str]:
    return {str(one["name"]) for one in _dicts(listed)}


def _may_be_chosen(name: str) -> bool:
    """Whether a file can be installed by a Python that askv4 runs on: a source package, or a wheel for it."""
    if not name.endswith(".whl"):
        return True
    interpreter, abi, platform = (part.split(".") for part in name.removesuffix(".whl").split("-")[-3:])
    return not _OTHER_SYSTEMS.search(".".join(platform)) and bool(
        {"abi3", *_PYTHONS} & {*abi} or ("none" in abi and {"py2", "py3", "cp3", *_PYTHONS} & {*interpreter})
    )


def _reference_tags() -> list[Tag]:
    platforms = [*(f"manylinux_2_{minor}_x86_64" for minor in range(39, 4, -1)), "manylinux2014_x86_64", "linux_x86_64"]
    return [
        *cpython_tags((3, 11), platforms=platforms),
        *compatible_tags((3, 11), interpreter="cp311", platforms=platforms),
    ]


def chosen(files: Iterable[File]) -> File:
    """The file that pip takes on REFERENCE: the wheel that fits best, else one for another system or the source."""
    files = list(files)
    order = {tag: place for place, tag in enumerate(_reference_tags())}

    def rank(file: File) -> int:
        if not file.name.endswith(".whl"):
            return len(order)
        return min(order.get(tag, len(order) + 1) for tag in parse_wheel_filename(file.name)[3])

    return min(files, key=rank)


def hashes(pins: Sequence[Pin], locked: Mapping[str, Locked]) -> str:
    """The text of hashes.txt: every pin with the sums of all its files, for `pip install --require-hashes`."""
    lines = [
        "# The pins of constraints.txt with the sha256 of every file that the package index has of them for the systems\n"
        "# that askv4 runs on. Written by scripts/tools/make_sbom.py. CPU builds of torch come from PyTorch's own index,\n"
        "# and ready-made llama-cpp-python from its author's: the sums here are those of the package index's files.\n"
    ]
    section = ""
    for pin in pins:
        if pin.section != section:
            section = pin.section
            lines.append(f"\n# [{section}]\n")
        sums = sorted(file.sha256 for file in locked[pin.name].files)
        lines.append(" \\\n    ".join((pin.line, *(f"--hash=sha256:{one}" for one in sums))) + "\n")
    return "".join(lines)
