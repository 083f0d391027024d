"""Write constraints.txt: the version of every package that askv4 is run, built and tested with.

    .venv/bin/python -m scripts.tools.make_constraints               what pyproject.toml newly needs; the rest stays as pinned
    .venv/bin/python -m scripts.tools.make_constraints --upgrade     the newest of everything that pyproject.toml allows
    .venv/bin/python -m scripts.tools.make_constraints --wheels      which pin has no ready-made wheel, and where

pip resolves for the Python that runs this script; run it with the oldest that askv4 supports. Packages that only other
systems need are found by reading the dependencies of what was chosen as those systems would. Reads package indexes
through pip and downloads nothing but the metadata that a package serves, or the package where it serves none.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.places import ROOT

CONSTRAINTS = ROOT / "constraints.txt"
HEADER = """\
# Every version that askv4 is run, built and tested with. Written by scripts/tools/make_constraints.py; change pyproject.toml
# and run that. scripts/setup/install.py reads the sections: what is pinned is installed as it stands, without resolving.
"""
SECTIONS: Mapping[str, str] = {
    "set-up": "installs the others",
    "run": "answering by quotation",
    "chat": "running a chat model",
    "build": "compiling what [chat] holds",
    "test": "checking all of it",
    "ocr": "reading scans, where someone installs that extra",
}
CHAT = "llama-cpp-python"
SET_UP = ("pip>=26",)
# cmake and ninja are fetched by the build where the system has none.
BUILD = ("scikit-build-core>=0.9.2", "cmake>=3.21", "ninja>=1.11")


@dataclass(frozen=True, slots=True)
class Target:
    """A system that askv4 is installed on, as markers and wheel tags name it."""

    name: str
    sys_platform: str
    platform_system: str
    machine: str
    os_name: str
    tags: tuple[str, ...]
    python: str

    @property
    def environment(self) -> dict[str, str]:
        """What dependency markers are evaluated against."""
        return {
            **{key: str(value) for key, value in default_environment().items()},
            "os_name": self.os_name,
            "sys_platform": self.sys_platform,
            "platform_system": self.platform_system,
            "platform_machine": self.machine,
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
        }


def _targets() -> tuple[Target, ...]:
    manylinux = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_24", "manylinux_2_17", "manylinux2014")
    macos = tuple(f"macosx_{major}_0_{arch}" for major in (14, 13, 12, 11) for arch in ("arm64", "universal2"))
    systems = (
        ("Linux x86_64", "linux", "Linux", "x86_64", "posix", tuple(f"{tag}_x86_64" for tag in manylinux)),
        ("Linux aarch64", "linux", "Linux", "aarch64", "posix", tuple(f"{tag}_aarch64" for tag in manylinux)),
        ("macOS arm64", "darwin", "Darwin", "arm64", "posix", (*macos, "macosx_10_9_universal2")),
        ("Windows", "win32", "Windows", "AMD64", "nt", ("win_amd64",)),
    )
    return tuple(Target(*system, python) for system in systems for python in ("3.11", "3.12", "3.13"))


TARGETS = _targets()


@dataclass(frozen=True, slots=True)
class Package:
    """One resolved version, with what it says it needs."""

    version: str
    requires: tuple[Requirement, ...]


def pip_report(arguments: Sequence[str]) -> list[dict[str, Any]]:
    """What `pip install ARGUMENTS` would install, as pip reports it.

    Raises:
        SystemExit: pip found no solution; its own words are on stderr.
    """
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-"]
    done = subprocess.run([*command, *arguments], check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"pip install {' '.join(arguments)}: no solution")
    installs: list[dict[str, Any]] = json.loads(done.stdout)["install"]
    return installs


def resolve(requirements: Iterable[str], pins: Mapping[str, str], extra: Sequence[str] = ()) -> dict[str, Package]:
    """pip's choice for `requirements` and all they need, holding `pins` (name -> version) where they are concerned."""
    with tempfile.TemporaryDirectory() as folder:
        held = Path(folder) / "held.txt"
        held.write_text("".join(f"{name}=={version}\n" for name, version in pins.items()), encoding="utf-8")
        installs = pip_report([*extra, "-c", str(held), *requirements])
    resolved: dict[str, Package] = {}
    for install in installs:
        metadata = install["metadata"]
        # A local label (+cpu) names a build, not a version: the pin must match every build.
        version = metadata["version"].partition("+")[0]
        requires = tuple(Requirement(line) for line in metadata.get("requires_dist", ()))
        resolved[canonicalize_name(metadata["name"])] = Package(version, requires)
    return resolved


