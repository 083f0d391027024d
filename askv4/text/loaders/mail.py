"""Electronic mail (.eml): who wrote to whom and when, then the body; attachments are named, not read."""

from __future__ import annotations

import datetime
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


def parse(data: bytes, name: str) -> ParsedText:
    """The header lines that people read and the body. Raises DocumentUnreadable when it is no message."""
    with damage_named(name, "an email"):
        message = message_from_bytes(data, policy=default)
        fields = {field: one_line(str(message.get(field) or "")) for field in _SHOWN}
        if not any(fields.values()):
            raise DocumentUnreadable(f"{name} is not an email", "give the file the suffix of its real format")
        composer = Composer()
        for field, value in fields.items():
            if value:
                composer.row(f"{field}: {value}")
        _add_body(composer, message, name)
        attached = [one_line(part.get_filename() or "") for part in message.iter_attachments()]
    if any(attached):
        composer.paragraph(f"Attachments: {', '.join(filter(None, attached))}")
    return composer.parsed(title=fields["Subject"] or None, date=_date(fields["Date"]), metadata=fields)


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
    except (ValueError, TypeError, IndexError):
        return None
    return moment.date().isoformat()
