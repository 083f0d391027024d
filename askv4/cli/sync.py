"""`askv4 sync`: bring the index up to date, and say what was done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.cli.wording import counted

if TYPE_CHECKING:
    from askv4.types import SyncReport


@click.command("sync", short_help="Bring the index up to date with the documents.")
@click.option("--allow-empty", is_flag=True, help="Forget all documents if the folder is really empty or gone.")
@common_options
@pass_invocation
def sync(invocation: Invocation, allow_empty: bool) -> int:
    """Bring the index up to date with the documents.

    Every other command does this by itself; `sync` is for doing it ahead of time, and says what changed.

    \b
    Examples:
      askv4 sync
      askv4 sync --corpus ~/papers
      askv4 sync --json
    """
    from askv4.cli.compose import open_workspace

    start = time.perf_counter()
    with open_workspace(invocation.settings, invocation.diagnostics, allow_empty=allow_empty) as workspace:
        report = workspace.report
    took = time.perf_counter() - start
    output = invocation.output
    if invocation.as_json:
        from askv4.cli.as_json import report_json

        output.json({**report_json(report), "timings_ms": {"total": round(1000 * took, 1)}})
    else:
        from rich.text import Text

        from askv4.cli.render import skipped_line, wrapped

        output.text(wrapped(Text(f"{report_line(report)} ({took:.1f} s)"), output.width))
        if report.skipped:
            output.text(wrapped(Text(skipped_line(report.skipped)), output.width))
    return 0


def report_line(report: SyncReport) -> str:
    """A sync in one line: only what happened is mentioned."""
    documents = report.added + report.changed + report.renamed + report.unchanged
    changes = {
        "added": report.added,
        "changed": report.changed,
        "renamed": report.renamed,
        "removed": report.removed,
        "skipped": len(report.skipped),
    }
    told = [f"{number} {what}" for what, number in changes.items() if number] or ["nothing has changed"]
    embedded = f"; {counted(report.passages_embedded, 'passage')} embedded" if report.passages_embedded else ""
    repaired = "; an interrupted run was put right" if report.repaired else ""
    return f"{counted(documents, 'document')}: {', '.join(told)}{embedded}{repaired}"
