"""`askv4 add`: documents are copied into the corpus and indexed."""

from __future__ import annotations

import sys
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import click
from rich.text import Text

from askv4.cli.compose import open_workspace, told_corpus
from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.cli.render import name_link
from askv4.cli.wording import counted
from askv4.corpus.adding import Added, Adder
from askv4.corpus.unpacking import add_archive, is_archive
from askv4.errors import UsageError
from askv4.text.safe import safe_line, safe_name

if TYPE_CHECKING:
    from askv4.types import Document

DONE, FAILED = 0, 2


@click.command("add", short_help="Copy documents into the corpus and index them.")
@click.argument("paths", metavar="PATH... | DIR | -", nargs=-1, required=True)
@click.option("--in", "into", metavar="FOLDER", default="", help="Put them in this folder of the corpus.")
@click.option("--link", is_flag=True, help="Leave files and folders where they are and only link to them.")
@click.option("--name", metavar="NAME", default="note.txt", show_default=True, help="What `-` is called in the corpus.")
@click.option("--unpack", is_flag=True, help="Take the documents out of .zip archives; otherwise these are left alone.")
@common_options
@pass_invocation
def add(invocation: Invocation, paths: tuple[str, ...], into: str, name: str, *, link: bool, unpack: bool) -> int:
    """Copy documents into the corpus and index them. `-` reads one from standard input.

    Names are kept and nothing is overwritten: another file of the same name gets a number, and content that is there
    already is not copied again. A linked folder brings in what is put into it later, too.

    \b
    Examples:
      askv4 add report.pdf notes.docx
      askv4 add ~/papers --in science
      askv4 add letters.zip --unpack
      askv4 add --link ~/Documents/contracts
      pbpaste | askv4 add - --name meeting.txt

    Exit status: 0 all were taken in, 2 some could not be copied.
    """
    if not all(path.strip() for path in paths):
        raise UsageError("a path to add is empty", "name a file or a folder")
    corpus = invocation.settings.corpus
    added: list[Added] = []
    documents: dict[str, Document] | None = None
    try:
        # Opened first: where the corpus is out of reach, as on an unplugged disk, nothing may be put in its place.
        with told_corpus(invocation), open_workspace(invocation.settings, invocation.diagnostics) as workspace:
            adder = Adder(corpus, into, link=link)
            for path in paths:
                if path == "-":
                    added.append(adder.add_content(_standard_input(), name))
                elif is_archive(Path(path)) and unpack:
                    added += add_archive(adder, Path(path))
                elif is_archive(Path(path)):
                    reason = "it is an archive; --unpack takes in the documents in it"
                    added.append(Added(path, None, "passed over", reason))
                else:
                    for one in adder.add(Path(path)):
                        added.append(one)
            workspace.sync()
            documents = {document.document: document for document in workspace.documents()}
    finally:
        # Whatever ends this, the files that were taken in are there and are named.
        _report(invocation, added, documents)
    return FAILED if any(one.outcome == "failed" for one in added) else DONE


def _standard_input() -> BinaryIO:
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("there is nothing on standard input", "pipe a document into `askv4 add -`")
    piped = cast(BufferedReader, sys.stdin.buffer)
    if not piped.peek(1):
        raise UsageError("standard input is empty", "pipe a document into `askv4 add -`")
    return piped


def _report(invocation: Invocation, added: list[Added], documents: dict[str, Document] | None) -> None:
    if invocation.as_json and documents is not None:
        invocation.output.json({"added": [_row(one, documents) for one in added]})
    for one in added:
        if not invocation.as_json or one.outcome == "failed":
            _tell(invocation, one, documents)


def _tell(invocation: Invocation, one: Added, documents: dict[str, Document] | None) -> None:
    """A line on one file; without `documents` the indexing has failed."""
    source = safe_name(one.source)
    if one.outcome == "failed":
        invocation.diagnostics.notice(f"{source}: {one.reason}")
        return
    if one.outcome not in ("added", "renamed", "linked"):
        invocation.output.plain(safe_line(f"{source}: {one.reason}"))
        return
    line = Text("linked " if one.outcome == "linked" else "added ")
    line.append_text(name_link(invocation.settings.corpus, one.document or ""))
    reason = f" ({one.reason})" if one.reason else ""
    line.append(safe_line(f"{reason}: {_fared(one, documents)}"))
    invocation.output.text([line])


def _fared(one: Added, documents: dict[str, Document] | None) -> str:
    """How a file that was taken in fared in the index."""
    if documents is None:
        return "not indexed yet, the next run does it"
    document = documents.get(one.document or "")
    if document is None:
        inside = [below for name, below in documents.items() if name.startswith(f"{one.document}/")]
        if inside:
            return f"{counted(len(inside), 'document')}, {counted(sum(one.passages for one in inside), 'passage')}"
        if one.outcome == "linked":
            return "no documents in it yet"
        return "it is not indexed, because .askv4ignore names it"
    if document.state == "skipped":
        return f"it cannot be read: {document.reason}"
    pages = f", {counted(document.pages, 'page')}" if document.pages else ""
    return counted(document.passages, "passage") + pages


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
