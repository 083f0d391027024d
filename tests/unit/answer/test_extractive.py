from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.answer.quote.citing import cite
from askv4.answer.quote.completing import leans
from askv4.answer.quote.extractive import choose, compose, nearest, quotations
from askv4.types import Span
from tests.unit.answer.builders import document, evidence_of, hit_of, vector

TEXT = "The mill stands by the river. It was built by monks. Bread was baked there. Nobody knows the recipe.\n\nIt is shut now."


def before(hit, span):
    earlier = [s for s in hit.sentences if s.end <= span.start]
    if not earlier or "\n\n" in TEXT[earlier[-1].end : span.start]:
        return None
    return earlier[-1]


def show(evidence, text=TEXT):
    quoted = quotations(choose(evidence), lambda _: text, before)
    return compose(quoted, lambda _: text, lambda _d, offset: (text.count("\n", 0, offset) + 1, None))


def test_the_best_sentence_is_quoted_with_its_marker() -> None:
    answer, citations = show(evidence_of((hit_of(TEXT), 2, 0.8), (hit_of(TEXT), 3, 0.01)))
    assert answer == "“Bread was baked there.” [1]"
    assert [(c.n, c.quote, c.line) for c in citations] == [(1, "Bread was baked there.", 1)]


def test_sentences_that_touch_become_one_quotation_and_one_that_leans_brings_the_one_before() -> None:
    answer, citations = show(evidence_of((hit_of(TEXT), 1, 0.8), (hit_of(TEXT), 2, 0.7)))
    assert [c.quote for c in citations] == [
        "The mill stands by the river. It was built by monks. Bread was baked there."
    ]
    assert answer.count("[1]") == 1


def test_a_sentence_does_not_lean_across_a_paragraph() -> None:
    _, citations = show(evidence_of((hit_of(TEXT), 4, 0.8)))
    assert [c.quote for c in citations] == ["It is shut now."]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [("It grew.", True), ("But this helps.", True), ("“They left.", True), ("However, prices rose.", False), ("This law rose again.", False), ("This was late.", True),
     ("Italy grew.", False), ("Thistles grow.", False), ("The mill grew.", False), ("And prices rose.", False)],
)  # fmt: skip
def test_which_sentences_lean(sentence: str, expected: bool) -> None:
    assert leans(sentence) is expected


def test_at_most_five_sentences_and_none_far_below_the_best() -> None:
    long = " ".join(
        f"Sentence {word} says something else entirely." for word in ("one", "two", "three", "four", "five", "six")
    )
    hit = hit_of(long)
    every = evidence_of(
        *((hit, i, 0.5 - i / 100) for i in range(6)), vectors={("a.md", i): vector(i) for i in range(6)}
    )
    assert len(choose(every)) == 5
    steep = evidence_of((hit, 0, 0.9), (hit, 1, 0.1), vectors={("a.md", i): vector(i) for i in range(6)})
    assert len(choose(steep)) == 1


def test_beside_a_sure_sentence_another_must_be_surer() -> None:
    hit = hit_of(TEXT)

    def shown(best: float) -> int:
        return len(
            choose(evidence_of((hit, 0, best), (hit, 3, 0.2), vectors={("a.md", i): vector(i) for i in range(4)}))
        )

    assert (shown(0.5), shown(0.95)) == (2, 1)


def test_near_duplicates_are_said_once() -> None:
    one, other = (
        hit_of("The mill is old and stands here."),
        hit_of("The mill is old and stands there.", document("b.md"), 2),
    )
    both = {("a.md", 0): vector(1), ("b.md", 0): vector(1)}
    assert len(choose(evidence_of((one, 0, 0.8), (other, 0, 0.7), vectors=both))) == 1


def test_beside_a_better_sentence_neither_questions_nor_fragments_are_shown() -> None:
    hit = hit_of("The mill burned down in spring. All agree. Was it the owner who set it on fire, then.")
    asking = replace(hit, text=hit.text[:-1] + "?")
    chosen = choose(evidence_of((asking, 0, 0.9), (asking, 1, 0.8), (asking, 2, 0.7)))
    assert [one.candidate.text for one in chosen] == ["The mill burned down in spring."]
    assert len(choose(evidence_of((asking, 1, 0.8)))) == 1


def test_a_source_of_another_kind_is_heard_and_named() -> None:
    report = hit_of("The mill will open in May.", document("r.md", "news report", "from before the opening"), 1)
    notes = hit_of("The mill never opened.", document("n.md", "analysis", "after the fact"), 2)
    text = {"r.md": "The mill will open in May.", "n.md": "The mill never opened."}
    quoted = quotations(choose(evidence_of((notes, 0, 0.8), (report, 0, 0.25))), text.__getitem__, lambda *_: None)
    answer, citations = compose(quoted, text.__getitem__, lambda *_: (1, None))
    assert answer.splitlines() == [
        "An analysis after the fact says: “The mill never opened.” [1]",
        "A news report from before the opening says: “The mill will open in May.” [2]",
    ]
    assert [c.document for c in citations] == ["n.md", "r.md"]


def test_the_nearest_passages_are_cited_whole() -> None:
    hit = hit_of(TEXT)
    assert [c.quote for c in nearest([hit], (), lambda _: TEXT, lambda *_: (1, None))] == [TEXT]


@given(st.text(min_size=1, max_size=200), st.data())
def test_every_citation_is_its_span_exactly(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    hit = replace(hit_of("A."), text=text)
    citation = cite(1, hit, Span(start, end), text, lambda *_: (None, None))
    assert citation.quote == text[citation.start : citation.end]


@pytest.mark.parametrize("span", [Span(-1, 2), Span(0, 99), Span(2, 2), Span(3, 1)])
def test_a_span_outside_the_text_is_never_cited(span: Span) -> None:
    with pytest.raises(ValueError, match="outside"):
        cite(1, hit_of("A."), span, "short", lambda *_: (None, None))


def test_a_nearest_passage_names_its_likeliest_sentence() -> None:
    hit, other = hit_of(TEXT), hit_of(TEXT, passage_id=99)
    judged = evidence_of((hit, 2, 0.3), (hit, 1, 0.2)).sentences
    first, second = nearest([hit, other], judged, lambda _: TEXT, lambda *_: (1, None))
    assert first.likely is not None
    assert TEXT[slice(*first.likely)] == "Bread was baked there."
    assert second.likely is None
