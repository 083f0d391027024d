"""`askv4 workspaces`: folders of documents by names, and which of them is asked where nothing is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.text import Text

from askv4.cli.config_file import change
from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.cli.output import Output
from askv4.cli.render import QUIET, path_link, wrapped
from askv4.config import config_file, configured, own_folder
from askv4.errors import ConfigError, UsageError
from askv4.named import NamedWorkspaces
from askv4.text.safe import safe_line


@click.group("workspaces", invoke_without_command=True, short_help="Give folders of documents names, and choose one.")
@common_options
@click.pass_context
def workspaces(ctx: click.Context) -> int | None:
    """Workspaces: folders of documents by names. `--in-workspace NAME` asks one, with its own index and conversations.

    \b
    Examples:
      askv4 workspaces make papers ~/papers
      askv4 --in-workspace papers "who funded the trial?"
      askv4 workspaces default papers
    """
    return None if ctx.invoked_subcommand is not None else int(ctx.invoke(list_))


@workspaces.command("list", short_help="List workspaces and which is asked (the default).")
@common_options
@pass_invocation
def list_(invocation: Invocation) -> int:
    """List workspaces with their folders, the default one marked, and the folder that is asked from here."""
    kept, chosen, output = _store().all(), configured("workspace"), invocation.output
    asked = invocation.settings.corpus
    if invocation.as_json:
        rows = [
            {"name": name, "corpus": str(folder), "default": name == chosen, "exists": folder.is_dir()}
            for name, folder in kept.items()
        ]
        output.json({"workspaces": rows, "default": chosen, "asked": str(asked)})
        return 0
    width = max(map(len, kept), default=0)
    for name, folder in kept.items():
        said = ["the default"] if name == chosen else []
        said += [] if folder.is_dir() else ["it is not there"]
        line = path_link(folder).append(f"  {', '.join(said)}", style=QUIET)
        output.text(wrapped(line, output.width, Text(f"{name:<{width}}  "), width + 2))
    if not kept:
        output.plain("no folder has a name yet: askv4 workspaces make NAME FOLDER")
    output.text(
        wrapped(Text("asked from here: ", style=QUIET).append_text(path_link(asked, style=QUIET)), output.width)
    )
    return 0


@workspaces.command("make", short_help="Give a folder of documents a name.")
@click.argument("name")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@common_options
@pass_invocation
def make(invocation: Invocation, name: str, folder: Path | None) -> int:
    """Give FOLDER the name NAME. Without FOLDER an empty one is made, for `askv4 --in-workspace NAME add FILE...`."""
    made = folder is None
    folder = own_folder() / "corpora" / name if folder is None else Path(folder).expanduser().absolute()
    if not made and not folder.is_dir():
        raise UsageError(f"{folder} is no folder", "make it first, or leave it out for one of askv4's own")
    _store().make(name, folder)
    if made:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            _store().forget(name)
            raise UsageError(f"{folder} cannot be made: {error.strerror or error}", "name a folder") from error
    return _said(invocation, {"made": name, "corpus": str(folder)}, f"{name} is {folder}")


@workspaces.command("rename", short_help="Give a workspace another name.")
@click.argument("name")
@click.argument("new")
@common_options
@pass_invocation
def rename(invocation: Invocation, name: str, new: str) -> int:
    """Call workspace NAME by the name NEW from now on; folder, index and conversations stay."""
    _store().rename(name, new)
    if configured("workspace") == name:
        change(config_file(), "workspace", new)
    return _said(invocation, {"renamed": name, "to": new}, f"{name} is called {new} now")


@workspaces.command("forget", short_help="Take a name away; the folder stays.")
@click.argument("name")
@common_options
@pass_invocation
def forget(invocation: Invocation, name: str) -> int:
    """Forget the name NAME. Its folder with the documents stays, and so does what is kept of them (`askv4 forget`)."""
    folder = _store().folder(name)
    _store().forget(name)
    if configured("workspace") == name:
        change(config_file(), "workspace", None)
    return _said(invocation, {"forgotten": name}, f"forgot the name {name}; {folder} is left as it is")


@workspaces.command("default", short_help="Say which workspace is asked where none is named.")
@click.argument("name", required=False)
@click.option("--none", "nothing", is_flag=True, help="None: ./corpus, else your own corpus, is asked again.")
@common_options
@pass_invocation
def default(invocation: Invocation, name: str | None, *, nothing: bool) -> int:
    """Ask workspace NAME wherever no corpus is named; without NAME, say which one is asked."""
    if nothing and name is not None:
        raise UsageError("a name and --none are given", "leave one of them out")
    if nothing:
        change(config_file(), "workspace", None)
    elif name is not None:
        _store().folder(name)
        corpus = configured("corpus")
        if corpus is not None:
            raise ConfigError(
                f"the configuration file names the corpus {corpus}", "take it out: `askv4 config unset corpus`"
            )
        change(config_file(), "workspace", name)
    chosen = configured("workspace")
    line = f"{chosen} is asked where no corpus is named" if chosen else "no workspace is the default"
    return _said(invocation, {"default": chosen}, line)


def _store() -> NamedWorkspaces:
    return NamedWorkspaces(config_file().parent)


def _said(invocation: Invocation, as_json: dict[str, Any], line: str) -> int:
    # Not the invocation's own output: a default that is gone can be mended, too.
    output = Output()
    if invocation.as_json:
        output.json(as_json)
    else:
        output.plain(safe_line(line))
    return 0
