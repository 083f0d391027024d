"""Electronic mail (.eml, and mailboxes of many messages, .mbox): who wrote to whom and when, then the body, the newest part
first; attachments are named, not read.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from askv4.errors import DocumentUnreadable
from askv4.text.loaders.archives import damage_named
from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.decoding import decode
from askv4.text.loaders.html import html_root
from askv4.text.loaders.mail_threads import Line, add_thread, attributes, divided, lines_of
from askv4.text.loaders.markup import add_markup, text_of
from askv4.types import ParsedText

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_POSTMARK = re.compile(rb"^From \S.*\d{4}.*\r?\n", re.MULTILINE)
"""The line with which each message of a mailbox begins; it ends with a date."""
_OPENS, _CLOSES = "\ue000", "\ue001"
"""Stand for the ends of a quotation until the blocks of a page are known."""
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
    return composer.parsed(title=fields["Subject"] or None, date=day_of(fields["Date"]), metadata=fields)


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
    attached = [one_line(part.get_filename() or "") for part in message.iter_attachments()]
    add_message(composer, fields, *_body(message, name), list(filter(None, attached)))
    return fields


def add_message(
    composer: Composer, fields: Mapping[str, str], text: str, is_html: bool, attached: Sequence[str]
) -> None:
    """A message: its header lines, what it says, and the names of what is attached."""
    for field, value in fields.items():
        if value:
            composer.row(f"{field}: {value}")
    parts = divided(_html_lines(text) if is_html else lines_of(text))
    writer = ", ".join(filter(None, [fields.get("From"), fields.get("Date")])) or "Newest mail"
    note = f"Attachments: {', '.join(attached)}" if attached else ""
    add_thread(composer, parts, writer, note, is_plain=not is_html)


def _html_lines(text: str) -> list[Line]:
    """The blocks of a page, with how deep in quotations each stands."""
    root = html_root(text)
    if root is None:
        return []
    for element in list(root.iter("blockquote")):
        if _is_quotation(element):
            first, last = element.makeelement("p"), element.makeelement("p")
            first.text, last.text, first.tail, element.text = _OPENS, _CLOSES, element.text, None
            element.insert(0, first)
            element.append(last)
    composer = Composer()
    add_markup(composer, root)
    parsed = composer.parsed()
    lines, depth = [], 0
    for block in parsed.blocks:
        words = parsed.text[block.start : block.end]
        if words in (_OPENS, _CLOSES):
            depth = max(0, depth + (1 if words == _OPENS else -1))
        else:
            lines.append(Line(words, depth, block.role, block.level))
    return lines


def _is_quotation(element: _Element) -> bool:
    """Whether a block that is set in holds an earlier mail: it says so itself, or the line above does."""
    before = element.getprevious()
    above = "" if before is None else (before.tail or "").strip() or text_of(before)
    marked = element.get("type") == "cite" or "quote" in f"{element.get('class')} {element.get('id')}"
    return marked or attributes(above)


def _header(message: EmailMessage, field: str) -> str:
    """A header line; as it is written where the standard library cannot parse it."""
    try:
        return str(message.get(field) or "")
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError):
        return next((str(value) for key, value in message.raw_items() if key.lower() == field.lower()), "")


def _body(message: EmailMessage, name: str) -> tuple[str, bool]:
    """What a message says, and whether it is HTML."""
    body = message.get_body(("plain", "html"))
    return ("", False) if body is None else (_content(body, name), body.get_content_type() == "text/html")


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


def day_of(written: str) -> str | None:
    """The day of a moment as mails write it, as YYYY-MM-DD; None when it is none."""
    try:
        moment: datetime.datetime = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.date().isoformat()
