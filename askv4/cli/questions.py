"""Questions as they come in: words of the command line, standard input, lines of a batch."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from askv4.answer.question.question import Question
from askv4.errors import UsageError
from askv4.types import Turn


def question_from(words: Sequence[str], command: str = "ask") -> Question:
    """The question that the words of a command line make; without words, or with "-", what stands on standard input.

    Raises:
        UsageError: there is no question.
    """
    remedy = f'say it in quotes: askv4 {command} "your question"'
    if list(words) not in ([], ["-"]):
        text = clean(" ".join(words))
    elif sys.stdin is None or (sys.stdin.isatty() and not words):
        raise UsageError("there is no question", remedy)
    else:
        text = clean(decoded(sys.stdin.buffer.read()))
        remedy = f"standard input holds none; {remedy}"
    if not text:
        raise UsageError("the question is empty", remedy)
    return Question(text)


def batch_from(source: str) -> list[Question]:
    """The questions of a batch, all read and checked before the first is answered. Blank lines are passed over.

    Args:
        source: a file's path, or "-" for standard input. A line is a question, or a JSON object with a question and
            the turns before it.

    Raises:
        UsageError: the file cannot be read, or a line is not a question; the message gives its number.
    """
    try:
        data = (
            (sys.stdin.buffer.read() if sys.stdin else b"") if source == "-" else Path(source).expanduser().read_bytes()
        )
    except OSError as error:
        raise UsageError(
            f"--batch {source}: {error.strerror or error}", "name a file of questions, or - for standard input"
        ) from error
    return list(_questions(decoded(data), "standard input" if source == "-" else source))


def clean(text: str) -> str:
    """A question without what cannot be written back as UTF-8, and without white space around it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", " ").strip()


def decoded(data: bytes) -> str:
    """Bytes as text: UTF-8, or UTF-16 where a byte order mark says so; what is neither becomes U+FFFD."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _questions(text: str, source: str) -> Iterator[Question]:
    # Not splitlines(): a question may hold a form feed or U+2028.
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        stripped = clean(line)
        if stripped.startswith("{"):
            yield _from_object(stripped, f"{source}, line {number}")
        elif stripped:
            yield Question(stripped)


def _from_object(line: str, where: str) -> Question:
    remedy = 'a line is a question or {"question": "...", "history": [{"question": "...", "answer": "..."}]}'
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where} is not JSON: {error}", remedy) from error
    question = _text(value, "question")
    if not question:
        raise UsageError(f"{where} holds no question", remedy)
    turns = value.get("history") or []
    history = []
    for turn in turns if isinstance(turns, list) else [None]:
        asked, answered = _text(turn, "question"), _text(turn, "answer")
        if asked is None or answered is None:
            raise UsageError(f"{where}: its history is not a list of questions and answers", remedy)
        history.append(Turn(asked, answered))
    return Question(question, tuple(history))


def _text(value: Any, key: str) -> str | None:
    text = value.get(key) if isinstance(value, dict) else None
    return clean(text) if isinstance(text, str) else None
