"""Plain text. The extracted text is the decoded file itself, so that offsets hold in the file.

Pages are those that form feeds divide, as in the output of PDF converters.
"""

from __future__ import annotations

from askv4.text.loaders.decoding import decode
from askv4.text.loaders.front_matter import read_front_matter
from askv4.text.loaders.layout import lay_out
from askv4.types import ParsedText


def parse(data: bytes, name: str) -> ParsedText:
    """The text and blocks of a plain text file. Raises DocumentUnreadable when it is no text."""
    decoded = decode(data, name)
    text = decoded.text
    matter = read_front_matter(text)
    blocks = tuple(lay_out(text, matter.end))
    heads = bool(blocks) and blocks[0].role == "heading" and blocks[0].level == 1
    title = " ".join(text[blocks[0].start : blocks[0].end].split()) if heads else None
    breaks = tuple(offset + 1 for offset, char in enumerate(text) if char == "\f") if "\f" in text else ()
    return ParsedText(
        text=text,
        blocks=blocks,
        title=matter.get("title") or title,
        kind=matter.get("kind"),
        context=matter.get("context"),
        date=matter.date,
        pages=(0, *breaks) if breaks else (),
        encoding=decoded.encoding,
        notes=decoded.notes + matter.notes,
        metadata=dict(matter.fields),
    )
