"""Collects what the evidence model judges: the candidate sentences of the best passages, encoded beside the question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from askv4.answer.evidence.asked_rows import asks_for_others, other_rows
from askv4.answer.evidence.opening import Beginnings, Opening, openings
from askv4.answer.evidence.siblings import other_blocks, other_editions, other_numbers
from askv4.answer.question.question import Question
from askv4.language.short_forms import Opened, opened, read_as
from askv4.language.ticks import MARKS
from askv4.language.words import asks, words
from askv4.records import StoredPassage
from askv4.retrieve.reranker import decided, titled
from askv4.text.line_blocks import heads, run_in_heads
from askv4.text.places import PATH_SEPARATOR, last_heading
from askv4.text.row_labels import Label, row_labels
from askv4.types import Hit, Judgement, Span

if TYPE_CHECKING:
    from askv4.neural.onnx_encoder import TokenStates

PASSAGES = 6
"""Passages whose sentences are judged: more were no better on the development sets, and cost 12 ms each."""
READ = 12
"""Sentences that the reader sees: fourteen gave 0.002 more average precision, and cost 20 ms each of a core's time."""
READABLE = 0.5
"""The share of a question's letters that the models must know to have a say."""
LONGEST_LABEL = 100
"""Characters of the line above a form's options."""
MAX_TERMS = 64
"""At most 64 question words are weighed: a longer question is a pasted page."""


class StateEncoder(Protocol):
    """The encoder that evidence is judged with: token states beside the pooled vector."""

    @property
    def identity(self) -> str: ...

    def encode_states(self, texts: Sequence[str]) -> list[TokenStates]: ...
    def known_share(self, text: str) -> float: ...


class Lexicon(Beginnings, Protocol):
    """What the catalogue knows about words."""

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]: ...
    def passage_count(self) -> int: ...


@dataclass(frozen=True, slots=True)
class EncodedQuestion:
    """A question as the evidence model sees it, in this encoder and this corpus."""

    readable: bool
    """Whether it is written in letters that the models know; else only its words say anything."""
    terms: tuple[str, ...]
    """Stems of the content words, distinct, in order."""
    names: frozenset[str]
    """Those of `terms` that name something: written with a capital or a digit. Only the very word will do for them."""
    idf: NDArray[np.float32]
    """[len(terms)] how rare each term is among the corpus' passages, in nats."""
    vector: NDArray[np.float32]
    """[d] unit."""
    states: NDArray[np.float32]
    """[tokens, d] unit rows."""
    weights: NDArray[np.float32]
    """[tokens] idf of the word that the token belongs to, shared between its pieces; 0 for function words."""


@dataclass(frozen=True, slots=True)
class CandidateSentence:
    """A sentence of a retrieved passage."""

    hit: Hit
    span: Span
    text: str
    position: int
    """Its place among the sentences of its passage, from 0."""
    stems: frozenset[str]
    vector: NDArray[np.float32]
    states: NDArray[np.float32]
    opened: Opened | None = None
    """The text as the models see it where it has short forms of what the question says; None where it has none."""

    @property
    def read_as(self) -> str:
        """The text as the models see it."""
        return self.opened.text if self.opened else self.text


@dataclass(frozen=True, slots=True)
class Gathered:
    """Question and candidates; sentences of one passage stand together, in order, passages by rank."""

    question: Question
    encoded: EncodedQuestion
    hits: tuple[Hit, ...]
    candidates: tuple[CandidateSentence, ...]
    context: Mapping[int, frozenset[str]]
    """Passage id -> stems of its document's title, of its headings, and of the names asked for with which its document begins."""
    headings: Mapping[int, frozenset[str]]
    """Passage id -> stems of the nearest heading that the title, which is read anyway, has not."""
    openings: Mapping[str, Opening]
    """Document -> the names asked for with which it begins."""
    of_others: frozenset[int] = frozenset()
    """Places of candidates that are of another thing, or a row with another value, than the question names."""

    def stems_of(self, passage_id: int) -> frozenset[str]:
        """Stems of all candidates of a passage."""
        return frozenset().union(*(one.stems for one in self.candidates if one.hit.passage_id == passage_id))


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of the candidates."""

    sentences: NDArray[np.float32]
    """[candidates] logits, higher for a better answer; one that was not read has the lowest of those that were."""
    passage: float
    """The logit of the best passage, read as a whole."""
    answers: tuple[Span | None, ...]
    """[candidates] the words that answer, in the document's text; None where the sentence holds none, or was not read."""
    answer_scores: NDArray[np.float32]
    """[candidates] logit of those words less that of none; 0 where there are none."""


class SentenceReader(Protocol):
    """The model that sees question and text together."""

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]: ...
    def read(self, question: str, texts: Sequence[str]) -> list[Judgement]: ...


