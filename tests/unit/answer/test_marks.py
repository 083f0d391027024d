"""The words that answer: from what the reader read to the characters of the document that a citation marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.answer.evidence.assess import Evidence
from askv4.answer.evidence.gather import answer_in, read
from askv4.answer.question.question import Question
from askv4.answer.quote.asked_cell import in_asked_cell
from askv4.answer.quote.extractive import Quotation
from askv4.answer.quote.quoting import MARKED_SHARE, SURE_SPAN, marks_of
from askv4.types import Judgement, Span
from tests.unit.answer.builders import document, evidence_of, hit_of

TEXT = "Front.\n\nThe ferry was late. It was built by Ida Holm. Who paid? The town did."
FIRST = TEXT.index("The ferry")


class Points:
    """A reader that points at the words given wherever a text holds them, and likes long texts best."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.texts: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
        return np.array([one.logit for one in self.read(question, texts)], np.float32)

    def read(self, question: str, texts: Sequence[str]) -> list[Judgement]:  # noqa: ARG002
        self.texts += texts
        return [Judgement(float(len(text)), *self._pointed(text)) for text in texts]

    def _pointed(self, text: str) -> tuple[Span | None, float]:
        at, word = next(((at, word) for word in self.words if (at := text.find(word)) >= 0), (-1, ""))
        return (Span(at, at + len(word)), 3.0) if at >= 0 else (None, 0.0)


def evidence(heading: str | None = None) -> Evidence:
    hit = replace(hit_of(TEXT, start=FIRST), heading=heading)
    made = evidence_of((hit, 0, 0.9), (hit, 1, 0.6))
    stems = {hit.passage_id: frozenset({"warranty"})}
    encoded = replace(made.gathered.encoded, terms=("warranty",))
    return replace(made, gathered=replace(made.gathered, encoded=encoded, context=stems, headings=stems))


def test_spans_are_places_in_the_document() -> None:
    gathered = evidence().gathered
    reading = read(gathered, [1, 0], Points("Ida Holm", "late"))
    assert [answer.of(TEXT) for answer in reading.answers if answer] == ["late", "Ida Holm"]
    assert reading.answer_scores.tolist() == [3.0, 3.0]


def test_of_a_text_that_is_read_under_its_heading_too_the_better_reading_counts() -> None:
    reader = Points("built by", "late")
    reading = read(evidence("Terms › Warranty").gathered, [0, 1], reader)
    assert "Title of a.md. Warranty: It was built by Ida Holm." in reader.texts
    assert [answer.of(TEXT) for answer in reading.answers if answer] == ["late", "built by"]


def test_words_of_the_title_are_no_mark_and_what_was_not_read_has_none() -> None:
    reading = read(evidence().gathered, [1], Points("Title"))
    assert reading.answers == (None, None)
    assert reading.answer_scores.tolist() == [0.0, 0.0]


@given(st.text(), st.text(min_size=1), st.text(), st.data())
def test_what_is_marked_is_what_was_read(front: str, sentence: str, title: str, data: st.DataObject) -> None:
    whole = f"{front}{sentence} and more"
    place = Span(len(front), len(front) + len(sentence))
    seen = f"{title}. {sentence}" if title else sentence
    start = data.draw(st.integers(0, len(seen) - 1))
    pointed = Span(start, data.draw(st.integers(start + 1, len(seen))))
    one = replace(evidence().gathered.candidates[0], span=place, text=sentence)
    marked = answer_in(one, seen, Judgement(1.0, pointed, 1.0))
    if pointed.start < len(seen) - len(sentence):
        assert marked is None
    else:
        assert marked is not None
        assert marked.of(whole) == pointed.of(seen)
        assert place.start <= marked.start < marked.end <= place.end


def marked(*answers: tuple[int, str, float, float], quoted: Sequence[int] = (0, 1)) -> list[str]:
    """What is marked of a quotation of some sentences of TEXT, by (sentence, words, their score, probability)."""
    hit = hit_of(TEXT.replace("?", "."), document(), start=FIRST)
    made = evidence_of(*((hit, number, probability) for number, _, _, probability in answers))
    said = {number: (words, score) for number, words, score, _ in answers}
    sentences = []
    for one in made.sentences:
        words, score = said[one.candidate.position]
        at = TEXT.index(words, one.candidate.span.start)
        candidate = replace(one.candidate, text=one.candidate.span.of(TEXT))
        sentences.append(replace(one, candidate=candidate, answer=Span(at, at + len(words)), answer_score=score))
    made = replace(made, sentences=tuple(sentences))
    spans = [hit.sentences[number] for number in quoted]
    first = max(one.probability for one in sentences if one.candidate.span in spans)
    quotation = Quotation(hit, Span(spans[0].start, spans[-1].end), first, (), tuple(spans))
    return sorted(span.of(TEXT) for span in marks_of(made, quotation, TEXT))


def test_each_sentence_that_is_about_as_likely_has_its_words_marked() -> None:
    assert marked((0, "late", 2.0, 0.8), (1, "Ida Holm", 2.0, 0.7)) == ["Ida Holm", "late"]
    assert marked((0, "late", 2.0, 0.8), (1, "Ida Holm", 2.0, 0.8 * MARKED_SHARE - 0.01)) == ["late"]


@pytest.mark.parametrize("score", [SURE_SPAN - 0.1, -9.0])
def test_where_the_reader_is_not_sure_nothing_is_marked(score: float) -> None:
    assert marked((0, "late", score, 0.8), (1, "Ida Holm", SURE_SPAN, 0.8)) == ["Ida Holm"]


def test_what_is_not_quoted_is_not_marked() -> None:
    assert marked((0, "late", 2.0, 0.8), (1, "Ida Holm", 2.0, 0.8), quoted=(0,)) == ["late"]


def test_of_a_question_the_words_behind_it_answer() -> None:
    assert marked((2, "Who", 2.0, 0.8), (3, "The town", 2.0, 0.1), quoted=(2, 3)) == ["The town"]


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("how heavy is the Wren 7E?", "24 kg"),
        ("how heavy is the Wren 7?", "16 kg"),
        ("how heavy are the Wren 7 and the Wren 7E?", "16 kg"),  # as the reader has it
        ("which one weighs 24 kg?", "16 kg"),
        ("which weighs 24 kg, the Wren 7E?", "16 kg"),
    ],
)
def test_the_cell_whose_column_is_named_answers(question: str, marked: str) -> None:
    text = "| | Wren 7 | Wren 7E |\n|---|---|---|\n| Weight | 16 kg | 24 kg |"
    row = Span(text.rindex("\n") + 1, len(text))
    pointed = Span(text.index("16 kg"), text.index("16 kg") + 5)
    assert in_asked_cell(Question(question), text, row, pointed).of(text) == marked
    inner = Span(text.index("24"), text.index("24") + 2)
    assert in_asked_cell(Question("how many kg has the Wren 7E?"), text, row, inner) == inner
