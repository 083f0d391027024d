"""`askv4 eval`: how well askv4 does on questions whose answers the user knows."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from askv4.cli.compose import open_workspace
from askv4.cli.eval_render import comparison_lines, list_lines, run_lines
from askv4.cli.options import Invocation, answering_options, common_options, pass_invocation, scope_options
from askv4.cli.output import to_json
from askv4.cli.questions import decoded
from askv4.cli.version import version
from askv4.errors import DataFolderUnwritable, RunDamaged, UsageError
from askv4.evaluate.checking import Checker
from askv4.evaluate.comparing import compare, comparison_to_record
from askv4.evaluate.drafting import Drafter
from askv4.evaluate.figures import figures_of
from askv4.evaluate.gold import parse_gold
from askv4.evaluate.report import MARK, html_page
from askv4.evaluate.runner import evaluate
from askv4.evaluate.runs import Run, RunStore, run_to_record
from askv4.files import write_whole

if TYPE_CHECKING:
    from askv4.evaluate.gold import GoldQuestion
    from askv4.workspace import Workspace

DONE, BELOW_NEED, FAILED = 0, 1, 2


class _Share(click.ParamType[float]):
    """A share: 0.9 or 90%."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            text = str(value).strip()
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            self.fail(f"{value!r} is no share; say 0.9 or 90%", param, ctx)
        return share


@click.command("eval", short_help="Measure answers on questions whose answers you know.")
@click.argument("gold", metavar="[GOLD]", required=False)
@click.option("-k", "count", metavar="N", type=click.IntRange(1, 1000), default=10, show_default=True,
              help="How many passages count as found.")  # fmt: skip
@click.option(
    "--html",
    "page",
    metavar="OUT",
    type=click.Path(path_type=Path),
    help="Write a page with each miss beside what was expected.",
)
@click.option("--save", "name", metavar="NAME", help="Keep the run, to compare others with it.")
@click.option("--replace", "over", is_flag=True, help="With --save: write over a run of that name.")
@click.option(
    "--need", metavar="SHARE", type=_Share(), help="Exit with 1 when fewer questions than this share come out right."
)
@click.option("--compare", "compared", nargs=2, metavar="A B", help="Compare two kept runs, question by question.")
@click.option("--list", "listed", is_flag=True, help="List the kept runs.")
@click.option(
    "--draft",
    "drafts",
    metavar="N",
    type=click.IntRange(1, 1000),
    help="Propose N questions from your documents, as a gold file.",
)
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="With --draft: write there instead of to standard output.",
)
@click.option("--seed", type=int, default=0, help="With --draft: another number proposes other questions.")
@scope_options
@answering_options
@common_options
@pass_invocation
def eval_(
    invocation: Invocation, gold: str | None, count: int, page: Path | None, name: str | None, over: bool,
    need: float | None, compared: tuple[str, str] | None, listed: bool, drafts: int | None, target: Path | None, seed: int,
) -> int:  # fmt: skip
    """Ask the questions of GOLD (a file, or - for standard input) and hold the answers against what was expected.

    A line of GOLD is a JSON object. The quote must stand in the document; of each group of quotes one must be shown. An
    answer is right when its first four citations, or as many as "first" says, show the quotes, or at least 60 % of each in
    one run. Before a follow-up goes its history. Where a model writes, its leads are judged as well: one is right when it holds of each group of
    key_words one, and none of wrong_words; without these when it holds the quotes or at least half of their key words.

    \b
      {"question": "...", "document": "report.pdf", "quote": "words that answer"}
      {"question": "...", "answerable": false}
      {"question": "...", "groups": [["either these words", "or these"], ["and these"]]}
      {"question": "...", "quote": "...", "key_words": [["41", "forty-one"], ["euros"]], "wrong_words": ["14"]}
      {"question": "and when?", "history": [{"question": "...", "answer": "..."}], "quote": "..."}

    \b
    Examples:
      askv4 eval --draft 30 -o gold.jsonl     then read and correct it
      askv4 eval gold.jsonl --html misses.html --save before
      askv4 eval gold.jsonl --save after
      askv4 eval --compare before after

    Exit status: 0 done, 1 fewer right than --need says, 2 an error.
    """
    _only_one_job(gold, compared, listed, drafts)
    _options_that_fit(
        gold, drafts, {"--html": page, "--save": name, "--need": need}, {"-o": target, "--seed": seed or None}
    )
    if over and name is None:
        raise UsageError("--replace is given without --save", "say which run with --save NAME")
    if listed:
        return _list(invocation)
    if compared is not None:
        return _compare(invocation, *compared)
    if drafts is not None:
        return _draft(invocation, drafts, target, seed)
    return _measure(invocation, str(gold), count, page, name, over=over, need=need)


