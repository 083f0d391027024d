"""Answers and passages as lines of styled text, wrapped to a width.

Styles name the terminal's own sixteen colours. Every line is built from `Text`, which knows no markup, out of `safe` text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.style import Style
from rich.text import Text

from askv4.answer.quote.listing import Entry, blocks, lead_lines, marks_in, passages, rows_in, unlisted_conflicts
from askv4.text.excerpt import shortened
from askv4.text.safe import safe, safe_line, safe_name

if TYPE_CHECKING:
    from askv4.types import Answer, Citation, Hit, Skipped

MARKER = "bold cyan"
ANSWERING = "bold"
TITLE = "bold"
PLACE = "blue"
QUIET = "dim"
WARNING = "yellow"
_ENTRY_STYLES = {"question": TITLE, "unanswered": WARNING, "uncertain": WARNING}
LONG_LIST = 5
"""Quotations from which on a document's title is not said again for each of them."""
NEAREST_SHOWN = 400
"""Characters of a nearest passage that are shown; the JSON has all of it."""

_WRAPPER = Console(file=StringIO(), width=80, color_system=None)
"""Text.wrap() asks its console for nothing but the tab size."""


def answer_lines(answer: Answer, corpus: Path, width: int) -> Iterator[Text]:
    """An answer as people read it: the lead, where there is one, then the sources, each once with what it says."""
    if answer.status == "not_in_sources":
        yield from _refusal_lines(answer, width)
        if answer.note:
            yield from wrapped(Text(safe_line(answer.note)), width)
    else:
        if answer.lead:
            yield from _lead_lines(answer, width)
            yield Text()
        yield from _quoted_lines(answer, corpus, width)
    yield from _nearest_lines(passages(answer), corpus, width)
    yield from _remark_lines(answer, width)


def _lead_lines(answer: Answer, width: int) -> Iterator[Text]:
    numbers = {citation.n for citation in answer.citations}
    for paragraph in lead_lines(answer):
        yield from wrapped(_with_markers(safe_line(paragraph), numbers), width)


def _quoted_lines(answer: Answer, corpus: Path, width: int) -> Iterator[Text]:
    numbers = {citation.n for citation in answer.citations or answer.nearest}
    for position, block in enumerate(blocks(answer)):
        if position:
            yield Text()
        listed = sum(entry.citation is not None for entry in block) >= LONG_LIST
        above: Citation | None = None
        for entry in block:
            if entry.citation is not None:
                same = listed and above is not None and above.document == entry.citation.document
                lines = _item_lines if same else _citation_lines
                yield from lines(entry.citation, corpus, width, _quotation(entry, entry.citation))
                above = entry.citation
            else:
                text = _with_markers(safe_line(entry.text), numbers)
                text.style = _ENTRY_STYLES.get(entry.role, "")
                yield from wrapped(text, width)


def _quotation(entry: Entry, citation: Citation) -> Text:
    """What a source says, with the words that answer; rows of a table below each other."""
    line = safe_line(entry.text)
    rows = list(rows_in(line, citation))
    text = Text("".join("\n" if at + 1 in rows else char for at, char in enumerate(line)))
    for span in marks_in(line, citation):
        text.stylize(ANSWERING, *span)
    return text


def _refusal_lines(answer: Answer, width: int) -> Iterator[Text]:
    said = safe(answer.answer).strip() or "The sources do not answer this."
    for paragraph in said.split("\n"):
        yield from wrapped(Text(paragraph, style=WARNING), width)


def _nearest_lines(near: Sequence[Citation], corpus: Path, width: int) -> Iterator[Text]:
    if near:
        yield Text()
        yield Text("Nearest passages", style=TITLE)
    for citation in near:
        quote = Text(f"“{shortened(citation, NEAREST_SHOWN)}”")
        yield from _citation_lines(citation, corpus, width, quote)


def _remark_lines(answer: Answer, width: int) -> Iterator[Text]:
    """What a reader should know beside the answer."""
    remarks: list[tuple[str, str]] = []
    for conflict in unlisted_conflicts(answer):
        remarks.append((f"The sources differ: {safe_line(conflict.reason)}", WARNING))
    if answer.note and answer.status != "not_in_sources":
        remarks.append((safe_line(answer.note), QUIET))
    if answer.left_machine:
        remarks.append(("Text of this question and its sources was sent to another machine.", WARNING))
    if answer.skipped:
        remarks.append((skipped_line(answer.skipped), QUIET))
    if remarks:
        yield Text()
    for remark, style in remarks:
        yield from wrapped(Text(remark, style=style), width)


