"""Words: where they begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.language.words import asks, closed_brackets, whole_words
from askv4.types import Span

ODD = st.text(
    st.sampled_from("aZß9é.,: -'\n\u0301\u200d\u00a0\u0939\u093f家族🏠👩🔬𝔸𐐷\U0001e900"), min_size=1, max_size=40
)


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("The delay was three months.", "ee mont", "three months"),
        ("It costs 12.50 euros.", "12", "12.50"),
        ("It costs 12.50 euros.", "50", "12.50"),
        ("Open at 10:30.", "30", "10:30"),
        ("In 1871. Then", "1871", "1871"),
        ("Holm's house", "Holm", "Holm"),
        ("the P-30 model", "30", "30"),
        ("from 1871-1898", "1871", "1871"),
        ("cafe\u0301s abroad", "cafe", "cafe\u0301s"),
        ("हिन्दी भाषा", "ह", "हिन्दी"),
        ("昇腾芯片很快", "芯片", "芯片"),
        ("用Atlas训练", "tla", "Atlas"),
        ("a \u093f stray sign", "\u093f", "\u093f"),
        ("a 👩\u200d🔬 works", "🔬", "👩\u200d🔬"),
        ("the 𝔸𝔹 set", "𝔹", "𝔸𝔹"),
    ],
)
def test_a_span_cuts_no_word(text: str, part: str, whole: str) -> None:
    start = text.index(part)
    assert whole_words(text, Span(start, start + len(part))).of(text) == whole


@given(ODD, st.data())
def test_a_span_only_grows_and_once(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    whole = whole_words(text, Span(start, end))
    assert 0 <= whole.start <= start <= end <= whole.end <= len(text)
    assert whole_words(text, whole) == whole


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("**Q: The light stays dark.**", True),
        ("Question 3: your name", True),
        ("Q1: sales grew.", False),
        ("A: yes.", False),
    ],
)
def test_a_labelled_line_asks_without_a_question_mark(sentence: str, expected: bool) -> None:
    assert asks(sentence) is expected


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("it is 5 (stuck, not used) now", "5 (stuck", "5 (stuck, not used)"),
        ("it is 5 (stuck) now", "5 (stuck)", "5 (stuck)"),
        ("it is 5 (stuck, not used", "5 (stuck", "5"),
        (f"it is 5 (stuck, {'not ' * 20}used)", "5 (stuck", "5"),
        ("one (a (b) c) two", "one (a", "one"),
        ("(stuck", "(stuck", "(stuck"),
        ("a) one", "a) one", "a) one"),
    ],
)
def test_a_span_ends_outside_a_bracket_or_at_its_end(text: str, part: str, whole: str) -> None:
    start = text.index(part)
    assert closed_brackets(text, Span(start, start + len(part))).of(text) == whole
