"""Threads for what takes its time, none of which the end of the chat waits for.

Textual's own thread workers run in asyncio's pool, and leaving the event loop waits for all of that: a model that loads, or
a folder that is indexed, would keep the terminal after the chat is gone.
"""

from __future__ import annotations

import contextvars
import logging
import threading
import time
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Threads:
    """Starts threads and knows which are still at work."""

    def __init__(self) -> None:
        self._running: set[threading.Thread] = set()
        self._lock = threading.Lock()

    def start(self, work: Callable[[], object]) -> None:
        """Do `work` in a thread of its own, in the context of the caller, which Textual needs to post messages."""
        context = contextvars.copy_context()
        thread = threading.Thread(target=lambda: self._run(context, work), daemon=True)
        with self._lock:
            self._running.add(thread)
        thread.start()

    def _run(self, context: contextvars.Context, work: Callable[[], object]) -> None:
        try:
            context.run(work)
        except Exception:  # noqa: BLE001  the edge of the thread
            _log.exception("a thread of the chat failed")
        finally:
            with self._lock:
                self._running.discard(threading.current_thread())

    def wait(self, seconds: float) -> bool:
        """Give the threads some time to end; whether all have."""
        end = time.monotonic() + seconds
        while self._running and time.monotonic() < end:
            time.sleep(0.01)
        return not self._running
