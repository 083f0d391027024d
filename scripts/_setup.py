"""What scripts/askv4.py and scripts/test.py share: is everything in place, and if so, start the program.

This module is read at every start, so it imports little; scripts/_install.py does the installing. Standard library
only, for any Python that askv4 runs on.
"""

from __future__ import annotations

import hashlib
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STATE = os.path.join(VENV, ".askv4")
WINDOWS = os.name == "nt"
BIN = os.path.join(VENV, "Scripts" if WINDOWS else "bin")
PYTHON = os.path.join(BIN, "python.exe" if WINDOWS else "python")

_LAYOUT = "1"
"""Changes when the set-up itself installs differently, so that what an older one made is renewed."""

_OTHER_COMMANDS = {"search", "add", "remove", "sync", "docs", "models", "eval", "doctor", "mcp"}
"""Subcommands that make no answer, so that a chat model lying there is no reason to compile anything for them."""
_TAKE_A_VALUE = {"--corpus", "--data-dir", "--mode", "--model"}


def fingerprint() -> str:
    """Hash of what the installation depends on; the checkout's place is part of it, for scripts hold its path."""
    digest = hashlib.sha256(f"{_LAYOUT}\0{ROOT}\0".encode("utf-8", "surrogateescape"))
    for name in ("pyproject.toml", "constraints.txt"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def stamp(part: str) -> list[str]:
    """The lines of the stamp of a part ("run", "chat", "test"): a word, the fingerprint, and what else is to be known."""
    try:
        with open(os.path.join(STATE, part), encoding="utf-8") as file:
            return file.read().splitlines()
    except OSError:
        return []


def is_ready(part: str, current: str) -> bool:
    """Whether a part is installed as the fingerprint `current` wants it."""
    return stamp(part)[:2] == ["ready", current] and os.path.exists(PYTHON)


def chat_failure(current: str) -> str | None:
    """Why llama-cpp-python could not be installed the last time; None when that was not tried, or has succeeded."""
    lines = stamp("chat")
    return " ".join(lines[2:]) if lines[:2] == ["failed", current] else None


def asks_for_chat(arguments: list[str]) -> bool:
    """Whether the command line asks for a chat model in so many words."""
    if any(word == "--model" or word.startswith("--model=") or word == "--mode=llm" for word in arguments):
        return True
    return _follow("--mode", "llm", arguments) or _follow("models", "pull", arguments)


def first_word(arguments: list[str]) -> str | None:
    """The subcommand or the question: the first word that is neither an option nor the value of one."""
    words = iter(arguments)
    for word in words:
        if word in _TAKE_A_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None


def would_use_chat(arguments: list[str]) -> bool:
    """Whether the command line makes an answer, and a model file lies where askv4 keeps them."""
    if first_word(arguments) in _OTHER_COMMANDS or {"--help", "-h", "--version"} & set(arguments):
        return False
    if "--mode=extractive" in arguments or _follow("--mode", "extractive", arguments):
        return False
    return any(_holds_model(folder) for folder in (os.path.join(ROOT, "models"), own_models(arguments)))


def _follow(first: str, second: str, arguments: list[str]) -> bool:
    """Whether the two words stand one after the other."""
    return any(arguments[at : at + 2] == [first, second] for at in range(len(arguments)))


def _holds_model(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entry.name.lower().endswith(".gguf") for entry in entries)
    except OSError:
        return False


def own_models(arguments: list[str]) -> str:
    """The folder in the data folder that `askv4 models pull` fills, as askv4/config.py chooses it."""
    for number, word in enumerate(arguments):
        if word.startswith("--data-dir="):
            return os.path.join(word.partition("=")[2], "models")
        if word == "--data-dir" and number + 1 < len(arguments):
            return os.path.join(arguments[number + 1], "models")
    named = os.environ.get("ASKV4_DATA_DIR")
    if named:
        return os.path.join(os.path.expanduser(named), "models")
    home = os.path.expanduser("~")
    if WINDOWS:
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Application Support")
    else:
        base = os.environ.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    return os.path.join(base, "askv4", "data", "models")


def start_askv4(arguments: list[str]) -> int:
    """Install what is missing, and become askv4. Returns an exit status."""
    current = fingerprint()
    if not is_ready("run", current):
        _ensure("run")
    if is_ready("chat", current):
        return become(program(arguments))
    if asks_for_chat(arguments):
        _ensure("chat")
    elif chat_failure(current) is None and would_use_chat(arguments):
        if first_word(arguments) not in (None, "chat"):
            return _answer_first(arguments)
        _ensure("chat")
    return become(program(arguments))


def start_tests(arguments: list[str]) -> int:
    """Install what the tests need, and become pytest. Returns an exit status."""
    current = fingerprint()
    if not is_ready("run", current) or not is_ready("test", current):
        _ensure("run", "test")
    if not is_ready("chat", current):
        _ensure("chat")
    if arguments[:1] == ["--only-set-up"]:
        return 0
    started_in = os.getcwd()
    os.chdir(ROOT)
    return become([PYTHON, "-m", "pytest", *(_from_root(word, started_in) for word in arguments)])


def _ensure(*parts: str) -> None:
    import _install

    _install.ensure(*parts)


def _answer_first(arguments: list[str]) -> int:
    """A chat model lies there that cannot be run yet: one question is answered by quotation, then llama.cpp is built."""
    status = run(program(arguments))
    if status in (0, 1):
        import _install

        _install.ensure("chat", later=True)
    return status


def _from_root(word: str, started_in: str) -> str:
    """A path among pytest's arguments, still the user's after the folder has changed."""
    path, colons, test = word.partition("::")
    path = os.path.join(started_in, path)
    return path + colons + test if not word.startswith("-") and os.path.exists(path) else word


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


def run(command: list[str]) -> int:
    """Run `command` to its end, through Ctrl-C, which it gets as well. Returns its exit status as a shell shows it."""
    import subprocess

    process = subprocess.Popen(command)
    while True:
        try:
            status = process.wait()
        except KeyboardInterrupt:
            continue
        return status if status >= 0 else 128 - status