def _only_one_job(gold: str | None, compared: tuple[str, str] | None, listed: bool, drafts: int | None) -> None:
    jobs = {
        "GOLD": gold is not None,
        "--compare": compared is not None,
        "--list": listed,
        "--draft": drafts is not None,
    }
    given = [job for job, is_given in jobs.items() if is_given]
    if not given:
        raise UsageError(
            "there are no questions to ask", "name a gold file, or make one with `askv4 eval --draft 20 -o gold.jsonl`"
        )
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} are given", "one at a time")


def _options_that_fit(gold: str | None, drafts: int | None, asking: dict[str, Any], drafting: dict[str, Any]) -> None:
    for options, fits, what in ((asking, gold is not None, "a gold file"), (drafting, drafts is not None, "--draft")):
        for option, value in options.items():
            if value is not None and not fits:
                raise UsageError(f"{option} goes with {what}", "leave it out, or see `askv4 eval --help`")


def _measure(
    invocation: Invocation,
    gold: str,
    count: int,
    page: Path | None,
    name: str | None,
    *,
    over: bool,
    need: float | None,
) -> int:
    questions = _read(gold)
    store = RunStore(invocation.settings.data_dir)
    # What would fail at the end is found out before the questions are asked.
    if name is not None and not over:
        store.check_free(name)
    if page is not None:
        _check_page(page)
    run = _asked(invocation, questions, gold, count)
    if name is not None:
        store.save(name, run, replace=over)
    if page is not None:
        _write_page(page, run)
    return _report(invocation, run, page, name, need)


def _read(gold: str) -> list[GoldQuestion]:
    try:
        data = _standard_input() if gold == "-" else Path(gold).expanduser().read_bytes()
    except OSError as error:
        raise UsageError(
            f"{gold}: {error.strerror or error}", "name a file of gold questions, or make one with `askv4 eval --draft`"
        ) from error
    return parse_gold(decoded(data), "standard input" if gold == "-" else gold)


def _standard_input() -> bytes:
    return sys.stdin.buffer.read() if sys.stdin else b""


def _asked(invocation: Invocation, questions: list[GoldQuestion], gold: str, count: int) -> Run:
    from datetime import UTC, datetime

    settings, diagnostics = invocation.settings, invocation.diagnostics
    with open_workspace(settings, diagnostics) as workspace:
        workspace.require_documents()
        _tell_unknown_documents(invocation, workspace, questions)
        assistant, model = workspace.assistant, workspace.load_model()
        with diagnostics.count_bar("asking") as bar:
            outcomes = evaluate(assistant, workspace.index.catalog, questions, count, progress=bar)
        return Run(
            tuple(outcomes), count, gold=gold, corpus=str(settings.corpus), within=None if workspace.within is None else workspace.within.said,
            mode="extractive" if model is None else "llm", model=None if model is None else model.name,
            askv4=version(), date=datetime.now(UTC).isoformat(timespec="seconds"),
        )  # fmt: skip


def _tell_unknown_documents(invocation: Invocation, workspace: Workspace, questions: list[GoldQuestion]) -> None:
    """A document that is misspelt makes every question about it a miss."""
    named = {wanted.document for one in questions for group in one.groups for wanted in group if wanted.document}
    known = {document.document for document in workspace.documents() if document.state == "indexed"}
    unknown = sorted(named - known)
    if unknown:
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        invocation.diagnostics.notice(
            f"the gold file names {unknown[0]}{more}, which the index does not have; `askv4 docs` lists the names"
        )


def _check_page(page: Path) -> None:
    """Raise UsageError where the page could not be written, or something else would be lost."""
    if page.is_dir() or not page.absolute().parent.is_dir():
        raise UsageError(f"--html {page}: there is no such folder, or it is one", "name a file in a folder that exists")
    if page.exists():
        with page.open("rb") as file:
            ours = MARK.encode() in file.read(200)
        if not ours:
            raise UsageError(f"{page} exists and is no page of askv4 eval", "name another file")


