"""The block of YAML between `---` lines at the head of a file: metadata, never part of what is quoted.

Every value is read as the string that stands in the file (`title: 007` is "007", `title: No` is "No"): YAML's own types
would change what its author wrote.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_FENCED = re.compile(r"---[ \t]*(?:\r\n|\n|\r)(.*?)(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)", re.DOTALL)
_KEY = re.compile(r"\A\s*(?:#[^\n\r]*\s+)*[\w\"'-][\w \"'.-]*:(?:\s|\Z)")
_LONGEST = 32 * 1024
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands before the document proper."""

    end: int = 0
    """Offset at which the document proper begins; 0 when there is no front matter."""
    fields: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def get(self, key: str) -> str | None:
        """The value of `key` on one line, or None when it is missing or says nothing."""
        value = " ".join(self.fields.get(key, "").split())
        return value or None

    @property
    def date(self) -> str | None:
        """The declared date as YYYY-MM-DD; None when it is no whole ISO date (the field keeps what was written)."""
        try:
            return datetime.date.fromisoformat((self.get("date") or "")[:10]).isoformat()
        except ValueError:
            return None


def read_front_matter(text: str) -> FrontMatter:
    """The front matter of `text`, or an empty one.

    A `---` that opens no YAML mapping is a rule between paragraphs, and what follows it is document. YAML that looks like
    a mapping but is broken is left out of the document all the same, with a note.
    """
    if not text.startswith("---"):
        return FrontMatter()
    match = _FENCED.match(text[: _LONGEST + 16])
    if match is None:
        return FrontMatter()
    looks_like_fields = _KEY.match(match[1]) is not None
    try:
        fields = _fields(match[1])
    except ValueError as error:
        if not looks_like_fields:
            return FrontMatter()
        return FrontMatter(match.end(), {}, (f"the front matter is not valid YAML and was ignored: {error}",))
    if fields is None:
        return FrontMatter(match.end()) if not match[1].strip() else FrontMatter()
    return FrontMatter(match.end(), fields)


def _fields(source: str) -> dict[str, str] | None:
    """The scalar fields of a YAML mapping, lists of scalars joined by commas; None when it is no mapping.

    Raises ValueError with one line of explanation when it is not YAML.
    """
    import yaml

    try:
        # A safe loader, and one that makes no numbers, booleans and dates out of what was written.
        value = yaml.load(source, Loader=yaml.BaseLoader)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except (yaml.YAMLError, ValueError) as error:
        problem = getattr(error, "problem", None) or type(error).__name__
        mark = getattr(error, "problem_mark", None)
        raise ValueError(f"{problem}, line {mark.line + 2}" if mark else str(problem)) from None
    if not isinstance(value, dict):
        return None
    fields: dict[str, str] = {}
    for key, entry in value.items():
        written = _written(entry)
        if isinstance(key, str) and written is not None:
            fields[key.strip().lower()] = written
    return fields


def _written(entry: object) -> str | None:
    """A scalar as written, a list of scalars joined; None for nested mappings and for nothing."""
    if isinstance(entry, str):
        return None if entry.strip() in _NOTHING else entry
    if isinstance(entry, list):
        return ", ".join(part for part in entry if isinstance(part, str) and part.strip() not in _NOTHING) or None
    return None
