"""Tables and key-value papers of the made documents: what is left out, and who or what is not there, is asked for too."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scripts.training.made_drafts import DocumentDraft

_TRIES = 30
_OUTSIDE = re.compile(r"\|(?![^{]*\})")
"""A bar that is not within a slot."""


@dataclass(frozen=True, slots=True)
class _Column:
    label: str
    value: str
    wordings: str
    reverse: str
    """Asks for the row by its value."""
    most: str
    """Asks for the row with the greatest number."""


def table(draft: DocumentDraft) -> None:
    chance = draft.chance
    name, _, pool = draft.template.all("rows")[0].partition(" = ")
    rows = _names(draft, pool)
    columns = [_column(draft, text) for text in draft.template.all("col")]
    chance.shuffle(columns)
    number = chance.randint(2, max(2, min(4, len(columns) - 1)))
    shown, hidden = columns[:number], columns[number:]
    size = chance.randint(4, min(11, len(rows) - 2))
    present, absent = rows[:size], rows[size:]
    cells = [_values(draft, column, size) for column in shown]
    places = _written(draft, chance.choice(name.split("|")), present, shown, cells)
    for column, values, under in zip(shown, cells, places, strict=True):
        _ask_column(draft, column, values, present, under)
    for column in hidden:
        for row in chance.sample(present, 2):
            draft.ask_open(column.wordings.replace("{r}", row))
    kin = [row for row in absent if any(row.split()[0] == other.split()[0] for other in present)] or absent
    for row in chance.sample(kin, min(3, len(kin))):
        draft.ask_open(chance.choice(shown).wordings.replace("{r}", row))


def _names(draft: DocumentDraft, pool: str) -> list[str]:
    if pool.startswith("*"):
        drawn = {draft.slots.fill("{" + pool[1:] + "}") for _ in range(14)}
        names = sorted(drawn)
    else:
        names = [draft.slots.fill(name.strip()) for name in pool.split(", ")]
    draft.chance.shuffle(names)
    return list(dict.fromkeys(names))


def _column(draft: DocumentDraft, text: str) -> _Column:
    label, _, rest = text.partition(" = ")
    value, _, asked = rest.partition(" => ")
    asked, _, most = asked.partition(" >> ")
    wordings, _, reverse = asked.partition(" << ")
    return _Column(draft.chance.choice(label.split("|")), value, wordings, reverse, most)


def _values(draft: DocumentDraft, column: _Column, size: int) -> list[str]:
    """One a row, no two alike where the template has so many."""
    values: list[str] = []
    for _ in range(size):
        for _ in range(_TRIES):
            value = draft.slots.fill(column.value)
            if value not in values:
                break
        values.append(value)
    return values


def _written(
    draft: DocumentDraft, name: str, rows: list[str], columns: list[_Column], cells: list[list[str]]
) -> list[list[int]]:
    """The rows in one of the layouts; the line of each cell, by column and row."""
    chance = draft.chance
    labels = [column.label for column in columns]
    layout = chance.choice(("named", "named", "pipes", "pipes", "tabs", "spaces", "dashes", "below"))
    if layout == "below" and len(rows) * (len(columns) + 1) <= 15:
        return _below(draft, rows, labels, cells)
    width = max(len(text) for text in (*rows, *labels, *(value for column in cells for value in column))) + 2
    join = {"pipes": " | ", "tabs": "\t"}.get(layout, "")
    if layout in ("pipes", "tabs", "spaces"):
        head = [name, *labels]
        draft.add(join.join(head) if join else "".join(text.ljust(width) for text in head).rstrip())
    lines = []
    for place, row in enumerate(rows):
        values = [column[place] for column in cells]
        named = [f"{label}: {value}" for label, value in zip(labels, values, strict=True)]
        if layout in ("pipes", "tabs"):
            text = join.join([row, *values])
        elif layout == "spaces":
            text = "".join(part.ljust(width) for part in (row, *values)).rstrip()
        elif layout == "dashes":
            text = f"- {row}: " + ", ".join(f"{a.lower()} {b}" for a, b in zip(labels, values, strict=True))
        else:
            text = "; ".join([f"{name}: {row}", *named])
        lines.append(draft.add(text))
    return [lines for _ in columns]


def _below(draft: DocumentDraft, rows: list[str], labels: list[str], cells: list[list[str]]) -> list[list[int]]:
    """Every row a heading with its cells below it."""
    places: list[list[int]] = [[] for _ in labels]
    for place, row in enumerate(rows):
        draft.add(row)
        for under, label, column in zip(places, labels, cells, strict=True):
            under.append(draft.add(f"{label}: {column[place]}"))
    return places


def _ask_column(draft: DocumentDraft, column: _Column, values: list[str], rows: list[str], lines: list[int]) -> None:
    chance = draft.chance
    for place in chance.sample(range(len(rows)), 2):
        row, value = rows[place], values[place]
        draft.ask(column.wordings.replace("{r}", row), lines[place], value)
        said = value if chance.random() < 0.5 else chance.choice(values)
        label = column.label[0].lower() + column.label[1:]
        if any(letter.isdigit() for letter in value) and chance.random() < 0.5:
            draft.ask(_confirming(label, row, said), lines[place], value)
        _ask_year(draft, column.wordings.replace("{r}", row), lines[place], value)
    below = len(set(lines)) > 1 and rows[0] not in draft.lines[lines[0]]
    place = chance.randrange(len(rows))
    if column.reverse and values.count(values[place]) == 1 and not below:
        draft.ask(column.reverse.replace("{v}", values[place]), lines[place], rows[place])
        other = draft.slots.fill(column.value)
        if other not in values:
            draft.ask_open(column.reverse.replace("{v}", other))
    numbers = [_number(value) for value in values]
    if column.most and numbers.count(max(numbers)) == 1 and not below:
        place = numbers.index(max(numbers))
        draft.ask(column.most, lines[place], rows[place])


def _confirming(label: str, row: str, value: str) -> str:
    return " / ".join((
        f"Is the {label} for {row} {value}?",
        f"{row}: {label} {value}, correct?",
        f"Is it true that the {label} of {row} is {value}?",
        f"{row} has {value} as {label}, right?",
    ))  # fmt: skip


def _ask_year(draft: DocumentDraft, wordings: str, place: int, answer: str) -> None:
    """The year of the title, and the one before or after it."""
    year = draft.slots.kept.get("year")
    if not year or year not in draft.title or draft.chance.random() < 0.5:
        return
    questions = [wording for wording in wordings.split(" / ") if not wording.endswith("?")] or wordings.split(" / ")
    wording = draft.chance.choice(questions).removesuffix("?")
    other = str(int(year) + draft.chance.choice((-2, -1, -1, 1, 1, 2)))
    if draft.chance.random() < 0.5:
        draft.ask(f"{wording} {year}", place, answer)
    else:
        draft.ask_open(f"{wording} {other} / {wording} in {other}")


def _number(value: str) -> float:
    digits = "".join(letter for letter in value if letter.isdigit() or letter == ".").strip(".")
    return float(digits) if digits.count(".") <= 1 and digits else 0.0


def keys(draft: DocumentDraft) -> None:
    """Key and value a line; a part of the keys is left out, and every {w} is the person or thing it is about."""
    chance = draft.chance
    entries = draft.template.all("key")
    if chance.random() < 0.6:
        chance.shuffle(entries)
        left_out = entries[: max(3, len(entries) // 3)]
    else:
        left_out = chance.sample(entries, max(3, len(entries) // 3))
    layout = chance.choice(
        ("{k}: {v}", "{k}: {v}", "{k} | {v}", "{k}\t{v}", "- {k}: {v}", "{k} ..... {v}", "{k} = {v}", "")
    )
    for entry in entries:
        told, _, wordings = entry.partition(" => ")
        if entry in left_out:
            draft.ask_open(wordings.replace("{w}", "{who}"))
            continue
        label, _, value = told.partition(" = ")
        _entry(
            draft,
            layout,
            draft.slots.fill(chance.choice(_OUTSIDE.split(label))),
            draft.slots.fill(value),
            value,
            wordings,
        )


def _entry(draft: DocumentDraft, layout: str, label: str, value: str, made_from: str, wordings: str) -> None:
    chance = draft.chance
    if layout:
        place = draft.add(layout.format(k=label, v=value))
    elif len(draft.lines) < 15:
        draft.add(label)
        place = draft.add(f"{value}.")
    else:
        return
    draft.ask(wordings.replace("{w}", "{who}"), place, value)
    if "{w}" in wordings and chance.random() < 0.6:
        about = " / ".join(wording for wording in wordings.split(" / ") if "{w}" in wording)
        draft.ask_open(about.replace("{w}", "{other}"))
    if any(letter.isdigit() for letter in value):
        said = value if chance.random() < 0.5 else draft.slots.fill(made_from)
        about = label[0].lower() + label[1:]
        draft.ask(f"Is the {about} {said}? / {about} {said}, right? / Is it {said} for {about}?", place, value)
