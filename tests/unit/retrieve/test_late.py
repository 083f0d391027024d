import numpy as np
import pytest

from askv4.index.encoder import TokenStates
from askv4.retrieve.late import late_scores, reordered


def states(*rows: tuple[float, float]) -> TokenStates:
    table = np.array(rows, dtype=np.float32).reshape(-1, 2)
    return TokenStates(np.array([1, 0], dtype=np.float32), table, tuple((0, 1) for _ in rows))


def test_each_word_looks_for_its_nearest() -> None:
    question = states((2, 0), (0, 3))
    found = late_scores(question, [states((5, 0), (0, 1)), states((1, 0)), states()])
    assert found == pytest.approx([1.0, 0.5, 0.0])
    assert late_scores(states(), [states((1, 0))]) == [0.0]


def test_the_head_is_put_in_order_and_places_keep_their_scores() -> None:
    ranked = [(7, 2.0), (8, 1.9), (9, 0.1)]
    assert reordered(ranked, {7: 0.5, 8: 0.6}) == [(8, 2.0), (7, 1.9), (9, 0.1)]
    assert reordered(ranked, {7: 0.6, 8: 0.6}) == ranked
    assert reordered(ranked, {}) == ranked