def read(gathered: Gathered, likely: Sequence[int], reader: SentenceReader) -> Reading:
    """Reads the first `READ` of the candidates that `likely` numbers, best first, and the best passage; one call.

    A passage that was read already, for its place, is not read twice. Where the heading has a word of the question that the
    text below it lacks, or asks itself, the text is read once more under it and counts for as much as the better reading:
    "Two years." is the length of something only under "Warranty", but a heading can lead astray, too. So it is with a name
    that the document gives where it begins.
    """
    chosen, first = list(likely[:READ]), gathered.hits[0]
    ones = [gathered.candidates[i] for i in chosen]
    texts = [
        *((one.hit, one.read_as, one.stems) for one in ones),
        (first, read_as(first.text, first.short_forms), gathered.stems_of(first.passage_id)),
    ]
    logits = np.full(len(texts), -np.inf, dtype=np.float32)
    places = list(range(len(texts)))
    if first.reading is not None:
        logits[places.pop()] = first.reading
    wanted = [(place, titled(*texts[place][:2])) for place in places]
    for place, (hit, text, stems) in enumerate(texts):
        if above := _above(gathered, hit, stems):
            wanted.append((place, titled(hit, f"{above} {text}")))
    answers: list[Span | None] = [None] * len(gathered.candidates)
    answer_scores = np.zeros(len(gathered.candidates), dtype=np.float32)
    judged = reader.read(gathered.question.standalone, [text for _, text in wanted])
    for (place, text), judgement in zip(wanted, judged, strict=True):
        if judgement.logit > logits[place]:
            logits[place] = judgement.logit
            if place < len(chosen):
                answer = answer_in(ones[place], text, judgement)
                answers[chosen[place]] = answer
                answer_scores[chosen[place]] = judgement.span_score if answer else 0.0
    sentences = np.full(len(gathered.candidates), logits[:-1].min(), dtype=np.float32)
    sentences[chosen] = logits[:-1]
    return Reading(sentences, float(logits[-1]), tuple(answers), answer_scores)


def answer_in(sentence: CandidateSentence, text: str, judgement: Judgement) -> Span | None:
    """The words that answer, in the document's text; `text` was read, which ends with the sentence. None where they lie in
    the title or heading before it."""
    before, span = len(text) - len(sentence.read_as), judgement.span
    if span is None or span.start < before:
        return None
    own = Span(span.start - before, span.end - before)
    own = sentence.opened.original(own) if sentence.opened else own
    if own.start >= own.end:
        return None
    return Span(own.start + sentence.span.start, own.end + sentence.span.start)


def heading_of(passage: Hit | StoredPassage) -> str:
    """The nearest heading above a passage, without those above that one; empty where there is none but the title."""
    heading = last_heading(passage.heading)
    return "" if heading == passage.document.title else heading


def _above(gathered: Gathered, hit: Hit, stems: frozenset[str]) -> str:
    """What stands above the text with these stems and has a word of the question that it lacks, or is a question; else empty."""
    said = []
    opening, heading = gathered.openings.get(hit.document.document), heading_of(hit)
    if opening and opening.names - stems and opening.text not in hit.text:
        said.append(opening.text)
    # "What is new in 3.1.0?" names a heading further above: "3.1.0 (2026-02-02) › New".
    further = (hit.heading or "").split(PATH_SEPARATOR)[:-1]
    said += [one for one in further if one != hit.document.title and gathered.question.names.intersection(words(one))]
    lacking = gathered.headings[hit.passage_id] - stems
    if asks(heading) or not lacking.isdisjoint(gathered.encoded.terms):
        said.append(f"{heading}{'' if asks(heading) else ':'}")
    return " ".join(said)


def unread(gathered: Gathered) -> Reading:
    """What a reader says of sentences that it cannot read: nothing."""
    nothing = np.zeros(len(gathered.candidates), dtype=np.float32)
    return Reading(nothing, 0.0, (None,) * len(nothing), nothing)


def settled(reader: SentenceReader, encoder: StateEncoder, question: Question, hits: list[Hit]) -> list[Hit]:
    """The hits, with the best of them chosen by the reader where the ranking leaves it open and that was measured to help.

    Not for a follow-up, whose words say too little, nor for letters that the reader does not know. Raises ReaderMissing.
    """
    if question.wordings or encoder.known_share(question.asked) < 1:
        return hits
    return decided(reader, question.asked, hits)


