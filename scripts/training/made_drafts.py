"""A made document while it is written: what stands in it, and what can be asked about it."""

from __future__ import annotations

import random
from dataclasses import dataclass

from scripts.training.made_words import Slots, typed

ASKED = (4, 6)
"""Questions of either side a document."""


@dataclass(frozen=True, slots=True)
class MadeDocument:
    title: str
    heading: str
    lines: tuple[str, ...]
    questions: tuple[tuple[str, tuple[int, ...], str], ...]
    """Question, the places of the lines that answer it (none where none does), and the words that answer."""


@dataclass(frozen=True, slots=True)
class Template:
    kind: str
    fields: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        return [value for field, value in self.fields if field == name]

    def options(self, name: str) -> list[str]:
        return [option for value in self.all(name) for option in value.split(" / ")]


class DocumentDraft:
    """A document while it is written: `answered` and `open` gather what can be asked about it."""

    def __init__(self, template: Template, chance: random.Random) -> None:
        self.template = template
        self.chance = chance
        self.slots = Slots(chance)
        for line in template.all("let"):
            self.slots.keep(line)
        self.title = self.slots.fill(chance.choice(template.options("title")))
        self.lines: list[str] = []
        self.answered: dict[str, tuple[int, str]] = {}
        self.open: set[str] = set()

    def add(self, line: str) -> int:
        self.lines.append(line)
        return len(self.lines) - 1

    def ask(self, wordings: str, place: int, answer: str) -> None:
        """Two of the wordings, answered by the words of a line."""
        for wording in _some(wordings, self.chance):
            self.answered[self.slots.fill(wording)] = (place, answer)

    def ask_open(self, wordings: str) -> None:
        self.open.update(self.slots.fill(wording) for wording in _some(wordings, self.chance))

    def finished(self) -> MadeDocument:
        for wording in self.template.options("lacks"):
            if self.chance.random() < 0.4:
                self.open.add(self.slots.fill(wording))
        number = self.chance.randint(*ASKED)
        answered = self.chance.sample(sorted(self.answered), min(number, len(self.answered)))
        number = min(len(answered) + self.chance.randint(-1, 1), len(self.open))
        unanswered = self.chance.sample(sorted(self.open - set(self.answered)), number)
        asked: list[tuple[str, tuple[int, ...], str]] = [
            (typed(q, self.chance), (self.answered[q][0],), self.answered[q][1]) for q in answered
        ]
        asked += [(typed(q, self.chance), (), "") for q in unanswered]
        self.chance.shuffle(asked)
        headings = self.template.options("heading")
        heading = self.slots.fill(self.chance.choice(headings)) if headings and self.chance.random() < 0.5 else ""
        return MadeDocument(self.title, heading, tuple(self.lines), tuple(asked))


def _some(wordings: str, chance: random.Random) -> list[str]:
    options = [wording for wording in wordings.split(" / ") if wording.strip()]
    return chance.sample(options, min(2, len(options)))
