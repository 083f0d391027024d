"""Write docs/examples.md: the gold questions on the shipped corpus, each with the answer that the program gives.

    .venv/bin/python -m scripts.tools.make_examples            ask them and print how many come out right
    .venv/bin/python -m scripts.tools.make_examples --write    write the page, too

The questions are scripts/bench/corpus_questions.jsonl; `askv4 eval` counts the same ones right. Answers are quotations, without
a chat model, as a terminal of 110 columns shows them. tests/unit/scripts/test_make_examples.py holds page and questions together.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from askv4 import Workspace
from askv4.cli.render import answer_lines
from askv4.evaluate.gold import GoldQuestion, parse_gold
from askv4.evaluate.outcomes import Outcome
from askv4.evaluate.runner import judged
from askv4.language.words import capital
from askv4.types import Answer
from scripts.places import ROOT

QUESTIONS = ROOT / "scripts" / "bench" / "corpus_questions.jsonl"
CORPUS = ROOT / "corpus"
PAGE = ROOT / "docs" / "examples.md"
WIDTH = 110
RIGHT, NOT_RIGHT = "right", "not right"

Asked = tuple[GoldQuestion, Answer, Outcome]


def gold() -> list[GoldQuestion]:
    """The questions, in order."""
    return parse_gold(QUESTIONS.read_text(encoding="utf-8"), QUESTIONS.name)


def asked(questions: Sequence[GoldQuestion], data_dir: Path | None = None) -> list[Asked]:
    """Each question with its answer and what became of it. `data_dir` keeps the index, by default where `askv4` has it."""
    with Workspace.open(CORPUS, data_dir=data_dir, mode="extractive") as workspace:
        answers = [workspace.ask(one.question, one.history) for one in questions]
        return [
            (one, answer, judged(one, answer, (), workspace.index.catalog))
            for one, answer in zip(questions, answers, strict=True)
        ]


def page(rows: Iterable[Asked]) -> str:
    """The Markdown page of all answers, under the kinds of question in the order of the gold file."""
    rows = list(rows)
    right = sum(outcome.right for _, _, outcome in rows)
    parts = [
        "# Questions that people ask, and what askv4 answers",
        f"{len(rows)} questions on the documents in corpus/, with the answers that the program gives by quotation, without a chat "
        f"model: {right} come out right, as `askv4 eval scripts/bench/corpus_questions.jsonl` counts. Each of the others says what "
        "was expected. The page is written by `python -m scripts.tools.make_examples --write`.",
    ]
    for kind, listed in groupby(rows, key=lambda row: row[0].kind or ""):
        parts.append(f"## {capital(kind)}")
        parts += [_example(*row) for row in listed]
    return "\n\n".join(parts) + "\n"


def _example(question: GoldQuestion, answer: Answer, outcome: Outcome) -> str:
    before = [f"    > {turn.question}" for turn in question.history]
    lines = [line.plain.rstrip() for line in answer_lines(answer, CORPUS, WIDTH)]
    shown = "\n".join(f"    {line}".rstrip() for line in lines)
    asking = "\n".join([*before, f"    > {question.question}"])
    verdict = RIGHT if outcome.right else f"{NOT_RIGHT}: {_expected(question, outcome)}"
    return f"{asking}\n\n{shown}\n\n({question.id}: {verdict})"


def _expected(question: GoldQuestion, outcome: Outcome) -> str:
    if not question.answerable:
        return "the documents do not answer this"
    lacking = [
        group for group, shown in zip(question.groups, outcome.shown, strict=True) if not shown
    ] or question.groups
    return (
        "; ".join(" or ".join(f"“{one.quote or one.document}”" for one in group) for group in lacking)
        + " was to be quoted"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Ask the gold questions on the shipped corpus.")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    parser.add_argument("--data-dir", type=Path, help="where the index lies, by default where askv4 keeps it")
    options = parser.parse_args()
    rows = asked(gold(), options.data_dir)
    for question, _, outcome in rows:
        if not outcome.right:
            print(f"{question.id} {question.question}: {outcome.verdict}")
    print(f"{sum(outcome.right for _, _, outcome in rows)} of {len(rows)} right")
    if options.write:
        PAGE.write_text(page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
