"""`askv4 search`: the passages that a question finds, ranked, without an answer."""

from __future__ import annotations

from typing import Any

import click

from askv4.answer.question.question import Question
from askv4.as_json import error_json, search_json
from askv4.cli.ask import report_failures
from askv4.cli.compose import open_workspace
from askv4.cli.options import Invocation, common_options, pass_invocation, rerank_option, scope_options
from askv4.cli.questions import batch_from, question_from
from askv4.errors import Askv4Error, UsageError

FOUND, NOTHING_FOUND = 0, 1


@click.command("search", short_help="Show the passages that fit a question, best first.")
@click.argument("words", metavar="[QUESTION]", nargs=-1)
@click.option(
    "-k", "count", metavar="N", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many passages."
)
@click.option("--batch", metavar="FILE|-", help="Search for each line of a file: one JSON object per line, in order.")
@scope_options
@rerank_option
@common_options
@pass_invocation
def search(invocation: Invocation, words: tuple[str, ...], count: int, batch: str | None) -> int:
    """Show the passages that fit QUESTION, best first.

    \b
    Examples:
      askv4 search "delivery dates"
      askv4 search -k 3 --json "delivery dates"
      askv4 search --batch questions.txt > passages.jsonl

    Exit status: 0 something was found, 1 nothing, 2 an error.
    """
    if batch is not None:
        if words:
            raise UsageError("a question and --batch are given", "leave one of them out")
        return _search_batch(invocation, batch_from(batch), count)
    return _search_one(invocation, question_from(words, "search"), count)


def _search_one(invocation: Invocation, question: Question, count: int) -> int:
    with open_workspace(invocation.settings, invocation.diagnostics, with_models="search") as workspace:
        outcome = workspace.search(question.text, count, question.history)
    hits = outcome.hits
    invocation.diagnostics.timings(outcome.timings_ms)
    output = invocation.output
    if invocation.as_json:
        output.json(search_json(question.text, outcome))
        return FOUND if hits else NOTHING_FOUND
    if outcome.note:
        invocation.diagnostics.notice(outcome.note)
    if hits:
        from askv4.cli.render import hit_lines  # rich, which JSON has no use for

        output.text(hit_lines(hits, invocation.settings.corpus, output.width))
    else:
        output.plain("No passage fits.")
    return FOUND if hits else NOTHING_FOUND


def _search_batch(invocation: Invocation, questions: list[Question], count: int) -> int:
    if not questions:
        invocation.diagnostics.notice("the batch holds no question")
        return FOUND

    failures: list[Askv4Error] = []
    with open_workspace(invocation.settings, invocation.diagnostics) as workspace:
        workspace.require_documents()
        for question in questions:
            row: dict[str, Any]
            try:
                row = search_json(question.text, workspace.search(question.text, count, question.history))
            except Askv4Error as error:
                failures.append(error)
                row = error_json(question.text, error)
            invocation.output.json(row, row=True)
    return report_failures(invocation, failures, len(questions))
