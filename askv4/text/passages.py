"""Sentences become passages: whole sentences under one heading, of the size that the encoder reads best.

A passage is embedded together with its heading, so the limit holds for both: `embedded_text` is what is counted here and
what has to be embedded. Passages of one section are cut evenly, between paragraphs where that costs little, and not
between a line that introduces a list or table and its first row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from askv4.language.dates import dates
from askv4.language.words import asks
from askv4.records import embedded_text
from askv4.text.boundaries import PlainWords
from askv4.text.clauses import split_long
from askv4.text.packing import pack
from askv4.text.places import PATH_SEPARATOR, Headings, page_of
from askv4.text.portions import MOST_PASSAGES, portions, searched
from askv4.text.sentences import sentences_by_block
from askv4.types import Block, ParsedText, Passage, Role, Span

CountTokens = Callable[[Sequence[str]], list[int]]

_CHARACTERS_PER_TOKEN = 16
"""A tokenizer may take a run of any length for one unknown word; no passage is longer than this many times the limit."""
_BATCH = 1024
_INTRODUCED: frozenset[Role] = frozenset({"list", "table", "code"})
_WIDEST_GAP = 2000
_REPEATED_WITHIN = 2000
"""Characters before and after a heading: mails have their date in a line of their own, too."""
_HIDDEN = re.compile(r"<!--|<(?:script|style|template)\b", re.IGNORECASE)
_COLON_END = re.compile(r"[:：][\"'”’»)\]*_]*\Z")

_INSIDE_SENTENCE = 0.3
_INSIDE_BLOCK = 0.12
_BETWEEN_ROWS = 0.04
_AFTER_INTRODUCTION = 0.8


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or a part of one too long for a passage."""

    span: Span
    weight: int
    block: int
    role: Role
    cut_short: bool = False
    """Whether the sentence goes on in the next unit."""


@dataclass(frozen=True, slots=True)
class _Section:
    """Units that may share passages: those under one heading."""

    path: tuple[str, ...]
    units: tuple[_Unit, ...]


def split_passages(
    parsed: ParsedText, count_tokens: CountTokens, *, target: int = 150, limit: int = 240, most: int = MOST_PASSAGES
) -> tuple[Passage, ...]:
    """The first `most` passages of a document, in order; together they hold each of its sentences once, save what
    `portions.searched` leaves out.

    `count_tokens` gives the number of the encoder's tokens in each of some texts; what it counts in an empty text, the
    special tokens, is taken off. `target` is the size aimed at, `limit` the most that heading and text may have together
    without special tokens; a longer sentence becomes several spans. A heading with nothing under it counts as a sentence
    under the heading above it, so that nothing of a document is unfindable; one right above text, with a date that stands
    nowhere near, is the first sentence of that text: nothing else says when that was.
    """
    if not 8 <= target <= limit:
        raise ValueError(f"target must be at least 8 and at most the limit, not {target} with a limit of {limit}")
    scale = _Scale(count_tokens)
    parsed = replace(parsed, blocks=tuple(searched(parsed.text, parsed.blocks)))
    headings, words = Headings.of(parsed), PlainWords(parsed.text)
    passages: list[Passage] = []
    for first, last in portions(parsed.blocks):
        for section in _sections(parsed, range(first, last), headings, words, scale):
            passages += _packed(parsed.text, section, scale, target, limit)
            if len(passages) >= most:
                return tuple(_counted(parsed.text, passages[:most], scale, limit)[:most])
    return tuple(_counted(parsed.text, passages, scale, limit)[:most])


