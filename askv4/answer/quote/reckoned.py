"""Answers that are reckoned from a table's cells: totals, averages, the highest and lowest, counts; with the rows they rest on.

Only where all is clean: every word of the question names the column, rows by what their cells say, or the table; every cell
of the column is a number of one unit. In all other cases there is no such answer, and the question is judged as any other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice

from askv4.answer.question.asked_column import AskedColumn, asked_column, quantities
from askv4.answer.question.asked_place import stems_of
from askv4.answer.question.question import Question
from askv4.answer.quote.extractive import Quotation, compose
from askv4.answer.quote.placed import own_words
from askv4.answer.quote.quoting import Sources, texts
from askv4.language import en, others
from askv4.language.columns import Column, column
from askv4.language.dates import Date, dates
from askv4.language.patterns import Pattern
from askv4.language.words import words
from askv4.text.rows import Table, TableRow, tables
from askv4.types import Answer, Document, Hit, Span

MOST_ROWS = 20
"""Rows that are quoted; the others are counted."""
MOST_DOCUMENTS = 4
MOST_CHARACTERS = 4_000_000
"""Of a longer document the tables are not looked through."""
_TOTALS = Pattern(rf"\W*(?:{en.TOTALS}|{others.TOTALS})(?!\w)", re.I)
_LINE = Pattern(r"[^\n]+")
_FIGURE = Pattern(r"\d")
_UNIT = Pattern(r"\s*[(\[]([^()\[\]]{1,12})[)\]]\s*$")
_DAY_FIRST = Pattern(r"\s*(\d{1,2})([./-])(\d{1,2})\2")
_SAID = {"sum": "the sum of", "mean": "the average of", "max": "the highest", "min": "the lowest"}


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A table with the rows and the column that a question asks for."""

    document: Document
    table: Table
    rows: tuple[TableRow, ...]
    total: TableRow | None
    """The row that states the total of all rows, which is none of them."""
    label: str
    """Of the column; empty where rows are counted."""
    column: Column | None
    named: frozenset[str]
    """The words of the question that chose the rows."""
    about: int
    """How many words of the question its document, or what stands above it, has."""


def reckoned(question: Question, hits: Sequence[Hit], sources: Sources) -> Answer | None:
    """The answer to a question for a total, an average, the highest, the lowest or a count; None for every other, and where
    the cells do not allow it or several tables could be meant. `hits` are what a search found for it."""
    asked = None if question.history else asked_column(question.asked)
    if asked is None:
        return None
    documents = {hit.document.document: hit.document for hit in hits}
    chosen: list[_Chosen] = []
    for document in islice(documents.values(), MOST_DOCUMENTS):
        text = sources.text(document.document)
        if len(text) <= MOST_CHARACTERS:
            own = own_words(document)
            made = [one for table in tables(text) if (one := _chosen(asked, document, table, own))]
            if made and asked.what == "sum" and not made[0].named and _states(text, made):
                return None
            chosen += made
    best = max((one.about for one in chosen), default=0)
    chosen = [one for one in chosen if one.about == best]
    return _answer(question, asked, chosen[0], sources) if len(chosen) == 1 else None


def _chosen(asked: AskedColumn, document: Document, table: Table, own: frozenset[str]) -> _Chosen | None:
    labels = {label: stems_of(words(label)) for label in table.labels}
    if any(asked.said & stems for stems in labels.values()) or _says_other_extreme(asked, labels):
        return None  # the table states it itself, or what is the other end of it
    body, total = _without_total(table.rows)
    # A line with figures above a table says something else than what its rows are.
    context = own | stems_of(words(" ".join(one for one in table.context.split("\n") if not _FIGURE.search(one))))
    wanted = {word: stems_of([word]) for word in asked.words}
    rows: Sequence[TableRow] = body
    if asked.when is not None and (of_date := _of_date(body, table.labels, asked.when)) is not None:
        rows = of_date
        dated = frozenset(words(asked.when.text))
        wanted = {word: stems for word, stems in wanted.items() if word not in dated}
    else:
        dated = frozenset()
    in_labels = {word for word, stems in wanted.items() if any(stems & one for one in labels.values())}
    named: set[str] = set()
    about = 0
    for word, stems in wanted.items():
        kept = [row for row in rows if stems & stems_of(words(" ".join(row.cells.values())))]
        if stems & context:
            about += 1
            if kept and len(kept) < len(rows) and word not in in_labels:
                return None  # it may name the table, or some of its rows
        elif word in in_labels:
            continue
        elif kept:
            rows = kept
            named.add(word)
        else:
            return None
    if not rows:
        return None
    if (picked := _column(asked, rows, labels, {w: wanted[w] for w in in_labels})) is None:
        return None
    label, numbers = picked
    if asked.what == "count" and not _counts(wanted, in_labels, named, labels, label, context):
        return None
    if asked.what == "count" and _is_value(rows, labels, frozenset().union(*wanted.values()), label):
        return None
    if asked.what != "count" and len(rows) < (1 if named or dated else 2):
        return None
    return _Chosen(
        document, table, tuple(rows), None if named or dated else total, label, numbers, frozenset(named) | dated, about
    )


