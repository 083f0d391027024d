"""The options of all commands, and what they add up to: one `Invocation` for one run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click

from askv4.cli.diagnostics import Diagnostics
from askv4.cli.output import Output

if TYPE_CHECKING:
    from askv4.config import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass
class Invocation:
    """One run of the program: the options given so far, and what is made of them when a command asks."""

    overrides: dict[str, Any] = field(default_factory=dict)
    as_json: bool = False
    diagnostics: Diagnostics = field(default_factory=Diagnostics)

    @cached_property
    def settings(self) -> Settings:
        """The settings; from the first call on, -v and colours go by them."""
        from askv4.config import load_settings  # --help has no use for it

        given = self.overrides.get
        settings = replace(
            load_settings(self.overrides), within=given("within"), since=given("since"), until=given("until")
        )
        self.diagnostics.color = settings.color
        return settings

    @property
    def scope_options(self) -> list[str]:
        """The options that limit questions to a part of the corpus, as they were given."""
        options = [word for place in self.settings.within or () for word in ("--in", place)]
        options += ["--since", self.settings.since] if self.settings.since else []
        return options + (["--until", self.settings.until] if self.settings.until else [])

    @cached_property
    def output(self) -> Output:
        """Stdout as the settings want it."""
        return Output(color=self.settings.color)


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Keep an option that was given, before or after the subcommand; the later one wins."""
    if value in (None, False, ()) or ctx.resilient_parsing:
        return
    invocation = ctx.find_object(Invocation)
    if invocation is None or param.name is None:
        return
    if param.name == "as_json":
        invocation.as_json = True
    elif param.name == "no_keep":
        invocation.overrides["keep_conversations"] = False
    elif param.name == "no_color":
        invocation.overrides["color"] = False
        invocation.diagnostics.color = False
    else:
        invocation.overrides[param.name] = value
        invocation.diagnostics.verbose |= param.name == "verbose"


def _option(*names: str, **settings: Any) -> Callable[[Command], Command]:
    return click.option(*names, expose_value=False, callback=_remember, **settings)


_SERVER = _option("--llm-url", metavar="URL", help="An OpenAI-compatible server that writes leads.")
_COMMON = (
    _option("--corpus", metavar="DIR", help="The folder of documents."),
    _option("--in-workspace", "workspace", metavar="NAME", help="The same by its name (`askv4 workspaces`)."),
    _option("--data-dir", metavar="DIR", help="Where index and conversations are kept."),
    _option("--json", "as_json", is_flag=True, help="Print JSON, for programs."),
    _option("--no-color", is_flag=True, help="No colours."),
    _option("-v", "--verbose", is_flag=True, help="Say more: timings, where errors came from."),
)
_ANSWERING = (
    _option(
        "--mode",
        type=click.Choice(["auto", "extractive", "llm"]),
        help="Quotations alone, or with a model's lead.",
    ),
    _option("--model", metavar="NAME|PATH", help="The chat model, by name or as a GGUF file."),
    _option("--long", is_flag=True, help="Quote up to twelve sentences instead of five."),
    _SERVER,
)


def common_options(command: Command) -> Command:
    """Options of all commands; after a subcommand they work as before it."""
    for option in reversed(_COMMON):
        command = option(command)
    return command


def answering_options(command: Command) -> Command:
    """Options of the commands that answer."""
    for option in reversed(_ANSWERING):
        command = option(command)
    return command


def server_option(command: Command) -> Command:
    """`--llm-url URL`, a chat model that another program runs."""
    return _SERVER(command)


def scope_options(command: Command) -> Command:
    """`--in PLACE`, `--since DATE` and `--until DATE`, which limit a question to a part of the corpus."""
    told = "Look only in this folder or file, or in '*.pdf', a format or a kind; may be repeated."
    command = _option("--until", metavar="DATE", help="Up to then; a year, a month or a day.")(command)
    command = _option(
        "--since", metavar="DATE", help="Only documents from then on, by their own date or their file's."
    )(command)
    return _option("--in", "within", metavar="PLACE", multiple=True, help=told)(command)


def no_keep_option(command: Command) -> Command:
    """`--no-keep`, which keeps neither question nor answer."""
    return _option("--no-keep", is_flag=True, help="Keep neither question nor answer.")(command)


def rerank_option(command: Command) -> Command:
    """`--rerank MODEL`, a cross-encoder over the passages that were found."""
    told = (
        "What reads the best passages once more and puts them in order: `reader`, or a cross-encoder on this machine."
    )
    return _option("--rerank", metavar="MODEL", help=told)(command)


pass_invocation = click.make_pass_decorator(Invocation)
