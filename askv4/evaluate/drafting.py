"""Proposes gold questions from the user's own documents, for the user to correct.

Each is made from a sentence of the index, and expects exactly that sentence. Some ask about a name that no document
holds: these the sources cannot answer.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from askv4.answer.question.question import Question
from askv4.errors import ModelError
from askv4.evaluate.proposing import Lexis, Proposal, fit_to_ask, proposals
from askv4.language.words import content_words
from askv4.llm.chat import Message
from askv4.records import Scope
from askv4.types import Document, Span

if TYPE_CHECKING:
    from askv4.llm.chat import ChatModel

UNANSWERABLE_SHARE = 0.2
LOOKED_AT = 24
"""So many sentences of a document are looked at for one that makes a good question."""
_WHOLE = 1_000_000_000
_INSTRUCTION = (
    "You write test questions for a search program. Write one question that the sentence answers. It must be understood "
    "without the sentence: name what it is about. Use other words than the sentence where you can, keep its language, "
    "and do not answer. Write the question only."
)
_LONGEST_QUESTION = 300
_END = re.compile(r"[?？؟]|\s*\n")
_STRANGERS = (
    "Arvidsson Bellomonte Castellanos Dragomir Eskildsen Fitzwilliam Grzegorz Hallgrimsson Iturbide Jorgensen Kowalczyk "
    "Lindqvist Montefiore Nakagawa Okonkwo Papadakis Quintanilla Rasmussen Szymanski Tanizaki Uribe Vasquez Wojcik Yamashita "
    "Zielinski Ljubljana Valparaiso Tromso Antofagasta Bratislava Cochabamba Djibouti Esbjerg Gaborone Kristiansand"
).split()
"""Names from many places: one that no document of the corpus holds takes the place of one that does."""

_NAME = re.compile(r"\b[A-Z][\w-]*(?:\s[A-Z][\w-]*)*")


class Documents(Protocol):
    """What is needed of the catalogue."""

    def documents(self, within: Scope | None = None) -> list[Document]: ...
    def text(self, name: str) -> str: ...
    def neighbours(self, document: str, start: int, end: int, before: int, after: int) -> list[Span]: ...
    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed question. `document` and `span` are where the quote stands; for an unanswerable one, where it comes from."""

    kind: str
    question: str
    answerable: bool
    document: str
    quote: str
    span: Span
    note: str = ""

    def to_row(self, number: int) -> dict[str, Any]:
        """The line of a gold file."""
        row: dict[str, Any] = {"id": f"draft-{number:03d}", "kind": self.kind, "question": self.question}
        if not self.answerable:
            return {**row, "answerable": False, "note": self.note}
        place = {"start": self.span.start, "end": self.span.end}
        return {**row, "answerable": True, "document": self.document, "quote": self.quote, **place}


