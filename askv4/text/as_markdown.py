"""Text of documents, people and models as Markdown in which it stands as it is: nothing in it is a heading, a rule, a fence, a
list, a table, a link, an image or HTML, by CommonMark or by what GitHub and others add to it."""

from __future__ import annotations

import re

_ANYWHERE = re.compile(r"([\\`*_<>\[\]&~|$])")
_LINKS = re.compile(r"(?<=[^\W\d_])(:)(?=[^\s\d])|(@)|(?<=\w)(\.)(?=\w)(?!(?<=\d\.)\d)")
"""What makes readers take an address for a link: `http://x`, `mailto:x`, `a@b`, `www.x`, `x.com`; not the point of 3.5."""
_BEGINNING = re.compile(r"^([#+=:-]|\d{1,9}(?=[.)]))")
_SPACES = re.compile(r"^[ \t]+")


def literal(line: str) -> str:
    """One line, literally. White space at its beginning, which would make it code, does not break."""
    spaces = _SPACES.match(line)
    indent = "" if spaces is None else "\u00a0" * len(spaces[0].expandtabs(4))
    said = line if spaces is None else line[spaces.end() :]
    said = _LINKS.sub(r"\\\g<0>", _ANYWHERE.sub(r"\\\1", said))
    if indent:
        return indent + said
    return _BEGINNING.sub(lambda match: f"{match[1]}\\" if match[1].isdigit() else f"\\{match[1]}", said)
