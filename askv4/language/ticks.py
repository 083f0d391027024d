"""Boxes in a text that are ticked or not: "[x] Courier", "☐ Collection"."""

from __future__ import annotations

from askv4.language.patterns import Pattern

TICKED, UNTICKED = "[x]", "[ ]"
"""How loaders write a box that is drawn or a field of a form."""
_TICKED, _UNTICKED = r"\[[xX]\]|[☑☒✓✔🗹🗵]", r"\[ \]|[☐🞎]"
MARK = rf"{_TICKED}|{_UNTICKED}"
"""For use in a regular expression."""
MARKS = Pattern(rf"(?P<on>{_TICKED})|(?P<off>{_UNTICKED})")
_SYMBOLS = {"\uf0fe": TICKED, "\uf0fd": TICKED, "\uf0fc": TICKED, "\uf0a8": UNTICKED, "\uf06f": UNTICKED}


def symbol(character: str) -> str:
    """A box of the font Wingdings, whose characters have no code of their own, as a mark; empty for any other character."""
    return _SYMBOLS.get(character, "")


def in_words(mark: str, after: str) -> str:
    """What a mark says, before its label or alone in a cell."""
    match = MARKS.match(mark)
    said = "option ticked" if match and match["on"] else "option not ticked"
    return f"{said}:" if after[:1].isspace() and after.strip() else said


def is_unticked(text: str) -> bool:
    """Whether a text has boxes, and none of them is ticked."""
    marks = [match.lastgroup for match in MARKS.finditer(text)]
    return bool(marks) and "on" not in marks


def ticked_part(text: str) -> slice | None:
    """Of options on one line the ticked ones from the first on, as far as one that is not; None where none is ticked."""
    marks = list(MARKS.finditer(text))
    start = next((match.start() for match in marks if match["on"]), None)
    if start is None:
        return None
    end = next((match.start() for match in marks if match["off"] and match.start() > start), len(text))
    return slice(start, start + len(text[start:end].rstrip()))
