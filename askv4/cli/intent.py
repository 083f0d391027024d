"""What a command line asks for, told without doing it: the set-up of a checkout asks before it starts the program.

`python -P -m askv4.cli.intent ARGUMENTS` prints it as JSON, and nothing where the arguments are wrong or ask for help.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import click

from askv4.cli.commands import COMMANDS
from askv4.cli.main import cli
from askv4.cli.options import Invocation
from askv4.cli.output import Output
from askv4.errors import Askv4Error

UNTOLD = 2


@dataclass(frozen=True, slots=True)
class Intent:
    """What the set-up has to know of a command line."""

    answers: bool
    """A person's question is answered, and a chat model of this machine may write the lead."""
    asks_for_model: bool
    """A chat model of this machine is asked for in so many words: to be fetched, tried, or to answer."""
    names_model: bool
    """And it is named, so that none has to be fetched."""
    chat: bool
    """The chat opens."""
    for_programs: bool
    """The answer is JSON."""
    goes_on: bool
    """The question is the next one of a kept conversation."""
    data_dir: str


def intent_of(arguments: Sequence[str]) -> Intent:
    """Read a command line as the program does, up to the point where it would run.

    Raises:
        click.ClickException: the arguments are wrong.
        click.exceptions.Exit: they ask for help or the version.
        Askv4Error: the configuration is wrong, or a word is a mistyped command.
    """
    invocation = Invocation()
    path, context = _parsed(arguments, invocation)
    settings, given = invocation.settings, invocation.overrides
    of_this_machine = settings.llm_url is None
    named = "model" in given and _may_answer(context.command)
    asked = named or (_may_answer(context.command) and given.get("mode") == "llm")
    if path[:1] == ["models"]:
        asked = path[1:] == ["try"] or (path[1:] == ["pull"] and not context.params["encoder"])
    return Intent(
        answers=(not path or COMMANDS[path[0]].answers) and settings.mode != "extractive" and of_this_machine,
        asks_for_model=asked and of_this_machine,
        names_model=named,
        chat=path in ([], ["chat"]),
        for_programs=invocation.as_json or context.params.get("batch") is not None,
        goes_on=bool(context.params.get("go_on")),
        data_dir=str(settings.data_dir),
    )


def _parsed(arguments: Sequence[str], invocation: Invocation) -> tuple[list[str], click.Context]:
    """The names of the commands, one within the other, and the context in which the last one would run."""
    context = cli.make_context("askv4", list(arguments), obj=invocation)
    path: list[str] = []
    while isinstance(context.command, click.Group):
        # As click's own completion finds the command; it has no public way.
        rest = [*context._protected_args, *context.args]
        if not rest:
            break
        name, command, rest = context.command.resolve_command(context, rest)
        if name is None or command is None:
            break
        path.append(name)
        context = command.make_context(name, rest, parent=context)
    return path, context


def _may_answer(command: click.Command) -> bool:
    """Whether a command takes the options of those that answer."""
    return any(parameter.name == "mode" for parameter in command.params)


def main() -> int:
    """Print what the command line asks for."""
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            intent = intent_of(sys.argv[1:])
    except (click.ClickException, click.exceptions.Exit, Askv4Error):
        return UNTOLD
    Output().json(asdict(intent), row=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
