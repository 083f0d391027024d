"""What a file's record says of the document: title, author, day of creation; and where that is nonsense."""

from __future__ import annotations

import datetime
import re

from askv4.language.words import content_words
from askv4.text.loaders.composing import one_line

_NO_TITLE = re.compile(
    r"untitled|\(anonymous\)|microsoft|\w+://|.*[\\/]|.*\.\w{2,5}\Z|(?:word |powerpoint )?(?:document|presentation)\d*\Z|\W*\Z",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"\(?(?:anonymous|unknown|unspecified|(?:windows |microsoft office )?user|admin\w*|owner|python-docx|openpyxl)\)?\Z|\W*\Z",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?:D:)?(\d{4})-?(\d\d)-?(\d\d)")
_OF_TEMPLATES = frozenset({"2013-12-23", "2013-01-27"})
"""Days on which the templates of python-docx and python-pptx were made; they stand in each of their documents."""
_BEGINNING = 3_000


def sensible_title(declared: str | None, shown: str | None, text: str) -> str | None:
    """The title in a file's record, unless it is nonsense, or the page shows another one and does not have its words."""
    declared = one_line(declared or "")
    if _NO_TITLE.match(declared):
        return shown
    told = set(content_words(declared))
    seen = told & set(content_words(text[:_BEGINNING]))
    return declared if shown is None or 2 * len(seen) > len(told) else shown


def record(author: str | None, created: datetime.datetime | str | None) -> dict[str, str]:
    """The author and the day of creation, where the file's record names them in earnest."""
    who = one_line(author or "")
    day = _DAY.match(str(created or ""))
    written = "-".join(day.groups()) if day else ""
    kept = {"author": "" if _NOBODY.match(who) else who, "created": "" if written in _OF_TEMPLATES else written}
    return {key: value for key, value in kept.items() if value}
