"""Rich Text Format, through striprtf."""

from __future__ import annotations

from askv4.errors import DocumentUnreadable
from askv4.text.loaders.composing import Composer
from askv4.types import ParsedText


def parse(data: bytes, name: str) -> ParsedText:
    """The text of an RTF document. Raises DocumentUnreadable when it is none."""
    from striprtf.striprtf import rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        raise DocumentUnreadable(f"{name} is not an RTF document", "give the file the suffix of its real format")
    try:
        text = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, TypeError) as error:
        raise DocumentUnreadable(f"{name} is damaged: {error}", "open and save it anew") from error
    composer = Composer()
    for number, part in enumerate(text.split("\f")):
        if number or "\f" in text:
            composer.page()
        composer.plain(part, level=2)
    return composer.parsed()
