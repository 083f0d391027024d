"""docs/architecture.md draws the rooms as they import each other."""

from __future__ import annotations

import re

import networkx
import pytest

from scripts.tools.rooms import PAGE, drawn, page_part, purpose, rooms_graph
from tests.architecture.house import PACKAGE, modules

WHAT_TO_DO = "run `.venv/bin/python -m scripts.tools.rooms --write`"
TEXT = PAGE.read_text(encoding="utf-8")


def drawing() -> networkx.DiGraph:
    """The rooms and arrows that the page's Mermaid drawing shows."""
    mermaid = TEXT.partition("```mermaid\n")[2].partition("```")[0]
    graph = networkx.DiGraph(re.findall(r"^ +(\w+) --> (\w+)$", mermaid, re.MULTILINE))
    graph.add_nodes_from(re.findall(r"^ +(\w+)$", mermaid, re.MULTILINE))
    return graph


def test_every_arrow_is_an_import_and_every_import_follows_from_the_arrows() -> None:
    shown, actual = drawing(), rooms_graph()
    assert set(shown.edges) <= set(actual.edges), WHAT_TO_DO
    untold = [(room, other) for room, other in actual.edges if not networkx.has_path(shown, room, other)]
    assert not untold, WHAT_TO_DO


def test_every_room_is_drawn_and_described() -> None:
    top = {module.path.relative_to(PACKAGE).parts[0].removesuffix(".py") for module in modules()}
    rooms = {"askv4" if name == "__init__" else name for name in top}
    assert set(drawing().nodes) == rooms, WHAT_TO_DO
    assert not [room for room in rooms if not purpose(room)]


def test_the_page_is_as_the_script_writes_it() -> None:
    assert page_part() in TEXT, WHAT_TO_DO


def test_rooms_that_import_each_other_in_a_circle_are_named() -> None:
    with pytest.raises(SystemExit, match="a -> b"):
        drawn(networkx.DiGraph([("a", "b"), ("b", "a")]))


def test_an_arrow_that_follows_from_others_is_left_out() -> None:
    assert set(drawn(networkx.DiGraph([("a", "b"), ("b", "c"), ("a", "c")])).edges) == {("a", "b"), ("b", "c")}