@dataclass
class Drafter:
    """Drafts questions from `sources`, in an order that `seed` decides; with `model`, it writes them where it can."""

    sources: Documents
    model: ChatModel | None = None
    within: Scope | None = None
    """Part of the corpus to draw from."""
    seed: int = 0
    failure: ModelError | None = None
    """Why the model wrote no more, if it failed: the rules took over."""
    _kinds: Counter[str] = field(default_factory=Counter)
    _asked: set[str] = field(default_factory=set)

    def draft(self, count: int, progress: Callable[[int, int], None] = lambda _done, _total: None) -> list[Draft]:
        """Up to `count` drafts, spread over the documents; fewer when these do not yield more.

        `progress` is called with (drafts made, count).
        """
        unanswerable = int(UNANSWERABLE_SHARE * count)
        source = self._answerable()
        made = self._take(source, count - unanswerable, progress, 0, count)
        swapped = [twin for draft in made if (twin := self._swapped(draft)) is not None][:unanswerable]
        made += self._take(source, unanswerable - len(swapped), progress, len(made) + len(swapped), count)
        progress(len(made) + len(swapped), count)
        return [*made, *swapped]

    @staticmethod
    def _take(
        source: Iterator[Draft], most: int, progress: Callable[[int, int], None], done: int, count: int
    ) -> list[Draft]:
        made: list[Draft] = []
        while len(made) < most and (draft := next(source, None)) is not None:
            made.append(draft)
            progress(done + len(made), count)
        return made

    def _answerable(self) -> Iterator[Draft]:
        """One draft of each document in turn, until none has more."""
        order = random.Random(self.seed)
        documents = [one for one in self.sources.documents(self.within) if one.state == "indexed" and one.passages > 0]
        order.shuffle(documents)
        sources = [self._of_document(document.document, order.random()) for document in documents]
        while sources:
            going = []
            for drafts in sources:
                draft = next(drafts, None)
                if draft is not None:
                    going.append(drafts)
                    yield draft
            sources = going

    def _of_document(self, name: str, offset: float) -> Iterator[Draft]:
        """Drafts of one document, from all over it."""
        text = self.sources.text(name)
        spans = [
            span
            for span in self.sources.neighbours(name, 0, 0, 0, _WHOLE)
            if fit_to_ask(" ".join(span.of(text).split()))
        ]
        lexis = Lexis.of(text)
        waiting = [spans[place] for place in _spread(len(spans), offset)]
        while waiting:
            looked_at = waiting[:LOOKED_AT]
            chosen, proposal = self._best(text, looked_at, lexis)
            waiting = [span for span in waiting if span != chosen]
            if proposal is None:
                continue
            self._kinds[proposal.kind] += 1
            self._asked.add(proposal.question.lower())
            yield Draft(proposal.kind, proposal.question, True, name, chosen.of(text), chosen)

    def _best(self, text: str, spans: Sequence[Span], lexis: Lexis) -> tuple[Span, Proposal | None]:
        """Of some sentences the one that makes the kind of question of which there are fewest so far."""
        if self.model is not None:
            written = self._written(spans[0].of(text))
            if written is not None:
                return spans[0], written
        best: tuple[Span, Proposal] | None = None
        for span in spans:
            for proposal in proposals(span.of(text), lexis, self._rarest):
                if proposal.question.lower() in self._asked:
                    continue
                if best is None or self._rank(proposal) < self._rank(best[1]):
                    best = span, proposal
        return best or (spans[0], None)

    def _rank(self, proposal: Proposal) -> tuple[bool, int]:
        return proposal.kind == "cloze", self._kinds[proposal.kind]

    def _rarest(self, candidates: list[str]) -> str:
        """The word that the fewest passages hold; of several the longest."""
        frequency = self.sources.document_frequency(candidates)
        return min(candidates, key=lambda word: (frequency[word], -len(word)))

    def _written(self, sentence: str) -> Proposal | None:
        """A question by the model; None when it fails, or what it wrote is none about the sentence."""
        assert self.model is not None
        line = " ".join(sentence.split())
        messages = [Message("system", _INSTRUCTION), Message("user", f"Sentence: {line}")]
        try:
            question = first_question(self.model.stream(messages, max_tokens=96))
        except ModelError as error:
            self.failure, self.model = error, None
            return None
        about = set(content_words(question)) & set(content_words(line))
        if not question.endswith(("?", "？", "؟")) or len(about) < 2 or question.lower() in self._asked:
            return None
        return Proposal("written", " ".join(question.split()))

    def _swapped(self, draft: Draft) -> Draft | None:
        """The same question about a name that no document holds; None when it names nothing, or asks for the name."""
        if draft.kind in ("cloze", "name"):
            return None
        named = Question(draft.question).names
        for match in _NAME.finditer(draft.question, 1):
            words = re.findall(r"[^\W_]+", match.group())
            if not all(word.lower() in named and not word[0].isdigit() for word in words):
                continue
            stranger = self._stranger(match.group())
            question = draft.question.replace(match.group(), stranger or "")
            if stranger is None or question.lower() in self._asked:
                continue
            self._asked.add(question.lower())
            note = f"no document holds “{stranger}”, which stands here for “{match.group()}”"
            return Draft("unanswerable", question, False, draft.document, draft.quote, draft.span, note)
        return None

    def _stranger(self, word: str) -> str | None:
        """A name that can stand for `word` and that the corpus does not hold; None when there is none.

        Of a name with a digit another number: "X8000" for "X9000".
        """
        digits = [place for place, character in enumerate(word) if character.isdigit()]
        others = (
            [f"{word[: digits[-1]]}{digit}{word[digits[-1] + 1 :]}" for digit in "7395142860"]
            if digits
            else list(_STRANGERS)
        )
        if not digits:
            random.Random(f"{self.seed} {word}").shuffle(others)
        frequency = self.sources.document_frequency(others)
        return next((other for other in others if other != word and not frequency[other]), None)


def first_question(pieces: Iterator[str]) -> str:
    """What is written up to the first question mark, or on the first line."""
    text = ""
    for piece in pieces:
        text = (text + piece).lstrip()
        if _END.search(text) or len(text) > _LONGEST_QUESTION:
            break
    if isinstance(pieces, Generator):
        pieces.close()
    end = _END.search(text)
    return text[: end.end()].strip() if end else ""


def _spread(count: int, offset: float) -> list[int]:
    """0..count-1 in an order whose every beginning is spread over the whole (the golden ratio's multiples)."""
    places = dict.fromkeys(int(((offset + step * 0.6180339887) % 1.0) * count) for step in range(4 * count))
    return [*places, *(place for place in range(count) if place not in places)]
