"""Direct answers, held against pairs of questions and sentences: every odd pair was used to write the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from askv4.answer.direct import agreed, verdict

_LINES = Path(__file__).with_name("yesno_pairs.txt").read_text(encoding="utf-8").splitlines()
PAIRS = [line.split(" | ") for line in _LINES if line and not line.startswith("#")]


@pytest.mark.parametrize("half", [0, 1])
def test_what_is_said_directly_is_right_and_most_that_could_be_is_said(half: int) -> None:
    said, could = 0, 0
    for label, question, sentence, *title in PAIRS[half::2]:
        found = verdict(question, sentence, " ".join(title)) or "-"
        assert found in ("-", label), (question, sentence)
        said += found != "-"
        could += label != "-"
    assert said >= 0.8 * could


def test_a_verdict_falls_when_another_sentence_says_otherwise() -> None:
    assert agreed(["no", None, "no"]) == "no"
    assert agreed(["yes", "no"]) is None
    assert agreed([None, "yes"]) is None
    assert agreed([]) is None
