"""`askv4 sync`: bring the index up to date, and say what was done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click
from rich.text import Text

from askv4.as_json import report_json
from askv4.cli.compose import open_workspace
from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.cli.render import shortened_lines, skipped_line, wrapped
from askv4.cli.wording import counted
from askv4.errors import CorpusVanished
from askv4.sync.indexes import forget_lost_indexes
from askv4.text.safe import safe_name

if TYPE_CHECKING:
    from askv4.types import SyncReport

_TELLING_S = 1.0


@click.command("sync", short_help="Bring the index up to date with the documents.")
@click.option(
    "--prune",
    "--allow-empty",
    "prune",
    is_flag=True,
    help="Forget also documents whose folder, disk or link is gone, and the indexes of folders that are gone.",
)
@click.option("--re-embed", is_flag=True, help="Change the index over to the encoder that is configured now.")
@common_options
@pass_invocation
def sync(invocation: Invocation, *, prune: bool, re_embed: bool) -> int:
    """Bring the index up to date with the documents.

    Every other command does this by itself; `sync` is for doing it ahead of time, and says what changed. When the folder
    is suddenly empty, as with a disk that was unplugged, nothing is forgotten before you say so.

    \b
    Examples:
      askv4 sync
      askv4 sync --corpus ~/papers
      askv4 sync --json
    """
    start = time.perf_counter()
    try:
        report = _synced(invocation, prune=prune, re_embed=re_embed)
    except CorpusVanished as error:
        if not invocation.diagnostics.confirm(f"{error}. Forget these documents?"):
            raise
        report = _synced(invocation, prune=True, re_embed=re_embed)
    took = time.perf_counter() - start
    output = invocation.output
    if invocation.as_json:
        pace: dict[str, float | None] = {"documents_per_s": None, "passages_per_s": None}
        if report.seconds:
            pace["documents_per_s"] = round(report.documents_read / report.seconds, 2)
            pace["passages_per_s"] = round(report.passages_embedded / report.seconds, 2)
        output.json({**report_json(report), **pace, "timings_ms": {"total": round(1000 * took, 1)}})
    else:
        output.text(wrapped(Text(f"{report_line(report)} ({took:.1f} s{_pace(report)})"), output.width))
        if report.skipped:
            output.text(wrapped(Text(skipped_line(report.skipped)), output.width))
        for line in shortened_lines(report.shortened):
            output.text(wrapped(Text(line), output.width))
    return 0


def _synced(invocation: Invocation, *, prune: bool, re_embed: bool) -> SyncReport:
    with open_workspace(
        invocation.settings, invocation.diagnostics, prune=prune, re_embed=re_embed, must_sync=True
    ) as workspace:
        report = workspace.report
    if prune:
        for lost in forget_lost_indexes(invocation.settings.data_dir):
            invocation.diagnostics.notice(f"forgot the index of {safe_name(str(lost.corpus))}, which is gone")
    return report


def _pace(report: SyncReport) -> str:
    """How fast it went, where there was enough to do to tell."""
    if report.seconds < _TELLING_S:
        return ""
    documents, passages = report.documents_read / report.seconds, report.passages_embedded / report.seconds
    return f", {documents:.1f} documents/s, {passages:.1f} passages/s"


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
