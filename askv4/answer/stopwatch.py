"""How long the stages of an answer take."""

from __future__ import annotations

from collections.abc import Callable


class Stopwatch:
    """Milliseconds per stage, and in all."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._start = self._last = clock()
        self._laps: dict[str, float] = {}
        self._marks: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Close a stage; one that comes again is added to."""
        now = self._clock()
        self._laps[name] = round(self._laps.get(name, 0.0) + 1000 * (now - self._last), 1)
        self._last = now

    def mark(self, name: str) -> None:
        """Note when something stood there, counted from the beginning."""
        self._last = self._clock()
        self._marks[name] = round(1000 * (self._last - self._start), 1)

    def laps(self) -> dict[str, float]:
        """{"total": ..., stage: ..., mark: ...} so far."""
        return {"total": round(1000 * (self._last - self._start), 1), **self._laps, **self._marks}
