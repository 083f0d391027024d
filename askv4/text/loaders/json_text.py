"""JSON and JSON Lines: objects as labelled rows, nested ones under the path that leads to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from askv4.errors import DocumentUnreadable
from askv4.text.loaders.composing import Composer, one_line
from askv4.text.loaders.decoding import decode
from askv4.types import ParsedText

_LONG = 200
_GROUP_CHARACTERS = 500
_DEEPEST_HEADING = 6
_DEEPEST = 100


def parse(data: bytes, name: str) -> ParsedText:
    """The values with their names. Raises DocumentUnreadable when it is no JSON."""
    composer = Composer()
    if name.lower().endswith((".jsonl", ".ndjson")):
        decoded = decode(data, name)
        notes = _add_lines(composer, decoded.text, name)
        return composer.parsed(encoding=decoded.encoding, notes=decoded.notes + notes)
    value, encoding, notes = read_json(data, name)
    _add_value(composer, value, 1)
    return composer.parsed(encoding=encoding, notes=notes)


def read_json(data: bytes, name: str) -> tuple[Any, str, tuple[str, ...]]:
    """The value in a file, its encoding, and notes on the reading. Raises DocumentUnreadable."""
    decoded = decode(data, name)
    try:
        return json.loads(decoded.text), decoded.encoding, decoded.notes
    except json.JSONDecodeError as error:
        raise DocumentUnreadable(f"{name} is not valid JSON: {error}", "mend it, or name it .txt") from error
    except RecursionError as error:
        raise DocumentUnreadable(f"{name} is nested too deeply", "divide it, or name it .txt") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise DocumentUnreadable(f"{name} holds a value that cannot be read: {error}", "name it .txt") from error


def _add_lines(composer: Composer, text: str, name: str) -> tuple[str, ...]:
    """One record on each line, so the line is the place: some of them share a heading that names their lines."""
    records: list[tuple[int, Any]] = []
    broken: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                records.append((number, json.loads(line)))
            except (ValueError, RecursionError):
                broken.append(number)
    if broken and not records:
        raise DocumentUnreadable(f"{name} is not JSON Lines: line {broken[0]} is no JSON", "mend it, or name it .txt")
    _add_records(composer, records, 1, "line")
    lines = ", ".join(map(str, broken[:5])) + (", …" if len(broken) > 5 else "")
    return (f"{len(broken)} lines are not valid JSON and were left out: {lines}",) if broken else ()


def _add_value(composer: Composer, value: Any, level: int) -> None:
    if level > _DEEPEST:
        composer.paragraph(json.dumps(value, ensure_ascii=False)[:_LONG])
    elif isinstance(value, dict):
        _add_object(composer, value, level)
    elif isinstance(value, list) and value and all(isinstance(one, dict | list) for one in value):
        _add_records(composer, list(enumerate(value, 1)), level, "item")
    elif isinstance(value, list):
        for one in value:
            if isinstance(one, dict | list):
                _add_value(composer, one, level + 1)
            else:
                composer.item(_written(one))
    else:
        _add_text(composer, _written(value))


def _add_object(composer: Composer, value: dict[str, Any], level: int) -> None:
    """The plain values first, in one row; then what is nested, under headings."""
    flat = {key: one for key, one in value.items() if _is_flat(one)}
    composer.row(_row(flat))
    for key, one in value.items():
        if key not in flat and one not in ({}, []):
            composer.heading(key, min(level, _DEEPEST_HEADING))
            _add_value(composer, one, level + 1)


def _add_records(composer: Composer, records: list[tuple[int, Any]], level: int, noun: str) -> None:
    for group in _groups(records):
        first, last = group[0][0], group[-1][0]
        span = f"{noun} {first}" if first == last else f"{noun}s {first}–{last}"
        composer.heading(span, min(level, _DEEPEST_HEADING))
        for _, record in group:
            if isinstance(record, dict) and all(map(_is_flat, record.values())):
                composer.row(_row(record))
            else:
                _add_value(composer, record, level + 1)


def _groups(records: list[tuple[int, Any]]) -> Iterator[list[tuple[int, Any]]]:
    """Small flat records together; a large or nested one alone."""
    group: list[tuple[int, Any]] = []
    size = 0
    for number, record in records:
        flat = isinstance(record, dict) and all(map(_is_flat, record.values()))
        length = len(_row(record)) if flat else _GROUP_CHARACTERS
        if group and size + length > _GROUP_CHARACTERS:
            yield group
            group, size = [], 0
        group.append((number, record))
        size += length
    if group:
        yield group


def _is_flat(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONG and "\n" not in value.strip()
    if isinstance(value, list):
        return len(value) <= 20 and all(not isinstance(one, dict | list) and _is_flat(one) for one in value)
    return not isinstance(value, dict)


def _row(value: dict[str, Any]) -> str:
    told = ((one_line(key), one_line(_written(one))) for key, one in value.items())
    return "; ".join(f"{key}: {one}" if key else one for key, one in told if one)


def _add_text(composer: Composer, text: str) -> None:
    if len(text) > _LONG or "\n" in text:
        composer.plain(text)
    else:
        composer.paragraph(text)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(filter(None, map(_written, value)))
    return "" if value is None else json.dumps(value)
