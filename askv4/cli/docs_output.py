"""The documents of a corpus as a table, wrapped to a width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from askv4.cli.render import QUIET, WARNING, name_link, wrapped
from askv4.cli.wording import counted, readable_bytes
from askv4.text.safe import safe_line, safe_name

if TYPE_CHECKING:
    from askv4.types import Document

_HEAD = ("state", "kind", "passages", "pages", "size")
_FIGURES = 2
"""From this column on there are figures, which stand to the right."""


def document_lines(
    documents: Sequence[Document],
    corpus: Path,
    width: int,
    problems: Mapping[str, str] | None = None,
    targets: Mapping[str, str] | None = None,
) -> Iterator[Text]:
    """The corpus as a table, a row for each file; a skipped one says why.

    `problems` holds what is wrong with documents that are indexed all the same, `targets` where linked ones really lie,
    both by name.
    """
    problems, targets = problems or {}, targets or {}
    cells = [_HEAD, *(_cells(document) for document in documents)]
    sizes = [max(cell_len(row[column]) for row in cells) for column in range(len(_HEAD))]
    indent = sum(sizes) + 2 * len(sizes)
    in_columns = indent <= width // 2
    if documents and in_columns:
        yield _row(_HEAD, sizes, QUIET).append("document", style=QUIET)
    for document, row in zip(documents, cells[1:], strict=True):
        name = name_link(corpus, document.document)
        if (target := targets.get(document.document)) is not None:
            name.append(f" -> {safe_name(target)}", style=QUIET)
        if in_columns:
            yield from wrapped(name, width, _row(row, sizes, _style(document)), indent)
        else:
            yield from wrapped(name, width)
            yield from wrapped(Text(_in_words(document), style=_style(document)), width, Text("    "), 4)
        reason = document.reason or problems.get(document.document)
        yield from _remarks(reason, document.notes, width, indent if in_columns else 4)
    if documents:
        yield Text()
    yield from wrapped(Text(_total(documents, corpus)), width)


def _cells(document: Document) -> tuple[str, ...]:
    kind = safe_line(document.kind) if document.kind else "-"
    pages = "-" if document.pages is None else str(document.pages)
    return (document.state, kind, str(document.passages), pages, readable_bytes(document.bytes))


def _in_words(document: Document) -> str:
    """The cells of a document's row where there is no room for columns."""
    words = [document.state, *([safe_line(document.kind)] if document.kind else [])]
    words.append(counted(document.passages, "passage"))
    words += [counted(document.pages, "page")] if document.pages is not None else []
    return ", ".join([*words, readable_bytes(document.bytes)])


def _row(cells: Sequence[str], sizes: Sequence[int], style: str) -> Text:
    """The cells of a row in their columns: words to the left, figures to the right."""
    line = Text()
    for position, (cell, size) in enumerate(zip(cells, sizes, strict=True)):
        room = " " * (size - cell_len(cell))
        line.append(room + cell if position >= _FIGURES else cell + room, style=style).append("  ")
    return line


def _style(document: Document) -> str:
    return WARNING if document.state == "skipped" else "none"


def _remarks(reason: str | None, notes: Sequence[str], width: int, indent: int) -> Iterator[Text]:
    margin = Text(" " * indent)
    if reason:
        yield from wrapped(Text(safe_line(reason), style=WARNING), width, margin, indent)
    for note in notes:
        yield from wrapped(Text(safe_line(note), style=QUIET), width, margin, indent)


def _total(documents: Sequence[Document], corpus: Path) -> str:
    skipped = sum(document.state == "skipped" for document in documents)
    passages = sum(document.passages for document in documents)
    read = f"{counted(len(documents) - skipped, 'document')} with {counted(passages, 'passage')}"
    unread = f", {skipped} skipped" if skipped else ""
    return f"{read}{unread}, in {safe_name(str(corpus))}"
