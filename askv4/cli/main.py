"""The command line: `askv4 QUESTION` and its subcommands. Parses, hands over, and turns what happens into an exit status."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from click_default_group import DefaultGroup

from askv4.cli.commands import COMMANDS, meant_by
from askv4.cli.options import Invocation, answering_options, common_options
from askv4.cli.output import Output, OutputClosed, abandon_stdout
from askv4.cli.terminal import is_terminal
from askv4.cli.version import version
from askv4.errors import Askv4Error, UsageError
from askv4.offline import go_offline

FAILED = 2
INTERRUPTED = 130
"""128 + SIGINT, as shells count it."""
READER_GONE = 141
"""128 + SIGPIPE."""


class Commands(DefaultGroup):
    """Subcommands, each loaded when it is run, and everything else is a question."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = cmd_name if cmd_name in COMMANDS else str(self.default_cmd_name)
        if name not in self.commands:
            command = COMMANDS[name]
            self.add_command(getattr(import_module(command.module), command.name), name)
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if word not in COMMANDS and (meant := meant_by(word)):
            rest = self._words(ctx, args[1:])
            if not rest or self._belongs(ctx, rest[0], meant):
                asked = shlex.join([word, *rest])
                raise UsageError(
                    f"{word} is no command of askv4",
                    f"did you mean `askv4 {shlex.join([*meant.split(), *rest])}`? "
                    f"As a question it is asked by `askv4 ask {asked}`",
                )
        return super().resolve_command(ctx, args)

    def _words(self, ctx: click.Context, args: Sequence[str]) -> list[str]:
        """What is left of arguments without options and their values."""
        ask = self.get_command(ctx, "ask")
        takes_value = _taking_values([*self.params, *(ask.params if ask else ())])
        words: list[str] = []
        before = ""
        for arg in args:
            if not arg.startswith("-") and before not in takes_value:
                words.append(arg)
            before = arg
        return words

    def _belongs(self, ctx: click.Context, word: str, meant: str) -> bool:
        """Whether a word that follows a mistyped command is plainly meant for it: one of its own commands, or a file."""
        command = self.get_command(ctx, meant) if meant in COMMANDS else None
        if isinstance(command, click.Group):
            return word in command.list_commands(ctx)
        takes_files = command is not None and any(isinstance(one, click.Argument) for one in command.params)
        return takes_files and (Path(word).suffix != "" or "/" in word or Path(word).exists())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, self._after_options(question_last(args)))

    def _after_options(self, args: list[str]) -> list[str]:
        """`-- QUESTION` as `ask -- QUESTION`: this group would swallow the `--`, and `ask` read the words as options."""
        takes_value = _taking_values(self.params)
        skip = False
        for position, arg in enumerate(args):
            if arg == "--" and not skip:
                return [*args[:position], "ask", *args[position:]]
            if not skip and not arg.startswith("-"):
                break
            skip = not skip and arg in takes_value
        return args

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.help) for name, command in COMMANDS.items()])


def _taking_values(parameters: Sequence[click.Parameter]) -> set[str]:
    options = (one for one in parameters if isinstance(one, click.Option) and not one.is_flag)
    return {name for option in options for name in option.opts}


def question_last(args: Sequence[str]) -> list[str]:
    """Arguments that begin with a dash and hold a space are no options but questions: they go after a `--`."""
    questions = [
        arg for arg in args if arg.startswith("-") and any(character.isspace() for character in arg.partition("=")[0])
    ]
    if not questions or "--" in args:
        return list(args)
    return [*(arg for arg in args if arg not in questions), "--", *questions]


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        Output().plain(f"askv4 {version()}")
        ctx.exit(0)


@click.group(
    cls=Commands,
    default="ask",
    invoke_without_command=True,
    subcommand_metavar="QUESTION | COMMAND ...",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@answering_options
@common_options
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.pass_context
def cli(ctx: click.Context) -> int | None:
    """Ask a folder of documents, and see where each sentence of an answer stands.

    Everything happens on this machine. New documents in the folder are found by themselves. Without a question, a chat
    opens on the terminal.

    \b
    Examples:
      askv4
      askv4 "how much does it cost?"
      askv4 --corpus ~/papers "who funded the trial?"
      askv4 search -k 3 "delivery dates"
    """
    if ctx.invoked_subcommand is not None:
        return None
    return _without_command(ctx)


def _without_command(ctx: click.Context) -> int:
    """`askv4` alone: the chat on a terminal, else a question that is piped in."""
    if is_terminal(sys.stdin) and is_terminal(sys.stdout):
        return int(ctx.invoke(_command(ctx, "chat")))
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("there is no question", 'ask one in quotes: askv4 "your question", or see askv4 --help')
    return int(ctx.invoke(_command(ctx, "ask"), words=()))


def _command(ctx: click.Context, name: str) -> click.Command:
    command = cli.get_command(ctx, name)
    if command is None:
        raise AssertionError(f"{name} is a command")
    return command


def main(args: Sequence[str] | None = None) -> int:
    """Run askv4 and return its exit status: 0 answered, 1 the sources do not answer or it is uncertain, 2 an error or wrong usage."""
    go_offline()
    invocation = Invocation()
    try:
        return _run(sys.argv[1:] if args is None else args, invocation)
    except OutputClosed:
        abandon_stdout()
        return READER_GONE
    except (click.Abort, KeyboardInterrupt):
        return _interrupted()
    except click.ClickException as error:
        invocation.diagnostics.error(_as_usage_error(error))
    except Exception as error:  # noqa: BLE001  the edge of the process: every failure ends as one line and status 2
        if _comes_from_interrupt(error):
            return _interrupted()
        invocation.diagnostics.error(error)
    return FAILED


def _interrupted() -> int:
    # Python remembers an interrupt that met it in code made from text (what @dataclass runs, while a module loads), even
    # when it was caught, and then ends by the signal instead of with our status. The next such code makes it forget.
    exec("pass")
    return INTERRUPTED


def _comes_from_interrupt(error: BaseException | None) -> bool:
    """Whether an interrupt is behind it: a library in C that is interrupted while it loads says that it does not load."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _run(args: Sequence[str], invocation: Invocation) -> int:
    # No expansion: on Windows click would take the ? of a question for a wildcard.
    status: Any = cli.main(
        args=list(args), prog_name="askv4", standalone_mode=False, windows_expand_args=False, obj=invocation
    )
    return int(status or 0)


def _as_usage_error(error: click.ClickException) -> Askv4Error:
    """click's complaint in askv4's words: what is wrong, and where to look."""
    message = error.format_message().strip().rstrip(".")
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "askv4"
    remedy = f"see `{path} --help`"
    if "unexpected extra argument" in message:
        remedy = f'a question that begins with "{path.split()[-1]}" goes in quotes, or after `askv4 ask --`; {remedy}'
    said = UsageError(message[:1].lower() + message[1:], remedy)
    said.__cause__ = error
    return said
