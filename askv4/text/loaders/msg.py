"""Outlook messages (.msg): read like mails. The properties are streams of a compound file, as [MS-OXMSG] says."""

from __future__ import annotations

import datetime
import re
import struct
from collections.abc import Iterator, Mapping
from email import message_from_string
from email.policy import compat32
from email.utils import format_datetime

from askv4.text.loaders.archives import damage_named
from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.compound import streams
from askv4.text.loaders.decoding import decode
from askv4.text.loaders.mail import add_message, day_of
from askv4.types import ParsedText

_SUBJECT, _BODY, _HTML, _COMPRESSED, _HEADERS = "0037", "1000", "1013", "1009", "007D"
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = "0C1A", "0C1F", "5D01"
_TO, _CC = "0E04", "0E03"
_NAME, _ADDRESS, _SMTP = "3001", "3003", "39FE"
_LONG_FILE_NAME, _FILE_NAME = "3707", "3704"
_SENT, _RECEIVED, _CODEPAGE, _RECIPIENT = 0x0039, 0x0E06, 0x3FFD, 0x0C15
_STARTS, _ENDS, _PLACE = 0x820D, 0x820E, 0x8208
"""Properties of appointments by their names: their numbers differ from file to file."""
_NAMES_OF_PROPERTIES = "__nameid_version1.0/__substg1.0_00030102"
_VALUES = "__properties_version1.0"
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_FOLDER = re.compile(r"(__(?:recip|attach)_version1\.0_#[0-9A-Fa-f]{8})/")


def parse(data: bytes, name: str) -> ParsedText:
    """The header lines that people read and the body. Raises DocumentUnreadable when it is no message."""
    composer = Composer()
    with damage_named(name, "an Outlook message"):
        store = _Properties(streams(data))
        fields = _fields(store)
        text, is_html = _body(store, name)
        add_message(composer, fields, text, is_html, list(_attached(store)))
    lost = not text and store.has(_COMPRESSED)
    notes = ("its text is stored in compressed RTF alone, which is not read; save it as .eml",) if lost else ()
    title, date = fields["Subject"] or None, day_of(fields["Date"])
    return composer.parsed(title=title, date=date, metadata=fields, notes=notes)


class _Properties:
    """The properties of a message, and of its recipients and attachments, which lie in folders of their own."""

    def __init__(self, streams: Mapping[str, bytes]) -> None:
        self._streams = streams
        number = self.number(_CODEPAGE)
        self._codec = "utf-8" if number == 65001 else f"cp{number or 1252}"

    def has(self, key: str) -> bool:
        """Whether a property of any kind is there."""
        return any(path.startswith(f"__substg1.0_{key}") for path in self._streams)

    def text(self, key: str, folder: str = "") -> str:
        """A text; empty where there is none."""
        wide = self._streams.get(f"{folder}__substg1.0_{key}001F")
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self._streams.get(f"{folder}__substg1.0_{key}001E", b"")
        try:
            return narrow.decode(self._codec, "replace").rstrip("\0")
        except LookupError:
            return narrow.decode("cp1252", "replace").rstrip("\0")

    def binary(self, key: str) -> bytes:
        """A property that is no text by its kind."""
        return self._streams.get(f"__substg1.0_{key}0102", b"")

    def number(self, key: int, folder: str = "") -> int | None:
        """A property that is a number or a moment."""
        values = self._streams.get(f"{folder}{_VALUES}", b"")
        for at in range(8 if folder else 32, len(values) - 15, 16):
            kind, number = struct.unpack_from("<HH", values, at)
            if number == key:
                return int(struct.unpack_from("<Q" if kind == 0x40 else "<I", values, at + 8)[0])
        return None

    def moment(self, key: int) -> str:
        """A moment, as mails write it; empty where there is none."""
        number = self.number(key)
        if not number:
            return ""
        try:
            return format_datetime((_EPOCH + datetime.timedelta(microseconds=number // 10)).replace(microsecond=0))
        except OverflowError:
            return ""

    def named(self, name: int) -> int:
        """The number that a property with a name has in this file; 0 where it has none."""
        names = self._streams.get(_NAMES_OF_PROPERTIES, b"")
        for at in range(0, len(names) - 7, 8):
            known, kind, number = struct.unpack_from("<IHH", names, at)
            if known == name and not kind & 1:
                return 0x8000 + int(number)
        return 0

    def folders(self, kind: str) -> list[str]:
        """The folders of recipients ("recip") or attachments ("attach")."""
        matches = (_FOLDER.match(path) for path in self._streams)
        return sorted({one[0] for one in matches if one and one[0].startswith(f"__{kind}")})


def _fields(store: _Properties) -> dict[str, str]:
    address = store.text(_SENDER_SMTP) or store.text(_SENDER_ADDRESS)
    written = message_from_string(store.text(_HEADERS), policy=compat32).get("Date", "")
    dates = (str(written), store.moment(_SENT), store.moment(_RECEIVED))
    fields = {
        "From": _person(store.text(_SENDER), address),
        "To": _recipients(store, 1) or store.text(_TO),
        "Cc": _recipients(store, 2) or store.text(_CC),
        "Date": next(filter(None, dates), ""),
        "Subject": store.text(_SUBJECT),
        "Starts": store.moment(store.named(_STARTS)),
        "Ends": store.moment(store.named(_ENDS)),
        "Place": store.text(f"{store.named(_PLACE):04X}"),
    }
    return {field: one_line(value) for field, value in fields.items()}


def _recipients(store: _Properties, kind: int) -> str:
    """Who gets a message (1) or a copy (2)."""
    folders = [folder for folder in store.folders("recip") if store.number(_RECIPIENT, folder) == kind]
    people = (
        _person(store.text(_NAME, folder), store.text(_SMTP, folder) or store.text(_ADDRESS, folder))
        for folder in folders
    )
    return ", ".join(filter(None, people))


def _person(name: str, address: str) -> str:
    """A name with its address, unless that is one of Exchange's own or says the same."""
    return f"{name} <{address}>" if name and "@" in address and address not in name else name or address


def _body(store: _Properties, name: str) -> tuple[str, bool]:
    if text := store.text(_BODY).strip():
        return text, False
    html = store.binary(_HTML)
    return (decode(html, name).text, True) if html else (store.text(_HTML), True)


def _attached(store: _Properties) -> Iterator[str]:
    for folder in store.folders("attach"):
        named = store.text(_LONG_FILE_NAME, folder) or store.text(_FILE_NAME, folder) or store.text(_NAME, folder)
        if named := one_line(named):
            yield named
