"""Files that are being written are waited for: a copy that is under way is not read by halves."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from askv4.corpus.reading import DueFile

QUIET_S = 0.3
"""A file that nobody has written to for so long is taken for complete."""
PATIENCE_S = 3.0
"""How long a sync waits for all files together. Then they are read as they are; their new dates make them due again."""


def settled(candidates: Iterable[DueFile]) -> Iterator[DueFile]:
    """The candidates; those that were written to a moment ago come last, once they have come to rest."""
    fresh = []
    for candidate in candidates:
        if _written_ago_s(candidate.path) < QUIET_S:
            fresh.append(candidate)
        else:
            yield candidate
    deadline = time.monotonic() + PATIENCE_S
    for candidate in fresh:
        while (ago := _written_ago_s(candidate.path)) < QUIET_S and time.monotonic() < deadline:
            time.sleep(QUIET_S - ago)
        yield candidate


def _written_ago_s(path: Path) -> float:
    """Seconds since the last writing. A date in the future says nothing, and a file that is gone is not waited for."""
    try:
        ago = time.time() - path.stat().st_mtime
    except OSError:
        return QUIET_S
    return ago if ago >= 0 else QUIET_S
