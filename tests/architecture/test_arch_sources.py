"""What the sources may say, beyond what ruff, mypy and import-linter look at."""

from __future__ import annotations

import ast
import calendar
import pydoc_data.topics
import re
import warnings
from collections.abc import Iterator

import pytest

from tests.architecture.house import PACKAGE, ROOT, Module, dotted, modules, strings

MAX_LINES = 400
STDOUT = "askv4/cli/output.py"
STDERR = "askv4/cli/diagnostics.py"
# What sends to the network, or listens to it, in the standard library. import-linter sees packages whole: `urllib` is
# there for urllib.parse as well.
NETWORK = {
    "urllib.request",
    "http.client",
    "http.server",
    "socket",
    "socketserver",
    "ftplib",
    "smtplib",
    "asyncio.streams",
}
# The last one listens on this machine only, when the chat is asked for in a browser.
MAY_USE_NETWORK = {"askv4/llm/endpoint.py", "askv4/llm/download.py", "askv4/llm/wire.py", "askv4/tui/web.py"}
# Rooms that decide what is found and what answers. Interfaces show examples, and llm/ names models.
DECIDING_ROOMS = ("text", "index", "neural", "retrieve", "answer", "evaluate")


def writes(module: Module) -> Iterator[tuple[str, int]]:
    """(stream, line) for each place that writes to a standard stream, or takes it in hand to do so."""
    asked = {id(node) for node in ast.walk(module.tree) if isinstance(node, ast.Call) for node in _only_asked(node)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and id(node) not in asked:
            stream = {"sys.stdout": "stdout", "sys.__stdout__": "stdout", "sys.stderr": "stderr"}.get(dotted(node))
            if stream:
                yield stream, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "sys":
            for alias in node.names:
                if alias.name in ("stdout", "stderr"):
                    yield alias.name, node.lineno
        elif isinstance(node, ast.Call):
            yield from _written_by(node)


def _only_asked(call: ast.Call) -> Iterator[ast.expr]:
    """The streams of a call that only asks what they are: `is_terminal(sys.stdout)`, `sys.stdout.isatty()`."""
    if dotted(call.func).rpartition(".")[2] in ("is_terminal", "isatty"):
        yield from call.args
        if isinstance(call.func, ast.Attribute):
            yield call.func.value


def _written_by(call: ast.Call) -> Iterator[tuple[str, int]]:
    name = dotted(call.func)
    options = {keyword.arg: keyword.value for keyword in call.keywords}
    if name in ("print", "rich.print") and "file" not in options:
        yield "stdout", call.lineno
    elif name in ("click.echo", "click.secho", "click.echo_via_pager"):
        yield ("stderr" if _is_true(options.get("err")) else "stdout"), call.lineno
    elif name in ("Console", "rich.console.Console") and "file" not in options and not _is_true(options.get("quiet")):
        yield ("stderr" if _is_true(options.get("stderr")) else "stdout"), call.lineno
    elif name == "os.write" and call.args and isinstance(call.args[0], ast.Constant):
        yield {1: "stdout", 2: "stderr"}[int(str(call.args[0].value))], call.lineno


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


@pytest.mark.parametrize(("stream", "owner"), [("stdout", STDOUT), ("stderr", STDERR)])
def test_each_standard_stream_has_one_writer(stream: str, owner: str) -> None:
    others = [
        f"{module.name}:{line}"
        for module in modules()
        if module.name != owner
        for used, line in writes(module)
        if used == stream
    ]
    assert not others
    assert any(module.name == owner and stream in dict(writes(module)) for module in modules())


@pytest.mark.parametrize(
    ("source", "stream"),
    [
        ("print('x')", "stdout"),
        ("import click\nclick.echo('x')", "stdout"),
        ("import click\nclick.secho('x', err=True)", "stderr"),
        ("import sys\nsys.stderr.write('x')", "stderr"),
        ("from sys import stdout as out", "stdout"),
        ("from rich.console import Console\nConsole()", "stdout"),
        ("from rich.console import Console\nConsole(stderr=True)", "stderr"),
        ("from rich.console import Console\nConsole(quiet=True)", None),
        ("import os\nos.write(2, b'x')", "stderr"),
        ("print('x', file=given)", None),
        ("import sys\nsys.stdout.isatty()", None),
        ("import sys\nis_terminal(sys.stderr)", None),
        ("import sys\nhand_over(sys.stderr)", "stderr"),
    ],
)
def test_the_guard_of_streams_sees_them(source: str, stream: str | None) -> None:
    written = list(writes(Module(PACKAGE / "x.py", ast.parse(source), 1)))
    assert [used for used, _ in written] == ([stream] if stream else [])


def test_only_what_the_user_asks_for_uses_the_network() -> None:
    users = []
    for module in modules():
        for node in ast.walk(module.tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            if set(names) & NETWORK and module.name not in MAY_USE_NETWORK:
                users.append(f"{module.name}: {names[0]}")
    assert not users


def words_of_the_corpus() -> set[str]:
    """Names that the shipped documents use: capitalised within a sentence, and everyday words nowhere."""
    text = " ".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "corpus").rglob("*.md")) if path.name != "README.md"
    )
    # The standard library's own manual is English enough to know everyday words from.
    english = " ".join(pydoc_data.topics.topics.values())
    everyday = set(re.findall(r"\b[a-z]+\b", f"{text} {english}")) | {name.lower() for name in calendar.month_name}
    names = re.findall(r"(?<=[a-z,] )([A-Z][A-Za-z]{3,}|[A-Z]*\d+[A-Z]+)\b", text)
    return {name for name in names if name.lower() not in everyday | EVERYDAY}


EVERYDAY = {"american", "chinese", "english", "european"}


def test_the_corpus_has_names_to_look_for() -> None:
    assert len(words_of_the_corpus()) > 20


def test_no_deciding_room_knows_the_words_of_the_corpus() -> None:
    """askv4 answers from any folder: a rule that names what the shipped documents speak of would be made for them."""
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words_of_the_corpus())))})\b", re.IGNORECASE)
    told = [
        f"{module.name}:{node.lineno}: {match[0]}"
        for module in modules()
        if module.path.relative_to(PACKAGE).parts[0] in DECIDING_ROOMS
        for node in strings(module.tree)
        for match in pattern.finditer(str(node.value))
    ]
    assert not told


def test_files_are_short() -> None:
    """A long file is looked at, not refused: it may do one thing at length."""
    for module in modules():
        if module.lines > MAX_LINES:
            warnings.warn(f"{module.name} has {module.lines} lines: one room or two?", stacklevel=1)
    assert max(module.lines for module in modules()) <= 2 * MAX_LINES
