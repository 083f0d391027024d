"""`askv4 ask`: one question, one cited answer; or a batch of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from askv4.answer.question.question import Question
from askv4.as_json import answer_json, error_json
from askv4.cli.compose import open_workspace, told_corpus
from askv4.cli.kept import continued, keep
from askv4.cli.options import (
    Invocation,
    answering_options,
    common_options,
    no_keep_option,
    pass_invocation,
    rerank_option,
    scope_options,
)
from askv4.cli.questions import batch_from, question_from
from askv4.errors import Askv4Error, UsageError

if TYPE_CHECKING:
    from rich.text import Text

    from askv4.types import Answer
    from askv4.workspace import Workspace

ANSWERED, NOT_IN_SOURCES, FAILED = 0, 1, 2


@click.command("ask", short_help="Answer a question from the documents (the default).")
@click.argument("words", metavar="[QUESTION]", nargs=-1)
@click.option("--batch", metavar="FILE|-", help="Answer each line of a file: one JSON object per line, in order.")
@click.option("--continue", "go_on", is_flag=True, help="Take the question as the next one of the last conversation.")
@scope_options
@no_keep_option
@rerank_option
@answering_options
@common_options
@pass_invocation
def ask(invocation: Invocation, words: tuple[str, ...], batch: str | None, go_on: bool) -> int:
    """Answer QUESTION from the documents and show where each sentence comes from.

    The quotes may be left out, and so may the word `ask`. Without a question it is read from standard input. A question
    that begins like an option or a command stands after `--`.

    With a chat model a lead in its words stands above the quotations that carry it. On a terminal the quotations are there
    at once; Ctrl-C leaves it at them.

    \b
    Examples:
      askv4 "how much does it cost?"
      askv4 ask --continue "and who pays?"
      askv4 ask --batch questions.txt > answers.jsonl

    Exit status: 0 answered, 1 the sources do not answer or it is uncertain, 2 an error.
    """
    if batch is not None:
        if words:
            raise UsageError("a question and --batch are given", "leave one of them out")
        if go_on:
            raise UsageError("--continue and --batch are given", "a line of a batch may bring its own history")
        return answer_batch(invocation, batch_from(batch))
    return answer_one(invocation, question_from(words), go_on=go_on)


def answer_one(invocation: Invocation, question: Question, *, go_on: bool = False) -> int:
    """Answer a question on stdout, keep it as a turn of a conversation, and return the exit status."""
    with told_corpus(invocation):
        with open_workspace(invocation.settings, invocation.diagnostics, with_models="answer") as workspace:
            conversation, history = continued(invocation) if go_on else (None, question.history)
            answer = _answer(invocation, workspace, replace(question, history=history))
        _tell_details(invocation, answer)
        try:
            _print(invocation, answer)
        finally:  # after it is shown, so that no trouble with the file costs the answer; and when nobody reads on
            keep(invocation, answer, conversation)
    return ANSWERED if answer.status == "answered" else NOT_IN_SOURCES


def _print(invocation: Invocation, answer: Answer) -> None:
    if invocation.as_json:
        invocation.output.json(answer_json(answer))
    else:
        invocation.output.text(_lines(invocation, answer, invocation.output.width))


def _answer(invocation: Invocation, workspace: Workspace, question: Question) -> Answer:
    """The answer; on a terminal its quotations are shown while a model writes the lead."""
    waiting = None if invocation.as_json else invocation.output.waiting()
    if waiting is None:
        return workspace.ask(question.text, question.history)

    def show(quoted: Answer) -> None:
        waiting.show(lambda width: _lines(invocation, quoted, width))

    with waiting:
        return workspace.ask(question.text, question.history, show, waiting.stop)


def _lines(invocation: Invocation, answer: Answer, width: int) -> Iterator[Text]:
    from askv4.cli.render import answer_lines  # rich, which JSON has no use for

    return answer_lines(answer, invocation.settings.corpus, width)


def answer_batch(invocation: Invocation, questions: Sequence[Question]) -> int:
    """Print one JSON object for each question, as they are answered. One that fails does not stop the others."""
    if not questions:
        invocation.diagnostics.notice("the batch holds no question")
        return ANSWERED

    failures: list[Askv4Error] = []
    with open_workspace(invocation.settings, invocation.diagnostics, with_models="answer") as workspace:
        workspace.require_documents()
        for question in questions:
            _answer_row(invocation, workspace, question, failures)
    return report_failures(invocation, failures, len(questions))


def _answer_row(invocation: Invocation, workspace: Workspace, question: Question, failures: list[Askv4Error]) -> None:
    try:
        row = answer_json(workspace.ask(question.text, question.history))
    except Askv4Error as error:
        failures.append(error)
        row = error_json(question.text, error)
    invocation.output.json(row, row=True)


def report_failures(invocation: Invocation, failures: Sequence[Askv4Error], total: int) -> int:
    """The exit status of a batch; questions that failed are told once, with the first reason."""
    if not failures:
        return ANSWERED
    first = failures[0]
    invocation.diagnostics.error(
        type(first)(f"{len(failures)} of {total} questions failed, the first because {first}", first.remedy)
    )
    return FAILED


def _tell_details(invocation: Invocation, answer: Answer) -> None:
    diagnostics = invocation.diagnostics
    if answer.standalone_question:
        diagnostics.notice(f"understood as: {answer.standalone_question}")
    diagnostics.detail(f"mode: {answer.mode}" + (f", model: {answer.model}" if answer.model else ""))
    if answer.confidence is not None:
        diagnostics.detail(f"confidence: {answer.confidence:.2f}")
    for sentence in answer.grounding:
        if not sentence.supported:
            diagnostics.detail(f"left out: {sentence.text} ({'; '.join(sentence.problems)})")
    diagnostics.timings(answer.timings_ms)
