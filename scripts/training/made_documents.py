"""Documents of home and work with questions that they answer and nearly answer, from the templates of made_documents.txt.

A template knows more than its document tells: rows, columns, keys and facts that are left out are asked for all the same,
as are the sibling's value, another year, another person. Those questions are the unanswered half.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

from scripts.training.made_drafts import DocumentDraft, MadeDocument, Template
from scripts.training.made_tables import keys, table
from scripts.training.made_words import AROUND

TEMPLATES = Path(__file__).with_name("made_documents.txt")
WORDS_AT_MOST = 220


def made_documents(seed: int, count: int) -> list[MadeDocument]:
    """The same for the same seed; no two with the same lines."""
    chance = random.Random(seed)
    templates = read_templates()
    by_lines: dict[tuple[str, ...], MadeDocument] = {}
    while len(by_lines) < count:
        document = _made(templates[len(by_lines) % len(templates)], chance)
        if len({question for question, _, _ in document.questions}) == len(document.questions):
            by_lines.setdefault(document.lines, document)
    return list(by_lines.values())


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
    draft = DocumentDraft(template, chance)
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


def _facts(draft: DocumentDraft) -> list[tuple[str, str, str]]:
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


def _prose(draft: DocumentDraft) -> None:
    bullet = draft.chance.choice(("", "", "- ", "• ", "* ", "{n}. ", "({n}) ", "§ {n} ", "{n}) "))
    for number, (told, wordings, near) in enumerate(_facts(draft), draft.chance.choice((1, 1, 4, 7))):
        line, answer = _marked(draft.slots.fill(told))
        place = draft.add(bullet.replace("{n}", str(number)) + line)
        draft.ask(wordings, place, answer)
        draft.ask_open(near)


def _chat(draft: DocumentDraft) -> None:
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


def _log(draft: DocumentDraft) -> None:
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


_KINDS: dict[str, Callable[[DocumentDraft], None]] = {
    "table": table,
    "keys": keys,
    "prose": _prose,
    "chat": _chat,
    "log": _log,
}
