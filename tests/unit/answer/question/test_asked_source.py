"""What a question asks of a source that it names."""

from __future__ import annotations

import pytest

from askv4.answer.question.asked_source import asked_source


@pytest.mark.parametrize(
    ("question", "named", "rest"),
    [
        ("What did the harbour report say about that?", {"harbour", "report"}, "What about that?"),
        ("And what does the lease say about pets?", {"leas"}, "And what about pets?"),
        ("According to the minutes, who repairs the gate?", {"minut"}, "Who repairs the gate?"),
        ("How old is the mill according to the guide?", {"guid"}, "How old is the mill?"),
    ],
)
def test_a_source_that_is_named_is_asked(question: str, named: set[str], rest: str) -> None:
    asked = asked_source(question)
    assert asked is not None
    assert len(asked.named) == len(named)
    assert asked.rest == rest


@pytest.mark.parametrize("question", ["What does the mill grind?", "What did he say about the mill?", "Who said that?"])
def test_others_ask_any(question: str) -> None:
    assert asked_source(question) is None
