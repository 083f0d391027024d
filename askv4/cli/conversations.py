"""`askv4 conversations`: what was asked before, kept on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from askv4.answer.conversation.export import FORMATS, Format, exported, format_of, write_new
from askv4.answer.conversation.kept import ConversationStore
from askv4.answer.conversation.record import answer_to_record
from askv4.cli.models_common import agreed
from askv4.cli.options import Invocation, common_options, pass_invocation
from askv4.cli.render import QUIET, wrapped
from askv4.cli.wording import counted
from askv4.errors import UsageError
from askv4.sync.index import known_dates
from askv4.text.safe import safe_line, safe_name

if TYPE_CHECKING:
    from askv4.answer.conversation.kept import Conversation

MANY = 1_000_000
DECLINED = 2
"""A person who was asked said no: what the command is for was not done."""


@click.group("conversations", invoke_without_command=True, short_help="List, export and delete past conversations.")
@common_options
@click.pass_context
def conversations(ctx: click.Context) -> int | None:
    """Past conversations on this corpus: those of the chat, and apart from them the single questions of `askv4 ask`.

    They are kept in the data folder. `askv4 ask --continue` goes on with the last one; `askv4 ask --no-keep` keeps nothing.

    \b
    Examples:
      askv4 conversations
      askv4 conversations export 3 notes.md
      askv4 conversations clear
    """
    return None if ctx.invoked_subcommand is not None else int(ctx.invoke(list_))


@conversations.command("list", short_help="List conversations, the latest first (the default).")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--single", is_flag=True, help="The questions by themselves, which are else only counted.")
@click.option("--all", "everywhere", is_flag=True, help="Those on other corpora, too.")
@common_options
@pass_invocation
def list_(
    invocation: Invocation, words: tuple[str, ...] = (), *, single: bool = False, everywhere: bool = False
) -> int:
    """List the conversations on this corpus, the latest first; with WORDs, those and single questions that have all of them."""
    store, output = _store(invocation), invocation.output
    corpus = None if everywhere else invocation.settings.corpus
    kept = store.find(" ".join(words), corpus)
    if invocation.as_json:
        shown = [one for one in kept if one.single or not single]
        output.json({"conversations": [conversation_json(conversation) for conversation in shown]})
        return 0
    shown = kept if words else [one for one in kept if one.single == single]
    width = max((len(str(conversation.id)) for conversation in shown), default=0)
    for one in shown:
        line = Text(safe_line(one.title))
        line.append(f"  {one.updated.astimezone():%Y-%m-%d %H:%M}, {counted(one.turns, 'question')}", style=QUIET)
        line.append(f", {safe_name(str(one.corpus))}" if everywhere else "", style=QUIET)
        output.text(wrapped(line, output.width, Text(f"{one.id:>{width}}  "), width + 2))
    apart = len(kept) - len(shown)
    if not kept:
        elsewhere = not everywhere and store.find(" ".join(words), limit=1)
        nothing = "no conversation holds these words" if words else "nothing has been asked yet"
        output.plain(f"{nothing}{'; --all shows those on other corpora' if elsewhere else ''}")
    elif apart and not single:
        output.plain(f"{'and ' if shown else ''}{counted(apart, 'single question')}: askv4 conversations list --single")
    return 0


@conversations.command("clear", short_help="Forget the questions that were asked by themselves.")
@click.option("--all", "everywhere", is_flag=True, help="Those on other corpora, too.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@common_options
@pass_invocation
def clear(invocation: Invocation, *, everywhere: bool, yes: bool) -> int:
    """Forget for good all questions on this corpus that nobody has gone on from; conversations stay."""
    store, corpus = _store(invocation), None if everywhere else invocation.settings.corpus
    single = counted(len(store.find(corpus=corpus, limit=MANY, single=True)), "single question")
    if not agreed(invocation, f"Forget {single}?", yes=yes):
        return DECLINED
    cleared = store.clear_single(corpus)
    return _said(invocation, {"cleared": cleared}, f"forgot {counted(cleared, 'single question')}")


@conversations.command("export", short_help="Write a conversation with its sources, or what it cites.")
@click.argument("number", type=int)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), help="Else the end of FILE says it: .bib, .json, .md.")
@common_options
@pass_invocation
def export(invocation: Invocation, number: int, file: Path | None, form: Format | None) -> int:
    """Write conversation NUMBER to FILE, else to standard output: in Markdown with the sources of each answer, or the
    documents that it cites as BibTeX or CSL-JSON.

    \b
    Examples:
      askv4 conversations export 3 notes.md
      askv4 conversations export 3 sources.bib
      askv4 conversations export 3 --format csl-json
    """
    store = _store(invocation)
    kept, turns = store.get(number), store.turns(number)
    if invocation.as_json:
        rows = [{"asked": turn.asked.isoformat(), **answer_to_record(turn.answer)} for turn in turns]
        invocation.output.json({**conversation_json(kept), "turns": rows})
        return 0
    form = form or format_of(file)
    dates = {} if form == "markdown" else known_dates(invocation.settings.data_dir, kept.corpus)
    text = exported(kept, turns, form, dates)
    if file is None:
        invocation.output.raw(text.encode("utf-8"))
        return 0
    write_new(file, text)
    invocation.diagnostics.notice(f"written to {file}")
    return 0


@conversations.command("rename", short_help="Give a conversation another title.")
@click.argument("number", type=int)
@click.argument("title", nargs=-1, required=True)
@common_options
@pass_invocation
def rename(invocation: Invocation, number: int, title: tuple[str, ...]) -> int:
    """Give conversation NUMBER another TITLE."""
    try:
        _store(invocation).rename(number, " ".join(title))
    except ValueError as error:
        raise UsageError(str(error), "give it a title") from error
    return _said(invocation, {"renamed": number}, f"conversation {number} is renamed")


@conversations.command("delete", short_help="Forget a conversation for good.")
@click.argument("number", type=int)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@common_options
@pass_invocation
def delete(invocation: Invocation, number: int, yes: bool) -> int:
    """Forget conversation NUMBER for good."""
    store = _store(invocation)
    kept = store.get(number)
    if not agreed(invocation, f"Delete conversation {number}, “{kept.title}”?", yes=yes):
        return DECLINED
    store.delete(number)
    return _said(invocation, {"deleted": number}, f"conversation {number} is deleted")


def conversation_json(conversation: Conversation) -> dict[str, Any]:
    """One conversation, without what was said in it."""
    return {
        "conversation": conversation.id,
        "title": conversation.title,
        "corpus": str(conversation.corpus),
        "created": conversation.created.isoformat(),
        "updated": conversation.updated.isoformat(),
        "questions": conversation.turns,
        "single": conversation.single,
    }


def _store(invocation: Invocation) -> ConversationStore:
    return ConversationStore(invocation.settings.data_dir)


def _said(invocation: Invocation, as_json: dict[str, Any], line: str) -> int:
    if invocation.as_json:
        invocation.output.json(as_json)
    else:
        invocation.output.plain(line)
    return 0
