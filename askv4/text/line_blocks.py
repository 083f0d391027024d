"""Blocks of lines, and what each is about: "WM-350", then "Price: 549 euros"; "Tuesday", then "08:00 Art, room 3".

What it is about stands in its first line alone, and every block may have the same labels: a line is understood only with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from askv4.language.en import STOP_WORDS
from askv4.language.patterns import Pattern
from askv4.language.words import words
from askv4.text.lines import line_at
from askv4.types import Span

_LABEL = Pattern(r"[\s>*_•-]*([^\W\d_][^\n:：=]{0,39}?)(?:\**[:：]\**\s+|\s*=\s+)(?=\S)")
_BOLD = Pattern(r"\s*(\*\*|__)([^*_\n]{2,60}?)(?:[.:：]\1|\1[.:：]|\1$)(?:[^\S\n]+(?=\S)|$)")
"""A heading ends in a mark or is all of its sentence: "**Never** open it." has none."""
_ITEM = Pattern(r"[^\S\n>]*(?:[-*+•–▪]|\d{1,3}[.)]|[a-z]\))[^\S\n]+")
_SECTION = Pattern(r"\[\s*([^\[\]\n]{1,60}?)\s*\]\s*$")
"""As in settings that stand in a text; files of them have headings there."""
_GAP = Pattern(r"[^\S\n]*\n[^\S\n]*(?:[-*+•–▪][^\S\n]+)?")
"""What stands between two lines of one block,"""
_LOOSE = Pattern(rf"{_GAP.pattern}|[^\S\n]*\n\s*\n[^\S\n]*(?:[-*+•–▪][^\S\n]+)?")
"""and where each line is a paragraph."""
_BULLETS = tuple(f"{mark} " for mark in "-*+•–▪")
_ENDS = Pattern(r";|[.,!?…。，！？][\"'”’»)\]*_]*$")
_MARKS = " \t*_#=>:：•+-"
_SENTENCE = Pattern(r"[.!?…。！？][\"'”’»)\]*_]*$")
_AMOUNT = Pattern(r"[$€£¥]|\d[.,]\d\d?(?!\d)")
_LONGEST, _LONGEST_BELOW = 60, 90
"""Characters of the first line, and of the lines below it where they have no labels."""
_MOST_LISTED, _MOST_PLAIN = 6, 2
"""Words of a heading that goes on into its text, in lists and bold, and elsewhere."""
_FEWEST = 2
"""Labelled lines below the first one; and blocks whose lines have none, unless they are lists."""


@dataclass(frozen=True, slots=True)
class LineBlock:
    """A line that says what the lines below it are about."""

    about: str
    """The line without the marks around it."""
    head: int
    """Its place among the sentences,"""
    below: tuple[int, ...]
    """and those of the lines below it."""


def heads(text: str, sentences: Sequence[Span]) -> dict[int, str]:
    """Place of a sentence that is a line of a block -> what the block is about. `text` counts from the same offset as the spans."""
    return {place: block.about for block in line_blocks(text, sentences) for place in block.below}


def run_in_heads(text: str, sentences: Sequence[Span]) -> dict[int, str]:
    """Place of a sentence that follows another in its paragraph or item -> the heading that begins it: "Porto, Ribeira Inn" of
    "Free cancellation." in "- Porto, Ribeira Inn: two nights. Free cancellation."."""
    told: dict[int, str] = {}
    head, bold, last = "", False, 0
    for place, span in enumerate(sentences):
        if place == 0 or "\n" in text[last : span.start]:
            head, bold = _run_in(text, span)
        elif head and (bold or not _LABEL.match(text, span.start, span.end)):
            told[place] = head
        last = span.end
    return told


def _run_in(text: str, span: Span) -> tuple[str, bool]:
    """(heading with which a line goes on into its text, whether it is bold); empty where it has none."""
    said = span.of(text)
    bold, label = _BOLD.match(said), _LABEL.match(said)
    head = (bold[2] if bold else label[1] if label else "").strip(_MARKS)
    named = len(head) > 1 and _names(head)  # "Q:" is none
    if bold or _ITEM.match(said) or _ITEM.fullmatch(text[line_at(text, span.start).start : span.start]):
        named = named and len(head.split()) <= _MOST_LISTED
    else:  # "The committee said: ..." goes on into its text, too, and is no heading of what follows
        named = named and len(head.split()) <= _MOST_PLAIN and STOP_WORDS.isdisjoint(words(head))
    return (head if named else "", bold is not None)


def line_blocks(text: str, sentences: Sequence[Span]) -> list[LineBlock]:
    """The blocks of lines among sentences, in order. `text` counts from the same offset as the spans."""
    labels = [_label(text, one) for one in sentences]
    blocks = [
        block
        for run in _runs(text, sentences, labels)
        for block in _blocks(run, labels, [_indent(text, sentences[place]) for place in run])
        if len(block) > 1
    ]
    begun = Counter(labels[block[0]] for block in blocks)
    plain = [block for block in blocks if _is_plain(block, text, sentences, labels)]
    told = []
    for block in blocks:
        if _is_item(text, sentences[block[0]], sentences[block[1]]):
            continue
        first, known = block[0], [place for place in block[1:] if labels[place]]
        label, head, section = labels[first], _bare(text, sentences[first]), _SECTION.match(sentences[first].of(text))
        if section:
            head = section[1]
        if label is not None:
            head = head[len(label) + 1 :].strip(_MARKS)
        # Of labelled lines only what comes again says in each block what it is about, and only by a name.
        named = section or _names(head) if label is None else begun[label] > 1 and _names(head, letters=True)
        # Rows are of a table that a loader took apart.
        rows = any(labels[place] is None and ";" in sentences[place].of(text) for place in block)
        if named and not rows and len(known) >= _FEWEST and _differ([first, *known], labels):
            # What stands among the labelled lines without a blank line is of the same thing.
            tight = all(
                text.count("\n", sentences[one].end, sentences[two].start) < 2 for one, two in pairwise(block[1:])
            )
            told.append(LineBlock(head, first, tuple(block[1:] if tight else known)))
        elif block in plain and (len(plain) >= _FEWEST or _is_listed(text, sentences[block[1]])):
            told.append(LineBlock(head, first, tuple(block[1:])))
    return told


def _is_plain(block: Sequence[int], text: str, sentences: Sequence[Span], labels: Sequence[str | None]) -> bool:
    """Whether a name stands above short lines that are no sentences."""
    lines = [sentences[place].of(text) for place in block]
    short = all(len(line) <= _LONGEST_BELOW and not _SENTENCE.search(line) for line in lines)
    row = any("|" in line or ";" in line for line in lines) or _AMOUNT.search(lines[0]) is not None
    return short and not row and labels[block[0]] is None and _names(_bare(text, sentences[block[0]]))


def _bare(text: str, span: Span) -> str:
    """A first line without the marks around it; empty where it is two lines."""
    said = span.of(text)
    return "" if "\n" in said.strip() else said.strip(_MARKS)


def _is_item(text: str, first: Span, second: Span) -> bool:
    """Whether the first line of a block is an item of the list that the others are, too.

    Where a passage begins its text may lack the mark of its first item.
    """
    if not _is_listed(text, second):
        return False
    if _is_listed(text, first):
        return _indent(text, second) <= _indent(text, first)
    marked = first.of(text).strip()[:1] in "*_[" or first.of(text).rstrip().rstrip("*_").endswith((":", "："))
    near = text.count("\n", first.end, second.start) < 2 and not _indent(text, second)
    return first.start == 0 and near and not marked


def _indent(text: str, span: Span) -> int:
    line = line_at(text, span.start).of(text)
    return len(line) - len(line.lstrip())


def _is_listed(text: str, span: Span) -> bool:
    return text.endswith(_BULLETS, 0, span.start) or text.startswith(_BULLETS, span.start)


def _runs(text: str, sentences: Sequence[Span], labels: Sequence[str | None]) -> Iterator[list[int]]:
    """Places of sentences that are lines of their own and follow each other without a blank line; where no two lines do, as
    loaders write paragraphs, blank lines part nothing. A line alone goes with the labelled lines or the list below it."""
    between = [text[one.end : other.start] for one, other in pairwise(sentences)]
    gaps = _GAP if any(map(_GAP.fullmatch, between)) else _LOOSE
    run: list[int] = []
    for place in range(len(sentences)):
        heads = len(run) == 1 and labels[run[0]] is None and (labels[place] or _is_listed(text, sentences[place]))
        goes_on = len(run) > 1 and not between[place - 1].strip(" \t")  # on the same line
        if run and not goes_on and not (_LOOSE if heads else gaps).fullmatch(between[place - 1]):
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _blocks(run: list[int], labels: Sequence[str | None], indents: Sequence[int]) -> Iterator[list[int]]:
    """The blocks of a run: from each line that stands furthest to the left to the next, where others are indented below it; else all
    of it, or where its labels come again what stands from each line without one to the next."""
    if indents[0] == min(indents) < max(indents):
        starts = [place for place, indent in zip(run, indents, strict=True) if indent == indents[0]]
    elif _differ(run, labels):
        starts = run[:1]
    else:
        starts = [place for place in run if labels[place] is None or place == run[0]]
    for first, after in pairwise([*starts, run[-1] + 1]):
        yield list(range(first, after))


def _differ(places: Sequence[int], labels: Sequence[str | None]) -> bool:
    """Whether no label comes again. In one block that would be a speaker."""
    known = [labels[place] for place in places if labels[place]]
    return len(set(known)) == len(known)


def _label(text: str, span: Span) -> str | None:
    match = _LABEL.match(text, span.start, span.end)
    return match[1].casefold() if match else None


def _names(head: str, *, letters: bool = False) -> bool:
    """Whether a line names a thing, and is no sentence; with `letters` a number names none."""
    first = next((char for char in head if char.isalnum()), "")
    begins = first.isalpha() or (bool(first) and not letters)
    return begins and not first.islower() and len(head) <= _LONGEST and not _ENDS.search(head)
