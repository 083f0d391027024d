"""What scripts/askv4.py and scripts/test.py share: is everything in place, and if so, start the program.

This module is read at every start, so it imports little; scripts/setup/install.py does the installing. Standard library
only, for any Python that askv4 runs on.
"""

from __future__ import annotations

import hashlib
import os
import sys

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
PARTS = ["packages", "chat", "model"]

_TAKE_A_VALUE = {"--corpus", "--data-dir", "--mode", "--model", "--llm-url", "--in", "--rerank", "--batch", "--port"}


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


def words(arguments: list[str]) -> list[str]:
    """What is neither an option nor the value of one: the subcommand and its own words, or the question."""
    found: list[str] = []
    rest = iter(arguments)
    for word in rest:
        if word == "--":
            return [*found, "ask", *rest]
        if word in _TAKE_A_VALUE:
            next(rest, None)
        elif not word.startswith("-"):
            found.append(word)
    return found


def option(name: str, arguments: list[str]) -> str | None:
    """The value of an option of the command line, or of the environment variable that stands for it."""
    given = before_dashes(arguments)
    for number, word in enumerate(given):
        if word.startswith(name + "="):
            return word.partition("=")[2]
        if word == name and number + 1 < len(given):
            return given[number + 1]
    return os.environ.get("ASKV4_" + name.lstrip("-").replace("-", "_").upper()) or None


def asks_for_chat(arguments: list[str]) -> bool:
    """Whether the command line asks for a chat model in so many words."""
    if _asks_for_help(arguments):
        return False
    if words(arguments)[:2] in (["models", "pull"], ["models", "try"]):
        return "--encoder" not in arguments
    given = [word.partition("=")[0] for word in before_dashes(arguments)]
    return "--model" in given or ("--mode" in given and option("--mode", arguments) == "llm")


def makes_answer(arguments: list[str]) -> bool:
    """Whether the command line is a question or the chat, and may be answered by a model of this machine."""
    first = words(arguments)[:1]
    if _asks_for_help(arguments) or (first and first[0] not in ("ask", "chat") and _is_command(first[0])):
        return False
    return option("--mode", arguments) != "extractive" and option("--llm-url", arguments) is None


def has_model(arguments: list[str]) -> bool:
    """Whether a model file lies where askv4 keeps them."""
    return _holds_model(own_models(arguments)) or _holds_model(os.path.join(ROOT, "models"))


def refusal(arguments: list[str]) -> str:
    """The file, in the data folder, that says that no chat model is to be set up unasked."""
    return os.path.join(os.path.dirname(own_models(arguments)), "no-model")


def lacks_model(arguments: list[str], current: str) -> bool:
    """Whether something is missing for an answer by a model that has neither failed to be set up nor been refused."""
    if not makes_answer(arguments):
        return False
    word, made_for = [*stamp("model"), "", ""][:2]
    tried = word if made_for == current else ""
    here = tried == "ready" or has_model(arguments)
    if here and is_ready("chat", current):
        return False
    if tried == "unwanted" or (tried == "failed" and not here):
        return False
    return chat_failure(current) is None and not os.path.exists(refusal(arguments))


def _asks_for_help(arguments: list[str]) -> bool:
    return any(word in ("--help", "-h", "--version") for word in before_dashes(arguments))


def _is_command(word: str) -> bool:
    """Whether askv4 has a subcommand of this name: each has its module in askv4/cli."""
    return word.isidentifier() and os.path.exists(os.path.join(ROOT, "askv4", "cli", word + ".py"))


def _holds_model(folder: str, depth: int = 3) -> bool:
    """Whether a GGUF lies in a folder, or in <org>/<repository>/ of it; what is on its way lies in a hidden one."""
    try:
        with os.scandir(folder) as entries:
            return any(
                entry.name.lower().endswith(".gguf")
                or (depth > 1 and entry.name[:1] != "." and entry.is_dir() and _holds_model(entry.path, depth - 1))
                for entry in entries
            )
    except OSError:
        return False


def own_models(arguments: list[str]) -> str:
    """The folder in the data folder that `askv4 models pull` fills, as askv4/config.py chooses it."""
    named = option("--data-dir", arguments)
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
    """Install what is missing, and become askv4. Returns an exit status.

    What a chat model needs is installed around the answer: see chat_model.py, which is read when something of it is missing.
    """
    current = fingerprint()
    if not is_ready("run", current):
        _ensure("run")
    if NO_MODEL in before_dashes(arguments) or asks_for_chat(arguments) or lacks_model(arguments, current):
        from . import chat_model

        return chat_model.start(arguments, current)
    return become(program(arguments))


def start_tests(arguments: list[str]) -> int:
    """Install what the tests need, and become pytest. Returns an exit status.

    `--only-set-up` stops before pytest; with the name of a part behind it ("packages", "chat", "model") it is that part.
    """
    no_tests = arguments[:1] == ["--only-set-up"]
    only = (arguments[1:] if no_tests else []) or PARTS
    if not set(only) <= set(PARTS):
        sys.stderr.write(f"askv4: the parts of the set-up are {', '.join(PARTS)}\n")
        return 2
    current = fingerprint()
    if "packages" in only and not (is_ready("run", current) and is_ready("test", current)):
        _ensure("run", "test")
    if "chat" in only and not is_ready("chat", current):
        _ensure("chat")
    if "model" in only:
        from . import small_model

        small_model.ensure(current, again=no_tests)
    if no_tests:
        return 0
    started_in = os.getcwd()
    os.chdir(ROOT)
    return become([PYTHON, "-m", "pytest", *(_from_root(word, started_in) for word in arguments)])


def _ensure(*parts: str) -> None:
    from . import install

    install.ensure(*parts)


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
