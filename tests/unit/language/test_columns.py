"""Cells as exact numbers of one unit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from askv4.language.columns import column


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (["0.1", "0.2"], "0.3"),
        (["€ 4.50", "€ 1,000.25"], "€ 1,004.75"),
        (["1.912,35", "-74,00"], "1.838,35"),
        (["12 kg", "7 kg"], "19 kg"),
        (["1,234", "2,000"], "3,234"),
        (["1'200.50", "−200.25"], "1000.25"),
        (["7,723,293", "12"], "7,723,305"),
    ],
)
def test_a_clean_column_adds_up_exactly_and_is_written_like_its_cells(cells: list[str], total: str) -> None:
    numbers = column(cells)
    assert numbers is not None
    assert numbers.said(numbers.total()) == total


@pytest.mark.parametrize(
    "cells",
    [
        ["12 kg", "7 g"], ["€ 3", "$ 3"], ["3", ""], ["3", "about 4"], ["1.234", "5.678"], ["1.5", "2,5"], ["C07919X", "C07920X"],
        ["2025-02-03", "2025-02-04"], ["3 x 4", "5 x 6"], ["1,23,4", "2"], [],
    ],
)  # fmt: skip
def test_what_is_not_clean_is_no_column(cells: list[str]) -> None:
    assert column(cells) is None


def test_an_average_says_whether_it_is_exact() -> None:
    numbers = column(["1", "2", "2"])
    assert numbers is not None
    assert numbers.mean() == (Decimal("1.67"), False)
    even = column(["4.35", "2.95"])
    assert even is not None
    assert even.mean() == (Decimal("3.65"), True)
