"""What the reader is trained on."""

from __future__ import annotations

import random

import pytest

from scripts.training.reader_pairs import Asked, Document, pairs, read_documents

SENTENCES = tuple(f"Sentence {n} speaks of thing {n}." for n in range(8))
DOCUMENTS = [
    Document("Harbour", "Cranes", SENTENCES, (Asked("what of thing 3", (3,), "thing 3"), Asked("what of thing 9", ()))),
    Document("Mole", "", ("- One.", "- Two.", "- Three.", "- Four."), (Asked("which are there", (0, 1)),)),
    Document("Town", "", SENTENCES[:5], (Asked("what of thing 2", (2,)),)),
]


@pytest.fixture(scope="module")
def shipped() -> list[Document]:
    return read_documents()


@pytest.mark.parametrize("seed", range(5))
def test_a_text_answers_exactly_when_it_holds_the_whole_answer(seed: int) -> None:
    for pair in pairs(DOCUMENTS, random.Random(seed)):
        if "3" in pair.question:
            assert pair.answered is ("Harbour" in pair.text and "thing 3." in pair.text)
            assert (pair.words is not None) is pair.answered
            assert pair.words is None or pair.text[slice(*pair.words)] == "thing 3"
        if "9" in pair.question:
            assert not pair.answered


def test_answered_and_not_answered_weigh_the_same(shipped: list[Document]) -> None:
    made = pairs(shipped[:40], random.Random(0))
    answered = sum(pair.weight for pair in made if pair.answered)
    assert answered == pytest.approx(sum(pair.weight for pair in made if not pair.answered))


def test_the_same_seed_gives_the_same_pairs() -> None:
    assert pairs(DOCUMENTS, random.Random(3)) == pairs(DOCUMENTS, random.Random(3))


def test_lists_are_read_line_by_line() -> None:
    assert DOCUMENTS[1].text() == "- One.\n- Two.\n- Three.\n- Four."
    assert DOCUMENTS[2].text(0, 2) == "Sentence 0 speaks of thing 0. Sentence 1 speaks of thing 1."


def test_the_shipped_questions_are_whole(shipped: list[Document]) -> None:
    assert len({(document.title, document.heading) for document in shipped}) == len(shipped)
    for document in shipped:
        assert document.title
        assert all(asked.question.strip() for asked in document.questions)
        assert all(0 <= place < len(document.sentences) for asked in document.questions for place in asked.places)
        assert {bool(asked.places) for asked in document.questions} == {False, True}
