"""What tells what a text is about: its own summary, or sentences near its middle."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from askv4.answer.overview.gist import central, own_summary
from askv4.records import StoredPassage
from askv4.text.loaders import load
from askv4.text.sentences import split_sentences
from askv4.types import Span
from tests.unit.answer.builders import document


def sentences_of(text: str) -> list[Span]:
    return split_sentences(text, load(text.encode(), "a.md").blocks)


def summary(text: str) -> list[str]:
    return [span.of(text) for span in own_summary(text, sentences_of(text))]


def test_the_points_below_a_label_are_the_summary() -> None:
    text = "Intro line here.\n\nTLDR, my main points:\n\n1/ Bees need flowers.\n\n2/ Flowers need bees, too.\n\n## More\n\n3/ Not this one."
    assert summary(text) == ["Bees need flowers.", "Flowers need bees, too."]
    assert summary("Key takeaways\n\n- First thing.\n- Second thing.\n\nText goes on.") == [
        "First thing.",
        "Second thing.",
    ]


def test_the_paragraph_below_a_label_is_the_summary() -> None:
    text = "# A study\n\n## Abstract\n\nWe counted all the bees of the north. They were fewer than in the year before.\n\nWe began in May."
    assert summary(text) == ["We counted all the bees of the north.", "They were fewer than in the year before."]


def test_a_label_may_stand_in_its_line() -> None:
    assert summary(
        "Summary: The rent rises by two per cent each year.\nIt is due on the first of the month.\n\nRest."
    ) == [
        "The rent rises by two per cent each year.",
        "It is due on the first of the month.",
    ]


def test_a_text_without_a_label_has_none() -> None:
    assert summary("A summary was written by the board. It is short.\n\n1. First.\n2. Second.") == []


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "TL;DR",
                "Summary: ",
                "1. One thing of many that is so. ",
                "- x",
                "\n",
                "\n\n",
                "## H",
                "A whole sentence stands here now. ",
                "é.",
            ]
        ),
        max_size=30,
    )
)
def test_spans_lie_in_the_text_in_order(parts: list[str]) -> None:
    text = "".join(["A beginning stands here.\n\n", *parts])
    spans = own_summary(text, sentences_of(text))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= after.start for one, after in itertools.pairwise(spans))


def passages(texts: Sequence[str]) -> tuple[str, list[StoredPassage]]:
    whole, made, start = "\n\n".join(texts), [], 0
    for place, text in enumerate(texts):
        spans = tuple(Span(start + one.start, start + one.end) for one in sentences_of(text))
        made.append(
            StoredPassage(place, str(place), document("a.md"), start, start + len(text), None, text, spans, 1, None)
        )
        start += len(text) + 2
    return whole, made


def test_one_sentence_near_the_middle_of_each_part() -> None:
    whole, made = passages(
        [
            "It is so. The harbour was built in the year of the flood.",
            "The harbour grew with its ships and their cargo.",
            "Why was that so, one asks?",
            "The harbour pays for the schools of the town.",
        ]
    )
    vectors = np.array([[1, 0], [0.9, 0.1], [0, 1], [0.8, 0.2]], dtype=np.float32)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[text.count("harbour"), 0] for text in texts], dtype=np.float32)

    told = [span.of(whole) for span in central(whole, made, vectors, encode, 2)]
    assert told == ["The harbour was built in the year of the flood.", "The harbour pays for the schools of the town."]
    assert central(whole, made[2:3], vectors[2:3], encode, 2) == []
