"""`askv4 about`: what a document, a folder or the whole corpus is about."""

from __future__ import annotations

import click

from askv4.as_json import answer_json
from askv4.cli.compose import open_workspace, tell_corpus
from askv4.cli.options import Invocation, common_options, pass_invocation, scope_options
from askv4.cli.render import answer_lines


@click.command("about", short_help="Tell what the documents, or one of them, are about.")
@click.argument("name", metavar="[DOCUMENT|FOLDER]", required=False)
@scope_options
@common_options
@pass_invocation
def about(invocation: Invocation, name: str | None) -> int:
    """Tell what DOCUMENT is about, what the documents of FOLDER are, or, without a name, those of the whole corpus.

    A document that has a summary, an abstract or a list of its main points is told by that; of others the sentences nearest
    to the middle of all that they say are quoted. The same answers questions such as "what is this corpus about?".

    \b
    Examples:
      askv4 about
      askv4 about lease.pdf

    Exit status: 0, or 2 for an error.
    """
    tell_corpus(invocation)
    with open_workspace(invocation.settings, invocation.diagnostics) as workspace:
        answer = workspace.about(name)
    if invocation.as_json:
        invocation.output.json(answer_json(answer))
    else:
        invocation.output.text(answer_lines(answer, invocation.settings.corpus, invocation.output.width))
    return 0
