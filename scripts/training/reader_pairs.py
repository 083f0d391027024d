"""Question and text, whether the one is answered by the other, and by which words: what the reader learns from documents.

Four sources, all written or made for this; no text of askv4's corpus and no question set was used:
reader_questions.jsonl, a document a line (genre, title, heading, sentences, and questions, each with the numbers of the
sentences that answer it together; none where the document does not); reader_papers.jsonl, papers of home and work in the
same way, with the words that answer; reader_twins.jsonl, papers and prose whose questions come in twins, one with the
qualifier that the document has and one with another ("weekly" where the rent is monthly); and what made_documents.py makes.
The first three were written by a language model (Claude): half of the questions tempt a careless reader, who finds the right
words, or something of the right kind, but no answer.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

QUESTIONS = Path(__file__).resolve().parent / "reader_questions.jsonl"
PAPERS = QUESTIONS.with_name("reader_papers.jsonl")
TWINS = QUESTIONS.with_name("reader_twins.jsonl")
HELD_OUT = 20
"""Every 20th document is held out."""
PAPERS_HELD_OUT = 6
"""Every sixth of the papers and of the twins' documents is held out; the evidence is fitted on those."""
WINDOWS = 0.3
"""The share of questions whose document is also read in part, since passages of the index differ in size."""
HEADINGS = 0.3
"""The share of texts that are read under their heading, as the program does where that helps."""
ELSEWHERE = 0.3
"""The share of questions that are also put to another document, the most alike of `LOOKED_AT`."""
LOOKED_AT = 200
SHORTENED = 0.1
"""The share of questions that are put without their function words, as people search."""
MISTYPED = 0.05
_LINE_BY_LINE = ("-", "|", "*", "$", "#", "    ")
_FUNCTION_WORDS = frozenset(
    "a an the of in on at to for from by with and or is are was were be been do does did can could will would what when "
    "where which who why how many much long it its this that".split()
)
_HEADING = re.compile(r"[^\W\d][^:|;?!.\d]{2,38}")
"""A line of papers that stands above others: a few words, without a stop, a figure or a value."""


class Asked(NamedTuple):
    """A question, the places of the sentences that answer it, and the words in them that do."""

    question: str
    places: tuple[int, ...]
    words: str = ""
    """Empty where nobody marked any."""


@dataclass(frozen=True, slots=True)
class Document:
    """A written text with its questions."""

    title: str
    heading: str
    sentences: tuple[str, ...]
    questions: tuple[Asked, ...]
    lines: bool = False
    """Whether every sentence is a line of its own: a row, a key with its value, a message."""

    def text(self, begin: int = 0, end: int | None = None) -> str:
        lines = self.lines or any(sentence.startswith(_LINE_BY_LINE) for sentence in self.sentences)
        return ("\n" if lines else " ").join(self.sentences[begin:end])

    def body(self) -> str:
        """The whole as it would lie in a folder, below its title."""
        return f"## {self.heading}\n\n{self.text()}" if self.heading else self.text()

    def above(self, place: int) -> str:
        """The line right above a sentence where that is a heading, else nothing."""
        above = self.sentences[place - 1] if self.lines and place else ""
        return above if _HEADING.fullmatch(above) else ""


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing to learn."""

    question: str
    text: str
    answered: bool
    weight: float
    words: tuple[int, int] | None = None
    """Where in the text the words stand that answer it; None where that is not known."""


def read_documents(path: Path = QUESTIONS) -> list[Document]:
    """Raises OSError, ValueError."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [_paper(row) if "lines" in row else _document(row) for row in rows]


def _document(row: dict[str, Any]) -> Document:
    questions = tuple(Asked(asked["q"], tuple(asked["a"])) for asked in row["questions"])
    return Document(row["title"], row["heading"], tuple(row["sentences"]), questions)


def _paper(row: dict[str, Any]) -> Document:
    questions = tuple(Asked(asked["q"], tuple(asked["a"]), asked.get("s", "")) for asked in row["questions"])
    prose = all(line.endswith((".", "!", "?")) for line in row["lines"])
    return Document(row["title"], "", tuple(row["lines"]), questions, lines=not prose)


def parted(documents: Sequence[Document], every: int = HELD_OUT) -> tuple[list[Document], list[Document]]:
    """Those to learn from, and those kept for measuring."""
    learned = [document for place, document in enumerate(documents) if place % every]
    return learned, list(documents[::every])


