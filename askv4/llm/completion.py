"""The events of a streamed chat completion, as OpenAI defined them and servers extended them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from askv4.errors import EndpointError
from askv4.llm.chat import GenerationStats, StopReason


class CompletionReader:
    """One streamed answer: what its events say, and its figures."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._begun = time.perf_counter()
        self._first = self._last = 0.0
        self._pieces = 0
        self._finish: str | None = None
        self._usage: Mapping[str, Any] = {}
        self._cached = 0

    def take(self, data: str) -> str:
        """The text that one event adds. Raises EndpointError for an error that it reports, or no JSON."""
        if data.strip() == "[DONE]":
            self._finish = self._finish or "stop"
            return ""
        try:
            event = json.loads(data)
        except ValueError:
            event = None
        if not isinstance(event, dict):
            raise EndpointError(f"{self._shown} sent something that is not an answer", "check the address")
        error = event.get("error")
        if error:
            message = error.get("message") if isinstance(error, dict) else error
            raise EndpointError(
                f"{self._shown} reports: {' '.join(str(message).split())}", "look at the server's own log"
            )
        self._figures(event)
        choices = event.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
        self._finish = choice.get("finish_reason") or self._finish
        part = choice.get("delta") or choice.get("message")
        text = part.get("content") if isinstance(part, dict) else None
        return self._written(text) if isinstance(text, str) and text else ""

    def _written(self, text: str) -> str:
        self._last = time.perf_counter()
        self._first = self._first or self._last
        self._pieces += 1
        return text

    def _figures(self, event: Mapping[str, Any]) -> None:
        usage, timings = event.get("usage"), event.get("timings")
        if isinstance(usage, dict):
            self._usage = usage
            details = usage.get("prompt_tokens_details")
            if isinstance(details, dict):
                self._cached = positive(details.get("cached_tokens")) or self._cached
        if isinstance(timings, dict):
            self._cached = positive(timings.get("cache_n")) or self._cached

    def require_end(self) -> None:
        """Raises EndpointError when the stream ended and the answer had not."""
        if self._finish is None:
            raise EndpointError(f"{self._shown} broke off in the middle of the answer", "look at the server's own log")

    def stats(self) -> GenerationStats:
        reasons: dict[str | None, StopReason] = {None: "cancelled", "length": "length"}
        return GenerationStats(
            prompt_tokens=positive(self._usage.get("prompt_tokens")) or 0,
            cached_tokens=self._cached,
            # Without a word from the server, an event is taken for a token.
            generated_tokens=positive(self._usage.get("completion_tokens")) or self._pieces,
            prompt_seconds=(self._first or time.perf_counter()) - self._begun,
            generation_seconds=self._last - self._first,
            stop_reason=reasons.get(self._finish, "end"),
        )


def positive(value: Any) -> int | None:
    """A whole number above 0 that a server gave; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
