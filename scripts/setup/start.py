"""Is everything in place, and if so, start the program. Read at every start, so it imports little."""

from __future__ import annotations

import os
import sys

from .state import (
    NO_MODEL,
    PYTHON,
    ROOT,
    become,
    before_dashes,
    chat_failure,
    fingerprint,
    is_ready,
    program,
    stamp,
    watched,
)

PARTS = ["packages", "chat", "model"]

_MAY_ASK = ("models", "--mode")
"""No command line asks for a chat model without a word that begins so; of the others the program itself says what they
ask for (askv4/cli/intent.py), which takes as long as its start."""


def start_askv4(arguments: list[str]) -> int:
    """Install what is missing, and become askv4. Returns an exit status.

    What a chat model needs is installed around the answer, by chat_model.py.
    """
    current = fingerprint()
    if not is_ready("run", current):
        _ensure("run")
    if NO_MODEL in before_dashes(arguments) or may_lack_model(arguments, current):
        from . import chat_model

        return chat_model.start(arguments, current)
    return become(program(arguments))


def may_lack_model(arguments: list[str], current: str) -> bool:
    """Whether something of a chat model may have to be set up for this command line, or told."""
    word, made_for, reason = [*stamp("model"), "", "", ""][:3]
    settled = word if made_for == current else ""
    if settled == "ready" and is_ready("chat", current):
        return False
    if any(argument.startswith(_MAY_ASK) for argument in arguments):
        return True
    if (settled == "refused" and os.path.exists(reason)) or chat_failure(current) is not None:
        return False
    return watched() or (settled != "failed" and stamp("told")[:2] != ["told", current])


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
    # Every part needs the program: it compiles into .venv, or is asked for the model.
    needed = ["run", "test"] if "packages" in only else ["run"]
    if not all(is_ready(part, current) for part in needed):
        _ensure(*needed)
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
