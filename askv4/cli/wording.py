"""Numbers in words, as people read them."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """ "1 document", "2 documents"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def readable_bytes(size: float) -> str:
    """A size in decimal units, as file managers show it."""
    if size < 1000:
        return f"{size:.0f} B"
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 1000:
            return f"{size:.1f} {unit}"
    return f"{size / 1000:.1f} TB"
