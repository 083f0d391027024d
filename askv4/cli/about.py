"""`askv4 about`: what a document, a folder or the whole corpus is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from askv4.as_json import answer_json
from askv4.cli.compose import open_workspace, told_corpus
from askv4.cli.options import Invocation, answering_options, common_options, pass_invocation, scope_options
from askv4.cli.render import answer_lines

if TYPE_CHECKING:
    from askv4.types import Answer
    from askv4.workspace import Workspace


@click.command("about", short_help="Tell what the documents, or one of them, are about.")
@click.argument("name", metavar="[DOCUMENT|FOLDER]", required=False)
@scope_options
@answering_options
@common_options
@pass_invocation
def about(invocation: Invocation, name: str | None) -> int:
    """Tell what DOCUMENT is about, what the documents of FOLDER are, or, without a name, those of the whole corpus.

    A document that has a summary, an abstract or a list of its main points is told by that; of others the sentences nearest
    to the middle of all that they say are quoted. With a chat model a lead in its words stands above them. The same answers questions such as "what is this corpus about?".

    \b
    Examples:
      askv4 about
      askv4 about lease.pdf

    Exit status: 0, or 2 for an error.
    """
    with told_corpus(invocation):
        with open_workspace(invocation.settings, invocation.diagnostics) as workspace:
            answer = _with_lead(invocation, workspace, workspace.about(name))
        if invocation.as_json:
            invocation.output.json(answer_json(answer))
        else:
            invocation.output.text(answer_lines(answer, invocation.settings.corpus, invocation.output.width))
    return 0


def _with_lead(invocation: Invocation, workspace: Workspace, overview: Answer) -> Answer:
    """The overview with the model's lead; on a terminal the quotations are shown while it is written."""
    waiting = None if invocation.as_json or workspace.chat_model is None else invocation.output.waiting()
    if waiting is None:
        return workspace.with_lead(overview)
    with waiting:
        waiting.show(lambda width: answer_lines(overview, invocation.settings.corpus, width))
        return workspace.with_lead(overview, waiting.stop)
