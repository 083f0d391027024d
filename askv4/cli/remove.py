"""`askv4 remove`: documents go to the platform's bin, and leave the index."""

from __future__ import annotations

from dataclasses import asdict

import click

from askv4.cli.compose import open_workspace
from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.config import ready_corpus
from askv4.corpus.removing import find_in_corpus, remove_from_corpus
from askv4.text.safe import safe_name

DONE = 0


@click.command("remove", short_help="Move documents to the bin and forget them.")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@common_options
@pass_invocation
def remove(invocation: Invocation, names: tuple[str, ...]) -> int:
    """Move documents, or whole folders of the corpus, to the bin of this computer and forget them.

    They are named as `askv4 docs` does, or by a path to the file. Of what `askv4 add --link` made, only the link goes.

    \b
    Examples:
      askv4 remove report.pdf
      askv4 remove science/
    """
    corpus = ready_corpus(invocation.settings)
    paths = dict.fromkeys(find_in_corpus(corpus, name) for name in names)  # all are there before the first one goes
    removed = []
    for path in paths:
        removed.append(one := remove_from_corpus(corpus, path))
        if not invocation.as_json:  # each at once: should the next one fail, this one is gone all the same
            name = safe_name(one.document)
            kept = "" if one.linked_to is None else f"; what it links to stays: {safe_name(one.linked_to)}"
            invocation.output.plain(f"removed the link {name}{kept}" if kept else f"moved to the bin: {name}")
    with open_workspace(invocation.settings, invocation.diagnostics, allow_empty=True, must_sync=True):
        pass
    if invocation.as_json:
        rows = [asdict(one) for one in removed]
        invocation.output.json({"removed": [one.document for one in removed], "details": rows})
    return DONE
