"""Who wrote a document, to whom and when: what its first page says, else its name or its file's record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from askv4.language import en, others
from askv4.language.dates import Date, dates
from askv4.language.patterns import Pattern
from askv4.types import Fact, ParsedText, Span

_LINES = 40
_HEAD = 6
_HEADROOM = 24
_LONGEST = 120
_LOOKED_AT = 1_000
_LABELS = {
    what: Pattern(
        rf"(?:^|(?<=\s)|(?<=[*_]))(?:{words}|{others.RECORD_LABELS[what]})[*_ \t]*:[*_ \t]*(?P<value>\S.*)", re.I
    )
    for what, words in en.RECORD_LABELS.items()
}
_NEXT_LABEL = Pattern(rf"\s+(?:{'|'.join(en.RECORD_LABELS.values())}|[^\W\d]\w*):\s", re.I)
_ROW = Pattern(r";\s+[^;:]{1,40}:")
_SIGNED = Pattern(rf"(?i:{en.BEFORE_AUTHORS}) (?P<value>[A-ZÀ-Þ][\w.’'-]*(?: [\w.’'-]+){{0,2}} [A-ZÀ-Þ][\w’'-]+)\W*$")
_MAIL = Pattern(r"(?P<name>[A-ZÀ-Þ][\w.’'-]*(?: [A-ZÀ-Þ][\w.’'-]*){1,3})[\s,<(]+(?P<local>[\w.+-]+)@[\w-]+\.\w+")
_IN_NAMES = Pattern(r"(?<!\d)((?:19|20)\d\d)(?:[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)")


def date_in_name(name: str) -> str | None:
    """The year, month or day that a file is named after, as an ISO date; None where it is named after none."""
    match = _IN_NAMES.search(PurePosixPath(name).stem)
    return "-".join(filter(None, match.groups())) if match else None


def facts(parsed: ParsedText, name: str) -> tuple[Fact, ...]:
    """Author, recipient and date of the document called `name`, each at most once; dates as far as they are known."""
    lines = [Span(start, min(end, start + _LOOKED_AT)) for start, end in _first_lines(parsed)]
    by_kind: dict[str, Fact] = {}
    for fact in (*_declared(parsed), *_on_the_page(parsed.text, lines), *_recorded(parsed, name)):
        by_kind.setdefault(fact.what, fact)
    return tuple(by_kind.values())


def _first_lines(parsed: ParsedText) -> Iterator[tuple[int, int]]:
    count = 0
    for block in parsed.blocks:
        if block.role == "code":
            continue
        for line in re.finditer(r"[^\n]+", parsed.text[block.start : block.end]):
            yield block.start + line.start(), block.start + line.end()
            count += 1
            if count == _LINES:
                return


def _declared(parsed: ParsedText) -> Iterator[Fact]:
    """What front matter, the head of a mail or a web page declares, and where it stands."""
    fields = {key.lower(): value for key, value in parsed.metadata.items()}
    for what, keys in (("author", ("author", "authors", "from")), ("recipient", ("recipient", "to"))):
        value = next((fields[key] for key in keys if fields.get(key)), None)
        if value and " " in value and (at := parsed.text.find(value)) >= 0:
            yield Fact(what, value, Span(at, at + len(value)))
    if parsed.date and (at := parsed.text.find(parsed.date)) >= 0:
        yield Fact("date", parsed.date, Span(at, at + len(parsed.date)))


def _on_the_page(text: str, lines: list[Span]) -> Iterator[Fact]:
    for line in lines:
        said = line.of(text)
        if _ROW.search(said):
            continue
        for what, label in _LABELS.items():
            match = label.search(said) if what == "date" else label.match(said, len(said) - len(said.lstrip("*_ ")))
            if match and (known := _labelled(what, match)):
                yield Fact(what, known[0], Span(line.start + match.start(), line.start + known[1]))
        if (signed := _SIGNED.match(said)) is not None:
            yield Fact("author", signed["value"], line)
    for line in lines[:12]:  # a line that is little more than a date
        said = line.of(text)
        written = None if _ROW.search(said) else _written(said)
        if written and len(said) <= len(written[0].text) + 30 and ":" not in said[: written[0].start]:
            yield Fact("date", written[1], line)
    head = Span(lines[0].start, lines[:_HEAD][-1].end) if lines else Span(0, 0)
    mail = _MAIL.search(head.of(text))  # somebody with an address of his name
    if mail is not None and any(
        len(part) > 3 and part[:6] in mail["local"].lower() for part in mail["name"].lower().split()
    ):
        start = head.start + mail.start("name")
        yield Fact("author", mail["name"], Span(start, start + len(mail["name"])))


def _labelled(what: str, match: re.Match[str]) -> tuple[str, int] | None:
    """The value behind a label, and where in the line it ends; None where it is none of its sort."""
    value, start = match["value"], match.start("value")
    if what == "date":
        written = _written(value[:_LONGEST])
        return (written[1], start + written[0].end) if written and written[0].start < _HEADROOM else None
    after = _NEXT_LABEL.search(value)
    value = value[: after.start()] if after else value
    named = len(value) <= _LONGEST and any(map(str.isalpha, value))
    return (value.rstrip(" *_"), start + len(value.rstrip(" *_"))) if named else None


def _written(said: str) -> tuple[Date, str] | None:
    """The first full date of a line, and as an ISO date."""
    for date in dates(said):
        if date.year and len(date.months) == len(date.days) == 1:
            return date, f"{date.year}-{date.months[0]:02}-{date.days[0]:02}"
    return None


def _recorded(parsed: ParsedText, name: str) -> Iterator[Fact]:
    for what, key in (("author", "author"), ("author", "creator"), ("author", "From"), ("recipient", "To")):
        if value := parsed.metadata.get(key):
            yield Fact(what, value, None, "the file's record")
    if parsed.date:
        yield Fact("date", parsed.date, None, "the file's record")
    if date := date_in_name(name):
        yield Fact("date", date, None, "the file's name")
    if created := parsed.metadata.get("created"):
        yield Fact("date", created, None, "the file's record")
