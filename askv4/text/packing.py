"""Runs of units packed into parts of about one size, cut where it hurts least."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate


def pack(weights: Sequence[int], penalties: Sequence[float], target: int, budget: int) -> list[tuple[int, int]]:
    """Half-open ranges of units that follow one another, cover all of them and weigh at most `budget` each.

    `penalties[i]` says how bad a cut after unit i is; 0.2 is as bad as missing the ideal size by 20 % of `target`. Each
    part aims at an even share of what remains, so that no remnant is left at the end. A unit that weighs more than
    `budget` makes a part by itself. The time is linear in the number of units times the units in one part.
    """
    ends = list(accumulate(weights, initial=0))
    parts: list[tuple[int, int]] = []
    start = 0
    while start < len(weights):
        remaining = ends[-1] - ends[start]
        share = remaining / _share_count(remaining, target, budget)
        stop = start + 1
        best = math.inf
        for end in range(start + 1, len(weights) + 1):
            size = ends[end] - ends[start]
            if size > budget and end > start + 1:
                break
            last = end == len(weights)
            score = abs(size - share) / target + (0.0 if last else penalties[end - 1])
            if score <= best:
                stop, best = end, score
        parts.append((start, stop))
        start = stop
    return parts


def _share_count(total: int, target: int, budget: int) -> int:
    """How many parts bring each nearest to `target` by ratio, none over `budget`."""
    fewest = max(1, math.ceil(total / budget))
    count = max(1, total // target)
    # Between two counts, the better is the one whose share is off by the smaller factor.
    if total > target * math.sqrt(count * (count + 1)):
        count += 1
    return max(fewest, count)
