"""What pyproject.toml and constraints.txt promise, and what a wheel carries."""

from __future__ import annotations

import hashlib
import importlib.metadata
import itertools
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.house import PACKAGE, ROOT

TEXT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PYPROJECT: dict[str, Any] = tomllib.loads(TEXT)
PINS = {
    (canonicalize_name(pin.name), str(pin.marker or "")): pin
    for pin in map(
        Requirement,
        (
            line
            for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")
        ),
    )
}


def requirements() -> Iterator[Requirement]:
    """What the package, its tests and its extras ask for by name."""
    project = PYPROJECT["project"]
    for line in itertools.chain(project["dependencies"], *project["optional-dependencies"].values()):
        yield Requirement(line)


def pins_here() -> dict[str, str]:
    """name -> version, of the pins that hold on this machine."""
    held = [pin for pin in PINS.values() if pin.marker is None or pin.marker.evaluate()]
    return {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in held}


def test_every_dependency_has_its_reason_beside_it() -> None:
    listed = TEXT[TEXT.index("dependencies = [") : TEXT.index("[project.scripts]")]
    lines = re.findall(r'^    "[^"]+",.*$', listed, re.MULTILINE)
    assert len(lines) == len(list(requirements()))
    assert not [line for line in lines if not re.search(r'",\s+# \S+ \S+', line)]


def test_every_requirement_is_pinned_as_it_allows() -> None:
    pins = pins_here()
    wrong = [
        str(wanted)
        for wanted in requirements()
        if not wanted.specifier.contains(pins.get(canonicalize_name(wanted.name), "0"), prereleases=True)
    ]
    assert not wrong, "run scripts/tools/make_constraints.py"


def test_what_is_installed_needs_nothing_that_is_not_pinned() -> None:
    """The set-up installs the pins without resolving, so that the list must be whole."""
    pins = pins_here()
    missing = []
    for name, version in pins.items():
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        if distribution.version.partition("+")[0] != version:
            continue
        for need in map(Requirement, distribution.requires or ()):
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                pin = pins.get(canonicalize_name(need.name))
                if pin is None or not need.specifier.contains(pin, prereleases=True):
                    missing.append(f"{name} needs {need}, pinned is {pin}")
    assert not missing, "run scripts/tools/make_constraints.py"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel of this tree, built with the pinned backend."""
    pytest.importorskip("hatchling", reason="the build backend is installed by scripts/test.py")
    folder = tmp_path_factory.mktemp("wheel")
    code = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True, cwd=ROOT, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_carries_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    carried = {name for name in wheel.namelist() if not re.match(r"askv4-[^/]+\.dist-info/", name)}
    package = {
        f"askv4/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    corpus = {
        f"askv4/_corpus/{path.relative_to(ROOT / 'corpus').as_posix()}"
        for path in (ROOT / "corpus").rglob("*")
        if path.is_file()
    }
    assert carried == package | corpus
    assert any(name.endswith(".md") for name in corpus)


def test_the_wheel_carries_the_documents_word_for_word(wheel: zipfile.ZipFile) -> None:
    for path in (ROOT / "corpus").rglob("*"):
        if path.is_file():
            carried = wheel.read(f"askv4/_corpus/{path.relative_to(ROOT / 'corpus').as_posix()}")
            assert carried == path.read_bytes()


def test_the_wheel_starts_askv4(wheel: zipfile.ZipFile) -> None:
    points = next(name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt"))
    assert "askv4 = askv4.__main__:run" in wheel.read(points).decode()


def test_the_wheel_carries_licence_and_notice(wheel: zipfile.ZipFile) -> None:
    info = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")).removesuffix("METADATA")
    for name in ("LICENSE", "NOTICE"):
        assert wheel.read(f"{info}licenses/{name}") == (ROOT / name).read_bytes()
    metadata = wheel.read(f"{info}METADATA").decode()
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    assert "\nLicense-File: LICENSE\nLicense-File: NOTICE\n" in metadata


def test_the_licence_is_the_whole_apache_licence() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.split()[:5] == "Apache License Version 2.0, January".split()
    assert [f"   {number}. " in text for number in range(1, 10)] == [True] * 9
    assert "END OF TERMS AND CONDITIONS" in text


def test_weights_are_checked_out_byte_for_byte() -> None:
    """git changes no line end in them, and their bytes have the sums that askv4 wants."""
    looked = 0
    for about in PACKAGE.rglob("about.json"):
        for name, expected in json.loads(about.read_text(encoding="utf-8"))["sha256"].items():
            path = about.with_name(name)
            assert hashlib.sha256(path.read_bytes()).hexdigest() == expected
            command = ["git", "check-attr", "text", "diff", "--", str(path.relative_to(ROOT))]
            told = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True).stdout
            if told:  # an unpacked archive of the sources has no git, and no line ends that git might change
                assert [line.rpartition(": ")[2] for line in told.splitlines()] == ["unset", "unset"]
            looked += 1
    assert looked >= 2
