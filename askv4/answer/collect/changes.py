"""What changed between two versions of a document: their sentences set against each other, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from askv4.answer.collect.asked import AskedComparison, asked_comparison
from askv4.answer.collect.parts import Passages, passages_of, quoted_from
from askv4.answer.question.asked_place import stems_of
from askv4.answer.question.question import Question
from askv4.answer.quote.extractive import Quotation, compose
from askv4.answer.quote.placed import indexed, own_words
from askv4.answer.quote.quoting import texts
from askv4.language import en
from askv4.language.words import words
from askv4.types import Answer, Document, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from askv4.records import Scope, StoredPassage

LEAST_SHARED = 0.3
"""Share of the shorter text's sentences that a version of it has word for word, or nearly."""
ALIKE = 0.6
"""From so alike on, in their words, two sentences are one that changed."""
MOST_CHANGES = 20
"""Changes that are quoted; the others are counted."""
MOST_SENTENCES = 3_000
"""Of each text; a longer one is not compared."""
MOST_PAIRS = 10_000
"""Of sentences that are compared word by word, between two that are the same."""
MOST_CANDIDATES = 12
"""Documents among which two versions are looked for, where none is named."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    document: Document
    span: Span
    passage: StoredPassage
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence that one version has and the other has not, or not so; at least one of the two is there."""

    before: _Sentence | None
    after: _Sentence | None


def changes(question: Question, sources: Passages, within: Scope | None) -> Answer | None:
    """What changed between the two versions that a question names; None where it asks for something else or names none."""
    asked = asked_comparison(question.asked)
    if asked is None:
        return None
    text_of = texts(sources)
    documents = indexed(sources, within)
    pair = _pair(asked, documents, lambda one: _sentences(one, sources, text_of))
    return None if pair is None else _answer(question, *pair, sources, text_of)


def compared(before: Sequence[_Sentence], after: Sequence[_Sentence]) -> list[Change]:
    """The sentences that differ, in the order of the texts."""
    listed: list[Change] = []
    matcher = SequenceMatcher(None, [one.words for one in before], [one.words for one in after], autojunk=False)
    for kind, first, last, at, end in matcher.get_opcodes():
        if kind != "equal":
            listed += _paired(before[first:last], after[at:end])
    return _without_moved(listed)


def _paired(gone: Sequence[_Sentence], come: Sequence[_Sentence]) -> list[Change]:
    """The sentences that one replaced by the other, then those that only one has."""
    if len(gone) * len(come) > MOST_PAIRS:  # another text rather than a change of it
        return [*(Change(one, None) for one in gone), *(Change(None, one) for one in come)]
    left, listed = list(come), []
    for one in gone:
        best = max(left, key=lambda other: _likeness(one, other), default=None)
        same = best is not None and _likeness(one, best) >= ALIKE
        if same and best is not None:
            left.remove(best)
        listed.append(Change(one, best if same else None))
    return [*listed, *(Change(None, one) for one in left)]


def _without_moved(listed: Sequence[Change]) -> list[Change]:
    """Without the sentences that only stand elsewhere now."""
    gone = {one.before.words for one in listed if one.before and not one.after}
    come = {one.after.words for one in listed if one.after and not one.before}
    moved = gone & come
    return [
        one
        for one in listed
        if (one.before and one.after)
        or all(side is None or side.words not in moved for side in (one.before, one.after))
    ]


def _likeness(one: _Sentence, other: _Sentence) -> float:
    return SequenceMatcher(None, one.words, other.words, autojunk=False).ratio()


def _sentences(document: Document, sources: Passages, text_of: Callable[[str], str]) -> list[_Sentence]:
    text = text_of(document.document)
    listed = [(span, one) for one in passages_of(document, sources) for span in one.sentences]
    told = ((span, one, tuple(words(span.of(text)))) for span, one in listed)
    return [_Sentence(document, span, one, said) for span, one, said in told if said][: MOST_SENTENCES + 1]


