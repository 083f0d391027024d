"""How a question for disagreements is told from others, and what is compared with what."""

from __future__ import annotations

import numpy as np
import pytest

from askv4.answer.conflict.asked import asked_disagreement
from askv4.answer.conflict.comparing import differing_values
from askv4.answer.conflict.pairing import each_once, neighbours
from askv4.answer.conflict.subjects import Said
from askv4.answer.question.question import Question
from askv4.language.tokens import plain
from askv4.records import StoredPassage
from askv4.types import Document, Span


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What do the sources disagree on?", ""),
        ("what do the sources disagree about", ""),
        ("Where do the documents contradict each other?", ""),
        ("where do the documents contradict each other about the opening hours?", "the opening hours"),
        ("Do the documents contradict each other on parking fees?", "parking fees"),
        ("Which documents contradict each other?", ""),
        ("Are there any contradictions?", ""),
        ("Are there contradictions between the reports about the price?", "the price"),
        ("What contradictions are there?", ""),
        ("list all discrepancies between the two documents", ""),
        ("show me the disagreements", ""),
        ("Where do they differ?", ""),
        ("Are there conflicts between the documents?", ""),
        ("which discrepancies are there about the dates?", "the dates"),
        ("On what do the articles differ?", ""),
    ],
)
def test_questions_for_disagreements(question: str, topic: str) -> None:
    assert asked_disagreement(Question(question)) == topic


@pytest.mark.parametrize(
    "question",
    [
        "Where do the parties disagree?",
        "What do the neighbours disagree on?",
        "Who caused the conflict?",
        "When did the conflict begin?",
        "How do the two engines differ?",
        "Why did the senators disagree?",
        "What is a conflict of interest?",
        "Are there any conflicts of interest?",
        "What conflicts are there in the Balkans?",
        "Which conflicts did he describe?",
    ],
)
def test_other_questions(question: str) -> None:
    assert asked_disagreement(Question(question)) is None


def said(text: str, title: str = "") -> Said:
    document = Document("a.md", title, None, None, None, "indexed", None, len(text), None, 1, None)
    span = Span(0, len(text))
    return Said(StoredPassage(1, "", document, 0, len(text), None, plain(text), (span,), None, None), span, 0)


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("The tower is 38 metres tall.", "The tower is 43 metres tall.", ("38 metres", "43 metres")),
        ("The tower is 38 metres tall.", "The tower is 3,800 centimetres tall.", None),
        ("It opened in 1847.", "It opened in 1861.", ("1847", "1861")),
        ("In 2019, 4 million people came.", "In 2021, 2 million people came.", None),
        ("There are 30 houses.", "There are 40 trees.", None),
        ("It costs 30 euros.", "It costs 30 euros and takes 4 hours.", None),
    ],
)
def test_figures_that_differ(one: str, other: str, differ: tuple[str, str] | None) -> None:
    values = differing_values(said(one), said(other))
    assert (values and tuple(claim.words for claim in values)) == differ


def test_another_edition_has_figures_of_its_own() -> None:
    texts = ("The dividend is 4 crowns per share.", "The dividend is 3 crowns per share.")
    of_years = [said(text, f"Annual meeting {year}") for text, year in zip(texts, (2022, 2023), strict=True)]
    assert differing_values(*of_years) is None
    assert differing_values(said(texts[0], "Annual meeting 2022"), said(texts[1], "Dividends")) is not None


def test_another_name_is_another_thing() -> None:
    assert said("It is 61 metres high.", "The Karst Tower").may_mean(
        said("It is 31 metres high.", "At the Karst Tower")
    )
    assert not said("It is 61 metres high.", "The Karst Tower").may_mean(
        said("It is 31 metres high.", "The Wrenfell Mast")
    )


def test_fresh_passages_meet_those_of_other_documents_once() -> None:
    vectors = np.eye(4, dtype=np.float32)[[0, 0, 0, 1]]
    known = np.array([True, False, False, False])
    met = dict(neighbours([1, 2, 3], [7, 8, 9, 9], vectors, known))
    assert met == {1: [0], 2: [0, 1], 3: []}  # the last is far from all


def test_a_text_is_encoded_once() -> None:
    asked: list[str] = []

    def encode(texts: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        asked.extend(texts)  # type: ignore[arg-type]
        return np.array([[float(len(text))] for text in texts], dtype=np.float32)  # type: ignore[attr-defined]

    once = each_once(encode)
    once(["a", "bb"])
    assert once(["bb", "ccc", "bb"]).tolist() == [[2.0], [3.0], [2.0]]
    assert asked == ["a", "bb", "ccc"]
