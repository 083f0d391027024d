"""Documents of home and work with questions that they answer and nearly answer, from the templates of made_documents.txt.

A template knows more than its document tells: rows, columns, keys and facts that are left out are asked for all the same,
as are the sibling's value, another year, another person. Those questions are the unanswered half.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from made_words import AROUND, Slots, typed

TEMPLATES = Path(__file__).with_name("made_documents.txt")
ASKED = (4, 6)
"""Questions of either side a document."""
WORDS_AT_MOST = 220


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


class Draft:
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


def made_documents(seed: int, count: int) -> list[MadeDocument]:
    """The same for the same seed; no two with the same lines."""
    chance = random.Random(seed)
    templates = read_templates()
    found: dict[tuple[str, ...], MadeDocument] = {}
    while len(found) < count:
        document = _made(templates[len(found) % len(templates)], chance)
        if len({question for question, _, _ in document.questions}) == len(document.questions):
            found.setdefault(document.lines, document)
    return list(found.values())


def read_templates(path: Path = TEMPLATES) -> list[Template]:
    """Blocks that begin with `# kind`, then `field: value` a line."""
    blocks = re.split(r"^# ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [_template(block) for block in blocks]


def _template(block: str) -> Template:
    kind, *lines = (line.strip() for line in block.splitlines() if line.strip())
    fields = []
    for line in lines:
        name, _, value = line.partition(": ")
        fields.append((name, value))
    return Template(kind, tuple(fields))


def _made(template: Template, chance: random.Random) -> MadeDocument:
    draft = Draft(template, chance)
    noise = template.options("noise")
    noise = chance.sample(noise, chance.randint(0, min(3, len(noise))))
    if template.kind in ("table", "keys", "prose"):
        noise += chance.sample(AROUND, chance.randint(0, 3))
        chance.shuffle(noise)
    before = chance.randint(0, len(noise))
    for line in noise[:before]:
        draft.add(draft.slots.fill(line))
    _KINDS[template.kind](draft)
    for line in noise[before:]:
        draft.add(draft.slots.fill(line))
    return draft.finished()


def _some(wordings: str, chance: random.Random) -> list[str]:
    options = [wording for wording in wordings.split(" / ") if wording.strip()]
    return chance.sample(options, min(2, len(options)))


def _facts(draft: Draft) -> list[tuple[str, str, str]]:
    """Sentence with its answer marked, questions, near misses; the facts left out are asked in vain."""
    facts = draft.template.all("fact")
    draft.chance.shuffle(facts)
    shown = draft.chance.randint(len(facts) - 4, len(facts) - 1)
    parted = []
    for place, fact in enumerate(facts):
        told, _, asked = fact.partition(" => ")
        wordings, _, near = asked.partition(" -- ")
        if place < shown:
            parted.append((draft.chance.choice(told.split(" / ")), wordings, near))
        else:
            draft.ask_open(wordings)
    return parted


def _marked(text: str) -> tuple[str, str]:
    """The text without its marks, and what stood between them."""
    return text.replace("«", "").replace("»", ""), text.partition("«")[2].partition("»")[0]


def _prose(draft: Draft) -> None:
    bullet = draft.chance.choice(("", "", "- ", "• ", "* ", "{n}. ", "({n}) ", "§ {n} ", "{n}) "))
    for number, (told, wordings, near) in enumerate(_facts(draft), draft.chance.choice((1, 1, 4, 7))):
        line, answer = _marked(draft.slots.fill(told))
        place = draft.add(bullet.replace("{n}", str(number)) + line)
        draft.ask(wordings, place, answer)
        draft.ask_open(near)


def _chat(draft: Draft) -> None:
    """Each fact said by somebody at some minute: {me} and {you} are the speaker and another."""
    names = sorted({draft.slots.fill("{first}") for _ in range(12)})
    draft.chance.shuffle(names)
    minute = draft.chance.randint(420, 1200)
    form = draft.chance.choice(("{t} {n}: {x}", "[{t}] {n}: {x}", "{n} ({t}): {x}", "{n}: {x}", "<{n}> {x}"))
    draft.slots.kept["me"], draft.slots.kept["you"] = names[:2]
    for told, wordings, near in _facts(draft):
        draft.slots.kept["me"], draft.slots.kept["you"] = draft.chance.sample(names[:4], 2)
        minute += draft.chance.randint(1, 9)
        line, answer = _marked(draft.slots.fill(told))
        time = f"{minute // 60:02}:{minute % 60:02}"
        place = draft.add(form.format(t=time, n=draft.slots.kept["me"], x=line))
        draft.ask(wordings, place, answer)
        draft.ask_open(near)


def _log(draft: Draft) -> None:
    """Each fact with a time stamp."""
    day = f"{draft.chance.randint(2019, 2026)}-{draft.chance.randint(1, 12):02}-{draft.chance.randint(1, 28):02}"
    second = draft.chance.randint(3600, 40000)
    form = draft.chance.choice(("{d} {t} {x}", "[{d} {t}] {x}", "{t} {x}", "{d}T{t}Z {x}", "{t} | {x}"))
    for told, wordings, near in _facts(draft):
        second += draft.chance.randint(5, 4000)
        time = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
        line, answer = _marked(draft.slots.fill(told))
        place = draft.add(form.format(d=day, t=time, x=line))
        draft.ask(wordings, place, answer or time)
        draft.ask_open(near)


def _registered() -> dict[str, Callable[[Draft], None]]:
    from made_tables import keys, table

    return {"table": table, "keys": keys, "prose": _prose, "chat": _chat, "log": _log}


_KINDS = _registered()
