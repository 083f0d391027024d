"""The words that a model points at: decoding of its logits, and the characters that tokens stand for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from askv4.neural.spans import MAX_SPAN_TOKENS, best_span, characters
from askv4.types import Span


def logits(tokens: int, starts: dict[int, float], ends: dict[int, float]) -> np.ndarray:
    made = np.full((tokens, 2), -5, dtype=np.float32)
    for column, values in enumerate((starts, ends)):
        for token, value in values.items():
            made[token, column] = value
    return made


def test_the_likeliest_pair_less_what_speaks_for_no_span() -> None:
    made = logits(10, {0: 1, 4: 6, 7: 5}, {0: 2, 5: 3, 8: 9})
    assert best_span(made, 3, 9) == (4, 8, 6 + 9 - (1 + 2))


def test_a_span_that_is_less_likely_than_none_scores_below_zero() -> None:
    assert best_span(logits(6, {0: 4, 3: 1}, {0: 4, 3: 1}), 2, 5) == (3, 3, -6)


def test_no_span_ends_before_it_starts() -> None:
    assert best_span(logits(8, {0: 0, 6: 9}, {0: 0, 3: 9, 6: 1}), 2, 7) == (6, 6, 10)


@pytest.mark.parametrize(("first", "last"), [(3, 3), (4, 3)])
def test_a_text_without_tokens_has_no_span(first: int, last: int) -> None:
    assert best_span(logits(5, {}, {}), first, last) is None


def test_what_lies_outside_the_text_is_never_pointed_at() -> None:
    made = logits(8, {0: 9, 2: 9, 7: 9}, {0: 9, 2: 9, 7: 9})
    best = best_span(made, 3, 7)
    assert best is not None
    assert 3 <= best[0] <= best[1] < 7


@given(st.data())
def test_it_is_the_best_of_all_pairs(data: st.DataObject) -> None:
    tokens = data.draw(st.integers(3, 80))
    made = data.draw(arrays(np.float32, (tokens, 2), elements=st.floats(-20, 20, width=16)))
    first, last = 1, data.draw(st.integers(2, tokens))
    every = [
        float(made[start, 0] + made[end, 1])
        for start in range(first, last)
        for end in range(start, min(last, start + MAX_SPAN_TOKENS))
    ]
    best = best_span(made, first, last)
    assert best is not None
    start, end, score = best
    assert first <= start <= end < min(last, start + MAX_SPAN_TOKENS)
    assert float(made[start, 0] + made[end, 1]) == max(every)
    assert score == pytest.approx(max(every) - float(made[0].sum()), abs=1e-3)


def test_pieces_of_words_become_whole_words_without_blanks() -> None:
    text = "for $12.50 a  head"
    assert characters(text, [(5, 7)], 0, 0) == Span(5, 10)
    assert characters(text, [(10, 11), (11, 12), (12, 15)], 0, 2) == Span(11, 18)
    assert characters(text, [(12, 14)], 0, 0) is None
