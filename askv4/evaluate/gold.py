"""Gold questions: what is asked, and what the answer must show. One JSON object a line, in one of two forms.

    {"question": "...", "document": "folder/file.md", "quote": "..."}
    {"question": "...", "answerable": true, "groups": [["a quote", "or this one"], ["and one of these"]]}
    {"question": "...", "answerable": false}

Of each group one quote must be shown; a quote may also be an object with `quote` and `document`. Everywhere allowed: `id`,
`kind`, `history`, the turns before the question, `first`, how many citations are looked at (4), and what a model's lead is held against instead of the quotes: `key_words`, a
list of groups, of each of which one must stand in it, and `wrong_words`, a list of which none may. Other keys are passed
over, unless they look like one of these misspelt.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from askv4.errors import UsageError
from askv4.types import Turn

_KEYS = ("question", "document", "quote", "answerable", "groups", "history", "id", "kind", "start", "end",
         "key_words", "wrong_words", "first")  # fmt: skip
FIRST = 4
"""So many citations are looked at: what comes after them, few people read, but of a list."""
_REMEDY = 'a line is {"question": "...", "document": "...", "quote": "..."}; `askv4 eval --help` shows the other forms'


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words that would do as a citation; without `quote` any words of the document do, without `document` any document's."""

    quote: str | None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question, and what its answer must show."""

    id: str
    kind: str | None
    question: str
    answerable: bool
    groups: tuple[tuple[Wanted, ...], ...]
    """Of each group one must be shown. Empty for a question that only has to be answered, or refused."""
    history: tuple[Turn, ...] = ()
    key_words: tuple[tuple[str, ...], ...] = ()
    """Of each group one must stand in a model's lead."""
    wrong_words: tuple[str, ...] = ()
    """Words that a right lead does not hold, such as the figure of another product."""
    first: int = FIRST
    """How many of the answer's citations are looked at."""


def parse_gold(text: str, source: str) -> list[GoldQuestion]:
    """The questions of a gold file's text, all checked. Blank lines are passed over.

    Raises:
        UsageError: a line is not a gold question; the message gives its number and what is wrong. `source` names the file.
    """
    questions: list[GoldQuestion] = []
    lines: dict[tuple[str, tuple[Turn, ...]], int] = {}
    bad: list[UsageError] = []
    # Not splitlines(): a question may hold a form feed or U+2028.
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not line.strip():
            continue
        try:
            question = _parsed(line, number)
            first = lines.setdefault((question.question, question.history), number)
            if first != number:
                raise _wrong(f"asks the same as line {first}", "leave one of them out")
        except UsageError as error:
            bad.append(UsageError(f"{source}, line {number} {error}", error.remedy))
        else:
            questions.append(question)
    if bad:
        more = f" (and {len(bad) - 1} more bad line{'s' if len(bad) > 2 else ''})" if len(bad) > 1 else ""
        raise UsageError(f"{bad[0]}{more}", bad[0].remedy)
    if not questions:
        raise UsageError(f"{source} holds no question", _REMEDY)
    return questions


def gold_to_record(gold: GoldQuestion) -> dict[str, Any]:
    """A question as a line of a gold file holds it, in the general form."""
    row: dict[str, Any] = {"id": gold.id, "kind": gold.kind, "question": gold.question, "answerable": gold.answerable}
    row["groups"] = [
        [one.quote if one.document is None else {"quote": one.quote, "document": one.document} for one in group]
        for group in gold.groups
    ]
    if gold.key_words:
        row["key_words"] = [list(group) for group in gold.key_words]
    if gold.wrong_words:
        row["wrong_words"] = list(gold.wrong_words)
    if gold.first != FIRST:
        row["first"] = gold.first
    if gold.history:
        row["history"] = [{"question": turn.question, "answer": turn.answer} for turn in gold.history]
    return row


