"""What a chat model needs beside the program, set up around the answer: llama.cpp, which runs it, and its file.

Read only when something of it may be missing, asked for, or refused. On a terminal a question is answered with what is there,
then the rest is set up, and the question is answered once more. Whoever reads through a pipe gets one answer.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from . import install, llama, state
from .asked import Asked, asked_by
from .progress import Progress
from .state import NO_MODEL, UNASKED

_COMPILING = 10
"""Minutes of one core, on a small machine."""
_INTERRUPTED = 130
_AGAIN = "`python3 scripts/askv4.py models pull`"


@dataclass(frozen=True)
class Machine:
    """What `askv4 models` says of this machine."""

    model: str | None
    """The chat model that would answer, wherever it lies."""
    recommended: dict[str, Any] | None
    """The one that `askv4 models pull` would fetch."""


def start(arguments: list[str], current: str) -> int:
    """Run askv4, and set up around it what it lacks. Returns an exit status."""
    options = state.before_dashes(arguments)
    refused = NO_MODEL in options
    arguments = [word for word in options if word != NO_MODEL] + arguments[len(options) :]
    command = state.program(arguments)
    asked = asked_by(arguments)
    if asked is None:
        return state.become(command)
    if refused:
        _refuse(asked)
    if not state.is_ready("chat", current) and llama.is_installed():
        # Its stamp is of an older state of the checkout, no more.
        install.ensure("chat", later=True)
    if asked.asks_for_model:
        _set_up_as_asked(asked, current)
    elif asked.refusal.exists():
        _stamp(Progress(), "refused", current, str(asked.refusal))
    elif lacks_model(asked, current):
        return _around_the_answer(command, asked, current)
    return state.become(command)


def lacks_model(asked: Asked, current: str) -> bool:
    """Whether something is missing for an answer by a model that has neither failed to be set up nor been refused."""
    if not asked.answers or asked.refusal.exists() or state.chat_failure(current) is not None:
        return False
    word, made_for = [*state.stamp("model"), "", ""][:2]
    tried = word if made_for == current else ""
    here = tried == "ready" or asked.has_model()
    if here:
        return not state.is_ready("chat", current)
    return tried != "failed"


def _set_up_as_asked(asked: Asked, current: str) -> None:
    """The command line asks for a chat model: what failed before is tried again, and a refusal no longer holds."""
    with contextlib.suppress(OSError):
        asked.refusal.unlink()
    if asked.answers and not asked.names_model and state.watched() and not _model_is_here(asked, current):
        set_up(asked, current, later=False)
    elif not state.is_ready("chat", current):
        install.ensure("chat")


def _around_the_answer(command: list[str], asked: Asked, current: str) -> int:
    """Answer; what is missing is set up after that where one can see it happen, and then comes the whole answer."""
    if not asked.chat and not asked.for_programs and state.watched() and os.isatty(1):
        status = state.run(command)
        # What is not in the sources gets no lead, and a follow-up asked again would follow upon itself.
        if status in (0, 1) and set_up(asked, current) and status == 0 and not asked.goes_on:
            Progress().say("the same question, with the model:\n")
            state.run(command)
        return status
    if os.environ.get(UNASKED) == "1" or (asked.chat and state.watched() and asked.has_model()):
        set_up(asked, current)
    else:
        _tell_once(asked, current)
    return state.become(command)


def set_up(asked: Asked, current: str, later: bool = True) -> bool:
    """Install llama.cpp and fetch a model, as far as they are missing, saying first what follows.

    Returns whether something was missing and is there now. An interruption ends the process with status 130, unless this
    may be done `later`.
    """
    progress = Progress()
    try:
        return _set_up(progress, asked, current, later)
    except KeyboardInterrupt:
        progress.say("what is missing for a chat model is left for the next run")
        if not later:
            sys.exit(_INTERRUPTED)
        return False


def _set_up(progress: Progress, asked: Asked, current: str, later: bool) -> bool:
    machine = _look(asked)
    if machine is None:
        return False
    if machine.model is not None and state.is_ready("chat", current):
        _stamp(progress, "ready", current, machine.model)
        return False
    _announce(progress, machine, current)
    if not state.is_ready("chat", current):
        install.ensure("chat", later=later)
        if not state.is_ready("chat", current):
            return False
    if machine.model is None:
        status = _pull(asked, machine)
        if status == _INTERRUPTED:
            raise KeyboardInterrupt
        if status:
            _stamp(progress, "failed", current, f"askv4 models pull ended with {status}")
            progress.say(f"the chat model was not fetched, so answers are quotations; {_AGAIN} tries again")
            return False
    _stamp(progress, "ready", current, machine.model or "")
    return True


def _look(asked: Asked) -> Machine | None:
    """Ask askv4 for what is here, once: other programs' folders are many. None when it cannot tell."""
    command = state.program(["models", "--json", "--data-dir", asked.data_dir])
    told = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        facts = json.loads(told.stdout)
    except ValueError:
        return None
    model = facts.get("given") or facts["auto"]["model"]
    if model is None and asked.has_model():
        model = "in models/"
    return Machine(model, facts.get("recommended"))


