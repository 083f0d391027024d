"""docs/examples.md is made from the gold questions on the shipped corpus."""

from __future__ import annotations

import re
from pathlib import Path

from askv4.evaluate.matching import find_words
from scripts.tools.make_examples import CORPUS, NOT_RIGHT, PAGE, RIGHT, asked, gold, page

WHAT_TO_DO = "run `.venv/bin/python -m scripts.tools.make_examples --write`"
KINDS = {
    "overviews", "main points", "lists", "several questions", "comparisons", "disagreements", "follow-ups", "yes or no", "refusals",
}  # fmt: skip


def test_the_page_has_every_question_with_what_became_of_it() -> None:
    written = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"((?:^    > .*\n)+)(?:.*\n)*?^\((.+?): (right|not right)", written, re.MULTILINE)
    shown = [([line[6:] for line in asking.splitlines()], name) for asking, name, _ in blocks]
    assert shown == [([*(turn.question for turn in one.history), one.question], one.id) for one in gold()], WHAT_TO_DO
    right = sum(verdict == "right" for _, _, verdict in blocks)
    assert f"{len(blocks)} questions" in written
    assert f"{right} come out right" in written, WHAT_TO_DO


def test_there_are_thirty_questions_of_all_kinds_and_their_quotes_stand_in_the_corpus() -> None:
    questions = gold()
    assert len(questions) == 30
    assert {one.kind for one in questions} == KINDS
    texts = [path.read_text(encoding="utf-8") for path in CORPUS.glob("*.md") if path.name != "README.md"]
    quotes = [wanted.quote for one in questions for group in one.groups for wanted in group if wanted.quote]
    assert not [quote for quote in quotes if not any(find_words(text, quote) for text in texts)]


def test_answers_are_the_programs_own(data_dir: Path) -> None:
    questions = [one for one in gold() if one.kind in ("lists", "refusals")][1::4]
    written = page(asked(questions, data_dir))
    for one in questions:
        assert f"\n    > {one.question}\n" in written
        assert f"\n({one.id}: {RIGHT})\n" in written or f"\n({one.id}: {NOT_RIGHT}: " in written
    assert "    [2] “Huawei benefits from the open-source story”  v4-huawei-nvidia.md:33\n" in written