def needs(requirement: Requirement, extras: Iterable[str], environment: Mapping[str, str]) -> bool:
    """Whether a requirement applies to a system, given the extras that its package was asked for with."""
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate({**environment, "extra": extra}) for extra in ("", *extras))


def closure(roots: Iterable[Requirement], packages: Mapping[str, Package], target: Target) -> dict[str, Requirement]:
    """All that `roots` need on `target`: name -> a requirement that asks for it. Names not in `packages` are leaves."""
    environment = target.environment
    needed: dict[str, Requirement] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [root for root in roots if needs(root, (), environment)]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (name, frozenset(requirement.extras)) in seen:
            continue
        seen.add((name, frozenset(requirement.extras)))
        needed.setdefault(name, requirement)
        if name in packages:
            waiting += [r for r in packages[name].requires if needs(r, requirement.extras, environment)]
    return needed


def add_other_systems(roots: Sequence[Requirement], packages: dict[str, Package], pins: Mapping[str, str]) -> None:
    """Resolve, into `packages`, what `roots` need only on other systems than this one."""
    while True:
        missing: dict[str, tuple[Requirement, Target]] = {}
        for target in TARGETS:
            for name, requirement in closure(roots, packages, target).items():
                if name not in packages:
                    missing.setdefault(name, (requirement, target))
        if not missing:
            return
        for name, (requirement, target) in missing.items():
            asked = f"{name}{requirement.specifier}"
            resolved = resolve([asked], pins, [*_as_on(target), "--no-deps"])
            packages[name] = resolved[name]


def _as_on(target: Target) -> list[str]:
    """pip options that make it choose wheels for another system; nothing is installed in the folder they name."""
    version = target.python.replace(".", "")
    options = ["--only-binary=:all:", "--target", tempfile.gettempdir(), "--python-version", target.python]
    options += ["--implementation", "cp", "--abi", f"cp{version}", "--abi", "abi3", "--abi", "none"]
    for tag in target.tags:
        options += ["--platform", tag]
    return options


def marker_for(targets: set[Target]) -> str | None:
    """The shortest marker that is true on exactly these of TARGETS; None for all of them, or where no short one fits."""
    systems = ["", *(f'sys_platform {sign} "{name}"' for name in ("win32", "linux", "darwin") for sign in ("==", "!="))]
    pythons = ["", *(f'python_version {sign} "{v}"' for v in ("3.12", "3.13") for sign in ("<", ">="))]
    for system, python in itertools.product(systems, pythons):
        marker = " and ".join(part for part in (system, python) if part)
        if {target for target in TARGETS if applies(marker, target)} == targets:
            return marker or None
    return None


def applies(marker: str, target: Target) -> bool:
    return not marker or needs(Requirement(f"x; {marker}"), (), target.environment)


def roots_of(pyproject: Mapping[str, Any]) -> dict[str, list[Requirement]]:
    """The requirements that begin each section, in the order of SECTIONS."""
    project = pyproject["project"]
    run = [Requirement(line) for line in project["dependencies"]]
    return {
        "set-up": [Requirement(line) for line in (*SET_UP, *pyproject["build-system"]["requires"])],
        "run": [r for r in run if canonicalize_name(r.name) != CHAT],
        "chat": [r for r in run if canonicalize_name(r.name) == CHAT],
        "build": [Requirement(line) for line in BUILD],
        **{
            extra: [Requirement(line) for line in project["optional-dependencies"].get(extra, ())]
            for extra in ("test", "ocr")
        },
    }


