"""vCards (.vcf): each person or firm as a row of name, telephone numbers, addresses, birthday, then what is noted of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from askv4.errors import DocumentUnreadable
from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.content_lines import Component, ContentLine, components
from askv4.text.loaders.decoding import decode
from askv4.text.loaders.tables import labelled
from askv4.types import ParsedText

_LABELS = {
    "NICKNAME": "Nickname",
    "ORG": "Organisation",
    "TITLE": "Title",
    "ROLE": "Role",
    "TEL": "Phone",
    "EMAIL": "Email",
    "IMPP": "Messages",
    "ADR": "Address",
    "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary",
    "URL": "Web",
    "RELATED": "Related",
    "CATEGORIES": "Categories",
}
_KINDS_LEFT_OUT = frozenset({"pref", "internet", "voice", "x400"})
_BARE_DATE = re.compile(r"(\d{4}|--)-?(\d\d)-?(\d\d)(?:T.*)?\Z")
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_\Z")


def parse(data: bytes, name: str) -> ParsedText:
    """What the cards say. Raises DocumentUnreadable when there is none."""
    decoded = decode(data, name)
    cards = components(decoded.text, "VCARD")
    if not cards:
        raise DocumentUnreadable(f"{name} holds no vCard", "give the file the suffix of its real format")
    composer = Composer()
    for card in cards:
        who = _name(card)
        composer.heading(who or "Contact", 1)
        rows = [("Name", who), *_facts(card)]
        composer.row(labelled([label for label, _ in rows], [value for _, value in rows]))
        for line in card.all("NOTE"):
            composer.plain(line.text, level=2)
    title = _name(cards[0]) if len(cards) == 1 else ""
    return composer.parsed(title=title or None, encoding=decoded.encoding, notes=decoded.notes)


def _name(card: Component) -> str:
    written = card.first("N")
    family, given, middle, before, after = ((written.parts if written else []) + [""] * 5)[:5]
    whole = " ".join(filter(None, (before, given, middle, family, after)))
    return one_line(card.text("FN") or whole or _value(card.first("ORG")))


def _facts(card: Component) -> Iterator[tuple[str, str]]:
    own = {line.group: line.text for line in card.all("X-ABLABEL") if line.group}
    for line in card.lines:
        label, value = _LABELS.get(line.name), one_line(_value(line))
        if label is None or not value:
            continue
        kinds = _kinds(line)
        if line.group in own:
            match = _APPLE_LABEL.match(own[line.group])
            kinds = [one_line(match[1].lower() if match else own[line.group])]
        yield (f"{label} ({', '.join(kinds)})" if kinds else label), value


def _value(line: ContentLine | None) -> str:
    if line is None:
        return ""
    if line.name in ("ADR", "ORG"):
        return ", ".join(filter(None, line.parts))
    if line.name in ("BDAY", "ANNIVERSARY") and (match := _BARE_DATE.match(line.text.strip())):
        return "-".join(part for part in match.groups() if part != "--")
    return re.sub(r"(?i)\A(?:tel|mailto):", "", line.text.strip())


def _kinds(line: ContentLine) -> list[str]:
    """What a number or address is for: TYPE=HOME,CELL, or the bare HOME of older cards."""
    written = [line.parameters.get("TYPE", ""), *(name for name, value in line.parameters.items() if not value)]
    kinds = [kind.strip().lower() for one in written for kind in one.split(",")]
    return [kind for kind in dict.fromkeys(kinds) if kind and kind not in _KINDS_LEFT_OUT and kind.isalpha()]
