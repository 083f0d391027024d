"""`askv4 remove`: documents go to the platform's bin, and leave the index."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import click

from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.errors import CorpusError, DocumentNotFound

DONE = 0


@click.command("remove", short_help="Move documents to the bin and forget them.")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@common_options
@pass_invocation
def remove(invocation: Invocation, names: tuple[str, ...]) -> int:
    """Move documents, or whole folders of the corpus, to the bin of this computer and forget them.

    They are named as `askv4 docs` does, or by a path to the file.

    \b
    Examples:
      askv4 remove report.pdf
      askv4 remove science/
    """
    from askv4.cli.compose import open_workspace
    from askv4.config import ready_corpus
    from askv4.text.safe import safe_name

    corpus = ready_corpus(invocation.settings)
    found = [_find(corpus, name) for name in names]  # all are there before the first one goes
    for path in dict.fromkeys(found):
        _to_bin(path)
    with open_workspace(invocation.settings, invocation.diagnostics, allow_empty=True):
        removed = [path.relative_to(corpus.absolute()).as_posix() for path in dict.fromkeys(found)]
    if invocation.as_json:
        invocation.output.json({"removed": removed})
    else:
        for name in removed:
            invocation.output.plain(f"moved to the bin: {safe_name(name)}")
    return DONE


def _find(corpus: Path, name: str) -> Path:
    """The file or folder of the corpus that is meant. Raises DocumentNotFound."""
    root = corpus.absolute()
    for path in (root / name, Path(name).expanduser().absolute()):
        # Links are not resolved: the link is what goes to the bin.
        normal = Path(os.path.normpath(path))
        if normal != root and normal.is_relative_to(root) and os.path.lexists(normal):
            return normal
    names = [path.relative_to(root).as_posix() for path in root.rglob("*") if not path.name.startswith(".")]
    near = difflib.get_close_matches(name, names, 1)
    raise DocumentNotFound(f"no document is called {name!r}", f"did you mean {near[0]!r}?" if near else None)


def _to_bin(path: Path) -> None:
    from send2trash import TrashPermissionError, send2trash

    try:
        send2trash(path)
    except TrashPermissionError as error:
        raise CorpusError(f"there is no bin on the disk of {path}", "delete the file yourself") from error
    except OSError as error:
        raise CorpusError(f"{path} cannot be moved to the bin: {error}", "delete the file yourself") from error
