"""The sentences that tell what a text is about: its own summary or list of points, else those nearest to its middle."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from askv4.language import en, others
from askv4.language.patterns import Pattern
from askv4.language.words import asks, words
from askv4.records import StoredPassage
from askv4.types import Span

FEWEST_WORDS = 6
"""A shorter sentence says little by itself."""
MOST_CHARACTERS = 500
"""A longer "sentence" is a table or a list; of a point its first sentence is taken then."""
LOOKED_AT = 8
"""Sentences of a passage that are compared."""

_LABEL = Pattern(
    rf"^[\W_]{{0,8}}(?:\d+\.?\s+)?(?:{en.OWN_SUMMARIES}|{others.OWN_SUMMARIES})\b[^\n.]{{0,30}}?[*_]*[:.—–-]*[*_]*\s*$",
    re.I,
)
_LABELLED = Pattern(
    rf"^[\W_]{{0,8}}(?:{en.OWN_SUMMARIES}|{others.OWN_SUMMARIES})[*_]*\s*[:.—–][*_]*\s+(?P<rest>\S.+)$", re.I
)
_ITEM = Pattern(r"^\s*(?:[-*•–▪]|\(?\d{1,2}\s?[./)]|\(?[a-z]\))\s+(?P<said>\S.*?)\s*$", re.I)
_HEADING = Pattern(r"^\s*#{1,6}\s|^\s*(?:=+|-+)\s*$")


def own_summary(text: str, sentences: Sequence[Span]) -> list[Span]:
    """The points or sentences below a text's own "TL;DR", "Summary" or "Main points"; empty where it has none.

    `sentences` are the text's, in order.
    """
    lines = list(_lines(text))
    for place, line in enumerate(lines):
        said = line.of(text)
        if (labelled := _LABELLED.match(said)) and len(labelled["rest"].split()) >= FEWEST_WORDS:
            start = line.start + labelled.start("rest")
            return _within(sentences, Span(start, _paragraph_end(text, lines, place)))
        if _LABEL.match(said) and (points := _below(text, lines[place + 1 :], sentences)):
            return points
    return []


def _below(text: str, lines: Sequence[Span], sentences: Sequence[Span]) -> list[Span]:
    """The list below a label, else its first paragraph of whole sentences."""
    points: list[Span] = []
    for place, line in enumerate(lines):
        said = line.of(text)
        if not said.strip():
            continue
        item = _ITEM.match(said)
        if item:
            points.append(_shortened(Span(line.start + item.start("said"), line.start + item.end("said")), sentences))
        elif points or _HEADING.match(said):
            break
        else:
            spans = _within(sentences, Span(line.start, _paragraph_end(text, lines, place)))
            return [one for one in spans if len(words(one.of(text))) >= FEWEST_WORDS]
    return points


def _shortened(point: Span, sentences: Sequence[Span]) -> Span:
    if point.end - point.start <= MOST_CHARACTERS:
        return point
    first = next((one for one in sentences if point.start < one.end), None)
    return Span(point.start, min(first.end, point.end)) if first and first.end > point.start else point


def _paragraph_end(text: str, lines: Sequence[Span], place: int) -> int:
    end = lines[place].end
    for line in lines[place + 1 :]:
        said = line.of(text)
        if not said.strip() or _HEADING.match(said) or _ITEM.match(said):
            break
        end = line.end
    return end


def _within(sentences: Sequence[Span], span: Span) -> list[Span]:
    """The sentences in a span, cut to it where they begin with a label before it."""
    return [
        Span(max(one.start, span.start), one.end)
        for one in sentences
        if span.start < one.end <= span.end and one.end - max(one.start, span.start) <= MOST_CHARACTERS
    ]


def _lines(text: str) -> Iterator[Span]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield Span(start, end)
        start = end + 1


def central(
    text: str,
    passages: Sequence[StoredPassage],
    vectors: NDArray[np.float32],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    count: int,
) -> list[Span]:
    """Up to `count` sentences near the text's middle, one from each of as many parts of it, in reading order.

    `vectors` [len(passages), d] are unit vectors of the passages; `encode` gives those of sentences.
    """
    told = [place for place, one in enumerate(passages) if any(_tells(text, span) for span in one.sentences)]
    if not told:
        return []
    middle = vectors[told].mean(axis=0)
    near = vectors @ middle
    parts = np.array_split(np.array(told), min(count, len(told)))
    chosen = [max(part.tolist(), key=lambda place: float(near[place])) for part in parts]
    candidates = [[span for span in passages[place].sentences if _tells(text, span)][:LOOKED_AT] for place in chosen]
    scores = encode([span.of(text) for spans in candidates for span in spans]) @ middle
    best, done = [], 0
    for spans in candidates:
        best.append(spans[int(np.argmax(scores[done : done + len(spans)]))])
        done += len(spans)
    return best


def _tells(text: str, span: Span) -> bool:
    """Whether a sentence can be read by itself: whole, no question, and no word at its beginning that points back."""
    said = span.of(text)
    first = words(said[:40])[:1]
    return (
        span.end - span.start <= MOST_CHARACTERS
        and len(words(said)) >= FEWEST_WORDS
        and said.rstrip("\"'”’»)*_").endswith((".", "!", "。", ":"))
        and not asks(said)
        and not (first and first[0] in en.LEANING)
    )
