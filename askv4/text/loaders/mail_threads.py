"""Who wrote what in a mail that quotes earlier ones: lines with `>`, "On ... wrote:", "-----Original Message-----" and the
header lines below it, as mail programs write them in the languages of Western Europe.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from askv4.text.loaders.composing import Composer
from askv4.types import Role

_MARKS = re.compile(r"(?!>From )(?:>[ \t]?)+")
_OPENING = "On|Am|Le|El|Il giorno|Il|Em|Op|Den|W dniu|Dnia"
_VERB = r"wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał(?:\(a\)|a)?|написал\(?а?\)?"
_WROTE = re.compile(
    rf"(?:(?:{_OPENING})\s+)?(?P<before>\S.{{0,300}}?)\s+(?:{_VERB})(?P<after>(?:\s.{{0,200}}?)?)\s*[:：]\Z",
    re.IGNORECASE,
)
_BEGINS = re.compile(rf"(?:(?:{_OPENING})\s|\d)")
_CLOCK = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s*[AaPp]\.?[Mm]\.?)?(?:\s*(?:UTC|GMT|CES?T)?\s*[+-]\d\d:?\d\d)?"
_DATE_END = re.compile(rf"(?:{_CLOCK}|\b\d{{4}}\b|\d[./-]\d{{2}}\b)(?![^<]*\d{{1,2}}[:.]\d\d)")
_STRONG = re.compile(r"\S@\S|\d{1,2}[:.]\d\d")
_NAMES = {
    "From": "from|von|de|da|van|från|fra",
    "Date": "sent|date|gesendet|datum|envoyé|enviado(?: el| em)?|fecha|inviato|data|verzonden|skickat|sendt|dato",
    "To": "to|an|à|para|a|aan|till|til",
    "Cc": "cc|kopie|copie|kopia",
    "Subject": "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne",
}
_ANY_NAME = "|".join(f"(?P<{field}>{names})" for field, names in _NAMES.items())
_FIELD = re.compile(rf"^[ \t]*\*?(?:{_ANY_NAME})\s?:\*?(?=\s|$)", re.IGNORECASE | re.MULTILINE)
_FIELD_WITHIN = re.compile(rf"(?:^|(?<=\s)(?=\*?[A-ZÀ-Þ]))\*?(?:{_ANY_NAME})\s?:\*?(?=\s|$)", re.IGNORECASE)
"""Where all stand on one line, as after line breaks of HTML."""
_SEPARATOR = re.compile(r"(?:[-_*=]{2,}[^\n]{0,60}?[-_*=]{2,}|_{5,}|-{5,})\Z")
_LONGEST_SEPARATOR = 100
_MOST_LINES = 10
"""Lines that the header of a quoted mail takes, at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a mail, or a block of one that is written in HTML."""

    text: str
    depth: int = 0
    """How many times it was quoted."""
    role: Role = "paragraph"
    level: int = 0


@dataclass(slots=True)
class Part:
    """What one of the writers wrote."""

    depth: int
    fields: Mapping[str, str] = field(default_factory=dict)
    """From, Date and the like, as far as they are told; empty for the newest mail."""
    lines: list[Line] = field(default_factory=list)
    again: bool = False
    """Whether it goes on with a part that stood before."""


def lines_of(text: str) -> list[Line]:
    """The lines of a plain text without the marks of quotation."""
    lines = []
    for line in text.splitlines():
        marks = _MARKS.match(line)
        lines.append(Line(line[marks.end() :], marks[0].count(">")) if marks else Line(line))
    return lines


def divided(lines: Sequence[Line]) -> list[Part]:
    """The newest mail first, then those that it quotes. Where answers stand between quoted lines, the order is kept."""
    thread = _Thread()
    at = 0
    while at < len(lines):
        at += thread.take(lines, at)
    parts = [part for part in thread.parts if any(line.text.strip() for line in part.lines)]
    own = [number for number, part in enumerate(parts) if part.depth == 0 and not part.fields]
    if any(0 < number < len(parts) - 1 for number in own):
        return parts
    for number in own[1:]:  # an answer below what it answers
        parts[own[0]].lines += parts[number].lines
    newest = own[:1]
    return [parts[number] for number in [*newest, *(one for one in range(len(parts)) if one not in own)]]


def attributes(text: str) -> bool:
    """Whether a text says of what follows who wrote it."""
    return _WROTE.match(" ".join(text.split())) is not None


def add_thread(
    composer: Composer, parts: Sequence[Part], writer: str, note: str = "", *, is_plain: bool = True
) -> None:
    """The parts of a mail, each of several under its writer and date; `writer` is that of the newest.

    `note` follows the newest. `is_plain` says whether line ends have to be understood.
    """
    for number, part in enumerate(parts):
        if len(parts) > 1 or part.fields:
            told = ", ".join(part.fields[name] for name in ("From", "Date") if name in part.fields)
            is_newest = part.depth == 0 and not part.fields
            composer.heading(writer if is_newest else ": ".join(filter(None, ["Earlier mail", told])), 2)
            if not part.again:
                for name, value in part.fields.items():
                    composer.row(f"{name}: {value}")
        if is_plain:
            composer.plain("\n".join(line.text for line in part.lines))
        else:
            for line in part.lines:
                _add_block(composer, line)
        if number == 0:
            composer.paragraph(note)
    if not parts:
        composer.paragraph(note)


def _add_block(composer: Composer, line: Line) -> None:
    match line.role:
        case "heading":
            composer.heading(line.text, line.level)
        case "list":
            composer.item(line.text)
        case "table":
            composer.row(line.text)
        case "code":
            composer.code(line.text)
        case _:
            composer.paragraph(line.text)


class _Thread:
    """Takes lines in order; remembers at each depth who is speaking."""

    def __init__(self) -> None:
        self.parts = [Part(0)]
        self._open = [self.parts[0]]
        self._last: dict[int, Mapping[str, str]] = {}
        """Who spoke last at a depth."""

    def take(self, lines: Sequence[Line], at: int) -> int:
        """Takes the line at a place, and those that go with it; gives how many."""
        line = lines[at]
        if (header := _header(lines, at)) is not None:
            self._drop_separator()
            self._begin(line.depth, header[0])
            return header[1]
        if (attribution := _attribution(lines, at)) is not None:
            rest = (lines[place] for place in range(at + attribution[1], len(lines)))
            after = next((one for one in rest if one.text.strip()), None)
            joined = " ".join(one.text for one in lines[at : at + attribution[1]])
            if after is not None and after.depth > line.depth:
                self._goto(line.depth)
                self._begin(after.depth, attribution[0])
                return attribution[1]
            if after is not None and (_STRONG.search(joined) or line.depth > self._open[-1].depth):
                self._begin(line.depth, attribution[0])
                return attribution[1]
        if line.text.strip():
            self._goto(line.depth)
        self._open[-1].lines.append(line)
        return 1

    def _begin(self, depth: int, fields: Mapping[str, str]) -> None:
        """Another mail begins, at a depth that it has to itself from now on."""
        self._open = [part for part in self._open if part.depth < depth]
        self._last = {at: known for at, known in self._last.items() if at < depth}
        self._add(Part(depth, fields))

    def _goto(self, depth: int) -> None:
        """The next line is of whoever speaks at that depth."""
        if self._open and self._open[-1].depth == depth and self._open[-1] is self.parts[-1]:
            return
        before = next((part for part in self._open if part.depth == depth), None)
        self._open = [part for part in self._open if part.depth < depth]
        known = before.fields if before is not None else self._last.get(depth, {})
        self._add(Part(depth, known, again=before is not None or depth in self._last))

    def _add(self, part: Part) -> None:
        self._last[part.depth] = part.fields
        self.parts.append(part)
        self._open.append(part)

    def _drop_separator(self) -> None:
        """Takes the line above a quoted header away, "-----Original Message-----"."""
        lines = self._open[-1].lines
        while lines and (not lines[-1].text.strip() or _SEPARATOR.match(lines[-1].text.strip()[:_LONGEST_SEPARATOR])):
            lines.pop()


def _attribution(lines: Sequence[Line], at: int) -> tuple[dict[str, str], int] | None:
    """Who wrote when, where the lines from here on say just that, and how many lines it takes."""
    taken: list[str] = []
    for line in lines[at : at + 3]:
        if not line.text.strip() or line.depth != lines[at].depth:
            break
        taken.append(line.text.strip())
        if taken[-1].endswith((":", "：")):
            # What begins like none is the end of the text above one.
            first = max((part for part, text in enumerate(taken) if _BEGINS.match(text)), default=len(taken) - 1)
            if first:
                return None
            wrote = _WROTE.match(" ".join(taken))
            return (_who_and_when(wrote["before"], wrote["after"]), len(taken)) if wrote else None
    return None


def _who_and_when(before: str, after: str) -> dict[str, str]:
    """What stands around the verb: "Tue, 2 May 2023 at 17:10, Tomas Vrba" wrote; "02.05.2023 um 17:10" schrieb "Tomas Vrba"."""
    after = after.strip()
    if after:
        date, name = (before, after) if re.search(r"\d", before) else (re.sub(r"^(?:on|am|le)\s+", "", after), before)
    else:
        ends = [match.end() for match in _DATE_END.finditer(before.partition("<")[0])]
        cut = ends[-1] if ends else 0
        date, name = before[:cut], before[cut:]
    fields = {"From": name.strip(" ,;-–\t"), "Date": date.strip(" ,;\t")}
    return {key: value for key, value in fields.items() if value}


def _header(lines: Sequence[Line], at: int) -> tuple[dict[str, str], int] | None:
    """The header lines of a quoted mail that begin here, and how many lines they take."""
    if (first := _FIELD.match(lines[at].text.strip())) is None or first["From"] is None:
        return None
    block: list[str] = []
    for line in lines[at : at + _MOST_LINES]:
        ended = "Subject" in _fields(block) and not _FIELD.match(line.text.strip())
        if ended or not line.text.strip() or line.depth != lines[at].depth or line.role != lines[at].role:
            break
        block.append(line.text.strip())
    fields = _fields(block)
    if not {"From", "Date"} <= fields.keys() or not fields.keys() & {"To", "Subject"}:
        return None
    return fields, len(block)


def _fields(block: Sequence[str]) -> dict[str, str]:
    """The fields in some lines, whether each has its own or all stand on one."""
    text = "\n".join(block)
    marks = list((_FIELD if len(block) > 1 else _FIELD_WITHIN).finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)][: len(marks)]
    fields: dict[str, str] = {}
    for mark, end in zip(marks, ends, strict=True):
        fields.setdefault(mark.lastgroup or "", " ".join(text[mark.end() : end].split()))
    return {name: fields[name] for name in _NAMES if fields.get(name)}
