"""Documents in memory, and a verifier whose verdicts are given by words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from askv4.answer.question.asked_place import stems_of
from askv4.answer.write.pruning import Excerpt
from askv4.language.en import STOP_WORDS
from askv4.language.words import words
from askv4.types import Hit, Skipped, Span
from tests.unit.answer.builders import document, hit_of


class Shelf:
    """Texts of documents, with neighbours among the sentences of their hits."""

    def __init__(self, *hits: Hit) -> None:
        self._hits = hits

    def text(self, name: str) -> str:
        return "\n".join(hit.text for hit in self._hits if hit.document.document == name)

    def place(self, name: str, offset: int) -> tuple[int | None, int | None]:
        return self.text(name).count("\n", 0, offset) + 1, None

    def neighbours(self, name: str, start: int, end: int, before: int, after: int) -> list[Span]:
        spans = [span for hit in self._hits if hit.document.document == name for span in hit.sentences]
        earlier = [span for span in spans if span.end <= start]
        later = [span for span in spans if span.start >= end]
        return [*(earlier[-before:] if before else []), *later[:after]]

    def skipped(self) -> list[Skipped]:
        return []


class Literal:
    """Supports a statement whose content words all stand in the premises; says how many do."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], str]] = []

    def probabilities(self, pairs: Sequence[tuple[Sequence[str], str]]) -> list[float]:
        shares = []
        for premises, statement in pairs:
            mine = set(words(statement)) - STOP_WORDS
            shares.append(len(mine & set(words(" ".join(premises)))) / max(1, len(mine)))
        return shares

    def verdicts(self, pairs: Sequence[tuple[Sequence[str], str]]) -> NDArray[np.float32]:
        """To "Q? Yes." what has the words of Q says yes; what says "whether" leaves all open."""
        rows = []
        for premises, statement in pairs:
            asked = stems_of(set(words(statement)) - STOP_WORDS - {"yes", "no"})
            said = stems_of(words(" ".join(premises)))
            row = [0.01, 0.98, 0.01] if "whether" in said or not asked <= said else [0.98, 0.01, 0.01]
            rows.append(row if statement.endswith("Yes.") else row[::-1])
        return np.array(rows, np.float32)

    def supports(self, premises: Sequence[str], statement: str, known: str = "") -> bool:
        return not self.problems(premises, statement, known)

    def problems(self, premises: Sequence[str], statement: str, known: str = "") -> tuple[str, ...]:  # noqa: ARG002
        self.asked.append((tuple(premises), statement))
        missing = set(words(statement)) - STOP_WORDS - set(words(" ".join(premises)))
        return tuple(f"{word} is not there" for word in sorted(missing))


class Answers:
    """A reader to whom every sentence answers but those that hold a word of `not_these`."""

    def __init__(self, *not_these: str) -> None:
        self._not_these = not_these

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:  # noqa: ARG002
        return np.array([-5.0 if any(word in text for word in self._not_these) else 5.0 for text in texts], np.float32)


def excerpts_of(*texts: str) -> list[Excerpt]:
    """Each text an excerpt of a document of its own."""
    made = []
    for n, text in enumerate(texts, start=1):
        hit = hit_of(text, document(f"{n}.md"), passage_id=n, rank=n)
        made.append(Excerpt(hit, Span(hit.start, hit.end), hit.text))
    return made