def _counts(
    wanted: Collection[str],
    in_labels: Set[str],
    named: Set[str],
    labels: Mapping[str, frozenset[str]],
    label: str,
    context: Set[str],
) -> bool:
    """Whether what is counted are the rows, or what the column `label` counts: not the kilograms of one, which are a value.

    Rows are what the table is about, or what its first column names.
    """
    own = labels[next(iter(labels))] | labels.get(label, frozenset()) | context
    if any(not stems_of([word]) & own for word in in_labels):
        return False
    return bool(label) or any(stems_of([word]) & own for word in wanted if word not in named)


def _says_other_extreme(asked: AskedColumn, labels: Iterable[str]) -> bool:
    """Whether the highest is asked for of a table with a label such as "Lowest price", or the other way round."""
    other = {"max": "min", "min": "max"}.get(asked.what)
    return other is not None and any((said := asked_column(label)) and said.what == other for label in labels)


def _is_value(rows: Sequence[TableRow], labels: Mapping[str, frozenset[str]], asked: Set[str], counted: str) -> bool:
    """Whether a column of numbers behind the first is called as what is asked for: "how many points did he get in 2021?"."""
    columns = [name for name, stems in islice(labels.items(), 1, None) if stems and stems <= asked and name != counted]
    return any(_numbers(rows, name) is not None for name in columns)


def _without_total(rows: Sequence[TableRow]) -> tuple[list[TableRow], TableRow | None]:
    """The rows that are not reckoned from others, and the last one that is."""
    body, total = [], None
    first = next(iter(rows[0].cells), "")
    for row in rows:
        lacks_name = first not in row.cells and row is rows[-1]
        if lacks_name or any(_TOTALS.match(cell) and not _FIGURE.search(cell) for cell in row.cells.values()):
            total = row
        else:
            body.append(row)
    return body, total


def _states(text: str, made: Sequence[_Chosen]) -> bool:
    """Whether a document says beside its tables what their total is."""
    inside = [Span(one.table.rows[0].span.start, one.table.rows[-1].span.end) for one in made]
    stated = (match.start() for match in _LINE.finditer(text) if _TOTALS.match(match[0]) and _FIGURE.search(match[0]))
    return any(not any(span.start <= at < span.end for span in inside) for at in stated)


def _column(
    asked: AskedColumn, rows: Sequence[TableRow], labels: dict[str, frozenset[str]], wanted: dict[str, frozenset[str]]
) -> tuple[str, Column | None] | None:
    """The one column that is meant, with its numbers; ("", None) where rows are counted; None where none is clean."""
    named = frozenset().union(*wanted.values())
    if asked.columns and any(stems & asked.columns for stems in labels.values()):
        meant = [label for label, stems in labels.items() if stems & asked.columns]
    elif asked.columns and not named:
        return None
    elif asked.what == "count":
        meant = [label for label, stems in labels.items() if stems & quantities()]
        if not meant:
            return "", None
    elif named:
        most = max(len(named & stems) for stems in labels.values())
        meant = [label for label, stems in labels.items() if len(named & stems) == most]
    else:
        meant = list(labels)
    clean = [(label, numbers) for label in meant if (numbers := _numbers(rows, label)) is not None]
    return clean[0] if len(clean) == 1 and (len(meant) == 1 or not asked.columns) else None


def _numbers(rows: Sequence[TableRow], label: str) -> Column | None:
    """The numbers of a column, with the unit that its label gives; not those that only count the rows."""
    cells = [row.cells.get(label, "") for row in rows]
    numbers = column(cells)
    if numbers is None or (
        len(rows) > 2
        and list(numbers.values) == list(range(int(numbers.values[0]), int(numbers.values[0]) + len(rows)))
    ):
        return None
    unit = _UNIT.search(label)
    return (
        replace(numbers, after=f" {unit[1]}")
        if unit and not numbers.before.strip() and not numbers.after.strip()
        else numbers
    )


