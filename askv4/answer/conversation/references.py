"""What a conversation cites, once for each document, for reference managers: BibTeX and CSL-JSON."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from askv4.answer.conversation.kept import Conversation, KeptTurn
from askv4.text.safe import safe_line
from askv4.types import Citation

_BIBTEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
"""Braces by name: BibTeX counts those behind a backslash, too, so that a title could end its entry and begin another."""
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(slots=True)
class Reference:
    """A cited document."""

    key: str
    document: str
    title: str
    kind: str | None
    date: str | None
    places: list[str] = field(default_factory=list)
    """Where the quotations stand: "page 3" or "line 12", in the order in which they were cited."""


def references(turns: Sequence[KeptTurn], dates: Mapping[str, str | None]) -> list[Reference]:
    """The documents that the answers quote, in the order in which they were first cited; `dates` has theirs by name."""
    by_name: dict[str, Reference] = {}
    keys: set[str] = set()
    for citation in (citation for turn in turns for citation in turn.answer.citations):
        name = citation.document
        if name not in by_name:
            key = _key(name, keys)
            by_name[name] = Reference(key, name, citation.title, citation.kind, dates.get(name))
        place = _place(citation)
        if place is not None and place not in by_name[name].places:
            by_name[name].places.append(place)
    return list(by_name.values())


def bibtex(conversation: Conversation, cited: Iterable[Reference]) -> str:
    """An entry for each document; those who use biblatex have its `date` and `file` as well."""
    entries = []
    for one in cited:
        fields = {"title": f"{{{_escaped(one.title)}}}"}
        if one.date is not None and (match := _DATE.match(one.date)) is not None:
            fields |= {"date": match[0], "year": match[1]} | ({"month": match[2].lstrip("0")} if match[2] else {})
        if one.kind:
            fields["howpublished"] = _escaped(one.kind)
        fields["note"] = _escaped("; ".join([one.document, *one.places]))
        fields["url"] = _address(conversation, one)
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
        entries.append(f"@misc{{{one.key},\n{lines}}}\n")
    return "\n".join(entries)


def csl_json(conversation: Conversation, cited: Iterable[Reference]) -> str:
    """CSL-JSON, as Zotero and pandoc read it."""
    rows: list[dict[str, Any]] = []
    for one in cited:
        row: dict[str, Any] = {"id": one.key, "type": "document", "title": safe_line(one.title)}
        if one.kind:
            row["genre"] = safe_line(one.kind)
        if one.date is not None and (match := _DATE.match(one.date)) is not None:
            row["issued"] = {"date-parts": [[int(part) for part in match.groups() if part]]}
        row["note"] = safe_line("; ".join([one.document, *one.places]))
        row["URL"] = _address(conversation, one)
        rows.append(row)
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _key(document: str, taken: set[str]) -> str:
    """A key that every tool takes, and that people recognise."""
    plain = unicodedata.normalize("NFKD", PurePosixPath(document).stem).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower() or "source"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    taken.add(key)
    return key


def _place(citation: Citation) -> str | None:
    if citation.on_page:
        return citation.on_page
    return f"line {citation.line}" if citation.line is not None else None


def _address(conversation: Conversation, one: Reference) -> str:
    return (Path(conversation.corpus) / one.document).absolute().as_uri()


def _escaped(text: str) -> str:
    return "".join(_BIBTEX.get(character, character) for character in safe_line(text))
