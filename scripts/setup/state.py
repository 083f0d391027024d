"""Where things are, what of them is in place, and how the program is run. Read at every start, so it imports little."""

from __future__ import annotations

import hashlib
import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
STATE = os.path.join(VENV, ".askv4")
WINDOWS = os.name == "nt"
BIN = os.path.join(VENV, "Scripts" if WINDOWS else "bin")
PYTHON = os.path.join(BIN, "python.exe" if WINDOWS else "python")

_LAYOUT = "1"
"""Changes when the set-up itself installs differently, so that what an older one made is renewed."""

NO_MODEL = "--no-model"
"""An option of scripts/askv4.py alone: sets up no chat model, now and later."""
UNASKED = "ASKV4_SET_UP_MODEL"
"""With 1 in the environment a chat model is set up without a terminal, too, and then before the answer."""


def fingerprint() -> str:
    """Hash of what the installation depends on; the checkout's place is part of it, for scripts hold its path."""
    digest = hashlib.sha256(f"{_LAYOUT}\0{ROOT}\0".encode("utf-8", "surrogateescape"))
    for name in ("pyproject.toml", "constraints.txt"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def stamp(part: str) -> list[str]:
    """The lines of the stamp of a part ("run", "test", "chat", "model"): a word, the fingerprint, and what else is to be known."""
    try:
        with open(os.path.join(STATE, part), encoding="utf-8") as file:
            return file.read().splitlines()
    except OSError:
        return []


def write_stamp(part: str, word: str, current: str, reason: str = "") -> None:
    """Write the stamp of a part, in one step: "ready", or "failed" with the reason."""
    new = os.path.join(STATE, part + ".new")
    with open(new, "w", encoding="utf-8") as file:
        file.write(f"{word}\n{current}\n{reason}\n")
    os.replace(new, os.path.join(STATE, part))


def is_ready(part: str, current: str) -> bool:
    """Whether a part is installed as the fingerprint `current` wants it."""
    return stamp(part)[:2] == ["ready", current] and os.path.exists(PYTHON)


def chat_failure(current: str) -> str | None:
    """Why llama-cpp-python could not be installed the last time; None when that was not tried, or has succeeded."""
    lines = stamp("chat")
    return " ".join(lines[2:]) if lines[:2] == ["failed", current] else None


def before_dashes(arguments: list[str]) -> list[str]:
    """The arguments that can be options: what follows `--` is a question, whatever it looks like."""
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


def watched() -> bool:
    """Whether someone sees minutes of setting up, or has said that nobody need to."""
    return os.environ.get(UNASKED) == "1" or (os.isatty(0) and os.isatty(2))


def program(arguments: list[str]) -> list[str]:
    """The command that runs askv4. Its own start script, not `-m`: that would put the user's folder on the path."""
    if WINDOWS:
        return [os.path.join(BIN, "askv4.exe"), *arguments]
    return [PYTHON, os.path.join(BIN, "askv4"), *arguments]


def become(command: list[str]) -> int:
    """Go on as `command`, with this process's place, streams and signals. Only Windows returns, with the exit status."""
    # A framework build of Python on macOS leaves it behind, and the next Python would take itself for this one.
    os.environ.pop("__PYVENV_LAUNCHER__", None)
    if not WINDOWS:
        os.execv(command[0], command)
    # There, execv would start another process and give the shell its prompt back at once.
    return run(command)


def run(command: list[str], stdout: int | None = None) -> int:
    """Run `command` to its end, through Ctrl-C, which it gets as well. Returns its exit status as a shell shows it.

    `stdout` is the file descriptor that it writes to instead of this process's own.
    """
    import subprocess

    process = subprocess.Popen(command, stdout=stdout)
    while True:
        try:
            status = process.wait()
        except KeyboardInterrupt:
            continue
        return status if status >= 0 else 128 - status
