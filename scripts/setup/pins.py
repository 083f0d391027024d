"""What constraints.txt pins, and what .venv holds of it."""

from __future__ import annotations

import re
from pathlib import Path

from . import state

ROOT = Path(state.ROOT)
VENV = Path(state.VENV)
CONSTRAINTS = ROOT / "constraints.txt"
HASHES = ROOT / "hashes.txt"


def read_pins() -> dict[str, list[str]]:
    """The pins of constraints.txt by section, markers included."""
    sections: dict[str, list[str]] = {}
    pins: list[str] = []
    for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines():
        heading = re.match(r"# \[([\w-]+)\]", line)
        if heading:
            pins = sections.setdefault(heading[1], [])
        elif line.strip() and not line.startswith("#"):
            pins.append(line.strip())
    return sections


def with_sums(pins: list[str]) -> list[str]:
    """Pins as lines of a requirements file, each with the sums that hashes.txt has of it: pip then takes no other file.

    They stay as they are where there is no hashes.txt.
    """
    if not HASHES.exists():
        return pins
    listed = re.sub(r" \\\n +", " ", HASHES.read_text(encoding="utf-8")).splitlines()
    sums = {line.partition(" --hash=")[0]: line for line in listed}
    # One without sums is left bare, and pip, which then has some with and one without, names it.
    return [sums.get(pin, pin) for pin in pins]


def pinned(pins: list[str], name: str) -> str:
    """The pin of a package."""
    return next(pin for pin in pins if pin.startswith(name + "=="))


def site_packages() -> list[Path]:
    """Where .venv keeps its packages: one folder, or none before it is made."""
    return list(VENV.glob("Lib/site-packages" if state.WINDOWS else "lib/python3.*/site-packages"))


def installed(name: str) -> str | None:
    """The version of a package in .venv, by its record, which pip writes last; nothing is imported."""
    for folder in site_packages():
        for record in folder.glob(f"{name.replace('-', '_')}-*.dist-info/RECORD"):
            return record.parent.name.partition("-")[2].removesuffix(".dist-info")
    return None


def unpinned(pins: dict[str, list[str]]) -> str | None:
    """A package that pyproject.toml asks for and `pins` does not know."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    known = {_normal(pin.partition("==")[0]) for section in pins.values() for pin in section}
    for requirement in [*project["dependencies"], *project["optional-dependencies"]["test"]]:
        name = _normal(re.split(r"[^\w.-]", requirement, maxsplit=1)[0])
        if name not in known:
            return name
    return None


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
