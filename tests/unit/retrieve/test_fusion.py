import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.retrieve.fusion import NEIGHBOUR_SHARE, in_context, mean_scores, standardised

SCORES = st.dictionaries(st.integers(0, 50), st.floats(-10, 30, allow_nan=False), max_size=20)


def test_a_passage_that_both_routes_like_comes_first() -> None:
    ranked = standardised({1: 0.9, 2: 0.8, 3: 0.1}, {2: 12.0, 3: 1.0})
    assert [passage for passage, _ in ranked] == [2, 1, 3]


def test_a_word_that_one_passage_alone_has_lifts_it() -> None:
    assert standardised({1: 0.5, 2: 0.45, 3: 0.1}, {2: 5.0})[0][0] == 2


def test_one_route_alone_keeps_its_order() -> None:
    assert [p for p, _ in standardised({1: 0.2, 2: 0.9, 3: 0.5}, {})] == [2, 3, 1]
    assert [p for p, _ in standardised({}, {1: 2.0, 2: 9.0})] == [2, 1]


def test_a_passage_gains_by_a_good_neighbour_of_its_document() -> None:
    documents = {1: 7, 2: 7, 3: 8, 4: 8, 5: 8}
    scores = in_context({1: 0.5, 2: 0.8, 3: 0.5, 9: 0.5}, documents)
    assert scores[1] == pytest.approx((0.5 + NEIGHBOUR_SHARE * 0.8) / (1 + NEIGHBOUR_SHARE))
    assert scores[3] == pytest.approx(0.5)  # its neighbour is no candidate, and counts as the lowest
    assert scores[9] == 0.5  # it has none
    assert in_context({}, {}) == {}


@given(SCORES, SCORES)
def test_every_passage_is_ranked_once_and_in_order(dense: dict[int, float], bm25: dict[int, float]) -> None:
    ranked = standardised(dense, bm25)
    assert sorted(p for p, _ in ranked) == sorted(dense.keys() | bm25.keys())
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True)


def test_the_mean_over_wordings_punishes_what_one_of_them_lacks() -> None:
    assert [p for p, _ in mean_scores([[(1, 3.0), (2, 2.0)], [(2, 2.0), (3, -1.0)]])] == [2, 1, 3]


def test_one_wording_is_its_own_mean() -> None:
    assert mean_scores([[(1, 3.0), (2, 2.0)]]) == [(1, 3.0), (2, 2.0)]