def _pair(
    asked: AskedComparison, documents: Sequence[Document], sentences_of: Callable[[Document], list[_Sentence]]
) -> tuple[list[_Sentence], list[_Sentence]] | None:
    """The sentences of the two versions that are meant, older first; None where there are none, or more than two."""
    candidates: list[tuple[Document, Document]] = []
    if len(asked.things) == 2:
        one, other = (_named(thing, documents) for thing in asked.things)
        shared = [a for a in one if a not in other], [b for b in other if b not in one]
        candidates = [(a, b) for a in shared[0] for b in shared[1]] if len(shared[0]) == len(shared[1]) == 1 else []
    if not candidates:  # "the two drafts", or "the lease from 2022 to 2024"
        among = _named(" ".join(asked.things), documents)
        candidates = list(combinations(among, 2)) if len(among) <= MOST_CANDIDATES else []
    pairs = []
    for pair in candidates:
        first, second = sorted(pair, key=_age)
        before, after = sentences_of(first), sentences_of(second)
        if max(len(before), len(after)) <= MOST_SENTENCES and _are_versions(before, after):
            pairs.append((before, after))
    return pairs[0] if len(pairs) == 1 else None


def _named(thing: str, documents: Sequence[Document]) -> list[Document]:
    """The documents that words of a question may mean: all where they only say that they are two versions."""
    told = [word for word in words(thing) if word not in en.STOP_WORDS and word not in en.BOTH]
    for wanted in (told, [word for word in told if word not in en.VERSION_WORDS | en.DOCUMENT_WORDS]):
        if chosen := [one for one in documents if stems_of(wanted) <= own_words(one)]:
            return chosen
    # "From 2022 to 2024": each of the versions has one of the numbers.
    numbers = {word for word in told if word.isdecimal()}
    rest = stems_of(word for word in told if word not in numbers)
    return [one for one in documents if rest <= own_words(one) and numbers & own_words(one)]


def _are_versions(before: Sequence[_Sentence], after: Sequence[_Sentence]) -> bool:
    fewer, more = sorted(({one.words for one in before}, {one.words for one in after}), key=len)
    return bool(fewer) and len(fewer & more) >= LEAST_SHARED * len(fewer)


def _age(document: Document) -> tuple[str, list[tuple[int, str]], str]:
    """What puts versions in order: their dates, else the numbers in their names."""
    name = PurePosixPath(document.document).stem.lower()
    return document.date or "", [(int(w), "") if w.isdecimal() else (-1, w) for w in words(name)], name


def _answer(
    question: Question,
    before: list[_Sentence],
    after: list[_Sentence],
    sources: Passages,
    text_of: Callable[[str], str],
) -> Answer:
    listed = compared(before, after)
    names = before[0].document.document, after[0].document.document
    told = [one for change in listed[:MOST_CHANGES] for one in _told(change)]
    quoted = [quotation for _, quotation in told]
    _, citations = compose(quoted, text_of, sources.place)
    same = len(before) - sum(one.before is not None for one in listed)
    kept = "1 sentence is the same" if same == 1 else f"{same} sentences are the same"
    head = (
        f"Between {names[0]} and {names[1]}: {len(listed)} difference{'' if len(listed) == 1 else 's'}, {kept}."
        if listed
        else f"{names[0]} and {names[1]} say the same, sentence by sentence."
    )
    lines = [
        f"{said}: “{' '.join(one.quote.split())}” [{one.n}]" for (said, _), one in zip(told, citations, strict=True)
    ]
    if not lines:
        beginnings = [quoted_from(one.document, one.span, one.passage) for one in (before[0], after[0])]
        text, citations = compose(beginnings, text_of, sources.place)
        lines = [text]
    more = len(listed) - MOST_CHANGES
    body = "\n".join([head, *lines])
    return Answer(
        question=question.asked, status="answered", mode="extractive", model=None, answer=body, quoted=body,
        citations=citations, skipped=tuple(sources.skipped()),
        note=f"{more} more differences are left out" if more > 0 else None, confidence=1.0,
    )  # fmt: skip


def _told(change: Change) -> Iterator[tuple[str, Quotation]]:
    """The quotations of a change, each with what stands before it."""
    both = change.before is not None and change.after is not None
    for said, one in (("Before", change.before), ("Now", change.after)):
        if one is not None:
            lead = said if both else f"Only in {one.document.document}"
            yield lead, quoted_from(one.document, one.span, one.passage)
