"""The quotations of an answer as a list: each source once, with what it says, in the order of the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from askv4.language.patterns import Pattern
from askv4.types import Answer, Citation, Conflict, Verdict

OPENINGS: dict[Verdict, str] = {"yes": "Yes", "no": "No", "not_stated": "The sources do not say"}
"""How the line of a verdict begins."""
MAYBE = "It may be this:"
"""The line above the candidate of an uncertain answer."""
MARKER = Pattern(r"\[(\d{1,4})\]")
ENDING_MARKERS = Pattern(r"(?:\s*\[\d{1,4}\])+$")
_ROW = Pattern(r"\s*(?:[-*•–]\s|\d{1,3}[.)]\s|\S.*(?:\t| {2,}| \| )\S|[^:.!?]{1,40}: \S)")
"""A line that is no part of running text: an item, cells side by side, a label with its value."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list."""

    text: str
    """Of a quotation: without its marker."""
    role: Literal["question", "unanswered", "uncertain", "said", "quotation"] = "said"
    citation: Citation | None = None
    """What the line quotes, where that was not listed before."""


def blocks(answer: Answer) -> Iterator[list[Entry]]:
    """One block for each question that was asked at once, or each difference listed, then what the lead cites beside them."""
    cited = {citation.n: citation for citation in answer.citations or answer.nearest}
    parts = answer.quoted.split("\n\n")
    extra: list[Entry] = []
    for part in parts:
        block: list[Entry] = []
        for position, line in enumerate(filter(None, part.split("\n"))):
            entry = _entry(line, cited)
            if line == MAYBE:
                entry = Entry(line, "uncertain")
            elif entry.citation is None and answer.parts and position == 0:
                entry = Entry(line, "question" if "\n" in part else "unanswered")
            if entry.citation is not None and answer.parts and not _asked_for(answer, entry.citation):
                extra.append(entry)
            elif not (answer.lead and line == _verdict_line(answer)):
                block.append(entry)
        if block:
            yield block
    # An answer that an older version kept may cite what it does not quote.
    unquoted = [one for one in cited.values() if one in answer.citations]
    left = [*extra, *(Entry(f"“{_in_one_line(one)}”", "quotation", one) for one in unquoted)]
    if left:
        yield left


def lead_lines(answer: Answer) -> list[str]:
    """The paragraphs of the lead below the verdict; empty without a lead."""
    said = f"{_verdict_line(answer)}\n{answer.lead}" if answer.lead else ""
    return [line for line in said.split("\n") if line.strip()]


def _verdict_line(answer: Answer) -> str:
    line = answer.quoted.partition("\n")[0]
    return line if answer.verdict and line.startswith(OPENINGS[answer.verdict]) else ""


def unlisted_conflicts(answer: Answer) -> list[Conflict]:
    """The conflicts that the answer's text does not tell; where it does, it may begin a line with them."""
    return [one for one in answer.conflicts if one.reason[1:] not in answer.quoted]


def passages(answer: Answer) -> list[Citation]:
    """The passages that came nearest and are no candidates, which are quoted."""
    quoted = {entry.citation for block in blocks(answer) for entry in block}
    return [citation for citation in answer.nearest if citation not in quoted]


def unmarked(quoted: str) -> str:
    """The quotations' text without the markers at the ends of its lines."""
    return "\n".join(ENDING_MARKERS.sub("", line) for line in quoted.split("\n"))


def renumbered(text: str, numbers: Mapping[int, int]) -> str:
    """The text with other numbers in its markers; those that `numbers` lacks stay."""
    return MARKER.sub(lambda marker: f"[{numbers.get(int(marker[1]), marker[1])}]", text)


def marks_in(line: str, citation: Citation) -> Iterator[tuple[int, int]]:
    """Where the words that answer stand in a line of an answer that quotes `citation`: offsets in the line."""
    for start, end in citation.answers:
        words = " ".join(citation.quote[start - citation.start : end - citation.start].split())
        before = " ".join(citation.quote[: start - citation.start].split())
        at = line.find("“")
        for _ in range(before.count(words) + 1):
            at = line.find(words, at + 1) if at >= 0 else at
        if at >= 0:
            yield at, at + len(words)


def rows_in(line: str, citation: Citation) -> Iterator[int]:
    """Where, in a line of an answer that quotes `citation`, further rows of a list or table begin: offsets in the line."""
    first, *rows = [row for row in citation.quote.split("\n") if row.strip()] or [""]
    at, listed = line.find("“"), _ROW.match(first) is not None
    for row in rows:
        begin = line.find(f" {' '.join(row.split())}", at) + 1
        is_row = _ROW.match(row) is not None
        if begin:
            at = begin
            if listed and is_row:
                yield begin
        listed |= is_row


def _entry(line: str, unlisted: dict[int, Citation]) -> Entry:
    ending = ENDING_MARKERS.search(line)
    number = int(MARKER.findall(ending.group())[-1]) if ending else 0
    if ending is None or number not in unlisted:
        return Entry(line)
    return Entry(line[: ending.start()], "quotation", unlisted.pop(number))


def _asked_for(answer: Answer, citation: Citation) -> bool:
    return any(citation.n in part.citations for part in answer.parts)


def _in_one_line(citation: Citation) -> str:
    return citation.shown or " ".join(citation.quote.split())
