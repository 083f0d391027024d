"""The check of a written statement: exact rules first, then how likely the model finds it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from askv4.answer.write.verifier import SUPPORTED, SUPPORTED_SHORT, StatementVerifier
from askv4.neural.verifier import Checked
from askv4.neural.verifier import Verifier as Entailment

SOURCES = ("The ferry sails at nine.", "Tickets cost four crowns.")
SAID = "The boat leaves the harbour in the morning."


class Chances(Entailment):
    """Finds a statement as likely as told, by what it is checked against."""

    def __init__(self, data_dir: Path, chances: dict[tuple[tuple[str, ...], str], float]) -> None:
        super().__init__(data_dir)
        self._chances = chances
        self.asked: list[tuple[tuple[str, ...], str]] = []

    def verdicts(self, pairs: Sequence[Checked]) -> NDArray[np.float32]:
        keys = [(tuple(premises), statement) for premises, statement in pairs]
        self.asked += keys
        return np.array([[self._chances.get(key, 0.0), 0.0, 0.0] for key in keys], dtype=np.float32)


def test_a_figure_that_no_source_has_is_not_put_to_the_model(tmp_path: Path) -> None:
    model = Chances(tmp_path, {})
    problems = StatementVerifier(model).problems(SOURCES, "Tickets cost five crowns.")
    assert problems[0] == "the number five is not in the cited source"
    assert model.asked == []


def test_a_source_that_carries_alone_is_enough(tmp_path: Path) -> None:
    model = Chances(tmp_path, {(SOURCES, SAID): 0.1, (SOURCES[:1], SAID): SUPPORTED + 0.01})
    check = StatementVerifier(model)
    assert check.supports(SOURCES, SAID)
    assert check.problems(SOURCES[1:], SAID) == ("the source does not say that (likely by 0.00)",)
    assert model.asked[-1] == (SOURCES[1:], SAID)


def test_an_answer_in_a_few_words_is_weighed_alone_and_less_strictly(tmp_path: Path) -> None:
    few, many = "Nine.", "The ferry of Graz leaves the harbour at nine."
    likely = {(SOURCES[:1], one): SUPPORTED_SHORT + 0.01 for one in (few, many)}
    check = StatementVerifier(Chances(tmp_path, likely))
    question = "When does the ferry of Graz sail?"
    assert check.supports(SOURCES[:1], few, question)
    assert check.supports(SOURCES[:1], f"The answer to “{question}” is Nine.", question)
    assert not check.supports(SOURCES[:1], many, question)


def test_to_repeat_the_question_is_no_claim(tmp_path: Path) -> None:
    question, source = "Which city had 17 bridges in 1810?", ("Graz had bridges.",)
    check = StatementVerifier(Chances(tmp_path, {(source, "Graz."): 1.0}))
    assert check.supports(source, f"The answer to “{question}” is Graz.", question)


def test_another_script_is_not_weighed(tmp_path: Path) -> None:
    model = Chances(tmp_path, {})
    assert not StatementVerifier(model).supports(SOURCES, "渡轮九点开。", "When does the ferry sail?")
    assert model.asked == []
