"""Why nothing answers a question for sure, and where else the documents speak of its subject."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

from askv4.answer.question.question import Question
from askv4.answer.quote.extractive import NEAREST
from askv4.answer.quote.listing import MAYBE, unmarked
from askv4.language.en import FILLERS, REQUESTS, STOP_WORDS
from askv4.language.guess import stop_words
from askv4.language.moments import moments
from askv4.language.patterns import Pattern
from askv4.language.short_forms import read_as
from askv4.language.tokens import plain
from askv4.language.words import words
from askv4.text.places import last_heading
from askv4.types import Answer, Hit, Span

MOST_LISTED = 3
_REQUEST = Pattern(rf"\W*(?:(?:{FILLERS})\W+)*(?:{REQUESTS})\b", re.I)


class Frequencies(Protocol):
    """What the catalogue knows about words."""

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]: ...


def why_not(question: Question, hits: Sequence[Hit], lexicon: Frequencies, *, perhaps: bool = False) -> str:
    """A line or two on why what came nearest does not answer, as far as the words tell; `perhaps` it does, and nothing tells.

    `hits`: the passages found, best first; the first `NEAREST` are what came nearest.
    """
    if not hits:
        return "Nothing near it was found."
    told = _differing(question, hits[:NEAREST], lexicon)
    told = told or (None if perhaps else "What came nearest does not seem to answer it.")
    return " ".join(filter(None, [told, _elsewhere(question, hits, lexicon)]))


def anyway(answer: Answer) -> Answer:
    """A refusal as if it were uncertain: the likeliest sentences of the nearest passages, for whoever wants to see them."""
    likely = [(one, Span(*one.likely)) for one in answer.nearest if one.likely]
    lines = [f"“{' '.join(one.quote[s.start - one.start : s.end - one.start].split())}” [{one.n}]" for one, s in likely]
    if answer.status != "not_in_sources" or not lines:
        return answer
    told = "\n".join([MAYBE, *lines])
    return replace(answer, status="uncertain", answer=unmarked(told), quoted=told)


def _differing(question: Question, near: Sequence[Hit], lexicon: Frequencies) -> str | None:
    """In what the nearest passages, or all documents, differ from the question: words, years, names."""
    asked = {word: Span(start, end) for start, end, word in _asked(question)}
    texts = [_text(hit) for hit in near]
    there = frozenset(word for text in texts for word in words(text))
    counts = lexicon.document_frequency(asked)
    unknown = [asked[word] for word, count in counts.items() if not count and word not in there]
    if unknown:
        return f"Not in any document: {_listed(question, unknown)}."
    years = {year for text in texts for moment in moments(plain(text)) for year in moment.years or ()}
    other = sorted(question.years - years)
    if other and years:
        said = ", ".join(map(str, sorted(years)[-MOST_LISTED:]))
        return f"What came nearest speaks of {said}, not of {', '.join(map(str, other))}."
    unnamed = [span for word, span in asked.items() if word in question.names and word not in there]
    return f"What came nearest does not name {_listed(question, unnamed)}." if unnamed else None


def _text(hit: Hit) -> str:
    """A passage with what it is found by."""
    text = read_as(hit.text, hit.short_forms)
    return f"{hit.document.title} {hit.document.date or ''} {hit.heading or ''} {text}"


def _asked(question: Question) -> list[tuple[int, int, str]]:
    """(start, end, word in small letters) for the words that say what is asked about; not for the "long" of "how long",
    and not for "compare"."""
    request = _REQUEST.match(question.asked)
    begin = request.end() if request else 0
    places = [(0, 0, ""), *question.word_places]
    subject = (
        frozenset(words(question.on_subject or question.standalone))
        - STOP_WORDS
        - stop_words(question.asked)
        - question.framing
    )
    return [
        (start, end, word)
        for (_, _, before), (start, end, word) in pairwise(places)
        if begin <= start and end <= len(question.asked) and word in subject and len(word) > 1 and before != "how"
    ]


def _elsewhere(question: Question, hits: Sequence[Hit], lexicon: Frequencies) -> str | None:
    """Further places that have the rarest name of the question that any has."""
    shown = {word: question.asked[start:end] for start, end, word in _asked(question) if word in question.names}
    seen = {_place(hit) for hit in hits[:NEAREST]}
    for word, _ in sorted(lexicon.document_frequency(shown).items(), key=lambda item: item[1]):
        places = [_place(hit) for hit in hits[NEAREST:] if word in words(f"{hit.heading or ''} {hit.text}")]
        new = [place for place in dict.fromkeys(places) if place not in seen]
        if new:
            return f"More on “{shown[word]}”: {'; '.join(new[:MOST_LISTED])}."
    return None


def _place(hit: Hit) -> str:
    return f"“{last_heading(hit.heading) or hit.document.title}” in {hit.document.document}"


def _listed(question: Question, spans: Sequence[Span]) -> str:
    """Words of the question in quotation marks, those that stand together as one."""
    runs: list[Span] = []
    for span in spans:
        if runs and not question.asked[runs[-1].end : span.start].strip():
            runs[-1] = Span(runs[-1].start, span.end)
        else:
            runs.append(span)
    more = " and others" if len(runs) > MOST_LISTED else ""
    return ", ".join(f"“{one.of(question.asked)}”" for one in runs[:MOST_LISTED]) + more
