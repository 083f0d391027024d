"""`askv4 conflicts`: where documents say different things."""

from __future__ import annotations

import click

from askv4.as_json import answer_json
from askv4.cli.compose import open_workspace, told_corpus
from askv4.cli.options import Invocation, common_options, pass_invocation, scope_options
from askv4.cli.render import answer_lines


@click.command("conflicts", short_help="List where documents say different things.")
@click.argument("topic", nargs=-1, metavar="[TOPIC]")
@scope_options
@common_options
@pass_invocation
def conflicts(invocation: Invocation, topic: tuple[str, ...]) -> int:
    """List where documents say different things, about TOPIC or about anything, the most telling first.

    Amounts, dates, denials, and rumours that no statement confirms: both sides are quoted, with kind and date. The first time
    all passages are compared, which takes minutes for a large corpus; what was found is kept, and later only what changed is
    compared. The same answers questions such as "what do the sources disagree on?".

    \b
    Examples:
      askv4 conflicts
      askv4 conflicts opening hours
      askv4 conflicts --in reports --json

    Exit status: 0, 1 where nothing was found that differs, or 2 for an error.
    """
    with told_corpus(invocation):
        with open_workspace(invocation.settings, invocation.diagnostics) as workspace:
            answer = workspace.conflicts(" ".join(topic))
        if invocation.as_json:
            invocation.output.json(answer_json(answer))
        else:
            invocation.output.text(answer_lines(answer, invocation.settings.corpus, invocation.output.width))
    return 0 if answer.conflicts else 1
