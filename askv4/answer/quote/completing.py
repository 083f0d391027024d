"""What a sentence needs to be understood on its own: its neighbour, the name of what "it" is, its list's opening, its columns.

What is added in brackets belongs to the answer as it is shown; the quotation stays the document's own characters. Where a
bracket would be a guess, the neighbour is quoted along instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from askv4.answer.evidence.features import FRAGMENT_WORDS
from askv4.answer.evidence.gather import heading_of
from askv4.answer.question.question import Question
from askv4.language import en
from askv4.language.patterns import Pattern
from askv4.language.tokens import fold, stem
from askv4.language.words import asks, is_plural, words
from askv4.text.line_blocks import heads, run_in_heads
from askv4.text.lines import line_above, line_at, line_below
from askv4.text.row_labels import row_labels
from askv4.types import Hit, Span

Neighbour = Callable[[Hit, Span], Span | None]
Note = tuple[int, str]
"""(offset in the document's text, words): they are shown in brackets before the character at the offset."""

LONGEST_LEAD = 160
LONGEST_ITEM = 240
LONGEST_LIST = 700
"""In characters: what is longer is not brought along, for the reader opens the source for that."""
BARE_ANSWER_WORDS = 4
"""An answer of fewer words ("No.", "A: Yes.") has its reason brought along."""

_LEANS = Pattern(
    rf"^[\"“‘'(]?(?:(?:{en.LINKS})\b,?\s+)?(?:(?:{en.PRONOUNS}|both|neither|the (?:former|latter))\b"
    rf"|(?:{en.POINTING}|such)\s+(?:{en.AUXILIARIES}|\w{{3,}}ed|\w{{3,}}s)\b)",
    re.I,
)
"""Bringing the neighbours of all that point back, "this law was" and "therefore" too, cost CLAPnq half a point of F1 more."""
_FRAGMENT = Pattern(rf"^[\"“‘'(]?(?:{en.FRAGMENT_OPENINGS})\b[^,;:—–]*$", re.I)
_BARE = Pattern(rf"^[\"“‘'(]?(?:{en.PRONOUNS}|{en.POINTING}|there)\s+(?:{en.AUXILIARIES})(?:n['’]t|\s+not)?[.!]", re.I)
"""A sentence that says only whether the one before it is so: "It has not."."""
_PRONOUN = Pattern(r"^[\"“‘'(]?(?P<word>It|Its|He|His|She|They|Their)\b(?=\s+[a-z])")
_SUBJECT = Pattern(
    rf"^(?P<what>(?:The |An? )?(?:[\w’'-]+ ){{0,4}}?[\w’'-]+)(?:,? \([^()]{{1,80}}\)|, [^,]{{1,80}},)? {en.SUBJECT_VERBS}\b"
)
_NOT_SO = Pattern(r"\b(?:(?:is|are|was|were)(?:n['’]t|\s+not)|never)\b", re.I)
_SHORT_DENIAL = 12
"""Words of a sentence that only says how it is not: "It is not war.", "It is trade."."""
_ENUMERATES = Pattern(rf"^(?:{en.ENUMERATING})\b", re.I)
_BEGINS_TO = Pattern(rf"^(?:{en.BEGINNING_TO_ENUMERATE})\b", re.I)
_CHAIN = 6
_POINTS = Pattern(rf"^(?:{en.NO_SUBJECTS})\b", re.I)
ITEM = Pattern(r"[ \t>]*(?:[-*+•–‣◦]|\(?\d{1,3}[.)/]|\(?[a-z][.)])[ \t]+")


@dataclass(frozen=True, slots=True)
class Complete:
    """A sentence with what it needs."""

    span: Span
    notes: tuple[Note, ...] = ()


def leans(sentence: str) -> bool:
    """Whether a sentence points at the one before it and does not say itself at what: "this was", but not "this law was"."""
    return bool(_LEANS.match(sentence))


def is_fragment(sentence: str) -> bool:
    """Whether a sentence is a piece of another: "Not because it was new.", "It has not."."""
    return bool(_FRAGMENT.match(sentence) or _BARE.match(sentence))


def complete(hit: Hit, span: Span, text: str, question: Question, before: Neighbour, after: Neighbour) -> Complete:
    """The sentence at `span` of the document's `text`, with what it cannot be read without.

    `before` and `after` give the sentence beside a span in the same paragraph, or None; behind a question `after` may go on
    to the next paragraph.
    """
    labels = row_labels(text, span)
    if labels:
        return Complete(span, labels)
    item = _item(text, span, hit.start)
    if item is not None:
        return _under_heading(text, hit, span, _with_lead(text, item, span, question))
    if asks(span.of(text)):
        return Complete(_with_answer(text, hit, span, after))
    if span.of(text).rstrip("*_ ").endswith((":", "：")):
        return Complete(_with_list(text, span, after(hit, span)))
    if is_fragment(span.of(text)) or _denial(text, hit, span, after):
        return Complete(_unbroken(text, hit, span, before, after))
    if (told := _with_what_it_announces(text, hit, span, after)) != span:
        return Complete(told)
    if leans(span.of(text)):
        # One step back only: two sentences that both lean are a paragraph, and the reader opens the source for that.
        previous = before(hit, span)
        if previous is not None and previous.end <= span.start:
            about = question.stems | _stems(words(f"{hit.document.title} {hit.heading or ''}"))
            note = _named(text, span, _opening(text, hit, span, previous, before), about)
            return Complete(span, (note,)) if note else Complete(Span(previous.start, span.end))
    return _under_heading(text, hit, span, Complete(span))


def _under_heading(text: str, hit: Hit, span: Span, whole: Complete) -> Complete:
    """The sentence at `span` with what its block is about, "[WM-350:] Warranty: 5 years"; a fragment with the heading that says
    what it is one of, "[Do not take with:] alcohol"."""
    said, place = whole.span.of(text), _place(hit, span)
    above = (run_in_heads(text, hit.sentences) | heads(text, hit.sentences)).get(place)
    if above is None and ":" not in said and len(words(said)) < FRAGMENT_WORDS:
        above = heading_of(hit)
    if whole.notes or not above or above in said:
        return whole
    return Complete(whole.span, ((whole.span.start, above if asks(above) else f"{above}:"),))


def _place(hit: Hit, span: Span) -> int:
    return hit.sentences.index(span) if span in hit.sentences else -1


def _with_answer(text: str, hit: Hit, span: Span, after: Neighbour) -> Span:
    """A question of the document's own, with the sentence that answers it; after a bare "No." with one more."""
    last = span
    for _ in range(2):
        following = after(hit, last)
        if following is None or following.start < last.end or asks(following.of(text)):
            break
        last = following
        if len(words(last.of(text))) >= BARE_ANSWER_WORDS:
            break
    return Span(span.start, last.end)


def _denial(text: str, hit: Hit, span: Span, after: Neighbour) -> Span | None:
    """The bare sentence behind that says whether this one is so; None where there is none."""
    following = after(hit, span)
    return following if following and following.start >= span.end and _BARE.match(following.of(text)) else None


def _with_what_it_announces(text: str, hit: Hit, span: Span, after: Neighbour) -> Span:
    """A sentence with those behind it that tell one by one what it announces ("There are two ways. One is ..."), or how it is
    instead of what it denies."""
    said, last = span.of(text), span
    following = after(hit, span)
    if following is None or following.start < span.end:
        return span
    if _NOT_SO.search(said) and len(words(said)) <= _SHORT_DENIAL and _PRONOUN.match(following.of(text)):
        return Span(span.start, following.end)
    if not _BEGINS_TO.match(following.of(text)) or _ENUMERATES.match(said):
        return span
    while following and _ENUMERATES.match(following.of(text)) and following.end - span.start <= LONGEST_LIST:
        last, following = following, after(hit, following)
    return Span(span.start, last.end)


def _unbroken(text: str, hit: Hit, span: Span, before: Neighbour, after: Neighbour) -> Span:
    """A sentence with the bare one behind it and, where it is a fragment, back to the sentence of which it is a piece."""
    start, end = span.start, (_denial(text, hit, span, after) or span).end
    for _ in range(_CHAIN):
        previous = before(hit, span) if is_fragment(span.of(text)) else None
        if previous is None or previous.end > span.start:
            break
        span, start = previous, previous.start
    return Span(start, end)


def _opening(text: str, hit: Hit, span: Span, previous: Span, before: Neighbour) -> Span:
    """The sentence before, or the first one before it that does not go on with the same pronoun: "It is ... It has ..."."""
    pronoun = _PRONOUN.match(span.of(text))
    for _ in range(_CHAIN):
        other = _PRONOUN.match(previous.of(text))
        if not pronoun or not other or pronoun["word"][:2] != other["word"][:2]:
            break
        earlier = before(hit, previous)
        if earlier is None or earlier.end > previous.start:
            break
        previous = earlier
    return previous


def _named(text: str, span: Span, previous: Span, about: frozenset[str]) -> Note | None:
    """What the opening pronoun stands for: the subject of the sentence before, if its stem is among those that all is `about`."""
    pronoun = _PRONOUN.match(span.of(text))
    subject = _SUBJECT.match(" ".join(previous.of(text).split()))
    if pronoun is None or subject is None or _POINTS.match(subject["what"]):
        return None
    what, word = subject["what"], pronoun["word"].lower()
    own = [w for w in words(what) if w not in en.STOP_WORDS]
    if not own or stem(fold(own[-1])) not in about or not _agrees(word, what, own[-1]):
        return None
    for article in en.ARTICLES:
        what = f"the {what[len(article) :]}" if what.startswith(article) else what
    if word in ("its", "his", "their"):
        what += "’" if what.endswith("s") else "’s"
    return span.start + pronoun.end("word"), what


def _agrees(pronoun: str, what: str, head: str) -> bool:
    plural = is_plural(head)
    many = plural if what.startswith("The ") else (plural and not what[:1].isupper()) or " and " in what
    if pronoun in ("they", "their"):
        return many
    if pronoun in ("he", "his", "she"):
        return not what.startswith(en.ARTICLES) and all(w[:1].isupper() for w in what.split())
    return not many


# Lists


def _item(text: str, span: Span, start: int) -> Span | None:
    """The whole item of a list in which a sentence stands, without its mark; None elsewhere. What lies above `start`, where
    the passage begins, may be a heading with stars of an Org file."""
    line: Span | None = line_at(text, span.start)
    for _ in range(6):
        if line is None or line.end < start or not line.of(text).strip():
            return None
        mark = ITEM.match(line.of(text))
        if mark:
            end = line.end
            below = line_below(text, line)
            while below is not None and _goes_on(below.of(text)):
                end, below = below.end, line_below(text, below)
            return Span(line.start + mark.end(), end)
        line = line_above(text, line)
    return None


def _goes_on(line: str) -> bool:
    """Whether a line belongs to the item above it."""
    return bool(line.strip()) and not ITEM.match(line) and not line.lstrip().startswith("#")


def _with_lead(text: str, item: Span, span: Span, question: Question) -> Complete:
    """The item, whole unless it is long, with the line that opens its list where the item does not say what it is one of."""
    whole = Span(min(item.start, span.start), max(item.end, span.end))
    shown = whole if whole.end - whole.start <= LONGEST_ITEM and span.start >= item.start else span
    lead = _lead(text, item)
    if lead is None or not _needs(lead.of(text), shown.of(text), question):
        return Complete(shown)
    if ITEM.fullmatch(text[lead.end : item.start].lstrip("\r\n")) and shown.start == item.start:
        return Complete(Span(lead.start, shown.end))
    return Complete(shown, ((shown.start, " ".join(lead.of(text).split())),))


def _lead(text: str, item: Span) -> Span | None:
    """The sentence with a colon before the list of an item."""
    line = line_above(text, line_at(text, item.start))
    for _ in range(200):
        if line is None:
            return None
        said = line.of(text).rstrip()
        if said and not ITEM.match(said) and not said.startswith((" ", "\t")):
            if not said.rstrip("*_").endswith((":", "：")):
                return None
            start = max((match.end() for match in re.finditer(r"[.!?][\"”)]?\s+", said)), default=0)
            return Span(line.start + start, line.start + len(said)) if len(said) - start <= LONGEST_LEAD else None
        line = line_above(text, line)
    return None


def _needs(lead: str, item: str, question: Question) -> bool:
    """Whether an item is a fragment, or its opening has words of the question that it has not."""
    own = words(item)
    return len(own) <= 6 or bool((question.content_stems & _stems(words(lead))) - _stems(own))


def _stems(of: Sequence[str]) -> frozenset[str]:
    return frozenset(stem(fold(word)) for word in of)


def _with_list(text: str, span: Span, following: Span | None) -> Span:
    """A line that opens a list, with the list; one that announces a sentence, with that sentence."""
    line = line_below(text, line_at(text, span.end - 1))
    while line is not None and not line.of(text).strip():
        line = line_below(text, line)
    end = span.end
    while line is not None and ITEM.match(line.of(text)) and line.end - span.start <= LONGEST_LIST:
        end = line.end
        below = line_below(text, line)
        while below is not None and _goes_on(below.of(text)):
            end, below = below.end, line_below(text, below)
        while below is not None and not below.of(text).strip():
            below = line_below(text, below)
        line = below
    if end == span.end and following is not None and following.end - span.start <= LONGEST_LIST:
        end = following.end
    return Span(span.start, span.start + len(text[span.start : end].rstrip()))
