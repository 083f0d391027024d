"""Electronic mail (.eml, and mailboxes of many messages, .mbox): who wrote to whom and when, then the body; attachments
are named, not read.
"""

from __future__ import annotations

import datetime
import re
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import parsedate_to_datetime

from askv4.errors import DocumentUnreadable
from askv4.text.loaders.archives import damage_named
from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.decoding import decode
from askv4.text.loaders.html import html_root
from askv4.text.loaders.markup import add_markup
from askv4.types import ParsedText

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_POSTMARK = re.compile(rb"^From \S.*\d{4}.*\r?\n", re.MULTILINE)
"""The line with which each message of a mailbox begins; it ends with a date."""
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def parse(data: bytes, name: str) -> ParsedText:
    """The header lines that people read and the body. Raises DocumentUnreadable when it is no message."""
    if _POSTMARK.match(data):
        return _parse_mailbox(data, name)
    composer = Composer()
    with damage_named(name, "an email"):
        fields = _add_message(composer, data, name)
    if fields is None:
        raise DocumentUnreadable(f"{name} is not an email", "give the file the suffix of its real format")
    return composer.parsed(title=fields["Subject"] or None, date=_date(fields["Date"]), metadata=fields)


def _parse_mailbox(data: bytes, name: str) -> ParsedText:
    """Each message under its subject."""
    composer = Composer()
    marks = list(_POSTMARK.finditer(data))
    broken = 0
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(data)
        try:
            with damage_named(name, "a mailbox"):
                _add_message(composer, _ESCAPED_FROM.sub(rb"\1", data[mark.end() : end]), name, number + 1)
        except DocumentUnreadable:
            broken += 1
    return composer.parsed(notes=(f"{broken} messages are damaged and were left out",) if broken else ())


def _add_message(composer: Composer, data: bytes, name: str, number: int | None = None) -> dict[str, str] | None:
    """Adds a message, under its subject where it is one of several; gives its header lines, None when it has none."""
    message = message_from_bytes(data, policy=default)
    fields = {field: one_line(_header(message, field)) for field in _SHOWN}
    if not any(fields.values()) and number is None:
        return None
    if number is not None:
        composer.heading(fields["Subject"] or f"message {number}", 1)
    for field, value in fields.items():
        if value:
            composer.row(f"{field}: {value}")
    _add_body(composer, message, name)
    attached = [one_line(part.get_filename() or "") for part in message.iter_attachments()]
    if any(attached):
        composer.paragraph(f"Attachments: {', '.join(filter(None, attached))}")
    return fields


def _header(message: EmailMessage, field: str) -> str:
    """A header line; as it is written where the standard library cannot parse it."""
    try:
        return str(message.get(field) or "")
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError):
        return next((str(value) for key, value in message.raw_items() if key.lower() == field.lower()), "")


def _add_body(composer: Composer, message: EmailMessage, name: str) -> None:
    body = message.get_body(("plain", "html"))
    if body is None:
        return
    text = _content(body, name)
    if body.get_content_type() != "text/html":
        composer.plain(text)
    elif (root := html_root(text)) is not None:
        add_markup(composer, root)


def _content(part: MIMEPart, name: str) -> str:
    """The text of a part; where it lies about its character set, by looking at it."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    charset = part.get_content_charset()
    try:
        return raw.decode(charset) if charset else decode(raw, name).text
    except (LookupError, UnicodeDecodeError):
        return decode(raw, name).text


def _date(written: str) -> str | None:
    try:
        moment: datetime.datetime = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.date().isoformat()