def render(roots: Mapping[str, Sequence[Requirement]], packages: Mapping[str, Package]) -> str:
    """The text of constraints.txt: a package stands in the first section that needs it."""
    written: dict[str, set[Target]] = {}
    lines = [HEADER]
    for section, purpose in SECTIONS.items():
        where: dict[str, set[Target]] = {}
        for target in TARGETS:
            for name in closure(roots[section], packages, target):
                where.setdefault(name, set()).add(target)
        # Its own marker may be wider than that of an earlier section; then it stands in both.
        fresh = {name: targets for name, targets in where.items() if not targets <= written.get(name, set())}
        lines.append(f"\n# [{section}] {purpose}\n")
        for name in sorted(fresh):
            targets = fresh[name] | written.get(name, set())
            written[name] = targets
            marker = marker_for(targets)
            lines.append(f"{name}=={packages[name].version}" + (f" ; {marker}" if marker else "") + "\n")
    return "".join(lines)


def read_pins(text: str) -> Iterator[Requirement]:
    """The pins of a constraints file, in its order."""
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield Requirement(line)


def write(upgrade: bool) -> None:
    """Resolve and write the file."""
    roots = roots_of(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8")))
    every = [root for section in roots.values() for root in section]
    pins: dict[str, str] = {}
    if CONSTRAINTS.exists() and not upgrade:
        for pin in read_pins(CONSTRAINTS.read_text(encoding="utf-8")):
            name = canonicalize_name(pin.name)
            version = next(iter(pin.specifier)).version
            # What pyproject.toml no longer allows is chosen anew.
            if all(root.specifier.contains(version) for root in every if canonicalize_name(root.name) == name):
                pins[name] = version
    packages = resolve([str(root) for root in every], pins)
    add_other_systems(every, packages, pins)
    CONSTRAINTS.write_text(render(roots, packages), encoding="utf-8", newline="\n")
    print(f"{CONSTRAINTS}: {len(packages)} packages; their sums and licences: scripts/tools/make_sbom.py")


def lacking_wheels() -> list[tuple[str, list[str]]]:
    """(pin, systems) for each pin that some system would have to compile; those that are always compiled left out."""
    lacking: dict[str, list[str]] = {}
    pins = list(read_pins(CONSTRAINTS.read_text(encoding="utf-8")))
    for target in TARGETS:
        wanted = [pin for pin in pins if pin.name != CHAT and needs(pin, (), target.environment)]
        for pin in _without_wheel([f"{pin.name}{pin.specifier}" for pin in wanted], target):
            lacking.setdefault(pin, []).append(f"{target.name} {target.python}")
    return sorted(lacking.items())


def _without_wheel(pins: list[str], target: Target) -> Iterator[str]:
    """Those of `pins` for which pip finds no wheel; pip names one at a time."""
    remaining = list(pins)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps"]
    while remaining:
        done = subprocess.run([*command, *_as_on(target), *remaining], check=False, capture_output=True, text=True)
        if done.returncode == 0:
            return
        named = re.search(r"No matching distribution found for (\S+)", done.stderr)
        if named is None or named[1] not in remaining:
            raise SystemExit(done.stderr)
        remaining.remove(named[1])
        yield named[1]


def main() -> None:
    """Write the file, or report on its wheels."""
    parser = argparse.ArgumentParser(description="Write constraints.txt from pyproject.toml.")
    parser.add_argument("--upgrade", action="store_true", help="the newest versions, not the pinned ones")
    parser.add_argument("--wheels", action="store_true", help="only report which pins lack a wheel, and where")
    options = parser.parse_args()
    if options.wheels:
        for pin, where in lacking_wheels():
            print(f"{pin}: {', '.join(where)}")
    else:
        write(options.upgrade)


if __name__ == "__main__":
    main()
