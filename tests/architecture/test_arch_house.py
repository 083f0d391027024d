"""What `scripts/tools/house.py` counts does not grow: what is there is at most what was there."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import pytest

from scripts.places import ROOT
from scripts.tools import house

CEILINGS = {
    "circles of askv4": 0,
    "circles of scripts": 0,
    "imports of askv4 within functions": 21,
    "files over 400 lines": 0,
    "private names in tests": 0,
    "variables called found": 0,
}
"""They only go down: whoever lowers a count lowers its ceiling. The target of imports within functions is 30."""


def test_the_house_is_as_orderly_as_it_was() -> None:
    counted: dict[str, Sequence[object]] = {
        "circles of askv4": house.circles("askv4"),
        "circles of scripts": house.circles("scripts"),
        "imports of askv4 within functions": house.late_imports(),
        "files over 400 lines": house.long_files(),
        "private names in tests": house.private_uses(),
        "variables called found": house.vague_names(),
    }
    grown = {name: places for name, places in counted.items() if len(places) > CEILINGS[name]}
    assert not grown, "scripts/tools/house.py --list says where each is"


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("import _setup", {"_setup"}),
        ("from scripts import _setup", {"_setup"}),
        ("from _setup import fingerprint", {"_setup"}),
        ("thing._is_private()", {"_is_private"}),
        ("monkeypatch.setattr(thing, '_is_private', 1)", {"_is_private"}),
        ("monkeypatch.setattr('scripts._setup.fingerprint', 1)", {"_setup"}),
        ("thing._is_private = 1", {"_is_private"}),
        ("self._is_private()", set()),
        ("class Own:\n    def _is_private(self): ...\nOwn()._is_private()", set()),
        ("os._exit(1)", set()),
        ("thing.public", set()),
    ],
)
def test_private_names_are_seen(source: str, seen: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "private_names", lambda: frozenset({"_setup", "_is_private"}))
    assert {name for _, name in house.reached(ast.parse(source))} == seen


def test_circles_and_late_imports_are_seen() -> None:
    one, two = (
        house.Source(ROOT / "askv4" / f"{name}.py", ast.parse(text), 1)
        for name, text in (("one", "def f():\n    from askv4 import two"), ("two", "import askv4.one"))
    )
    known = {source.module: source for source in (one, two)}
    assert list(house.imported(one, known)) == [("askv4.two", 2)]
    assert list(house.imported(two, known)) == [("askv4.one", 1)]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("found = 1", {1}),
        ("def f(found): return found", {1}),
        ("for one, found in pairs: ...", {1}),
        ("if (found := find()):\n    print(found)", {1}),
        ("with opened() as found: ...", {1}),
        ("class Finding:\n    found: str", set()),
        ("match = finding.found", set()),
    ],
)
def test_vague_names_are_seen(source: str, lines: set[int]) -> None:
    assert house.vague(ast.parse(source)) == lines
