"""Count what the house promises: circles, late imports, long files, private names in tests, vague names, lines.

    .venv/bin/python -m scripts.tools.house           the figures
    .venv/bin/python -m scripts.tools.house --list    and where each of them is

tests/architecture/test_arch_house.py holds them.
"""

from __future__ import annotations

import argparse
import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import networkx

from scripts.places import ROOT

MAX_LINES = 400
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file."""

    path: Path
    tree: ast.Module
    lines: int

    @property
    def name(self) -> str:
        """Its path in the repository, `/` between parts."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def module(self) -> str:
        """What it is imported as: `askv4.text.sentences`."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def sources(folder: str) -> tuple[Source, ...]:
    """The Python files of a folder of the repository, in order."""
    files = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        files.append(Source(path, ast.parse(text), text.count("\n")))
    return tuple(files)


def imported(source: Source, known: Mapping[str, Source]) -> Iterator[tuple[str, int]]:
    """(module, line) for each import of one of the `known` modules, at the top of the file or within a function."""
    package = source.module if source.path.name == "__init__.py" else source.module.rpartition(".")[0]
    for node in ast.walk(source.tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join((*above, *([base] if base else [])))
            # What is named is a module of its own, or stands in the module that it is named after.
            names = [full if (full := f"{base}.{alias.name}") in known else base for alias in node.names]
        for name in names:
            if name in known and name != source.module:
                yield name, getattr(node, "lineno", 0)


def circles(folder: str) -> list[list[str]]:
    """The files of a folder that import each other in a circle, each circle whole."""
    known = {source.module: source for source in sources(folder)}
    graph = networkx.DiGraph((source.module, name) for source in known.values() for name, _ in imported(source, known))
    return sorted(sorted(group) for group in networkx.strongly_connected_components(graph) if len(group) > 1)


def late_imports() -> list[str]:
    """`file:line: module` for each import of askv4 within a function of askv4/."""
    known = {source.module: source for source in sources("askv4")}
    places = []
    for source in known.values():
        inside = {
            line
            for function in ast.walk(source.tree)
            if isinstance(function, _FUNCTIONS)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for line in [node.lineno]
        }
        # Several names of one statement are one import.
        lines = {line: name for name, line in imported(source, known) if line in inside}
        places += [f"{source.name}:{line}: {name}" for line, name in sorted(lines.items())]
    return places


def long_files() -> list[str]:
    """`file: lines` for each file over MAX_LINES in askv4/ and scripts/."""
    every = (*sources("askv4"), *sources("scripts"))
    return [f"{source.name}: {source.lines}" for source in every if source.lines > MAX_LINES]


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


@functools.cache
def private_names() -> frozenset[str]:
    """The private names that askv4/ and scripts/ define: functions, classes, values, attributes, modules."""
    names: set[str] = set()
    for source in (*sources("askv4"), *sources("scripts")):
        names |= {part for part in (*source.module.split("."), source.path.stem) if _is_private(part)}
        names |= _defined(source.tree)
    return frozenset(names)


def _defined(tree: ast.AST, of_self_alone: bool = False) -> set[str]:
    """Private names that a file binds; `of_self_alone`: of the attributes only those of `self` and `cls`."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names |= {node.attr} if not of_self_alone or _is_own(node) else set()
    return {name for name in names if _is_private(name)}


def _is_own(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


def private_uses() -> list[str]:
    """`file:line: name` for each private name of askv4/ or scripts/ that a test reaches into."""
    return [
        f"{source.name}:{line}: {name}" for source in sources("tests") for line, name in sorted(reached(source.tree))
    ]


def reached(tree: ast.Module) -> set[tuple[int, str]]:
    """(line, name); what belongs to `self`, and what the file defines itself, is its own."""
    theirs = private_names() - _defined(tree, of_self_alone=True)
    reaches: set[tuple[int, str]] = set()
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [part for alias in node.names for part in alias.name.split(".")]
        elif isinstance(node, ast.ImportFrom):
            names = [part for alias in node.names for part in f"{node.module}.{alias.name}".split(".")]
        elif isinstance(node, ast.Attribute):
            names = [] if _is_own(node) else [node.attr]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            if called in ("setattr", "delattr", "getattr", "patch"):
                texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                names = [part for text in texts for part in text.split(".")]
        reaches |= {(getattr(node, "lineno", 0), name) for name in names if name in theirs}
    return reaches


def vague_names() -> list[str]:
    """`file:line` for each place that binds a variable called `found`, which says nothing of what it holds."""
    every = (*sources("askv4"), *sources("scripts"), *sources("tests"))
    return [f"{source.name}:{line}" for source in every for line in sorted(vague(source.tree))]


def vague(tree: ast.Module) -> set[int]:
    """The lines; a field of a class has its class beside it."""
    fields = {
        id(statement.target)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.AnnAssign)
    }
    return {
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.arg) and node.arg == "found")
        or (isinstance(node, ast.Name) and node.id == "found" and isinstance(node.ctx, ast.Store))
        if id(node) not in fields
    }


def lines() -> int:
    """Lines of Python in askv4/."""
    return sum(source.lines for source in sources("askv4"))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Count what the house promises.")
    parser.add_argument("--list", action="store_true", help="where each of them is, too")
    every = parser.parse_args().list
    for name, places in (
        ("import circles between files of askv4/", [" - ".join(group) for group in circles("askv4")]),
        ("import circles between files of scripts/", [" - ".join(group) for group in circles("scripts")]),
        ("imports of askv4 within functions", late_imports()),
        (f"files over {MAX_LINES} lines", long_files()),
        ("private names in tests", private_uses()),
        ("variables called found", vague_names()),
    ):
        print(f"{len(places):6,}  {name}")
        if every:
            print("".join(f"            {line}\n" for line in places), end="")
    print(f"{lines():6,}  lines of Python in askv4/")


if __name__ == "__main__":
    main()
