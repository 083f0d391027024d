"""Reasoning that comes all the same is never shown, however the stream is cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.llm.reasoning import ReasoningFilter, is_mark, without_reasoning

CASES = [
    ("Hello there.", "Hello there."),
    ("<think>\nLet me see.</think>\n\nHello.", "Hello."),
    ("  <think></think>A <think>b</think>C", "A C"),
    ("<|channel|>analysis<|message|>We need<|end|><|start|>assistant<|channel|>final<|message|>Answer.", "Answer."),
    ("<|channel>thought\nfoo<channel|>Hi", "Hi"),
    ("[THINK]hm[/THINK]Yes", "Yes"),
    ("<think>never closed", ""),
    ("5 < 6 <thi", "5 < 6 <thi"),
    ("stray </think>end", "stray end"),
]


def filtered(text: str, cuts: list[int]) -> str:
    reasoning = ReasoningFilter()
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(edges)]
    return "".join(reasoning.feed(piece) for piece in pieces) + reasoning.finish()


@pytest.mark.parametrize(("text", "shown"), CASES)
def test_what_is_shown(text: str, shown: str) -> None:
    assert filtered(text, []) == shown


@given(case=st.sampled_from(CASES), cuts=st.lists(st.integers(0, 120), max_size=30))
def test_the_cuts_of_the_stream_make_no_difference(case: tuple[str, str], cuts: list[int]) -> None:
    assert filtered(case[0], cuts) == case[1]


@given(text=st.text(max_size=60), cuts=st.lists(st.integers(0, 60), max_size=10))
def test_text_without_marks_comes_through_whole(text: str, cuts: list[int]) -> None:
    if "<" not in text and "[" not in text:
        assert filtered(text, cuts) == text.lstrip()


def test_text_is_shown_as_soon_as_it_is_certain() -> None:
    reasoning = ReasoningFilter()
    assert [reasoning.feed(piece) for piece in ("Hel", "lo <", "b> ", "<thi")] == ["Hel", "lo ", "<b> ", ""]


@pytest.mark.parametrize(
    ("prompt", "end"),
    [
        ("<|im_start|>assistant\n<think>\n", "<|im_start|>assistant\n<think>\n\n</think>\n\n"),
        ("<|start|>assistant", "<|start|>assistant<|channel|>final<|message|>"),
        ("<|im_start|>assistant\n", "<|im_start|>assistant\n"),
        ("<|im_start|>assistant\n<think>\n\n</think>\n\n", "<|im_start|>assistant\n<think>\n\n</think>\n\n"),
    ],
)
def test_a_prompt_ends_where_the_answer_begins(prompt: str, end: str) -> None:
    assert without_reasoning(prompt) == end


def test_parts_of_marks_are_marks() -> None:
    assert is_mark("<think>")
    assert is_mark("<|channel|>")
    assert not is_mark("<|im_start|>")
    assert not is_mark("")
