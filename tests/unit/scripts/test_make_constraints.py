"""How constraints.txt comes about, without pip: closures, markers and sections."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement

from scripts.tools import make_constraints as mc
from scripts.tools.make_constraints import TARGETS, Package, Target


def package(version: str, *requires: str) -> Package:
    return Package(version, tuple(Requirement(line) for line in requires))


PACKAGES = {
    "app": package("1", "lib[fast]>=1", 'shim; python_version < "3.12"', 'docs; extra == "docs"'),
    "lib": package("2", 'speed; extra == "fast"', 'ansi; sys_platform == "win32"', "app"),
    "speed": package("3"),
    "ansi": package("4"),
    "shim": package("5"),
    "docs": package("6"),
    "check": package("7", "lib", 'ansi; sys_platform != "linux"'),
}


def on(name: str, python: str) -> Target:
    return next(target for target in TARGETS if (target.name, target.python) == (name, python))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (("Linux x86_64", "3.11"), {"app", "lib", "speed", "shim"}),
        (("Linux aarch64", "3.13"), {"app", "lib", "speed"}),
        (("Windows", "3.12"), {"app", "lib", "speed", "ansi"}),
    ],
)
def test_a_closure_follows_extras_and_markers_of_the_system(target: tuple[str, str], expected: set[str]) -> None:
    assert set(mc.closure([Requirement("app")], PACKAGES, on(*target))) == expected


@pytest.mark.parametrize(
    "marker",
    [
        None,
        'sys_platform == "win32"',
        'sys_platform != "win32"',
        'python_version < "3.12"',
        'sys_platform == "darwin" and python_version >= "3.13"',
    ],
)
def test_a_marker_is_found_again_from_where_it_holds(marker: str | None) -> None:
    holds = {target for target in TARGETS if mc.applies(marker or "", target)}
    assert mc.marker_for(holds) == marker


def test_no_short_marker_means_everywhere() -> None:
    assert mc.marker_for({on("Windows", "3.11"), on("Linux x86_64", "3.13")}) is None


def test_a_package_stands_in_the_first_section_that_needs_it_everywhere() -> None:
    sections = {name: [Requirement(line) for line in lines] for name, lines in {
        "set-up": ["speed"], "run": ["app"], "chat": [], "build": [], "test": ["check"], "ocr": ["lib"],
    }.items()}  # fmt: skip
    text = mc.render(sections, PACKAGES)
    assert text[text.index("# [set-up]") :] == (
        "# [set-up] installs the others\nspeed==3\n"
        "\n# [run] answering by quotation\n"
        'ansi==4 ; sys_platform == "win32"\napp==1\nlib==2\nshim==5 ; python_version < "3.12"\n'
        "\n# [chat] running a chat model\n"
        "\n# [build] compiling what [chat] holds\n"
        '\n# [test] checking all of it\nansi==4 ; sys_platform != "linux"\ncheck==7\n'
        "\n# [ocr] reading scans, where someone installs that extra\n"
    )


def test_roots_come_from_pyproject() -> None:
    roots = mc.roots_of(
        {
            "build-system": {"requires": ["hatchling>=1"]},
            "project": {
                "dependencies": ["click>=8", "llama-cpp-python>=0.3"],
                "optional-dependencies": {"test": ["pytest"], "ocr": ["rapidocr"]},
            },
        }
    )
    assert list(roots) == list(mc.SECTIONS)
    assert {section: [root.name for root in requirements] for section, requirements in roots.items()} == {
        "set-up": ["pip", "hatchling"],
        "run": ["click"],
        "chat": ["llama-cpp-python"],
        "build": ["scikit-build-core", "cmake", "ninja"],
        "test": ["pytest"],
        "ocr": ["rapidocr"],
    }
