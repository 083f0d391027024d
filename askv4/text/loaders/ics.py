"""Calendar files (.ics): each event, task and note as a row that says what, when and where, then its description."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from askv4.errors import DocumentUnreadable
from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.content_lines import Component, ContentLine, components
from askv4.text.loaders.decoding import decode
from askv4.text.loaders.tables import labelled
from askv4.types import ParsedText

_KINDS = {"VEVENT": "Event", "VTODO": "Task", "VJOURNAL": "Note"}
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?\Z")
_DURATION = re.compile(r"(-)?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\Z")
_UNITS = {
    "YEARLY": "year",
    "MONTHLY": "month",
    "WEEKLY": "week",
    "DAILY": "day",
    "HOURLY": "hour",
    "MINUTELY": "minute",
}
_DAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday", "SU": "Sunday"}  # fmt: skip
_ORDINALS = {"1": "first ", "2": "second ", "3": "third ", "4": "fourth ", "5": "fifth ", "-1": "last "}
_DAY = re.compile(r"([+-]?\d+)?([A-Z]{2})\Z")


def parse(data: bytes, name: str) -> ParsedText:
    """What a calendar says. Raises DocumentUnreadable when it is none."""
    decoded = decode(data, name)
    calendars = components(decoded.text, "VCALENDAR")
    if not calendars:
        raise DocumentUnreadable(f"{name} is not a calendar file", "give the file the suffix of its real format")
    composer = Composer()
    entries = [one for calendar in calendars for one in calendar.parts if one.kind in _KINDS]
    for entry in entries:
        _add(composer, entry)
    named = next(filter(None, (one.text("NAME") or one.text("X-WR-CALNAME") for one in calendars)), "")
    title = one_line(named or (entries[0].text("SUMMARY") if len(entries) == 1 else ""))
    return composer.parsed(title=title or None, encoding=decoded.encoding, notes=decoded.notes)


def _add(composer: Composer, entry: Component) -> None:
    kind, what = _KINDS[entry.kind], one_line(entry.text("SUMMARY"))
    composer.heading(what or kind, 1)
    row = {kind: what, **dict(_times(entry))}
    row["Repeats"] = _repeats(entry.text("RRULE"))
    row["Not on"] = ", ".join(_moments(entry, "EXDATE"))
    row["Also on"] = ", ".join(_moments(entry, "RDATE"))
    row["Place"] = entry.text("LOCATION")
    row["Organiser"] = ", ".join(map(_person, entry.all("ORGANIZER")))
    row["With"] = ", ".join(map(_person, entry.all("ATTENDEE")))
    row["Status"] = entry.text("STATUS").lower()
    row["Categories"] = ", ".join(line.text for line in entry.all("CATEGORIES"))
    row["Address"] = entry.text("URL")
    composer.row(labelled(list(row), [one_line(value) for value in row.values()]))
    for line in (*entry.all("DESCRIPTION"), *entry.all("COMMENT")):
        composer.plain(line.text, level=2)


def _times(entry: Component) -> Iterator[tuple[str, str]]:
    """When something begins and ends, and when it is due and done."""
    start, end = entry.first("DTSTART"), entry.first("DTEND")
    if start is not None:
        yield "Starts", _moment(start)
    if end is not None:
        last = _last_day(end)
        if last is None:
            yield "Ends", _moment(end)
        elif start is None or last != _moment(start):
            yield "Last day", last
    if (lasts := _duration(entry.text("DURATION"))) is not None:
        yield "Lasts", lasts
    for label, field in (("Due", "DUE"), ("Completed", "COMPLETED")):
        if (line := entry.first(field)) is not None:
            yield label, _moment(line)


def _moment(line: ContentLine) -> str:
    zone = line.parameters.get("TZID", "").strip("/").rpartition("/prog/")[2]
    return _readable(line.text.strip(), zone)


def _moments(entry: Component, name: str) -> Iterator[str]:
    for line in entry.all(name):
        yield from (_readable(one.strip(), line.parameters.get("TZID", "")) for one in line.text.split(","))


def _readable(written: str, zone: str = "") -> str:
    """A date, with its time and zone where it has one; as it is written where it is none of the format's."""
    match = _MOMENT.match(written)
    if match is None:
        return written
    date = f"{match[1]}-{match[2]}-{match[3]}"
    if match[4] is None:
        return date
    return f"{date} {match[4]}:{match[5]}" + (" UTC" if match[7] else f" ({zone})" if zone else "")


def _last_day(end: ContentLine) -> str | None:
    """The last day of what lasts whole days: the format gives the one after. None where a time is given."""
    match = _MOMENT.match(end.text.strip())
    if match is None or match[4] is not None:
        return None
    try:
        return (datetime.date(int(match[1]), int(match[2]), int(match[3])) - datetime.timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return None


def _duration(written: str) -> str | None:
    match = _DURATION.match(written)
    if match is None or not any(match.groups()[1:]):
        return None
    units = ("week", "day", "hour", "minute", "second")
    counts = [(number, unit) for number, unit in zip(match.groups()[1:], units, strict=True) if number]
    return " ".join(f"{number} {unit}{'' if number == '1' else 's'}" for number, unit in counts)


def _repeats(rule: str) -> str:
    """A rule of repetition in words, "every 2 weeks on Monday, until 2025-07-31"; what is rare, as it is written."""
    if not rule:
        return ""
    parts = dict(part.upper().partition("=")[::2] for part in rule.split(";"))
    unit, interval = _UNITS.get(parts.pop("FREQ", "")), parts.pop("INTERVAL", "1")
    if unit is None:
        return rule
    words = [f"every {unit}" if interval == "1" else f"every {interval} {unit}s"]
    parts.pop("WKST", None)
    for key, value in parts.items():
        match key:
            case "BYDAY":
                words.append("on " + ", ".join(map(_day, value.split(","))))
            case "BYMONTHDAY":
                words.append(f"on day {value}")
            case "BYMONTH":
                words.append(f"in month {value}")
            case "UNTIL":
                words.append(f"until {_readable(value)}")
            case "COUNT":
                words.append(f"{value} times")
            case _:
                words.append(f"{key}={value}")
    return " ".join(words[:2]) + "".join(f", {word}" for word in words[2:])


def _day(written: str) -> str:
    match = _DAY.match(written)
    if match is None or match[2] not in _DAYS:
        return written
    number = (match[1] or "").removeprefix("+")
    return (_ORDINALS.get(number, f"{number}. ") if number else "") + _DAYS[match[2]]


def _person(line: ContentLine) -> str:
    """A name, with what is said of whether they come."""
    address = re.sub(r"(?i)\Amailto:", "", line.text.strip())
    name = line.parameters.get("CN", "").strip()
    shown = f"{name} <{address}>" if name and "@" in address and name != address else name or address
    answer = line.parameters.get("PARTSTAT", "").upper()
    return f"{shown} ({answer.lower()})" if answer in ("ACCEPTED", "DECLINED", "TENTATIVE") else shown
