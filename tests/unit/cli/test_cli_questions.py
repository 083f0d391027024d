"""Questions from words, standard input and batches."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.cli.questions import Question, batch_from, clean, question_from
from askv4.errors import UsageError
from askv4.types import Turn


class Terminal(io.TextIOWrapper):
    """Standard input that a person types into."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch):
    """Sets what stands on standard input."""

    def fill(data: bytes, kind: type[io.TextIOWrapper] = io.TextIOWrapper) -> None:
        monkeypatch.setattr(sys, "stdin", kind(io.BytesIO(data), encoding="ascii"))

    return fill


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["two", "words"], "two words"),
        (["two words"], "two words"),
        (['  "quoted" AND NEAR( * '], '"quoted" AND NEAR( *'),
        (["🚀?"], "🚀?"),
        (["x" * 10_000], "x" * 10_000),
        (["caf\udcc3"], "caf\ufffd"),
    ],
)
def test_words(words: list[str], text: str) -> None:
    assert question_from(words) == Question(text)


@pytest.mark.parametrize("words", [[""], ["  ", "\t"], ["\0"]])
def test_an_empty_question(words: list[str]) -> None:
    with pytest.raises(UsageError, match="empty") as caught:
        question_from(words)
    assert 'askv4 ask "your question"' in caught.value.remedy


@pytest.mark.parametrize("words", [[], ["-"]])
@pytest.mark.parametrize("data", ["Was ist ö?\n".encode(), "\ufeffWas ist ö?".encode(), "Was ist ö?".encode("utf-16")])
def test_standard_input(stdin, words: list[str], data: bytes) -> None:
    stdin(data)
    assert question_from(words).text == "Was ist ö?"


def test_nothing_on_standard_input(stdin, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(b"")
    with pytest.raises(UsageError, match="empty") as caught:
        question_from([])
    assert "standard input holds none" in caught.value.remedy
    stdin(b"", Terminal)
    with pytest.raises(UsageError, match="no question"):
        question_from([])
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UsageError, match="no question"):
        question_from([])


def test_a_batch(tmp_path: Path) -> None:
    file = tmp_path / "questions.txt"
    turns = '[{"question": "a?", "answer": "b."}, {"question": "c?", "answer": ""}]'
    lines = [
        "first?",
        "",
        '{"id": 1, "question": "second?", "history": null}',
        " \t",
        f'{{"question": "third?", "history": {turns}}}',
    ]
    file.write_bytes("\r\n".join([*lines, 'a "fourth\u2028one']).encode())
    assert batch_from(str(file)) == [
        Question("first?"),
        Question("second?"),
        Question("third?", (Turn("a?", "b."), Turn("c?", ""))),
        Question('a "fourth\u2028one'),
    ]


def test_a_batch_on_standard_input(stdin) -> None:
    stdin(b"one?\ntwo?")
    assert [question.text for question in batch_from("-")] == ["one?", "two?"]
    stdin(b"\n\n")
    assert batch_from("-") == []


@pytest.mark.parametrize(
    "line",
    [
        '{"question": ',
        "{}",
        '{"question": " "}',
        '{"question": 3}',
        '{"question": "q", "history": "h"}',
        '{"question": "q", "history": {"question": "a"}}',
        '{"question": "q", "history": ["a"]}',
        '{"question": "q", "history": [{"question": "a"}]}',
        '{"question": "q", "history": [{"question": "a", "answer": 1}]}',
        "{" * 5000,
        '{"a":' * 5000,
    ],
)
def test_a_wrong_line_is_named_before_any_work(stdin, line: str) -> None:
    stdin(f"fine?\n\n{line}\n".encode())
    with pytest.raises(UsageError, match="standard input, line 3") as caught:
        batch_from("-")
    assert len(caught.value.line) < 400


def test_a_batch_that_cannot_be_read(tmp_path: Path) -> None:
    for source in (str(tmp_path), str(tmp_path / "none.txt")):
        with pytest.raises(UsageError) as caught:
            batch_from(source)
        assert source in str(caught.value)


@given(st.text(st.characters(codec=None)))
def test_a_clean_question_can_be_written_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned
