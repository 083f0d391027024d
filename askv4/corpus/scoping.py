"""What `--in`, `--since` and `--until` say, as the part of a corpus that is asked."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from askv4.errors import UsageError
from askv4.language.dates import dates
from askv4.records import Scope
from askv4.text.loaders import FORMATS, format_of

_WILD = "*?["


def scope_of(
    corpus: Path, within: str | Sequence[str] | None, since: str | None = None, until: str | None = None
) -> Scope | None:
    """The part of a corpus that is meant; None for all of it.

    Each of `within` is a folder, a file, a pattern such as "*.pdf", a format, or a kind that documents declare; a document in any
    of them belongs. Raises UsageError for what is no date.
    """
    terms = [within] if isinstance(within, str) else list(within or ())
    first, last = _date(since, "since"), _date(until, "until")
    if first and last and first > last:
        raise UsageError(f"since {since} until {until} is no time at all", "swap them")
    root = corpus.resolve()
    places = [_place(root, term) for term in terms]
    if None in places:  # the corpus itself
        terms, places = [], []
    if not terms and not first and not last:
        return None
    told = [", ".join(terms)] if terms else []
    told += [f"since {since}"] if first else []
    told += [f"until {until}"] if last else []
    folders, documents, patterns, kinds = (
        tuple(value for place in places if place and place[0] == sort for value in place[1]) for sort in _SORTS
    )
    return Scope(" ".join(told), folders, documents, patterns, kinds, first, last)


_SORTS = ("folder", "document", "pattern", "kind")


def _place(root: Path, term: str) -> tuple[str, list[str]] | None:
    """What a word for a place is, and its names; None for the whole corpus."""
    if not term.strip():
        raise UsageError(
            "what is to be looked in is empty", "name a folder, a file, a kind, or a pattern such as '*.pdf'"
        )
    for path in (root / term, Path(term).expanduser()):
        resolved = path.resolve()
        # A link is what it is called, wherever it leads.
        named = path.absolute() if path.is_symlink() else resolved
        if resolved.is_dir() and named.is_relative_to(root):
            return None if named == root else ("folder", [named.relative_to(root).as_posix()])
        if resolved.is_file() and named.is_relative_to(root):
            return "document", [named.relative_to(root).as_posix()]
    if any(sign in term for sign in _WILD):
        return "pattern", [term]
    called = term.lower().lstrip(".")
    named_so = [suffix for one in FORMATS for suffix in one.suffixes if suffix and one.name.lower() == called]
    suffixes = named_so or ([f".{called}"] if format_of(f"x.{called}") else [])
    if suffixes:
        return "pattern", [f"*{suffix}" for suffix in sorted(suffixes)]
    return "kind", [term]


def _date(said: str | None, word: str) -> str:
    """As much of an ISO date as is said: of "2024" the year, of "May 2024" the month; empty where nothing is said."""
    if said is None:
        return ""
    text = said.strip()
    if text.isdecimal() and len(text) == 4:
        return text
    year, _, month = text.partition("-")
    if year.isdecimal() and month.isdecimal() and len(year) == 4 and len(month) == 2 and 1 <= int(month) <= 12:
        return text
    for date in dates(text):
        if date.year and len(date.months) == 1 and len(date.days) <= 1:
            return f"{date.year}-{date.months[0]:02}" + (f"-{date.days[0]:02}" if date.days else "")
    raise UsageError(f"--{word} {said!r} is no date", "say 2024, 2024-05, 2024-05-31 or May 2024")


def said_as_one(text: str) -> tuple[tuple[str, ...], str | None, str | None]:
    """Within, since and until of one line, as "letters '*.pdf' since 2024". Raises UsageError."""
    try:
        words = shlex.split(text.replace(",", " "))
    except ValueError as error:
        raise UsageError(f"{text} has a quotation mark without its other half", "close it") from error
    within: list[str] = []
    times: dict[str, list[str]] = {}
    into = within
    for word in words:
        if word.lstrip("-") in ("since", "until"):
            into = times.setdefault(word.lstrip("-"), [])
        else:
            into.append(word)
    if [] in times.values():
        raise UsageError("since or until stands there without a date", "say for example since 2024")
    since, until = (" ".join(times[name]) if name in times else None for name in ("since", "until"))
    return tuple(within), since, until