def gold_from_record(row: Mapping[str, Any], number: int = 1) -> GoldQuestion:
    """The inverse of `gold_to_record`, and the reader of every form; `number` is the id of a question that has none.

    Raises:
        UsageError: it is not a gold question; the message says why, as the end of a sentence.
    """
    _refuse_misspelt(row)
    question = _text(row, "question")
    if not question:
        raise _wrong("holds no question")
    answerable = row.get("answerable")
    if answerable is not None and not isinstance(answerable, bool):
        raise _wrong(f'says "answerable": {json.dumps(answerable)[:40]}', "say true or false")
    groups = tuple(_groups(row))
    if answerable is None:
        if not groups:
            raise _wrong('has neither a quote nor "answerable": false', "say what the answer must show")
        answerable = True
    if groups and not answerable:
        raise _wrong('says "answerable": false, yet expects a quote', "leave one of them out")
    name = row.get("id")
    return GoldQuestion(
        id=_clean(str(name)) if isinstance(name, str | int) and str(name).strip() else str(number),
        kind=_text(row, "kind") or None,
        question=" ".join(question.split()),
        answerable=answerable,
        groups=groups,
        history=tuple(_history(row)),
        key_words=tuple(_words(group, "key_words") for group in _listed(row, "key_words")),
        wrong_words=_words(_listed(row, "wrong_words"), "wrong_words"),
        first=_count(row, "first"),
    )


def _parsed(line: str, number: int) -> GoldQuestion:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _wrong(f"is not JSON: {error}") from error
    if not isinstance(row, dict):
        raise _wrong("is not a JSON object")
    return gold_from_record(row, number)


def _refuse_misspelt(row: Mapping[str, Any]) -> None:
    for key in row:
        near = difflib.get_close_matches(key.lower(), _KEYS, 1, cutoff=0.8)
        if key not in _KEYS and near and near[0] not in row:
            raise _wrong(f'has the unknown key "{key}"', f'did you mean "{near[0]}"?')


def _groups(row: Mapping[str, Any]) -> Iterator[tuple[Wanted, ...]]:
    document = _optional(row, "document")
    given = row.get("groups")
    if given is not None:
        if "quote" in row:
            raise _wrong('has both "quote" and "groups"', "leave one of them out")
        if not isinstance(given, list) or not all(isinstance(group, list) and group for group in given):
            raise _wrong('has "groups" that are not a list of lists of quotes')
        yield from (tuple(_wanted(one, document) for one in group) for group in given)
        return
    quote = row.get("quote")
    if isinstance(quote, list) and quote:
        yield tuple(_wanted(one, document) for one in quote)
    elif quote is not None:
        yield (_wanted(quote, document),)
    elif document is not None and row.get("answerable") is not False:
        yield (Wanted(None, document),)


def _wanted(value: Any, document: str | None) -> Wanted:
    if isinstance(value, dict):
        document = _optional(value, "document") or document
        value = value.get("quote")
        if value is None and document is not None:
            return Wanted(None, document)
    if not isinstance(value, str) or not value.strip():
        raise _wrong("expects a quote that is empty or no text")
    return Wanted(_clean(value), document)


def _history(row: Mapping[str, Any]) -> Iterator[Turn]:
    turns = row.get("history") or []
    for turn in turns if isinstance(turns, list) else [None]:
        asked, answered = (_text(turn, key) if isinstance(turn, dict) else None for key in ("question", "answer"))
        if asked is None or answered is None:
            raise _wrong("has a history that is not a list of questions and answers")
        yield Turn(asked, answered)


def _listed(row: Mapping[str, Any], key: str) -> list[Any]:
    value = row.get(key)
    if value is not None and not isinstance(value, list):
        raise _wrong(f'has a "{key}" that is no list')
    return value or []


def _count(row: Mapping[str, Any], key: str) -> int:
    value = row.get(key, FIRST)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _wrong(f'has a "{key}" that is no whole number from 1 on')
    return value


def _words(value: Any, key: str) -> tuple[str, ...]:
    """Words that stand for each other: a list of texts, or a single text."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
        raise _wrong(f'has words in "{key}" that are empty or no text')
    return tuple(map(_clean, texts))


def _optional(row: Mapping[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise _wrong(f'has a "{key}" that is empty or no text')
    return None if value is None else _clean(value)


def _text(row: Mapping[str, Any], key: str) -> str | None:
    value = row.get(key)
    return _clean(value).strip() if isinstance(value, str) else None


def _clean(text: str) -> str:
    """Text that can be written as UTF-8: JSON may hold half a surrogate pair."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", " ")


def _wrong(what: str, remedy: str = _REMEDY) -> UsageError:
    return UsageError(what, remedy)
