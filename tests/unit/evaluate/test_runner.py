"""Answers are held against what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from askv4.errors import GenerationFailed
from askv4.evaluate.gold import GoldQuestion, Wanted
from askv4.evaluate.runner import evaluate, judged, locate
from askv4.records import Scope, StoredPassage
from askv4.types import Answer, Citation, Event, Finished, GroundedSentence, Hit, Retrieved
from tests.unit.answer.builders import document, hit_of

TEXTS = {"tea.md": "Green tea is light. Steep it for two minutes.", "copy.md": "Steep it for two minutes. So they say."}


class Texts:
    """A catalogue of two documents, one passage each."""

    def text(self, name: str) -> str:
        return TEXTS[name]

    def place(self, _document: str, _offset: int) -> tuple[int | None, int | None]:
        return 1, None

    def match(self, _query: str, limit: int, _within: Scope | None = None) -> list[tuple[int, float]]:
        return [(number, 1.0) for number in range(len(TEXTS))][:limit]

    def passages(self, ids: Sequence[int]) -> dict[int, StoredPassage]:
        names = list(TEXTS)
        return {
            number: StoredPassage(number, "", document(names[number]), 0, 1, None, "", (), 1, None) for number in ids
        }


def cited(name: str, quote: str, start: int | None = None) -> Citation:
    at = TEXTS[name].find(quote) if start is None else start
    return Citation(1, name, name, None, at, at + len(quote), 1, None, None, quote)


def answer(*citations: Citation, status: str = "answered") -> Answer:
    return Answer(
        "q?", status, "extractive", None, "text", citations=citations, timings_ms={"total": 12.0}, confidence=0.7
    )  # type: ignore[arg-type]


HITS = [hit_of(TEXTS["copy.md"], document("copy.md"), 1), hit_of(TEXTS["tea.md"], document("tea.md"), 2, rank=2)]


def ask(*wanted: Wanted, answerable: bool = True) -> GoldQuestion:
    return GoldQuestion("1", None, "q?", answerable, tuple((one,) for one in wanted))


def test_a_named_document_must_be_the_one_that_is_cited() -> None:
    question = ask(Wanted("for two minutes", "tea.md"))
    right = judged(question, answer(cited("tea.md", "Steep it for two minutes.")), HITS, Texts())
    assert (right.right, right.ranks, right.shown, right.ms) == (True, (2,), (True,), 12.0)
    other = judged(question, answer(cited("copy.md", "Steep it for two minutes.")), HITS, Texts())
    assert (other.right, other.shown) == (False, (False,))
    assert other.expected[0] is not None
    assert (other.expected[0].before, other.expected[0].words) == ("Green tea is light. Steep it ", "for two minutes")
    anywhere = judged(
        ask(Wanted("for two minutes")), answer(cited("copy.md", "Steep it for two minutes.")), HITS, Texts()
    )
    assert (anywhere.right, anywhere.ranks) == (True, (1,))


def test_every_group_must_be_shown_by_the_first_four() -> None:
    question = ask(Wanted("two minutes"), Wanted("tea is light"))
    far = [cited("copy.md", "So they say.")] * 3
    both = answer(cited("tea.md", "Green tea is light."), cited("tea.md", "two minutes"))
    late = answer(cited("tea.md", "Green tea is light."), *far, cited("tea.md", "two minutes"))
    assert judged(question, both, HITS, Texts()).right
    missed = judged(question, late, HITS, Texts())
    assert (missed.right, missed.shown) == (False, (False, True))
    assert judged(replace(question, first=5), late, HITS, Texts()).right


def test_a_citation_that_is_not_the_documents_text_is_not_exact() -> None:
    made = judged(ask(Wanted("x")), answer(cited("tea.md", "Green tea is heavy.", 0)), HITS, Texts())
    assert [one.exact for one in made.citations] == [False]


def test_a_refusal_is_right_where_there_is_no_answer() -> None:
    assert judged(ask(answerable=False), answer(status="not_in_sources"), HITS, Texts()).right
    refused = judged(ask(Wanted("two minutes")), answer(status="not_in_sources"), HITS, Texts())
    assert (refused.right, refused.shown, refused.ranks) == (False, (False,), (1,))
    assert not judged(ask(answerable=False), answer(cited("tea.md", "Green")), HITS, Texts()).right


def test_an_uncertain_answer_shows_its_candidate_alone() -> None:
    candidate, passage = cited("copy.md", "So they say."), cited("tea.md", "two minutes")
    unsure = replace(answer(status="uncertain"), nearest=(candidate, passage))
    assert judged(ask(answerable=False), unsure, HITS, Texts()).right
    missed = judged(ask(Wanted("two minutes")), unsure, HITS, Texts())
    hit = judged(ask(Wanted("two minutes")), replace(unsure, nearest=(passage,)), HITS, Texts())
    assert [(one.status, one.right, one.offered_right) for one in (missed, hit)] == [
        ("uncertain", False, False), ("uncertain", False, True),
    ]  # fmt: skip


def test_a_lead_is_judged_beside_the_citations() -> None:
    question = ask(Wanted("Steep it for two minutes."))
    grounding = (GroundedSentence("It is light.", (), supported=False, problems=("nothing says so",)),)
    led = replace(answer(cited("tea.md", "Steep it for two minutes.")), lead="Steep it two minutes. [1]", grounding=grounding, timings_ms={"total": 9.0, "quotes": 2.0, "lead": 9.0})  # fmt: skip
    made = judged(question, led, HITS, Texts())
    assert (made.lead, made.lead_right, made.rejected, made.quotes_ms, made.lead_ms) == ("Steep it two minutes. [1]", True, ("It is light. (nothing says so)",), 2.0, 9.0)  # fmt: skip
    quoted = judged(question, answer(cited("tea.md", "Steep it for two minutes.")), HITS, Texts())
    assert (quoted.lead, quoted.lead_right, quoted.lead_ms) == (None, None, None)


def test_words_are_located_where_they_stand() -> None:
    place = locate((Wanted("nowhere"), Wanted("steep  IT for")), Texts())
    assert place is not None
    assert (place.document, place.words, place.line) == ("tea.md", "Steep it for", 1)
    assert locate((Wanted("nowhere at all"),), Texts()) is None
    whole = locate((Wanted(None, "copy.md"),), Texts())
    assert whole is not None
    assert whole.after == TEXTS["copy.md"]


class Assistant:
    """Answers what it is told, and breaks at the question that says so."""

    def search(self, _question: str, _history: object, k: int) -> list[Hit]:
        return HITS[:k]

    def ask(self, question: str, _history: object) -> Iterator[Event]:
        yield Retrieved(question, tuple(HITS))
        if question == "break?":
            raise GenerationFailed("out of breath")
        yield Finished(answer(cited("tea.md", "Steep it for two minutes.")))


def test_a_model_that_fails_fails_one_question() -> None:
    assistant: Any = Assistant()
    questions = [
        GoldQuestion("a", None, "break?", True, ((Wanted("two minutes"),),)),
        GoldQuestion("b", None, "q?", True, ((Wanted("two minutes"),),)),
    ]
    steps: list[tuple[int, int]] = []
    failed, right = evaluate(assistant, Texts(), questions, 5, lambda done, total: steps.append((done, total)))
    assert (failed.status, failed.right, failed.ranks, failed.error) == ("failed", False, (1,), "out of breath")
    assert right.right
    assert steps == [(0, 2), (1, 2), (2, 2)]