def skipped_line(skipped: Sequence[Skipped]) -> str:
    """One line on the documents that were not read."""
    if len(skipped) == 1:
        return f"Not read: {safe_name(skipped[0].document)} ({safe_line(skipped[0].reason)})"
    names = ", ".join(safe_name(one.document) for one in skipped[:3])
    more = ", ..." if len(skipped) > 3 else ""
    return f"Not read: {len(skipped)} documents ({names}{more}); `askv4 docs` says why"


def shortened_lines(shortened: Sequence[Skipped]) -> Iterator[str]:
    """A line on each of the first documents that are too large to be searched whole."""
    for one in shortened[:3]:
        yield f"Not searched whole: {safe_name(one.document)} ({safe_line(one.reason)})"
    if len(shortened) > 3:
        yield f"Not searched whole: {len(shortened) - 3} more; `askv4 docs` says why"


def hit_lines(hits: Sequence[Hit], corpus: Path, width: int) -> Iterator[Text]:
    """Passages found by a search, best first."""
    for position, hit in enumerate(hits):
        if position:
            yield Text()
        document = hit.document
        label = Text.assemble((f"{hit.rank:>2}. ", MARKER))
        yield from wrapped(_source_title(document.title, document.kind), width, label, 4)
        place = _place(corpus, document.document, hit.line, f"page {hit.page}" if hit.page else None, hit.heading)
        place.append(f"  score {hit.score:.3f}", style=QUIET)
        yield from wrapped(place, width, Text("    "), 4)
        yield from wrapped(Text(safe_line(hit.text)), width, Text("    "), 4)


def _citation_lines(citation: Citation, corpus: Path, width: int, quote: Text) -> Iterator[Text]:
    label = Text.assemble((f"[{citation.n}] ", MARKER))
    indent = label.cell_len
    margin = Text(" " * indent)
    yield from wrapped(_source_title(citation.title, citation.kind), width, label, indent)
    place = _place(corpus, citation.document, citation.line, citation.on_page, citation.heading)
    yield from wrapped(place, width, margin, indent)
    yield from wrapped(quote, width, margin, indent)


def _item_lines(citation: Citation, corpus: Path, width: int, quote: Text) -> Iterator[Text]:
    """A quotation of the document named above it: what it says, and where."""
    label = Text.assemble((f"[{citation.n}] ", MARKER))
    place = _place(corpus, citation.document, citation.line, citation.on_page, None)
    yield from wrapped(Text.assemble(quote, "  ", place), width, label, label.cell_len)


def _source_title(title: str, kind: str | None) -> Text:
    line = Text.assemble((safe_line(title), TITLE))
    return line.append(f" ({safe_line(kind)})") if kind else line


def _place(corpus: Path, document: str, line: int | None, page: str | None, heading: str | None) -> Text:
    """Where to look: file:line as editors and terminals understand it, or the page; then the heading."""
    place = name_link(corpus, document)
    if page is not None:
        place.append(f", {page}", style=PLACE)
    elif line is not None:
        place.append(f":{line}", style=PLACE)
    if heading:
        place.append(f", under “{safe_line(heading)}”", style=QUIET)
    return place


def name_link(corpus: Path, document: str) -> Text:
    """A document's name, which opens the file where the terminal knows links (OSC 8)."""
    return path_link(corpus / document, document)


def path_link(path: Path, shown: str | None = None, style: str = PLACE) -> Text:
    """A path that opens where the terminal knows links (OSC 8)."""
    link = Style.parse(style) + Style(link=path.absolute().as_uri())
    return Text().append(safe_name(str(path) if shown is None else shown), style=link)


def _with_markers(line: str, numbers: Collection[int]) -> Text:
    """A line with those [n] lit up that are citations."""
    text = Text(line)
    for match in re.finditer(r"\[(\d{1,4})\]", line):
        if int(match[1]) in numbers:
            text.stylize(MARKER, *match.span())
    return text


def wrapped(text: Text, width: int, first: Text | None = None, indent: int = 0) -> Iterator[Text]:
    """`text` in lines of at most `width` columns: the first after `first`, the others `indent` columns in."""
    lines = text.wrap(_WRAPPER, max(width - indent, 10), overflow="fold") if text.plain else [Text()]
    for position, line in enumerate(lines):
        line.rstrip()
        margin = first.copy() if position == 0 and first is not None else Text(" " * indent if position else "")
        yield margin.append_text(line)
