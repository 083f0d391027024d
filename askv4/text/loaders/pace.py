"""Slow loaders report progress, so that the watchdog spares them."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[float], None]] = []


def allow(seconds: float) -> None:
    """The next step may take this long, whatever was allowed before. Without a listener nothing happens."""
    for listener in _listeners:
        listener(seconds)


def listen(listener: Callable[[float], None]) -> None:
    """`listener` hears of every step from now on."""
    _listeners.append(listener)
