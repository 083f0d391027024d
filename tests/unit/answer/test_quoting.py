"""What is shown where it is uncertain: a candidate, exact and marked, then the passages beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from askv4.answer.question.question import Question
from askv4.answer.quote.quoting import offer, quote
from tests.unit.answer.builders import document, evidence_of, hit_of
from tests.unit.answer.write.kit import Shelf

FERRY = hit_of("Boats are many. The ferry sails at nine in the morning. It costs 4 euros.", document("ferry.md"))
LETTER = hit_of("The ferry sailed at ten, I think.", document("letter.md", kind="reader comment"), passage_id=2)
OTHER = hit_of("Cranes stand on the quay.", document("cranes.md"), passage_id=3)
FOURTH = hit_of("Buses wait.", document("buses.md"), passage_id=4)
SHELF = Shelf(FERRY, LETTER, OTHER, FOURTH)
HITS = [OTHER, FERRY, LETTER, FOURTH]


def test_the_candidate_is_the_likeliest_sentence_then_come_the_other_passages() -> None:
    evidence = replace(evidence_of((FERRY, 1, 0.8), (LETTER, 0, 0.5)), status="uncertain")
    answer = offer(Question("When does the ferry sail?"), evidence, HITS, SHELF)
    assert (answer.status, answer.mode, answer.citations, answer.verdict, answer.lead, answer.conflicts) == (
        "uncertain", "extractive", (), None, None, (),
    )  # fmt: skip
    assert answer.answer == "It may be this:\n“The ferry sails at nine in the morning.”"
    candidate, *others = answer.nearest
    assert candidate.quote == "The ferry sails at nine in the morning."
    assert SHELF.text("ferry.md")[candidate.start : candidate.end] == candidate.quote
    assert (candidate.n, candidate.title, candidate.line) == (1, "Title of ferry.md", 1)
    assert [(one.n, one.document) for one in others] == [(2, "cranes.md"), (3, "letter.md")]


def test_a_candidate_that_is_somebody_s_word_is_said_to_be() -> None:
    evidence = replace(evidence_of((LETTER, 0, 0.8)), status="uncertain")
    answer = offer(Question("When did the ferry sail?"), evidence, [LETTER], SHELF)
    assert answer.answer == "It may be this:\nA reader comment says: “The ferry sailed at ten, I think.”"
    assert answer.quoted == f"{answer.answer} [1]"
    assert len(answer.nearest) == 1


class Affirms:
    """A verifier that is sure that everything says yes; it keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Sequence[str], str]] = []

    def verdicts(self, pairs: Sequence[tuple[Sequence[str], str]]) -> NDArray[np.float32]:
        self.asked += pairs
        rows = [[0.98, 0.01, 0.01] if said.endswith("Yes.") else [0.01, 0.01, 0.98] for _, said in pairs]
        return np.array(rows, dtype=np.float32)


def test_a_verdict_stands_before_the_quotations_of_a_yes_no_question_alone() -> None:
    affirms = Affirms()
    answer = quote(Question("Does the ferry sail at nine?"), evidence_of((FERRY, 1, 0.9)), SHELF, affirms)
    assert (answer.verdict, answer.answer) == ("yes", "Yes.\n“The ferry sails at nine in the morning.” [1]")
    sentence = "Title of ferry.md: The ferry sails at nine in the morning."
    assert affirms.asked == [([sentence], f"Does the ferry sail at nine? {said}.") for said in ("Yes", "No")]
    other = quote(Question("When does the ferry sail?"), evidence_of((FERRY, 1, 0.9)), SHELF, affirms)
    assert (other.verdict, other.answer[0], len(affirms.asked)) == (None, "“", 2)