def _announce(progress: Progress, machine: Machine, current: str) -> None:
    sys.stderr.write("\n")
    progress.say("for an answer in plain words above the quotations, this follows once:")
    if not state.is_ready("chat", current):
        if llama.lacks_compiler():
            progress.say("- llama.cpp, which runs chat models: ready-made, for no C++ compiler is here")
        else:
            minutes = max(1, round(_COMPILING / (os.cpu_count() or 1)))
            progress.say(f"- llama.cpp, which runs chat models, is compiled: about {minutes} min")
    if machine.model is not None:
        progress.say(f"- the model {machine.model} is here already")
    else:
        hub = (os.environ.get("HF_ENDPOINT") or "huggingface.co").removeprefix("https://")
        progress.say(f"- {_in_words(machine.recommended)} comes from {hub} or the package index")
    progress.say(f"Ctrl-C leaves it for the next run, {NO_MODEL} for good")


def _in_words(model: dict[str, Any] | None) -> str:
    if model is None:
        return "a chat model"
    size = model["bytes"]
    amount = f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
    return f"the model {model['name']}, {amount}, {model['licence']},"


def _pull(asked: Asked, machine: Machine) -> int:
    """Fetch the model that was announced. Its progress is on this terminal; stdout stays the answer's."""
    name = [machine.recommended["name"]] if machine.recommended else []
    return state.run(state.program(["models", "pull", *name, "--yes", "--data-dir", asked.data_dir]), stdout=2)


def _model_is_here(asked: Asked, current: str) -> bool:
    return state.stamp("model")[:2] == ["ready", current] or asked.has_model()


def _tell_once(asked: Asked, current: str) -> None:
    """Where nobody would see minutes of setting up: how to have it."""
    if state.stamp("told")[:2] == ["told", current]:
        return
    progress = Progress()
    if asked.has_model():
        progress.say("a chat model is here, and llama.cpp is not compiled yet: --mode llm does that")
    else:
        progress.say(f"for answers in plain words {_AGAIN} gets a chat model; {NO_MODEL} refuses it")
    _stamp(progress, "told", current, part="told")


def _refuse(asked: Asked) -> None:
    """Remember, outside .venv, that nothing is to be set up unasked."""
    path, progress = asked.refusal, Progress()
    if path.exists():
        return
    text = "No chat model is set up unasked. `models pull` or --model of scripts/askv4.py deletes this file.\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        progress.say(f"{NO_MODEL} cannot be remembered: {error}")
    else:
        progress.say(f"no chat model will be set up unasked; {_AGAIN} or --model takes that back")


def _stamp(progress: Progress, word: str, current: str, reason: str = "", part: str = "model") -> None:
    try:
        state.write_stamp(part, word, current, reason)
    except OSError as error:
        progress.say(f"what was done cannot be remembered: {error}")
