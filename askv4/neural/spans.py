"""The words of a text that a model points at: the likeliest pair of a first and a last token, as characters of the text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from askv4.language.words import closed_brackets, whole_words
from askv4.types import Span

MAX_SPAN_TOKENS = 30
"""The longest answer that is pointed at; nearly all that people mark are shorter (SQuAD 2.0: Rajpurkar et al. 2018)."""


def best_span(logits: NDArray[np.float32], first: int, last: int) -> tuple[int, int, float] | None:
    """(first token, last token, score) of the likeliest span within tokens first..last - 1; None where there are none.

    `logits` is [tokens, 2], of starting and of ending at each token. A span's score is the sum of its two logits, less that
    of the first token of all, which stands for "no span".
    """
    if first >= last:
        return None
    starts, ends = logits[first:last, 0], logits[first:last, 1]
    longest = min(MAX_SPAN_TOKENS, last - first)
    padded = np.pad(ends, (0, longest - 1), constant_values=-np.inf)
    sums = starts[:, None] + np.lib.stride_tricks.sliding_window_view(padded, longest)
    start, more = divmod(int(sums.argmax()), longest)
    return first + start, first + start + more, float(sums[start, more] - logits[0].sum())


def characters(text: str, offsets: Sequence[tuple[int, int]], first: int, last: int) -> Span | None:
    """The whole words of `text` that tokens first..last lie in; `offsets` are theirs. None where that is blank."""
    start, end = offsets[first][0], offsets[last][1]
    words = text[start:end]
    start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
    return closed_brackets(text, whole_words(text, Span(start, end))) if start < end else None
