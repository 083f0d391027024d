"""The user's editor, and how each is told the line."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from askv4.errors import Askv4Error

Arguments = Callable[[str, int], list[str]]
_WINDOWED: Mapping[str, Arguments] = {
    **dict.fromkeys(
        ("code", "code-insiders", "codium", "cursor", "windsurf"), lambda path, line: ["--goto", f"{path}:{line}"]
    ),
    **dict.fromkeys(("subl", "zed", "zeditor", "lapce", "atom"), lambda path, line: [f"{path}:{line}"]),
    **dict.fromkeys(("idea", "pycharm", "webstorm", "kate", "kwrite"), lambda path, line: ["--line", str(line), path]),
    **dict.fromkeys(("gedit", "gnome-text-editor", "gvim", "mousepad", "pluma"), lambda path, line: [f"+{line}", path]),
    "mate": lambda path, line: ["--line", str(line), path],
    "notepad++": lambda path, line: [f"-n{line}", path],
    "notepad": lambda path, _line: [path],
}
"""Editors with a window of their own."""
_IN_TERMINAL: Mapping[str, Arguments] = dict.fromkeys(("hx", "helix"), lambda path, line: [f"{path}:{line}"])
"""Editors in the terminal that do not take `+LINE`, as nearly all do."""
_USUAL = ("sensible-editor", "nano", "vim", "vi")


@dataclass(frozen=True, slots=True)
class Editor:
    """A command that opens a file."""

    command: list[str]
    windowed: bool
    """Whether it has a window of its own; else it needs the terminal."""


def named_editor(path: Path, line: int | None = None, environ: Mapping[str, str] | None = None) -> Editor | None:
    """How $VISUAL, else $EDITOR, opens `path`, at `line` (from 1) where one is given; None where neither names one."""
    environ = os.environ if environ is None else environ
    named = (environ.get("VISUAL") or environ.get("EDITOR") or "").strip()
    try:
        words = shlex.split(named, posix=os.name != "nt")
    except ValueError as error:
        raise Askv4Error(f"$VISUAL or $EDITOR is {named!r}, which is no command: {error}", "set it anew") from error
    words = [word.strip('"') for word in words]
    if not words:
        return None
    name = Path(words[0]).name.lower().removesuffix(".exe").removesuffix(".cmd")
    arguments = _WINDOWED.get(name) or _IN_TERMINAL.get(name) or (lambda path, line: [f"+{line}", path])
    return Editor([*words, *([str(path)] if line is None else arguments(str(path), line))], name in _WINDOWED)


def some_editor(path: Path) -> Editor:
    """The editor that is named, else a usual one of this machine. Raises Askv4Error where there is none."""
    if (editor := named_editor(path)) is not None:
        return editor
    usual = ("notepad",) if os.name == "nt" else _USUAL
    program = next((name for name in usual if shutil.which(name)), None)
    if program is None:
        raise Askv4Error("there is no editor here", f"name one in $EDITOR, or change {path} yourself")
    return Editor([program, str(path)], program in _WINDOWED)
