"""Which family a file belongs to by what is in it, where that can be told: a wrong suffix costs nothing then."""

from __future__ import annotations

import io
import re
import zipfile

from askv4.errors import DocumentEncrypted, UnsupportedFormat

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_STREAMS = (
    ("__properties_version1.0", "Outlook message", (".msg",)),
    ("WordDocument", "old Office", (".doc", ".dot")),
    ("PowerPoint Document", "old Office", (".ppt", ".pps", ".pot")),
    ("Workbook", "old Excel", (".xls", ".xlt")),
    ("Book", "old Excel", (".xls", ".xlt")),
)
"""A stream of a compound file, the family that has it, and its suffixes."""
_OFFICE_PARTS = (
    ("word/document.xml", "Word"),
    ("ppt/presentation.xml", "PowerPoint"),
    ("xl/workbook.xml", "Excel"),
    ("xl/workbook.bin", "old Excel"),
    ("META-INF/container.xml", "EPUB"),
)
_MIMETYPES = {
    "application/epub+zip": "EPUB",
    "application/vnd.oasis.opendocument.text": "OpenDocument",
    "application/vnd.oasis.opendocument.spreadsheet": "OpenDocument",
    "application/vnd.oasis.opendocument.presentation": "OpenDocument",
}
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)
_BEGINNINGS = {b"WEBVTT": "subtitles", b"BEGIN:VCALENDAR": "calendar", b"BEGIN:VCARD": "contacts"}
_NEVER_TEXT = (".pdf", ".docx", ".doc", ".xlsx", ".xls", ".pptx", ".ppt", ".odt", ".ods", ".odp", ".epub", ".rtf")
_MAIL = re.compile(rb"(?:[A-Za-z-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3}")
_MAIL_FIELDS = re.compile(rb"^(?:from|to|date|subject|received|message-id|mime-version):", re.IGNORECASE | re.MULTILINE)


def binary_family(data: bytes, name: str) -> str | None:
    """The name of the family that the file's signature tells; None when it has no signature that is known.

    Raises DocumentEncrypted and UnsupportedFormat for what is recognised and cannot be read.
    """
    if data.startswith(b"PK\x03\x04"):
        return _in_archive(data)  # before PDF: one may lie in an archive as it is
    if b"%PDF-" in data[:1024]:
        return "PDF"
    if data.startswith(b"{\\rtf"):
        return "RTF"
    if data.startswith(_OLE):
        return _in_compound(data, name)
    if name.lower().endswith(_NEVER_TEXT) and _HTML.match(data[:4096].removeprefix(b"\xef\xbb\xbf")):
        return "HTML"  # the error page of whatever should have sent the file
    return None


def text_family(data: bytes) -> str | None:
    """The family of a text whose name says nothing, by how it begins."""
    head = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(head):
        return "HTML"
    for begin, family in _BEGINNINGS.items():
        if head.startswith(begin):
            return family
    if _MAIL.match(head) and len(set(_MAIL_FIELDS.findall(head.lower()))) >= 3:
        return "email"
    return None


def _in_archive(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = set(archive.namelist())
            mimetype = archive.read("mimetype")[:100].decode("ascii", "replace").strip() if "mimetype" in parts else ""
    except (zipfile.BadZipFile, ValueError, RuntimeError, EOFError, OSError, NotImplementedError):
        return None
    if (family := _MIMETYPES.get(mimetype.removesuffix("-template"))) is not None:
        return family
    return next((family for part, family in _OFFICE_PARTS if part in parts), None)


def _in_compound(data: bytes, name: str) -> str:
    """A compound file of Microsoft's: a mail, one of the old office formats, or an encrypted new document.

    A document may hold another one; then its name decides.
    """
    raised = data.upper()  # some programs write the names of the streams in capitals
    streams = [one for one in _STREAMS if one[0].upper().encode("utf-16-le") in raised]
    named = next((family for _, family, suffixes in streams if name.lower().endswith(suffixes)), None)
    if named is not None:
        return named
    if _ENCRYPTED_PACKAGE in data:
        raise DocumentEncrypted(f"{name} is encrypted")
    if streams:
        return streams[0][1]
    raise UnsupportedFormat(f"{name} is a Microsoft compound file of an unknown kind", "save it in a newer format")
