"""`askv4 config`: what is set, where it comes from, and changes of the configuration file."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.cells import cell_len
from rich.text import Text

from askv4.cli.config_file import change, read
from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.cli.output import Output
from askv4.cli.render import QUIET, path_link, wrapped
from askv4.config import SECRET, SETTINGS, Explained, check_file, config_file, explain, from_text, load_settings
from askv4.errors import ConfigError, UsageError
from askv4.text.safe import safe_line
from askv4.tui.editors import some_editor

HIDDEN = "(set, not shown)"


class Settings(click.Group):
    """The subcommands; the name of a setting alone is told how to ask for it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in SETTINGS and args[0] not in self.commands:
            deed = "get" if len(args) == 1 else "set"
            raise UsageError(f"{args[0]} is a setting", f"did you mean `askv4 config {deed} {' '.join(args)}`?")
        return super().resolve_command(ctx, args)


@click.group(
    "config",
    cls=Settings,
    invoke_without_command=True,
    short_help="Show and change settings, and where each comes from.",
)
@common_options
@click.pass_context
def config(ctx: click.Context) -> int | None:
    """Every setting, what it is and where that comes from: an option, the environment, the configuration file or the default.

    `set` and `unset` change the configuration file and leave the rest of it, with its comments, as it is.

    \b
    Examples:
      askv4 config
      askv4 config get model
      askv4 config set mode extractive
      askv4 config unset mode
      askv4 config edit
    """
    return None if ctx.invoked_subcommand is not None else int(ctx.invoke(list_))


@config.command("list", short_help="Every setting and where it comes from (the default).")
@common_options
@pass_invocation
def list_(invocation: Invocation) -> int:
    """Every setting, what it is and where that comes from."""
    output, path = invocation.output, invocation.settings.config_file
    settings = explain(invocation.overrides)
    if invocation.as_json:
        output.json({"config_file": str(path), "settings": [_json(one, hide=True) for one in settings]})
        return 0
    names = max(len(one.name) for one in settings)
    sources = max(len(one.source) for one in settings)
    for one in settings:
        head = Text(f"{one.name:<{names}}  ").append(f"{one.source:<{sources}}  ", style=QUIET)
        value = HIDDEN if one.name in SECRET and one.value is not None else _shown(one.value) or "-"
        output.text(wrapped(Text(safe_line(value)), output.width, head, cell_len(head.plain)))
    file = path_link(path, style=QUIET).append("" if path.is_file() else " (not there yet)", style=QUIET)
    output.text([Text(), *wrapped(file, output.width)])
    return 0


@config.command("get", short_help="Print the value of a setting.")
@click.argument("name")
@common_options
@pass_invocation
def get(invocation: Invocation, name: str) -> int:
    """Print what setting NAME is; an empty line where it is not set."""
    _known(name)
    one = next(one for one in explain(invocation.overrides) if one.name == name)
    if invocation.as_json:
        invocation.output.json(_json(one))
    else:
        invocation.output.plain(_shown(one.value))
    return 0


@config.command(
    "set", short_help="Set a setting in the configuration file.", context_settings={"ignore_unknown_options": True}
)
@click.argument("name")
@click.argument("value")
@common_options
@pass_invocation
def set_(invocation: Invocation, name: str, value: str) -> int:
    """Set NAME to VALUE in the configuration file; paths start at the folder that you are in."""
    path = config_file()
    held = from_text(name, value, Path.cwd())
    _require_fit(invocation, {name: held})
    change(path, name, held)
    shown = HIDDEN if name in SECRET else safe_line(_shown(held))
    _said(invocation, {"name": name, "value": held}, f"{name} = {shown} in {path}")
    variable = f"ASKV4_{name.upper()}"
    if os.environ.get(variable):
        invocation.diagnostics.notice(f"{variable} is set and wins over the file")
    return 0


@config.command("unset", short_help="Take a setting out of the configuration file.")
@click.argument("name")
@common_options
@pass_invocation
def unset(invocation: Invocation, name: str) -> int:
    """Take setting NAME out of the configuration file, so that the default holds; a comment beside it stays."""
    path = config_file()
    if not change(path, name, None):
        _known(name)
        return _said(invocation, {"name": name, "value": None}, f"{name} is not set in {path}")
    return _said(invocation, {"name": name, "value": None}, f"{name} is no longer set in {path}")


@config.command("edit", short_help="Open the configuration file in your editor.")
@common_options
@pass_invocation
def edit(invocation: Invocation) -> int:
    """Open the configuration file in $VISUAL, else $EDITOR, and check it afterwards.

    Where there is none, it begins with every setting as a comment.
    """
    path = config_file()
    command = some_editor(path).command
    if not path.exists():
        _begin(path)
    try:
        status = subprocess.run(command, check=False).returncode
    except OSError as error:
        raise ConfigError(f"{command[0]} cannot be started: {error.strerror or error}", "set EDITOR") from error
    if status:
        raise ConfigError(f"{command[0]} ended with status {status}", f"the file is {path}")
    check_file(read(path).removeprefix("\ufeff"), path)
    return _said(invocation, {"config_file": str(path)}, f"{path} is in order")


def _begin(path: Path) -> None:
    lines = []
    for name, setting in SETTINGS.items():
        words = f": {', '.join(setting.kind)}" if isinstance(setting.kind, tuple) else ""
        example = "false" if setting.kind == "switch" else '""'
        lines.append(f"# {setting.about}{words}\n# {name} = {example}\n")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines), encoding="utf-8")
        path.chmod(0o600)
    except OSError as error:
        raise ConfigError(
            f"the configuration file {path} cannot be made: {error.strerror or error}", "name one with ASKV4_CONFIG"
        ) from error


def _require_fit(invocation: Invocation, wanted: Mapping[str, bool | str]) -> None:
    """Raises ConfigError where a new value does not go with the others; what is wrong already does not hinder."""
    try:
        load_settings(invocation.overrides)
    except ConfigError:
        return
    load_settings({**invocation.overrides, **wanted})


def _known(name: str) -> None:
    if name not in SETTINGS:
        from_text(name, "", Path.cwd())


def _shown(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _json(one: Explained, *, hide: bool = False) -> dict[str, Any]:
    value = one.value if isinstance(one.value, bool | None) else str(one.value)
    hidden = hide and one.name in SECRET and value is not None
    row = {
        "name": one.name,
        "value": None if hidden else value,
        "source": one.source,
        "about": SETTINGS[one.name].about,
    }
    return {**row, "hidden": True} if hidden else row


def _said(invocation: Invocation, as_json: dict[str, Any], line: str) -> int:
    # Not the invocation's own output: a file that is wrong can be mended too.
    output = Output()
    if invocation.as_json:
        output.json(as_json)
    else:
        output.plain(line)
    return 0