def _write_page(page: Path, run: Run) -> None:
    try:
        write_whole(page.absolute(), html_page(run, f"askv4 eval {Path(run.gold).name}").encode("utf-8", "replace"))
    except OSError as error:
        raise DataFolderUnwritable(
            f"{page} cannot be written: {error.strerror or error}", "name another file"
        ) from error


def _report(invocation: Invocation, run: Run, page: Path | None, name: str | None, need: float | None) -> int:
    figures = figures_of(run.outcomes, run.k)
    share = figures.right.share or 0.0
    enough = need is None or share >= need
    if invocation.as_json:
        record = run_to_record(run)
        rows = record.pop("questions")
        invocation.output.json({**record, "figures": figures.to_record(), "questions": rows})
    else:
        invocation.output.text(run_lines(run, invocation.output.width))
    if page is not None:
        invocation.diagnostics.notice(f"written to {page}")
    if name is not None:
        invocation.diagnostics.notice(f"kept as {name}; compare it with `askv4 eval --compare`")
    if figures.failed:
        first = next(one.error for one in run.outcomes if one.error)
        invocation.diagnostics.notice(
            f"{figures.failed} of {len(run.outcomes)} questions failed, the first because {first}"
        )
        return FAILED
    if not enough and need is not None:
        invocation.diagnostics.notice(f"{share:.1%} came out right, {need:.1%} are needed")
        return BELOW_NEED
    return DONE


def _list(invocation: Invocation) -> int:
    store = RunStore(invocation.settings.data_dir)
    runs: dict[str, Run] = {}
    for name in store.names():
        try:
            runs[name] = store.load(name)
        except RunDamaged as error:
            invocation.diagnostics.notice(error.line)
    if invocation.as_json:
        rows = []
        for name, run in runs.items():
            record = run_to_record(replace(run, outcomes=()))
            del record["questions"]
            rows.append({"name": name, **record, "figures": figures_of(run.outcomes, run.k).to_record()})
        invocation.output.json({"runs": rows})
    elif not runs:
        invocation.output.plain(f"no run is kept in {store.folder}")
    else:
        invocation.output.text(list_lines(runs, invocation.output.width))
    return DONE


def _compare(invocation: Invocation, first: str, second: str) -> int:
    store = RunStore(invocation.settings.data_dir)
    runs = store.load(first), store.load(second)
    comparison = compare(*runs)
    if not comparison.pairs:
        raise UsageError(f"{first} and {second} have no question in common", "compare runs of the same gold file")
    if invocation.as_json:
        invocation.output.json({"runs": [first, second], **comparison_to_record(comparison)})
    else:
        invocation.output.text(comparison_lines((first, second), runs, comparison, invocation.output.width))
    return DONE


def _draft(invocation: Invocation, count: int, target: Path | None, seed: int) -> int:
    if target is not None and target.exists():
        raise UsageError(f"{target} exists already", "name another file")
    diagnostics = invocation.diagnostics
    with open_workspace(invocation.settings, diagnostics) as workspace:
        workspace.require_documents()
        checker = Checker(workspace.reader, workspace.verifier, workspace.reader.is_word)
        drafter = Drafter(workspace.index.catalog, checker, workspace.load_model(), workspace.within, seed)
        with diagnostics.count_bar("drafting") as bar:
            drafts = drafter.draft(count, progress=bar)
    lines = [to_json(draft.to_row(number)) for number, draft in enumerate(drafts, 1)]
    _hand_over(invocation, "".join(f"{line}\n" for line in lines).encode("utf-8"), target)
    if drafter.failure is not None:
        diagnostics.notice(f"the model failed, rules made the rest: {drafter.failure.line}")
    if len(drafts) < count:
        diagnostics.notice(f"the documents yield {len(drafts)} of {count} questions")
    if drafts:
        diagnostics.notice("these are drafts: read and correct them before you trust a figure")
    return DONE if drafts else FAILED


def _hand_over(invocation: Invocation, data: bytes, target: Path | None) -> None:
    if target is None:
        invocation.output.raw(data)
        return
    try:
        with target.open("xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise UsageError(f"{target} exists already", "name another file") from error
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror or error}", "name another file") from error
    invocation.diagnostics.notice(f"written to {target}")
