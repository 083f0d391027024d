"""Question and text, and whether the one is answered by the other: what the reader is trained on.

Made from scripts/reader_questions.jsonl, a document a line: genre, title, heading (may be empty), sentences, and questions,
each with the numbers of the sentences that answer it together; none where the document does not. The documents were
written for this by a language model (Claude), as were the questions: half of them tempt a careless reader, who finds the
right words, or something of the right kind, but no answer. No text of askv4's corpus and no question set was used.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUESTIONS = Path(__file__).resolve().parent / "reader_questions.jsonl"
MEASURED = Path(__file__).resolve().parent / "near_questions.jsonl"
"""More of the same kind, on papers of home and work: nothing is trained or fitted on them."""
HELD_OUT = 20
"""Every so manieth document is kept for measuring."""
WINDOWS = 0.3
"""The share of questions whose document is also read in part, since passages of the index differ in size."""
HEADINGS = 0.3
"""The share of texts that are read under their heading, as the program does where that helps."""
ELSEWHERE = 0.3
"""The share of questions that are also put to another document, the most alike of `LOOKED_AT`."""
LOOKED_AT = 60
_LINE_BY_LINE = ("-", "|", "*", "$", "#", "    ")
_FUNCTION_WORDS = frozenset(
    "a an the of in on at to for from by with and or is are was were be been do does did can could will would what when "
    "where which who why how many much long it its this that".split()
)


@dataclass(frozen=True, slots=True)
class Document:
    """A written text with its questions."""

    title: str
    heading: str
    sentences: tuple[str, ...]
    questions: tuple[tuple[str, tuple[int, ...]], ...]
    """Question, and the places of the sentences that answer it."""

    def text(self, begin: int = 0, end: int | None = None) -> str:
        lines = any(sentence.startswith(_LINE_BY_LINE) for sentence in self.sentences)
        return ("\n" if lines else " ").join(self.sentences[begin:end])

    def body(self) -> str:
        """The whole as it would lie in a folder, below its title."""
        return f"## {self.heading}\n\n{self.text()}" if self.heading else self.text()


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing to learn."""

    question: str
    text: str
    answered: bool
    weight: float


def read_documents(path: Path = QUESTIONS) -> list[Document]:
    """Raises OSError, ValueError."""
    return [_document(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _document(row: dict[str, Any]) -> Document:
    questions = tuple((asked["q"], tuple(asked["a"])) for asked in row["questions"])
    return Document(row["title"], row["heading"], tuple(row["sentences"]), questions)


def parted(documents: Sequence[Document]) -> tuple[list[Document], list[Document]]:
    """Those to learn from, and those kept for measuring."""
    learned = [document for place, document in enumerate(documents) if place % HELD_OUT]
    return learned, list(documents[::HELD_OUT])


def pairs(documents: Sequence[Document], chance: random.Random) -> list[Pair]:
    """Every question with its document whole, with parts of it, with single sentences, and with another document.

    Answered and not answered pairs weigh the same in sum.
    """
    words = _Words(documents)
    found: list[Pair] = []
    for place, document in enumerate(documents):
        for question, answer in document.questions:
            found.append(Pair(question, _under_titles(document, document.text(), chance), bool(answer), 1.0))
            found += _windows(document, question, answer, chance)
            found += _sentences(document, question, answer, words, chance)
            if chance.random() < ELSEWHERE:
                other = words.most_alike(question, place, chance)
                found.append(Pair(question, f"{other.title}. {other.text()}", False, 0.5))
    return _balanced(found)


def _under_titles(document: Document, text: str, chance: random.Random) -> str:
    if document.heading and chance.random() < HEADINGS:
        text = f"{document.heading}: {text}"
    return f"{document.title}. {text}" if document.title else text


def _windows(document: Document, question: str, answer: tuple[int, ...], chance: random.Random) -> list[Pair]:
    """A part of the document, unless it holds only a part of the answer."""
    size = len(document.sentences)
    if size <= 6 or chance.random() >= WINDOWS:
        return []
    length = chance.randint(3, size - 2)
    begin = chance.randint(0, size - length)
    inside = sum(begin <= place < begin + length for place in answer)
    if answer and 0 < inside < len(answer):
        return []
    text = _under_titles(document, document.text(begin, begin + length), chance)
    return [Pair(question, text, inside > 0, 1.0)]


def _sentences(
    document: Document, question: str, answer: tuple[int, ...], words: _Words, chance: random.Random
) -> list[Pair]:
    """What answers, and two sentences that do not: the nearest in words, and any."""
    rest = [place for place in range(len(document.sentences)) if place not in answer]
    near = sorted(rest, key=lambda i: -words.shared(question, document.sentences[i]) + chance.random())
    wrong = [*near[:1], *chance.sample(near[1:], min(1, len(near[1:])))]

    def one(place: int, answered: bool, weight: float) -> Pair:
        return Pair(question, _under_titles(document, document.sentences[place], chance), answered, weight)

    found = [one(place, False, 0.5) for place in wrong]
    return found + [one(place, True, 1.0 if len(answer) == 1 else 0.5) for place in answer[:3]]


def _balanced(found: list[Pair]) -> list[Pair]:
    total = {side: sum(pair.weight for pair in found if pair.answered is side) for side in (False, True)}
    half = sum(total.values()) / 2
    return [Pair(pair.question, pair.text, pair.answered, pair.weight * half / total[pair.answered]) for pair in found]


class _Words:
    """How much of a question a text shares, rare words counting more."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._bags = [_content(f"{document.title} {document.text()}") for document in documents]
        self._frequency = Counter(word for bag in self._bags for word in bag)

    def shared(self, question: str, text: str) -> float:
        return self._weight(_content(question) & _content(text))

    def most_alike(self, question: str, place: int, chance: random.Random) -> Document:
        """Another document than the one at `place`."""
        places = chance.sample(range(len(self._documents)), min(LOOKED_AT, len(self._documents)))
        asked = _content(question)
        best = max((i for i in places if i != place), key=lambda i: self._weight(asked & self._bags[i]))
        return self._documents[best]

    def _weight(self, words: frozenset[str]) -> float:
        known = (self._frequency[word] for word in words if word in self._frequency)
        return sum(math.log(len(self._documents) / seen) for seen in known)


def _content(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", text.lower())) - _FUNCTION_WORDS
