"""Follow-ups in whole conversations: those of ../shared/papers, each after all that was asked of its folder before it.

    .venv/bin/python -m scripts.bench.talks [--shared ../shared] [--work DIR] [-v]

check_papers.py gives each follow-up the one question before it, without an answer; here the conversation goes on as in the chat, with
the program's own answers, from folder to folder of the same case. `-v` prints each with how it was understood.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from askv4 import Workspace
from askv4.as_json import answer_json
from askv4.types import Answer, Turn
from scripts.places import SHARED
from scripts.training.question_sets import module_of

Row = dict[str, Any]


def talk(workspace: Workspace, rows: Sequence[Row]) -> Iterator[tuple[Row, Answer]]:
    """The follow-ups of one case with their answers, in one conversation; what they follow and was not asked is asked first."""
    turns: list[Turn] = []
    for row in rows:
        if not turns or turns[-1].question != row["after"]:
            turns.append(Turn(row["after"], workspace.ask(row["after"], turns).answer))
        answer = workspace.ask(row["question"], turns)
        turns.append(Turn(row["question"], answer.answer))
        yield row, answer


def main(words: Sequence[str]) -> int:
    """Ask, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED, help="where papers and tools lie (../shared)")
    parser.add_argument(
        "--work", type=Path, default=Path(tempfile.gettempdir()) / "askv4-talks", help="indexes are kept here"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="print each follow-up")
    options = parser.parse_args(words)
    if not (options.shared / "papers").is_dir():
        print(f"talks: no papers in {options.shared}; name their folder with --shared", file=sys.stderr)
        return 0
    lines = (options.shared / "papers" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    cases: dict[str, list[Row]] = defaultdict(list)
    for row in map(json.loads, lines):
        if row.get("after"):
            cases[row["case"]].append(row)
    verdict = module_of(options.shared / "tools" / "check_papers.py").verdict
    counts: Counter[str] = Counter()
    for case, rows in cases.items():
        folder = options.shared / "papers" / "cases" / case
        with Workspace.open(folder, data_dir=options.work, mode="extractive") as workspace:
            for row, answer in talk(workspace, rows):
                came = verdict(answer_json(answer), row["expected"])
                counts[came] += 1
                if options.verbose:
                    print(f"{came:9} {row['question']} | {answer.standalone_question or ''}")
    print(json.dumps({"questions": counts.total(), **counts}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
