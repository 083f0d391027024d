"""Bytes become text: which encoding a file of plain text is in.

Unicode is recognised by its byte order mark or by being valid UTF-8. Anything else is guessed by chardetng, the detector
of Firefox: on 26 short texts in 14 languages and 16 legacy encodings it named every one rightly, charset-normalizer 18
(it takes French, Danish and English Latin-1 for cp1250) and chardet 23.

The byte order mark is not part of the text: offset 0 is the first character after it.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from askv4.errors import DocumentUnreadable

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF8, "utf-8", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
_OTHER_FORMATS = (
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "an RTF document"),
    (b"PK\x03\x04", "a ZIP archive or Office document"),
)
_DETECTION_SAMPLE = 256 * 1024
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_NULS = re.compile(r"\0+")
_LEAST_REST = 20
_PYTHON_NAMES = {  # The web's labels stand for wider Windows code pages than Python's codecs of the same name
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "windows_874": "cp874",
    "iso_8859_8_i": "iso8859_8",
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, the encoding it was read in, and what a reader should know about the reading."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, name: str) -> Decoded:
    """The text of `data`; `name` is for the message.

    Raises DocumentUnreadable when the bytes are not text.
    """
    for signature, what in _OTHER_FORMATS:
        if data.startswith(signature):
            raise DocumentUnreadable(f"{name} is {what}, not plain text", "give the file the suffix of its real format")
    decoded = _unicode(data) or _damaged_utf8(data) or _guessed(data)
    controls = len(_CONTROL.findall(decoded.text))
    # Stray control characters, mostly runs of NUL, come with the logs of crashed programs; many places are no text.
    if controls > max(1, len(decoded.text) // 100) and not _is_torn(decoded.text):
        raise DocumentUnreadable(
            f"{name} holds binary data, not text", "give the file the suffix of its real format, or take it away"
        )
    return decoded


def _is_torn(text: str) -> bool:
    """Whether the control characters of a text are NULs in a few runs, as where a disk was cut off, between lines of text."""
    rest, runs = _NULS.subn("", text)
    return (
        runs <= max(3, len(rest) // 500)
        and len(rest) >= _LEAST_REST
        and len(_CONTROL.findall(rest)) <= len(rest) // 100
    )


def _unicode(data: bytes) -> Decoded | None:
    for mark, codec, label in _MARKS:
        if data.startswith(mark):
            return _replacing(data[len(mark) :], codec, label)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "\0" in text and (order := _unmarked_utf16(data)):
        return _replacing(data, order, "utf-16", ("encoding guessed: utf-16",))
    return Decoded(text, "utf-8")


def _unmarked_utf16(data: bytes) -> str | None:
    """The byte order of text that is mostly one-byte characters written as two, which shows as NULs at one parity."""
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half and odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    if half and even > 0.6 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _damaged_utf8(data: bytes) -> Decoded | None:
    """UTF-8 in which a few bytes are broken, as where a file was cut off: worth more than another encoding's reading."""
    text = data.decode("utf-8", "replace")
    whole = len(_MULTIBYTE.findall(data))
    broken = text.count("\ufffd") - data.count("\ufffd".encode())
    if whole < 3 or broken * 2 > whole:
        return None
    return Decoded(text, "utf-8", (_broken_note(broken, "utf-8"),))


def _guessed(data: bytes) -> Decoded:
    from chardetng_py import detect  # type: ignore[import-untyped]

    if codec := _unmarked_utf16(data):
        return _replacing(data, codec, "utf-16", ("encoding guessed: utf-16",))
    label = detect(_telling_part(data), allow_utf8=False)
    key = label.lower().replace("-", "_")
    name = codecs.lookup(_PYTHON_NAMES.get(key, label)).name
    return _replacing(data, name, name, (f"encoding guessed: {name}",))


def _telling_part(data: bytes) -> bytes:
    """The lines with bytes beyond ASCII, up to the sample's size: only they tell encodings apart."""
    if len(data) <= _DETECTION_SAMPLE:
        return data
    lines: list[bytes] = []
    size = 0
    for line in data.splitlines(keepends=True):
        if not line.isascii():
            lines.append(line[: _DETECTION_SAMPLE - size])
            size += len(lines[-1])
            if size >= _DETECTION_SAMPLE:
                break
    return b"".join(lines)


def _replacing(data: bytes, codec: str, label: str, notes: tuple[str, ...] = ()) -> Decoded:
    try:
        return Decoded(data.decode(codec), label, notes)
    except UnicodeDecodeError:
        text = data.decode(codec, "replace")
    return Decoded(text, label, (*notes, _broken_note(text.count("\ufffd"), label)))


def _broken_note(count: int, label: str) -> str:
    places = "1 place" if count == 1 else f"{count} places"
    return f"{places} could not be read as {label} and show as \ufffd"
