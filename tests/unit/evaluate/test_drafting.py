"""Drafts of gold questions: from all documents, exact, and some about what no document holds."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from askv4.errors import GenerationFailed
from askv4.evaluate.checking import Checker
from askv4.evaluate.drafting import Drafter, first_question
from askv4.evaluate.gold import parse_gold
from askv4.evaluate.proposing import Proposal
from askv4.neural.reader import Reader
from askv4.neural.verifier import Verifier
from askv4.records import Scope, StoredPassage
from askv4.text.sentences import split_sentences
from askv4.types import Block, Document, Span
from tests.unit.answer.builders import document
from tests.unit.answer.scripted import ScriptedModel

TEXTS = {
    "ferry.md": "A ticket for the ferry to Gozo costs 4.65 euros. The museum of Gozo received 41,000 visitors last summer. "
    "Gozo is an island in the Mediterranean Sea. The harbour of Gozo was opened for all ships in 1843.",
    "north/light.md": "People say that Inger Holm knows the sea. Inger Holm keeps the old lighthouse above the harbour of Farø. "
    "The lighthouse of Farø was built from red stone in 1871. It burns oil.",
    "north/rules.md": "The rules are old. Only members of the sailing club may use the harbour of Farø.",
    "north/empty.md": "Nothing here.",
}
HEADINGS = {"north/rules.md": "The harbour › Who may use the harbour of Farø?"}
NORTH = Scope("north", folders=("north",))


class Texts:
    """A catalogue of three documents, one passage each."""

    def documents(self, within: Scope | None = None) -> list[Document]:
        folders = within.folders if within else ("",)
        return [document(name) for name in TEXTS if name.startswith(folders)]

    def text(self, name: str) -> str:
        return TEXTS[name]

    def neighbours(self, name: str, start: int, end: int, before: int, after: int) -> list[Span]:
        assert (start, end, before) == (0, 0, 0)
        return split_sentences(TEXTS[name], [Block(0, len(TEXTS[name]))])[:after]

    def passages_between(self, name: str, start: int, end: int) -> list[StoredPassage]:
        assert start < end
        sentences = tuple(self.neighbours(name, 0, 0, 0, 99))
        text, heading = TEXTS[name], HEADINGS.get(name)
        return [StoredPassage(1, "", document(name), start, len(text), heading, text, sentences, None, None)]

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        seen = Counter(word for text in TEXTS.values() for word in set(re.findall(r"\w+", text.lower())))
        return {term: seen[term.lower()] for term in terms}


@pytest.fixture(scope="module")
def checker(reader: Reader, encoder_dir: Path) -> Checker:
    """The real models."""
    return Checker(reader, Verifier(encoder_dir), reader.is_word)


def test_they_are_spread_over_the_documents_and_quote_exactly(checker: Checker) -> None:
    drafts = Drafter(Texts(), checker).draft(5)
    assert {draft.document for draft in drafts} == {"ferry.md", "north/light.md", "north/rules.md"}
    for draft in drafts:
        assert draft.span.of(TEXTS[draft.document]) == draft.quote
    assert len({draft.question for draft in drafts}) == 5


def test_they_are_lines_of_a_gold_file(checker: Checker) -> None:
    drafts = Drafter(Texts(), checker).draft(6)
    rows = [json.dumps(draft.to_row(number)) for number, draft in enumerate(drafts, 1)]
    questions = parse_gold("\n".join(rows), "draft")
    assert [question.answerable for question in questions] == [draft.answerable for draft in drafts]
    assert [one.quote for question in questions for group in question.groups for one in group] == [
        draft.quote for draft in drafts if draft.answerable
    ]


def test_a_question_of_the_document_s_own_is_asked_with_the_sentence_that_answers_it(checker: Checker) -> None:
    (draft,) = [draft for draft in Drafter(Texts(), checker, within=NORTH).draft(9) if draft.kind == "heading"]
    assert draft.question == "Who may use the harbour of Farø?"
    assert draft.quote.startswith("Only members")


def test_what_no_document_answers_asks_about_a_name_that_none_holds(checker: Checker) -> None:
    drafts = Drafter(Texts(), checker).draft(6)
    strange = [draft for draft in drafts if not draft.answerable]
    assert len(strange) == 1
    (stranger,) = re.findall("holds “(.*?)”", strange[0].note)
    assert stranger in strange[0].question
    assert not any(stranger.lower() in text.lower() for text in TEXTS.values())
    assert re.search(r"^(?:When|How)", strange[0].question)


def test_the_same_seed_gives_the_same_and_few_sentences_give_few(checker: Checker) -> None:
    assert Drafter(Texts(), checker, seed=3).draft(6) == Drafter(Texts(), checker, seed=3).draft(6)
    many = Drafter(Texts(), checker).draft(50)
    assert len(many) < 50
    assert len({draft.question for draft in many}) == len(many)


def test_a_part_is_enough(checker: Checker) -> None:
    drafts = Drafter(Texts(), checker, within=NORTH).draft(4)
    assert {draft.document for draft in drafts} == {"north/light.md", "north/rules.md"}


def test_progress_ends_with_what_was_made(checker: Checker) -> None:
    steps: list[tuple[int, int]] = []
    drafts = Drafter(Texts(), checker).draft(5, lambda done, count: steps.append((done, count)))
    assert steps[-1] == (len(drafts), 5)


def test_what_a_model_writes_is_taken_where_the_sentence_surely_answers_it(checker: Checker) -> None:
    good = "How much does a ticket for the ferry to Gozo cost?"
    sentence = "A ticket for the ferry to Gozo costs 4.65 euros."
    for said, taken in (
        (good, good),
        ("How old is the ferry to Gozo?", None),  # not answered
        ("What costs 4.65 euros for the ferry ticket to Gozo, a ticket?", None),
        ("How much does it cost to take this ferry to Gozo?", None),  # not understood by itself
        ("The ferry to Gozo costs how much?", None),
    ):
        proposal = checker.sure(Proposal("written", said, ""), sentence)
        assert (proposal.question if proposal else None) == taken, said
    model = ScriptedModel(good, *["I do not know."] * 4)
    drafts = Drafter(Texts(), checker, model, within=Scope("ferry", documents=("ferry.md",), folders=("ferry",))).draft(
        2
    )
    assert "Sentence: " in model.asked[0][-1].content
    assert all(draft.kind != "written" or draft.question == good for draft in drafts)


def test_a_model_whose_questions_do_not_pass_is_not_asked_of_every_sentence(
    checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("askv4.evaluate.drafting.WRITTEN", 1)
    model = ScriptedModel(*["I do not know."] * 20)
    drafts = Drafter(Texts(), checker, model).draft(3)
    assert [draft.kind for draft in drafts if draft.kind == "written"] == []
    assert len(drafts) == 3
    assert len(model.asked) <= 6
    assert len({messages[-1].content for messages in model.asked}) == len(model.asked), "no sentence twice"


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("\n Who keeps it? Inger Holm keeps it.", "Who keeps it?"),
        ("Who keeps the lighthouse\nabove the harbour?", "Who keeps the lighthouse"),
        ("谁看守灯塔？是她。", "谁看守灯塔？"),
        ("I would ask " + "on and " * 80 + "on?", ""),
        ("No question", ""),
    ],
)
def test_a_written_question_ends_where_it_ends(said: str, question: str) -> None:
    assert first_question(iter(said)) == question


class Broken(ScriptedModel):
    def stream(self, *_: Any, **__: Any) -> Iterator[str]:
        raise GenerationFailed("out of breath")


def test_where_the_model_fails_the_rules_go_on(checker: Checker) -> None:
    drafter = Drafter(Texts(), checker, Broken())
    assert len(drafter.draft(3)) == 3
    assert isinstance(drafter.failure, GenerationFailed)