def pairs(documents: Sequence[Document], chance: random.Random, *, share: float = 1.0) -> list[Pair]:
    """Every question with its document whole, with parts of it, with single sentences, and with another document.

    Of the questions `share` are taken. Answered and not answered pairs weigh the same in sum.
    """
    words = Words([f"{document.title} {document.text()}" for document in documents])
    made: list[Pair] = []
    for place, document in enumerate(documents):
        for asked in document.questions:
            if chance.random() >= share:
                continue
            asked = asked._replace(question=as_typed(asked.question, chance))
            made.append(
                _pair(document, asked, _under_titles(document, document.text(), chance), bool(asked.places), 1.0)
            )
            made += _windows(document, asked, chance)
            made += _sentences(document, asked, words, chance)
            if chance.random() < ELSEWHERE:
                other = documents[words.most_alike(asked.question, place, chance)]
                made.append(Pair(asked.question, f"{other.title}. {other.text()}", False, 0.5))
    return _balanced(made)


def _pair(document: Document, asked: Asked, text: str, answered: bool, weight: float) -> Pair:
    answering = [document.sentences[place] for place in asked.places]
    words = next(filter(None, (place_of(asked.words, one, text) for one in answering)), None)
    return Pair(asked.question, text, answered, weight, words if answered else None)


def place_of(words: str, sentence: str, text: str) -> tuple[int, int] | None:
    """Where the words of a sentence stand in the text that holds it."""
    if not words or words not in sentence or sentence not in text:
        return None
    begin = text.index(sentence) + sentence.index(words)
    return begin, begin + len(words)


def as_typed(question: str, chance: random.Random) -> str:
    """Mostly as it is; else its content words alone, or with one letter wrong."""
    kind = chance.random()
    if kind < SHORTENED:
        kept = [word for word in question.rstrip("?").split() if word.lower() not in _FUNCTION_WORDS]
        return " ".join(kept) if len(kept) > 1 else question
    long = [word for word in question.split() if word.isalpha() and len(word) > 4]
    if kind < SHORTENED + MISTYPED and long:
        word = chance.choice(long)
        place = chance.randrange(1, len(word) - 2)
        wrong = chance.choice(
            (word[:place] + word[place + 1 :], word[:place] + word[place + 1] + word[place] + word[place + 2 :])
        )
        return question.replace(word, wrong, 1)
    return question


def _under_titles(document: Document, text: str, chance: random.Random) -> str:
    if document.heading and chance.random() < HEADINGS:
        text = f"{document.heading}: {text}"
    return f"{document.title}. {text}" if document.title else text


def _windows(document: Document, asked: Asked, chance: random.Random) -> list[Pair]:
    """A part of the document, unless it holds only a part of the answer."""
    size = len(document.sentences)
    if size <= 6 or chance.random() >= WINDOWS:
        return []
    length = chance.randint(3, size - 2)
    begin = chance.randint(0, size - length)
    inside = sum(begin <= place < begin + length for place in asked.places)
    if asked.places and 0 < inside < len(asked.places):
        return []
    text = _under_titles(document, document.text(begin, begin + length), chance)
    return [_pair(document, asked, text, inside > 0, 1.0)]


def _sentences(document: Document, asked: Asked, words: Words, chance: random.Random) -> list[Pair]:
    """What answers, and two sentences that do not: the nearest in words, and any."""
    rest = [place for place in range(len(document.sentences)) if place not in asked.places]
    near = sorted(rest, key=lambda i: -words.shared(asked.question, document.sentences[i]) + chance.random())
    wrong = [*near[:1], *chance.sample(near[1:], min(1, len(near[1:])))]

    def one(place: int, answered: bool, weight: float) -> Pair:
        text, above = document.sentences[place], document.above(place)
        return _pair(
            document, asked, _under_titles(document, f"{above}: {text}" if above else text, chance), answered, weight
        )

    unanswered = [one(place, False, 0.5) for place in wrong]
    return unanswered + [one(place, True, 1.0 if len(asked.places) == 1 else 0.5) for place in asked.places[:3]]


def _balanced(pairs: list[Pair]) -> list[Pair]:
    total = {side: sum(pair.weight for pair in pairs if pair.answered is side) for side in (False, True)}
    half = sum(total.values()) / 2
    return [replace(pair, weight=pair.weight * half / total[pair.answered]) for pair in pairs]


class Words:
    """How much of a question a text shares, rare words counting more."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._bags = [_content(text) for text in texts]
        self._frequency = Counter(word for bag in self._bags for word in bag)

    def shared(self, question: str, text: str) -> float:
        return self._weight(_content(question) & _content(text))

    def most_alike(self, question: str, place: int, chance: random.Random) -> int:
        """The place of another text than the one at `place`."""
        places = chance.sample(range(len(self._bags)), min(LOOKED_AT, len(self._bags)))
        asked = _content(question)
        return max((i for i in places if i != place), key=lambda i: self._weight(asked & self._bags[i]))

    def _weight(self, words: frozenset[str]) -> float:
        known = (self._frequency[word] for word in words if word in self._frequency)
        return sum(math.log(len(self._bags) / seen) for seen in known)


def _content(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", text.lower())) - _FUNCTION_WORDS
