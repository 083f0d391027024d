"""Text from documents, file names and models, made fit for a terminal: it is shown and can do nothing.

Terminals obey control characters (clear the screen, write the clipboard, change the title), and bidirectional overrides
make a line read as something else. Both are made visible rather than dropped, so that a reader sees that they are there.
"""

from __future__ import annotations

_CONTROLS = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_CONTROLS |= {code: f"\\x{code:02x}" for code in range(0x80, 0xA0)}
# Embeddings, overrides and isolates. The plain marks (U+200E, U+200F) stay: they reorder no more than a letter does.
_DIRECTIONS = {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
# Invisible copies of ASCII, which hide text from a reader.
_TAGS = {code: f"\\U{code:08x}" for code in range(0xE0000, 0xE0080)}
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_NAME = _CONTROLS | _DIRECTIONS | _TAGS | _SURROGATES | {0x2028: "\\u2028", 0x2029: "\\u2029"}
_TEXT = {code: shown for code, shown in _NAME.items() if code not in (0x09, 0x0A)} | {
    0x2028: "\n",
    0x2029: "\n",
    0x85: "\n",
}

_LINES = {code: shown for code, shown in _NAME.items() if code not in (0x09, 0x0A)}


def safe(text: str) -> str:
    """Text of several lines: line breaks and tabs stay, everything else that acts on a terminal becomes visible."""
    return text.replace("\r\n", "\n").translate(_TEXT)


def safe_line(text: str) -> str:
    """Running text in one line: every run of white space becomes one space."""
    return " ".join(safe(text).split())


def safe_name(name: str) -> str:
    """A name, such as a file's: line breaks and tabs in it become visible too."""
    return name.translate(_NAME)


def safe_lines(text: str) -> str:
    """Text of several lines, as `safe`, in which exactly the line breaks that editors count stay line breaks."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINES)