def _packed(text: str, section: _Section, scale: _Scale, target: int, limit: int) -> Iterator[Passage]:
    """The passages of a section."""
    heading, taken = _fitting_heading(section.path, scale, limit // 3)
    budget = limit - taken
    for run in _unhidden_runs(text, _short_enough(text, section.units, scale, budget)):
        penalties = [_penalty(text, run, number) for number in range(len(run))]
        for first, last in pack([unit.weight for unit in run], penalties, min(target, budget), budget):
            spans = tuple(unit.span for unit in run[first:last])
            yield Passage(spans[0].start, spans[-1].end, heading, spans, 0)


class _Scale:
    """Counts tokens, in batches and without the special ones."""

    def __init__(self, count_tokens: CountTokens) -> None:
        self._count_tokens = count_tokens
        self._special = count_tokens([""])[0]

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """The tokens of each text."""
        counts: list[int] = []
        for start in range(0, len(texts), _BATCH):
            counts += self._count_tokens(texts[start : start + _BATCH])
        return [count - self._special for count in counts]

    def weigh(self, texts: Sequence[str]) -> list[int]:
        """The tokens of each text, and more where a text is very long for its tokens; at least 1."""
        counts = self.tokens([text[: 1 << 16] for text in texts])
        return [
            max(1, count, -(-len(text) // _CHARACTERS_PER_TOKEN)) for count, text in zip(counts, texts, strict=True)
        ]


def _sections(
    parsed: ParsedText, numbers: range, headings: Headings, words: PlainWords, scale: _Scale
) -> list[_Section]:
    """The units of some blocks, divided by headings and pages: a citation names one page."""
    sentences = sentences_by_block(parsed.text, parsed.blocks[numbers.start : numbers.stop], words)
    paths: list[tuple[str, ...]] = []
    runs: list[list[tuple[Span, int, Role]]] = []
    before: tuple[str, int | None] = "", None
    for number, spans in zip(numbers, sentences, strict=True):
        block = parsed.blocks[number]
        path, what = headings.path_at(block.start), "text"
        if block.role == "heading":
            spans = [Span(block.start, block.end)]
            if _stands_alone(parsed.blocks, number):
                path, what = path[:-1], "lone heading"
            elif parsed.blocks[number + 1].role == "heading" or not _dates(parsed.text, spans[0]):
                before = "heading", None
                continue
        page = page_of(parsed.pages, block.start)
        if (what, page) != before or path != paths[-1]:
            runs.append([])
            paths.append(path)
        before = what, page
        runs[-1].extend((span, number, block.role) for span in spans)
    weights = iter(scale.weigh([span.of(parsed.text) for run in runs for span, _, _ in run]))
    units = [tuple(_Unit(span, next(weights), number, role) for span, number, role in run) for run in runs]
    return [_Section(path, run) for path, run in zip(paths, units, strict=True) if run]


def _dates(text: str, heading: Span) -> bool:
    """Whether a heading has a date that the text around it does not repeat."""
    near = text[max(0, heading.start - _REPEATED_WITHIN) : heading.end + _REPEATED_WITHIN]
    return any(near.count(date.text) == 1 for date in dates(heading.of(text)))


def _stands_alone(blocks: Sequence[Block], number: int) -> bool:
    """Whether nothing stands under a heading, neither text nor a lesser heading."""
    if number + 1 == len(blocks):
        return True
    after = blocks[number + 1]
    return after.role == "heading" and after.level <= blocks[number].level


def _fitting_heading(path: tuple[str, ...], scale: _Scale, most: int) -> tuple[str | None, int]:
    """The path as one line of at most `most` tokens, and how many it takes: outer headings go first, then its end."""
    for first in range(len(path)):
        heading = PATH_SEPARATOR.join(path[first:])
        if (taken := scale.weigh([heading + "\n"])[0]) <= most:
            return heading, taken
    heading = path[-1] if path else ""
    while len(heading) > 1:
        heading = heading[: min(len(heading) // 2, most * _CHARACTERS_PER_TOKEN)].rstrip()
        if (taken := scale.weigh([heading + "…\n"])[0]) <= most:
            return heading + "…", taken
    return None, 0


def _short_enough(text: str, units: Sequence[_Unit], scale: _Scale, budget: int) -> list[_Unit]:
    """The units, those heavier than a passage may be in parts."""
    short: list[_Unit] = []
    for unit in units:
        if unit.weight <= budget:
            short.append(unit)
            continue
        pieces = split_long(text, unit.span, scale.weigh, budget)
        parts = [replace(unit, span=span, weight=weight, cut_short=True) for span, weight in pieces]
        short += [*parts[:-1], replace(parts[-1], cut_short=False)]
    return short


def _unhidden_runs(text: str, units: Sequence[_Unit]) -> Iterator[list[_Unit]]:
    """Runs of units between which nothing stands that a passage must not show, such as a comment."""
    run: list[_Unit] = []
    for unit in units:
        if run and _parted(text, run[-1], unit):
            yield run
            run = []
        run.append(unit)
    yield run


def _parted(text: str, one: _Unit, other: _Unit) -> bool:
    gap = other.span.start - one.span.end
    return gap > _WIDEST_GAP or (
        one.block != other.block and _HIDDEN.search(text, one.span.end, other.span.start) is not None
    )


def _penalty(text: str, units: Sequence[_Unit], number: int) -> float:
    """How bad it would be to end a passage after this unit."""
    unit = units[number]
    if number + 1 == len(units):
        return 0.0
    after = units[number + 1]
    if unit.cut_short:
        return _INSIDE_SENTENCE
    # A question introduces its answer.
    if asks(text[max(unit.span.start, unit.span.end - 8) : unit.span.end]):
        return _AFTER_INTRODUCTION
    if unit.block == after.block:
        return _INSIDE_BLOCK
    if unit.role == "heading":
        return _AFTER_INTRODUCTION
    if unit.role == after.role and unit.role in _INTRODUCED:
        opens = unit.role == "table" and (number == 0 or units[number - 1].role != "table")
        return _AFTER_INTRODUCTION if opens else _BETWEEN_ROWS
    if after.role in _INTRODUCED or _COLON_END.search(text, max(unit.span.start, unit.span.end - 8), unit.span.end):
        return _AFTER_INTRODUCTION
    # The first of lines that no blank line parts may say what the others are about.
    return _INSIDE_BLOCK if text.count("\n", unit.span.end, after.span.start) == 1 else 0.0


def _counted(text: str, passages: Sequence[Passage], scale: _Scale, limit: int) -> list[Passage]:
    """The passages with their exact number of tokens; those that are over the limit together, divided."""
    waiting = list(passages)
    done: list[Passage] = []
    while waiting:
        totals = scale.tokens([embedded_text(one.heading, text[one.start : one.end]) for one in waiting])
        headings = {one.heading: 0 for one in waiting if one.heading}
        headings.update(zip(headings, scale.tokens([f"{heading}\n" for heading in headings]), strict=True))
        divided: list[Passage] = []
        for one, total in zip(waiting, totals, strict=True):
            halves = _halved(text, one, scale) if total > limit else []
            divided += halves
            if not halves:
                done.append(replace(one, tokens=total - headings.get(one.heading or "", 0)))
        waiting = divided
    return sorted(done, key=lambda one: one.start)


def _halved(text: str, passage: Passage, scale: _Scale) -> list[Passage]:
    """A passage as two; none when it is a single character."""
    spans = list(passage.sentences)
    if len(spans) == 1:
        weight = scale.weigh([spans[0].of(text)])[0]
        spans = [span for span, _ in split_long(text, spans[0], scale.weigh, max(1, -(-weight // 2)))]
        if len(spans) == 1:
            return []
    middle = len(spans) // 2
    return [
        Passage(part[0].start, part[-1].end, passage.heading, tuple(part), 0)
        for part in (spans[:middle], spans[middle:])
    ]