def gather(question: Question, hits: Sequence[Hit], encoder: StateEncoder, lexicon: Lexicon) -> Gathered:
    """Encode `question` and the sentences of the best hits; one call to the encoder."""
    editions = other_editions(question, hits)
    chosen = tuple(hit for hit in hits if hit.document.document not in editions)[:PASSAGES]
    abouts = [heads(hit.text, hit.own_sentences) for hit in chosen]
    labels = [[row_labels(hit.text, span) for span in hit.own_sentences] for hit in chosen]
    spans = [(hit, span) for hit in chosen for span in hit.sentences]
    texts = [span.of(hit.text) for hit in chosen for span in hit.own_sentences]
    views = [view for each in zip(chosen, abouts, labels, strict=True) for view in _views(*each)]
    seen = [view.text if view else text for view, text in zip(views, texts, strict=True)]
    encoded = encoder.encode_states([question.standalone, *seen])
    titles, paths = [hit.document.title for hit in chosen], [hit.heading or "" for hit in chosen]
    stems = [frozenset(listed) for listed in lexicon.stems([*seen, *titles, *paths, *map(heading_of, chosen)])]
    candidates, position, passage = [], 0, -1
    for (hit, span), text, view, terms, states in zip(spans, texts, views, stems, encoded[1:], strict=False):
        position = position + 1 if hit.passage_id == passage else 0
        passage = hit.passage_id
        candidates.append(
            CandidateSentence(hit, span, text, position, terms, states.vector, _unit(states.states), view)
        )
    leads = iter(stems[len(texts) :])
    of_titles, of_paths, of_headings = (list(islice(leads, len(chosen))) for _ in range(3))
    headings = {hit.passage_id: b - a for hit, a, b in zip(chosen, of_titles, of_headings, strict=True)}
    readable = encoder.known_share(question.standalone) >= READABLE
    asked = _encoded(question, encoded[0], lexicon, readable)
    begin = openings(asked.names, frozenset(asked.terms), chosen, lexicon)
    context = {
        hit.passage_id: title | path | (begin[hit.document.document].names if hit.document.document in begin else set())
        for hit, title, path in zip(chosen, of_titles, of_paths, strict=True)
    }
    others = frozenset[tuple[str, Span]]()
    if not asks_for_others(question):
        others = other_rows(question, chosen, labels) | other_blocks(question, chosen, abouts)
        others |= other_numbers(question, chosen)
    of_others = (place for place, (hit, span) in enumerate(spans) if (hit.document.document, span) in others)
    return Gathered(question, asked, chosen, tuple(candidates), context, headings, begin, frozenset(of_others))


def _views(hit: Hit, about: Mapping[int, str], labels: Sequence[Sequence[Label]]) -> Iterator[Opened | None]:
    """The sentences of a passage as the models are shown them: an option of a form after the line above its first one, a line
    after what its block is about, each cell of a row after its label."""
    above, about = "", run_in_heads(hit.text, hit.own_sentences) | dict(about)
    for place, span in enumerate(hit.own_sentences):
        text = span.of(hit.text)
        boxed = MARKS.match(text) is not None
        if not boxed:
            above = f"{text.rstrip(' :')}: " if len(text) <= LONGEST_LABEL and not text.endswith(".") else ""
        cells = [(at - span.start, f"{label}: ") for at, label in labels[place]]
        before = "" if cells else f"{about[place]}: " if place in about else above if boxed else ""
        yield opened(text, hit.short_forms, before, cells)


def _encoded(question: Question, encoded: TokenStates, lexicon: Lexicon, readable: bool) -> EncodedQuestion:
    frequency = lexicon.document_frequency(question.content_words[:MAX_TERMS])
    passages = lexicon.passage_count()
    rarity = {word: _idf(seen, passages) for word, seen in frequency.items()}
    idf: dict[str, float] = {}
    names: set[str] = set()
    for word, parts in zip(rarity, lexicon.stems(list(rarity)), strict=True):
        idf.update(dict.fromkeys(parts, rarity[word]))
        names.update(parts if word in question.names else ())
    return EncodedQuestion(
        readable=readable,
        terms=tuple(idf),
        names=frozenset(names),
        idf=np.array(list(idf.values()), dtype=np.float32),
        vector=encoded.vector,
        states=_unit(encoded.states),
        weights=_token_weights(question, encoded.spans, rarity),
    )


def _idf(seen: int, passages: int) -> float:
    """BM25's idf in nats, of a term that `seen` of `passages` hold; never negative."""
    return log(1 + (max(passages - seen, 0) + 0.5) / (seen + 0.5))


def _token_weights(
    question: Question, spans: Sequence[tuple[int, int]], rarity: Mapping[str, float]
) -> NDArray[np.float32]:
    """[tokens] the weight of each token's word, split over the word's tokens; all ones when nothing else is left."""
    places = question.word_places
    owner = [next((i for i, (first, end, _) in enumerate(places) if first <= start < end), None) for start, _ in spans]
    weights = np.zeros(len(spans), dtype=np.float32)
    for token, index in enumerate(owner):
        if index is not None:
            weights[token] = rarity.get(places[index][2], 0.0) / owner.count(index)
    return weights if weights.sum() > 0 else np.ones(len(spans), dtype=np.float32)


def _unit(states: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(states, axis=1, keepdims=True)
    return np.asarray(states / np.maximum(norms, 1e-9), dtype=np.float32)
