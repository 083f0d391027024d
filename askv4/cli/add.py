"""`askv4 add`: documents are copied into the corpus and indexed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.cli.wording import counted
from askv4.errors import UsageError

if TYPE_CHECKING:
    from askv4.index.adding import Added
    from askv4.types import Document

DONE, FAILED = 0, 2


@click.command("add", short_help="Copy documents into the corpus and index them.")
@click.argument("paths", metavar="PATH... | DIR | -", nargs=-1, required=True)
@click.option("--in", "into", metavar="FOLDER", default="", help="Put them in this folder of the corpus.")
@click.option("--name", metavar="NAME", default="note.txt", show_default=True, help="What `-` is called in the corpus.")
@click.option("--unpack", is_flag=True, help="Take the documents out of .zip archives; otherwise these are left alone.")
@common_options
@pass_invocation
def add(invocation: Invocation, paths: tuple[str, ...], into: str, name: str, unpack: bool) -> int:
    """Copy documents into the corpus and index them. `-` reads one from standard input.

    Names are kept and nothing is overwritten: another file of the same name gets a number, and content that is there
    already is not copied again.

    \b
    Examples:
      askv4 add report.pdf notes.docx
      askv4 add ~/papers --in science
      askv4 add letters.zip --unpack
      pbpaste | askv4 add - --name meeting.txt

    Exit status: 0 all were taken in, 2 some could not be copied.
    """
    from askv4.cli.compose import open_workspace
    from askv4.config import ready_corpus
    from askv4.index.adding import Added, Adder
    from askv4.index.unpacking import add_archive, is_archive

    adder = Adder(ready_corpus(invocation.settings), into)
    added: list[Added] = []
    for path in paths:
        if path == "-":
            added.append(adder.add_content(_standard_input(), name))
        elif is_archive(Path(path)) and unpack:
            added += add_archive(adder, Path(path))
        elif is_archive(Path(path)):
            added.append(Added(path, None, "passed over", "it is an archive; --unpack takes in the documents in it"))
        else:
            added += adder.add(Path(path))
    with open_workspace(invocation.settings, invocation.diagnostics) as workspace:
        documents = {document.document: document for document in workspace.documents()}
    if invocation.as_json:
        invocation.output.json({"added": [_row(one, documents) for one in added]})
    else:
        for one in added:
            _tell(invocation, one, documents)
    return FAILED if any(one.outcome == "failed" for one in added) else DONE


def _standard_input() -> bytes:
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("there is nothing on standard input", "pipe a document into `askv4 add -`")
    data = sys.stdin.buffer.read()
    if not data.strip():
        raise UsageError("standard input is empty", "pipe a document into `askv4 add -`")
    return data


def _tell(invocation: Invocation, one: Added, documents: dict[str, Document]) -> None:
    from askv4.text.safe import safe_line, safe_name

    source = safe_name(one.source)
    if one.outcome == "failed":
        invocation.diagnostics.notice(f"{source}: {one.reason}")
        return
    line = f"{source}: {one.reason}" if one.reason and one.outcome != "renamed" else ""
    document = documents.get(one.document or "")
    if one.outcome in ("added", "renamed"):
        name = safe_name(one.document or "")
        line = f"added {name}" + (f" ({one.reason})" if one.reason else "")
        if document is None:
            line += ": it is not indexed, because .askv4ignore names it"
        elif document.state == "skipped":
            line += f": it cannot be read: {document.reason}"
        else:
            pages = f", {counted(document.pages, 'page')}" if document.pages else ""
            line += f": {counted(document.passages, 'passage')}{pages}"
    invocation.output.plain(safe_line(line))


def _row(one: Added, documents: dict[str, Document]) -> dict[str, Any]:
    document = documents.get(one.document or "")
    return {
        "source": one.source,
        "document": one.document,
        "outcome": one.outcome,
        "reason": one.reason or (document.reason if document else None),
        "state": document.state if document else None,
        "passages": document.passages if document else 0,
        "pages": document.pages if document else None,
    }
