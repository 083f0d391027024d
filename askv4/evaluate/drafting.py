"""Proposes gold questions from the user's own documents, for the user to correct.

Each is made from a sentence of the index, and expects exactly that sentence; reader and verifier agree that it answers. Some ask
about a name that no document holds: these the sources cannot answer.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from askv4.answer.question.question import Question
from askv4.errors import ModelError
from askv4.evaluate.checking import Checker
from askv4.evaluate.proposing import Lexis, Proposal, fit_to_ask, proposals
from askv4.language import en
from askv4.language.words import asks, content_words
from askv4.llm.chat import Message
from askv4.records import Scope, StoredPassage
from askv4.text.places import last_heading
from askv4.types import Document, Span

if TYPE_CHECKING:
    from askv4.llm.chat import ChatModel

UNANSWERABLE_SHARE = 0.2
LOOKED_AT = 24
"""So many sentences of a document are looked at for one that makes a good question."""
WRITTEN = 4
"""So many of them a model is shown before the rules make one: a small one's questions seldom pass, at seconds each."""
_WHOLE = 1_000_000_000
_INSTRUCTION = (
    "You write test questions for a search program. Write one question that the sentence answers. It must be understood "
    "without the sentence: name what it is about. Use other words than the sentence where you can, keep its language, "
    "and do not answer. Write the question only."
)
_LONGEST_QUESTION = 300
_END = re.compile(r"[?？؟]|\s*\n")
_PEOPLE = (
    "Arvidsson Bellomonte Castellanos Dragomir Eskildsen Fitzwilliam Grzegorz Hallgrimsson Iturbide Jorgensen Kowalczyk "
    "Lindqvist Montefiore Nakagawa Okonkwo Papadakis Quintanilla Rasmussen Szymanski Tanizaki Uribe Vasquez Wojcik Yamashita "
    "Zielinski"
).split()
_PLACES = (
    "Ljubljana Valparaiso Tromso Antofagasta Bratislava Cochabamba Djibouti Esbjerg Gaborone Kristiansand Maputo Paramaribo"
).split()
"""Names from many places: one that no document of the corpus holds takes the place of one that does."""
_SWAPPED = frozenset({"date", "number", "money"})
"""Kinds of questions that ask as sensibly about another name."""
_BEFORE_A_PLACE = re.compile(rf"\b(?:{en.BEFORE_PLACE_NAMES})\s(?:the\s)?$", re.I)
_BEFORE_A_NOUN = re.compile(r"\ban?\s$", re.I)

_NAME = re.compile(r"\b[A-Z][\w-]*(?:\s[A-Z][\w-]*)*")


class Documents(Protocol):
    """What is needed of the catalogue."""

    def documents(self, within: Scope | None = None) -> list[Document]: ...
    def text(self, name: str) -> str: ...
    def neighbours(self, document: str, start: int, end: int, before: int, after: int) -> list[Span]: ...
    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]: ...
    def passages_between(self, document: str, start: int, end: int) -> Sequence[StoredPassage]: ...


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
    """Drafts questions from `sources`, in an order that `seed` decides; with `model`, it writes them where it can.

    `checker` lets only those pass that their own sentence surely answers.
    """

    sources: Documents
    checker: Checker
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
        source = self.answerable()
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

    def answerable(self) -> Iterator[Draft]:
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
        yield from self._of_headings(name, text)
        spans = [
            span
            for span in self.sources.neighbours(name, 0, 0, 0, _WHOLE)
            if fit_to_ask(" ".join(span.of(text).split()))
        ]
        lexis = Lexis.of(text)
        waiting = [spans[place] for place in _spread(len(spans), offset)]
        while waiting:
            made = self._first(text, waiting[:LOOKED_AT], lexis)
            if made is None:
                del waiting[:LOOKED_AT]
                continue
            span, proposal = made
            waiting.remove(span)
            self._kinds[proposal.kind] += 1
            self._asked.add(proposal.question.lower())
            yield Draft(proposal.kind, proposal.question, True, name, span.of(text), span)

    def _of_headings(self, name: str, text: str) -> Iterator[Draft]:
        """The questions that a document asks itself in its headings, each with the sentence below that answers it."""
        for passage in self.sources.passages_between(name, 0, _WHOLE):
            question = last_heading(passage.heading).strip()
            if not asks(question) or len(content_words(question)) < 2 or question.lower() in self._asked:
                continue
            best = self.checker.best(question, [" ".join(span.of(text).split()) for span in passage.sentences])
            if best is not None:
                span = passage.sentences[best]
                self._asked.add(question.lower())
                yield Draft("heading", question, True, name, span.of(text), span)

    def _first(self, text: str, spans: Sequence[Span], lexis: Lexis) -> tuple[Span, Proposal] | None:
        """Of some sentences the first that makes a question that it answers surely, of the kind of which there are fewest."""
        said = {span: " ".join(span.of(text).split()) for span in spans}
        for span in islice((span for span in spans if said[span] not in self._asked), WRITTEN):
            written = self._written(said[span])
            if written is not None:
                return span, written
        made = [
            (span, proposal)
            for span in spans
            for proposal in proposals(said[span], lexis, self.checker.is_word)
            if proposal.question.lower() not in self._asked
        ]
        for span, proposal in sorted(made, key=lambda pair: self._kinds[pair[1].kind]):
            sure = self.checker.sure(proposal, said[span])
            self._asked.add(proposal.question.lower())  # whatever it is, it is looked at once
            if sure is not None:
                return span, sure
        return None

    def _written(self, sentence: str) -> Proposal | None:
        """A question by the model; None where there is none, it fails, or its question is not surely answered by the sentence."""
        if self.model is None:
            return None
        self._asked.add(sentence)
        messages = [Message("system", _INSTRUCTION), Message("user", f"Sentence: {sentence}")]
        try:
            question = " ".join(first_question(self.model.stream(messages, max_tokens=96)).split())
        except ModelError as error:
            self.failure, self.model = error, None
            return None
        about = set(content_words(question)) & set(content_words(sentence))
        if not asks(question) or len(about) < 2 or question.lower() in self._asked:
            return None
        return self.checker.sure(Proposal("written", question, ""), sentence)

    def _swapped(self, draft: Draft) -> Draft | None:
        """The same question about a name that no document holds; None when it names nothing, or asks for the name."""
        if draft.kind not in _SWAPPED:
            return None
        named = Question(draft.question).names
        for match in _NAME.finditer(draft.question, 1):
            words = re.findall(r"[^\W_]+", match.group())
            if not all(word.lower() in named and not word[0].isdigit() for word in words):
                continue
            before = draft.question[: match.start()]
            if _BEFORE_A_NOUN.search(before):
                continue
            stranger = self._stranger(match.group(), _PLACES if _BEFORE_A_PLACE.search(before) else _PEOPLE)
            question = draft.question.replace(match.group(), stranger or "")
            if stranger is None or question.lower() in self._asked:
                continue
            self._asked.add(question.lower())
            note = f"no document holds “{stranger}”, which stands here for “{match.group()}”"
            return Draft("unanswerable", question, False, draft.document, draft.quote, draft.span, note)
        return None

    def _stranger(self, word: str, strangers: Sequence[str]) -> str | None:
        """A name that can stand for `word` and that the corpus does not hold; None when there is none.

        Of a name with a digit another number: "X8000" for "X9000".
        """
        digits = [place for place, character in enumerate(word) if character.isdigit()]
        others = (
            [f"{word[: digits[-1]]}{digit}{word[digits[-1] + 1 :]}" for digit in "7395142860"]
            if digits
            else list(strangers)
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
