"""Calendar files, vCards and Org files."""

from __future__ import annotations

import pytest

from askv4.errors import DocumentUnreadable
from askv4.text.loaders import load
from askv4.types import ParsedText


def rows_of(parsed: ParsedText) -> list[str]:
    return [parsed.text[one.start : one.end] for one in parsed.blocks if one.role == "table"]


def event(*lines: str, kind: str = "VEVENT") -> bytes:
    whole = ["BEGIN:VCALENDAR", "VERSION:2.0", f"BEGIN:{kind}", *lines, f"END:{kind}", "END:VCALENDAR", ""]
    return "\r\n".join(whole).encode()


@pytest.mark.parametrize(
    ("lines", "row"),
    [
        (
            ("SUMMARY:Rehearsal\\, spring", "DTSTART;TZID=Europe/Oslo:20250314T190000", "DURATION:PT1H30M"),
            "Event: Rehearsal, spring; Starts: 2025-03-14 19:00 (Europe/Oslo); Lasts: 1 hour 30 minutes",
        ),
        (
            ("SUMMARY:Trip", "DTSTART;VALUE=DATE:20250601", "DTEND;VALUE=DATE:20250604"),
            "Event: Trip; Starts: 2025-06-01; Last day: 2025-06-03",
        ),
        (("SUMMARY:Fair", "DTSTART;VALUE=DATE:20250601", "DTEND;VALUE=DATE:20250602"), "Event: Fair; Starts: 2025-06-01"),
        (
            ("SUMMARY:Market", "DTSTART:20250606T080000Z", "RRULE:FREQ=MONTHLY;BYDAY=1FR;COUNT=6", "LOCATION:Qu", " ay"),
            "Event: Market; Starts: 2025-06-06 08:00 UTC; Repeats: every month on first Friday, 6 times; Place: Quay",
        ),
        (
            ("SUMMARY:Tea", 'ORGANIZER;CN="Berg: Ina":mailto:ina@quay.example', "ATTENDEE;PARTSTAT=DECLINED:mailto:o@yard.example"),
            "Event: Tea; Organiser: Berg: Ina <ina@quay.example>; With: o@yard.example (declined)",
        ),
    ],
)  # fmt: skip
def test_an_event_is_a_row_that_says_when_where_and_who(lines: tuple[str, ...], row: str) -> None:
    assert rows_of(load(event(*lines), "dates.ics")) == [row]


def test_what_is_described_stands_below_its_event_and_alarms_do_not() -> None:
    alarm = ("BEGIN:VALARM", "DESCRIPTION:Ring", "END:VALARM")
    parsed = load(event("SUMMARY:Tea", "DESCRIPTION:Bring the blue\r\n  cups.\\nNo sugar.", *alarm), "tea.ics")
    assert parsed.title == "Tea"
    assert "Bring the blue cups.\nNo sugar." in parsed.text
    assert "Ring" not in parsed.text


def test_a_task_says_when_it_is_due() -> None:
    data = event("SUMMARY:Order peat", "DUE;VALUE=DATE:20250301", "STATUS:NEEDS-ACTION", kind="VTODO")
    assert rows_of(load(data, "tasks.ics")) == ["Task: Order peat; Due: 2025-03-01; Status: needs-action"]


def test_cards_of_old_and_new_versions_are_rows() -> None:
    data = (
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BC=\r\nrgen\r\n"
        b"TEL;CELL:+49 170 123\r\nADR;HOME:;;Hafenweg 4;Kiel;;24103;Germany\r\nBDAY:19801224\r\n"
        b"NOTE:Has the key of the boathouse.\r\nEND:VCARD\r\n"
        b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Quay Ltd\r\nORG:Quay Ltd;Sales\r\nitem1.TEL;VALUE=uri:tel:+47-555\r\n"
        b"item1.X-ABLabel:_$!<Reception>!$_\r\nPHOTO:data:image/jpeg;base64,AAAA\r\nEND:VCARD\r\n"
    )
    parsed = load(data, "people.vcf")
    assert rows_of(parsed) == [
        "Name: Jürgen Müller; Phone (cell): +49 170 123; Address (home): Hafenweg 4, Kiel, 24103, Germany; "
        "Birthday: 1980-12-24",
        "Name: Quay Ltd; Organisation: Quay Ltd, Sales; Phone (reception): +47-555",
    ]
    assert "Has the key of the boathouse." in parsed.text


@pytest.mark.parametrize(
    ("data", "row"), [(event("SUMMARY:Tea"), "Event: Tea"), (b"BEGIN:VCARD\nFN:Ada\nEND:VCARD\n", "Name: Ada")]
)
def test_they_are_known_by_how_they_begin(data: bytes, row: str) -> None:
    assert rows_of(load(data, "download")) == [row]


@pytest.mark.parametrize("name", ["a.ics", "a.vcf"])
def test_what_is_none_is_unreadable(name: str) -> None:
    with pytest.raises(DocumentUnreadable):
        load(b"Only a line.\n", name)


ORG = b"""#+TITLE: Garden notes
#+DATE: <2024-02-05 Mon>
* Seeds :order:
:PROPERTIES:
:CREATED: [2024-02-03 Sat]
:END:
The leek seed comes from the exchange in Delft.
- [ ] beans from Ghent
| Bed | Crop |
|-----+------|
| 4   | kale |
# hidden
** TODO Order peat
SCHEDULED: <2024-03-01 Fri>
#+BEGIN_SRC python
beds = 4
#+END_SRC
"""


def test_an_org_file_keeps_its_own_text_without_settings_and_drawers() -> None:
    parsed = load(ORG, "garden.org")
    assert parsed.text == ORG.decode()
    assert (parsed.title, parsed.date, parsed.has_lines) == ("Garden notes", "2024-02-05", True)
    assert [(block.role, block.level, parsed.text[block.start : block.end]) for block in parsed.blocks] == [
        ("heading", 1, "Seeds"),
        ("paragraph", 0, "The leek seed comes from the exchange in Delft."),
        ("list", 0, "[ ] beans from Ghent"),
        ("table", 0, "| Bed | Crop |"),
        ("table", 0, "| 4   | kale |"),
        ("heading", 2, "TODO Order peat"),
        ("paragraph", 0, "SCHEDULED: <2024-03-01 Fri>"),
        ("code", 0, "beds = 4"),
    ]


def test_a_drawer_that_never_ends_hides_nothing() -> None:
    parsed = load(b"* Seeds\n:NOTES:\nThe leek seed comes from Delft.\n", "garden.org")
    assert "The leek seed comes from Delft." in [parsed.text[one.start : one.end] for one in parsed.blocks]
