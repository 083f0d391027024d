"""`askv4 forget`: what the data folder keeps of documents and questions is erased."""

from __future__ import annotations

from contextlib import suppress

import click

from askv4.answer.conversation.kept import ConversationStore
from askv4.cli.models_common import agreed
from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.cli.wording import counted
from askv4.config import ready_corpus, ready_data_dir
from askv4.corpus.removing import find_in_corpus, remove_from_corpus
from askv4.errors import DocumentNotFound, UsageError
from askv4.evaluate.runs import RunStore
from askv4.files import erase
from askv4.options import INDEXES
from askv4.sync.indexes import remove_index
from askv4.sync.syncing import SyncOptions
from askv4.text.safe import safe_name
from askv4.workspace import Workspace

DONE, DECLINED = 0, 2


@click.command("forget", short_help="Erase what is kept of documents and questions.")
@click.argument("names", metavar="[DOCUMENT]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All indexes, conversations and evaluations.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@common_options
@pass_invocation
def forget(invocation: Invocation, names: tuple[str, ...], *, everything: bool, yes: bool) -> int:
    """Erase what the data folder keeps of DOCUMENTs: text, vectors, and the answers in conversations that show them.

    A document that still lies in the corpus goes to the bin first, as with `askv4 remove`; emptying the bin is left to you.
    With --all every index, conversation and evaluation goes; documents, models and settings stay.

    \b
    Examples:
      askv4 forget letter.pdf
      askv4 forget --all
    """
    if bool(names) == everything:
        raise UsageError("name documents, or --all", "see `askv4 forget --help`")
    if everything:
        return _forget_all(invocation, yes=yes)
    for name in names:
        _forget(invocation, name)
    return DONE


def _forget_all(invocation: Invocation, *, yes: bool) -> int:
    data_dir = ready_data_dir(invocation.settings)
    where = safe_name(str(data_dir))
    if not agreed(invocation, f"Erase all indexes, conversations and evaluations in {where}?", yes=yes):
        return DECLINED
    ConversationStore(data_dir).erase()
    with suppress(FileNotFoundError):
        erase(RunStore(data_dir).folder)
    indexes = [path for path in (data_dir / INDEXES).glob("*") if path.is_dir()]
    for index in indexes:
        remove_index(index)
    _say(
        invocation,
        {"indexes": len(indexes)},
        f"forgot the indexes of {counted(len(indexes), 'folder')}, and all that was asked",
    )
    return DONE


def _forget(invocation: Invocation, name: str) -> None:
    settings = invocation.settings
    corpus, data_dir = ready_corpus(settings), ready_data_dir(settings)
    path = None
    with suppress(DocumentNotFound):
        path = find_in_corpus(corpus, name)
        name = path.relative_to(corpus.absolute()).as_posix()
    with Workspace(settings, invocation.diagnostics) as workspace:
        known = workspace.index.catalog.known_files()
        names = {one for one in known if one == name or one.startswith(f"{name}/")} or {name}
        if path is not None:
            remove_from_corpus(corpus, path)
        turns = ConversationStore(data_dir).forget(names, corpus)
        if path is None and not turns and names.isdisjoint(known):
            raise DocumentNotFound(f"nothing is kept of {name!r}")
        workspace.sync(SyncOptions(allow_empty=True))
        workspace.index.erase_traces()
    binned = "; the file is in the bin" if path is not None else ""
    _say(
        invocation,
        {"forgotten": sorted(names), "answers": turns},
        f"forgot {safe_name(name)} and {counted(turns, 'answer')} that showed it{binned}",
    )


def _say(invocation: Invocation, as_json: dict[str, object], line: str) -> None:
    if invocation.as_json:
        invocation.output.json(as_json)
    else:
        invocation.output.plain(line)
