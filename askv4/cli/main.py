"""The command line: `askv4 QUESTION` and its subcommands. Parses, hands over, and turns what happens into an exit status."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click
from click_default_group import DefaultGroup

from askv4.cli.add import add
from askv4.cli.ask import ask
from askv4.cli.chat import chat, run_chat
from askv4.cli.conversations import conversations
from askv4.cli.docs import docs
from askv4.cli.doctor import doctor
from askv4.cli.eval import eval_
from askv4.cli.mcp import mcp
from askv4.cli.models import models
from askv4.cli.options import Invocation, answering_options, common_options
from askv4.cli.remove import remove
from askv4.cli.search import search
from askv4.cli.setup import setup
from askv4.cli.sync import sync
from askv4.cli.terminal import is_terminal
from askv4.errors import Askv4Error, UsageError

FAILED = 2
INTERRUPTED = 130
"""128 + SIGINT, as shells count it."""
READER_GONE = 141
"""128 + SIGPIPE."""


class Commands(DefaultGroup):
    """Subcommands, and everything else is a question."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, self._after_options(question_last(args)))

    def _after_options(self, args: list[str]) -> list[str]:
        """`-- QUESTION` as `ask -- QUESTION`: this group would swallow the `--`, and `ask` read the words as options."""
        takes_value = {
            name
            for option in self.params
            if isinstance(option, click.Option) and not option.is_flag
            for name in option.opts
        }
        skip = False
        for position, arg in enumerate(args):
            if arg == "--" and not skip:
                return [*args[:position], "ask", *args[position:]]
            if not skip and not arg.startswith("-"):
                break
            skip = not skip and arg in takes_value
        return args

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # The default command is said in words, not with an asterisk.
        click.Group.format_commands(self, ctx, formatter)


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
        from askv4.cli.doctor import version
        from askv4.cli.output import Output

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
    """Ask a folder of documents, and see exactly where each sentence of the answer stands.

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
        return run_chat(ctx.ensure_object(Invocation))
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("there is no question", 'ask one in quotes: askv4 "your question", or see askv4 --help')
    return int(ctx.invoke(ask))


for _command in (ask, chat, search, add, remove, sync, docs, conversations, models, mcp, eval_, doctor, setup):
    cli.add_command(_command)


def main(args: Sequence[str] | None = None) -> int:
    """Run askv4 and return its exit status: 0 answered, 1 the sources do not answer or it is uncertain, 2 an error or wrong usage."""
    from askv4.offline import go_offline

    go_offline()
    from askv4.cli.output import OutputClosed, abandon_stdout

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
