"""Draw the rooms of askv4 from the import graph, into docs/architecture.md.

    .venv/bin/python -m scripts.tools.rooms            print the drawing and the table
    .venv/bin/python -m scripts.tools.rooms --write    write them into docs/architecture.md

A room is what lies at the top of askv4/: a package, or a module. An arrow is drawn where a room imports another and no
longer way of arrows leads there; the table beside it has all imports. tests/architecture/test_arch_rooms.py holds both.
"""

from __future__ import annotations

import argparse
import ast
import functools

import grimp
import networkx

from scripts.places import ROOT

PACKAGE = "askv4"
PAGE = ROOT / "docs" / "architecture.md"
BEGIN = "<!-- Written by scripts/tools/rooms.py --write -->\n"
END = "<!-- End of what is written -->\n"


@functools.cache
def rooms_graph() -> networkx.DiGraph:
    """Room -> room, for each import between files of two rooms, within functions and for types alone included.

    askv4/__init__.py, the public face, is a room of its own, named `askv4`.
    """
    imports = grimp.build_graph(PACKAGE, cache_dir=None)
    graph = networkx.DiGraph()
    for module in imports.modules:
        graph.add_node(_room(module))
        for other in imports.find_modules_directly_imported_by(module):
            if _room(module) != _room(other):
                graph.add_edge(_room(module), _room(other))
    return graph


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def drawn(graph: networkx.DiGraph) -> networkx.DiGraph:
    """The fewest arrows from which all imports follow.

    Raises SystemExit: rooms import each other in a circle.
    """
    if not networkx.is_directed_acyclic_graph(graph):
        circle = networkx.find_cycle(graph)
        raise SystemExit(f"rooms import each other in a circle: {' -> '.join(edge[0] for edge in circle)}")
    return networkx.transitive_reduction(graph)


def purpose(room: str) -> str:
    """The first sentence of what a room says of itself."""
    place = ROOT / PACKAGE if room == PACKAGE else ROOT / PACKAGE / room
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " ".join(said.partition("\n\n")[0].split())


def page_part() -> str:
    """The drawing, in Mermaid, and the table of all imports."""
    graph = rooms_graph()
    arrows = drawn(graph)
    # From the interfaces down to what imports nothing; by name where the order is free.
    order = list(networkx.lexicographical_topological_sort(graph))
    lines = ["```mermaid\n", "flowchart TD\n"]
    lines += [f"    {room}\n" for room in order if not arrows.degree(room)]
    lines += [f"    {room} --> {other}\n" for room in order for other in sorted(arrows[room], key=order.index)]
    lines += ["```\n", "\n", "| room | what it is | imports |\n", "|---|---|---|\n"]
    for room in order:
        others = ", ".join(f"`{other}`" for other in sorted(graph[room], key=order.index))
        lines.append(f"| `{room}` | {purpose(room)} | {others} |\n")
    return BEGIN + "\n" + "".join(lines) + "\n" + END


def main() -> None:
    """Print the part, or write it into the page."""
    parser = argparse.ArgumentParser(description="Draw the rooms of askv4 from the import graph.")
    parser.add_argument("--write", action="store_true", help="into docs/architecture.md")
    if not parser.parse_args().write:
        print(page_part(), end="")
        return
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(before + page_part() + after, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