def _of_date(rows: Sequence[TableRow], labels: Iterable[str], when: Date) -> list[TableRow] | None:
    """The rows of a time, by the first column of dates; None where there is none, or days and months cannot be told apart."""
    for label in labels:
        cells = [row.cells.get(label, "") for row in rows]
        dated = [dates(cell) for cell in cells]
        if cells and all(len(one) == 1 for one in dated):
            days = [match for cell in cells if (match := _DAY_FIRST.match(cell))]
            day_first = any(int(match[1]) > 12 or match[2] == "." for match in days)
            if days and not day_first and not any(int(match[3]) > 12 for match in days):
                return None
            told = [_sure(one[0], day_first=day_first) for one in dated]
            return [row for row, one in zip(rows, told, strict=True) if when.covers(one)]
    return None


def _sure(date: Date, *, day_first: bool) -> Date:
    """A date of which the month is known."""
    if len(date.months) < 2:
        return date
    reading = 0 if day_first else 1
    return replace(date, months=(date.months[reading],), days=(date.days[reading],))


def _answer(question: Question, asked: AskedColumn, chosen: _Chosen, sources: Sources) -> Answer:
    text_of = texts(sources)
    rows, numbers = list(chosen.rows), chosen.column
    count = f"{len(rows):,} row{'s' * (len(rows) != 1)}"
    if asked.what == "count" and numbers is None:
        of_all = "" if len(rows) == len(chosen.table.rows) else f" of {len(_without_total(chosen.table.rows)[0]):,}"
        line, shown = f"{len(rows):,}{of_all} rows", rows
    elif asked.what in ("max", "min") and numbers is not None:
        best = (max if asked.what == "max" else min)(numbers.values)
        shown = [row for row, value in zip(rows, numbers.values, strict=True) if value == best]
        names = ", ".join(map(_name, shown[:MOST_ROWS]))
        line = f"{names}: {numbers.said(best)}, {_SAID[asked.what]} “{chosen.label}” of {count}"
        shown += [row for row in rows if row not in shown] if len(rows) <= MOST_ROWS else []
    else:
        assert numbers is not None, "a sum or average has numbers"
        value, exact = numbers.mean() if asked.what == "mean" else (numbers.total(), True)
        what = _SAID["mean" if asked.what == "mean" else "sum"]
        line = f"{numbers.said(value)}{'' if exact else ' (rounded)'}: {what} “{chosen.label}” in {count}"
        shown = rows
        if chosen.total is not None and asked.what != "mean" and (stated := chosen.total.cells.get(chosen.label)):
            same = (one := column([stated])) is not None and one.values == (value,)
            line += f", as the row of the total says: {stated}" if same else f"; the row of the total says {stated}"
            shown = [chosen.total, *rows]
    if chosen.named:
        written = re.findall(r"[^\W_]+", question.asked)
        line += f" with {', '.join(f'“{word}”' for word in written if word.lower() in chosen.named)}"
    quoted = [
        Quotation(Hit(1, 1.0, 0, chosen.document, span.start, span.end, None, None, None, "", (span,)), span, 1.0, sentences=(span,))
        for span in _runs(shown[:MOST_ROWS], text_of(chosen.document.document), alone=shown[0] is not rows[0] or len(shown) < 2)
    ]  # fmt: skip
    text, citations = compose(quoted, text_of, sources.place)
    told = f"{line}.\n{text}"
    left = len(rows) - MOST_ROWS if len(shown) >= len(rows) else 0
    note = f"reckoned from {count}; the first {MOST_ROWS} are quoted" if left > 0 else None
    return Answer(
        question=question.asked, status="answered", mode="extractive", model=None, answer=told, quoted=told,
        citations=citations, skipped=tuple(sources.skipped()), note=note, confidence=1.0,
    )  # fmt: skip


def _name(row: TableRow) -> str:
    """What a row is called: its first cell with a letter."""
    cells = list(row.cells.values())
    return next((cell for cell in cells if any(map(str.isalpha, cell))), cells[0])


def _runs(rows: Sequence[TableRow], text: str, *, alone: bool) -> list[Span]:
    """The spans of rows; those that follow each other directly are one, but for the first where it stays `alone`."""
    runs: list[Span] = []
    for row in rows:
        if len(runs) > alone and not text[runs[-1].end : row.span.start].strip() and row.span.start > runs[-1].end:
            runs[-1] = Span(runs[-1].start, row.span.end)
        else:
            runs.append(row.span)
    return runs
