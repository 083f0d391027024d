"""Drafts of gold questions: from all documents, exact, and some about what no document holds."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from askv4.errors import GenerationFailed
from askv4.evaluate.drafting import Drafter, first_question
from askv4.evaluate.gold import parse_gold
from askv4.records import Scope
from askv4.text.sentences import split_sentences
from askv4.types import Block, Document, Span
from tests.unit.answer.builders import document
from tests.unit.answer.scripted import ScriptedModel

TEXTS = {
    "ferry.md": "A ticket for the ferry to Gozo costs 4.65 euros. The museum of Gozo received 41,000 visitors last summer. "
    "Gozo is an island in the Mediterranean Sea. The harbour of Gozo was opened for all ships in 1843.",
    "north/light.md": "People say that Inger Holm knows the sea. Inger Holm keeps the old lighthouse above the harbour of Farø. "
    "The lighthouse of Farø was built from red stone in 1871. It burns oil.",
    "north/empty.md": "Nothing here.",
}
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

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        seen = Counter(word for text in TEXTS.values() for word in set(re.findall(r"\w+", text.lower())))
        return {term: seen[term.lower()] for term in terms}


def test_they_are_spread_over_the_documents_and_quote_exactly() -> None:
    drafts = Drafter(Texts()).draft(4)
    assert {draft.document for draft in drafts} == {"ferry.md", "north/light.md"}
    for draft in drafts:
        assert draft.span.of(TEXTS[draft.document]) == draft.quote
    assert len({draft.question for draft in drafts}) == 4


def test_they_are_lines_of_a_gold_file() -> None:
    drafts = Drafter(Texts()).draft(6)
    rows = [json.dumps(draft.to_row(number)) for number, draft in enumerate(drafts, 1)]
    questions = parse_gold("\n".join(rows), "draft")
    assert [question.answerable for question in questions] == [draft.answerable for draft in drafts]
    assert [one.quote for question in questions for group in question.groups for one in group] == [
        draft.quote for draft in drafts if draft.answerable
    ]


def test_what_no_document_answers_asks_about_a_name_that_none_holds() -> None:
    drafts = Drafter(Texts()).draft(5)
    strange = [draft for draft in drafts if not draft.answerable]
    assert len(strange) == 1
    (stranger,) = re.findall("holds “(.*?)”", strange[0].note)
    assert stranger in strange[0].question
    assert not any(stranger.lower() in text.lower() for text in TEXTS.values())


def test_the_same_seed_gives_the_same_and_few_sentences_give_few() -> None:
    assert Drafter(Texts(), seed=3).draft(6) == Drafter(Texts(), seed=3).draft(6)
    many = Drafter(Texts()).draft(50)
    assert len(many) < 50
    assert len({draft.question for draft in many}) == len(many)


def test_a_folder_is_enough() -> None:
    assert {draft.document for draft in Drafter(Texts(), within=NORTH).draft(4)} == {"north/light.md"}


def test_progress_ends_with_what_was_made() -> None:
    steps: list[tuple[int, int]] = []
    drafts = Drafter(Texts()).draft(5, lambda done, count: steps.append((done, count)))
    assert steps[-1] == (len(drafts), 5)


def test_a_model_writes_where_it_writes_a_question_about_the_sentence() -> None:
    model = ScriptedModel("How old is the lighthouse above the harbour?", "I do not know", "Who sails?")
    drafts = Drafter(Texts(), model, within=NORTH).draft(2)
    assert [draft.kind == "written" for draft in drafts] in ([True, False], [False, False])
    assert "Sentence: " in model.asked[0][-1].content


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


def test_where_the_model_fails_the_rules_go_on() -> None:
    drafter = Drafter(Texts(), Broken())
    assert len(drafter.draft(3)) == 3
    assert isinstance(drafter.failure, GenerationFailed)
