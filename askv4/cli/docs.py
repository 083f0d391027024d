"""`askv4 docs`: the documents, how they fared, and their extracted text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from askv4.as_json import document_json
from askv4.cli.compose import open_workspace
from askv4.cli.docs_output import document_lines
from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.cli.terminal import is_terminal
from askv4.corpus.links import known_links, linked_target
from askv4.text.safe import safe

if TYPE_CHECKING:
    from askv4.workspace import Workspace


@click.command("docs", short_help="List the documents and how they fared.")
@click.option("--text", "name", metavar="NAME", help="Print the extracted text of one document, exactly.")
@common_options
@pass_invocation
def docs(invocation: Invocation, name: str | None) -> int:
    """List every file of the corpus: indexed or skipped and why, its kind, passages, pages and size.

    `--text NAME` prints the text that citations point into: a citation's start and end count its characters.

    \b
    Examples:
      askv4 docs
      askv4 docs --json
      askv4 docs --text report.md
    """
    with open_workspace(invocation.settings, invocation.diagnostics) as workspace:
        if name is not None:
            _print_text(invocation, workspace, name)
        else:
            _print_table(invocation, workspace)
    return 0


def _print_text(invocation: Invocation, workspace: Workspace, name: str) -> None:
    text = workspace.text(name)
    if invocation.as_json:
        invocation.output.json({"document": name, "text": text})
    elif is_terminal(sys.stdout):
        # A person reads it here, and the document's control characters must not reach the terminal.
        invocation.output.plain(safe(text))
    else:
        invocation.output.raw(text.encode("utf-8"))


def _print_table(invocation: Invocation, workspace: Workspace) -> None:
    documents, corpus = workspace.documents(), invocation.settings.corpus
    problems = {one.document: one.reason for one in workspace.report.skipped}
    links = known_links(corpus)
    targets = {one.document: target for one in documents if (target := linked_target(links, one.document)) is not None}
    output = invocation.output
    if invocation.as_json:
        rows = [
            {
                **document_json(one),
                "reason": one.reason or problems.get(one.document),
                "linked_to": targets.get(one.document),
            }
            for one in documents
        ]
        output.json({"documents": rows})
    else:
        output.text(document_lines(documents, corpus, output.width, problems, targets))
