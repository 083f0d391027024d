"""What a chat model is to the rest of askv4, whether it runs in this process or behind an address."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

Role = Literal["system", "user", "assistant"]
StopReason = Literal["end", "length", "cancelled"]

Stop = threading.Event | Callable[[], bool]
"""How a caller cancels: an event that it sets, or a function that becomes true."""

DEFAULT_SEED = 42


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class GenerationStats:
    """What the last generation took."""

    prompt_tokens: int
    """Length of the prompt through the chat template; 0 when a server does not say."""
    cached_tokens: int
    """How many of these were still in the KV cache and were not evaluated again."""
    generated_tokens: int
    prompt_seconds: float
    """From the start to the first generated token."""
    generation_seconds: float
    """From the first generated token to the last."""
    stop_reason: StopReason
    """`end`: the model ended the answer; `length`: `max_tokens` or the context was used up."""

    @property
    def evaluated_tokens(self) -> int:
        """Prompt tokens that the model had to read."""
        return self.prompt_tokens - self.cached_tokens

    @property
    def tokens_per_second(self) -> float:
        """Speed of generation; 0 when nothing was generated."""
        if self.generated_tokens < 1 or self.generation_seconds <= 0:
            return 0.0
        return self.generated_tokens / self.generation_seconds


@runtime_checkable
class ChatModel(Protocol):
    """A model that writes an answer as a stream of text; the engine and the endpoint are both one."""

    @property
    def name(self) -> str:
        """What users call the model: a file's name, or the name that a server gives it."""
        ...

    @property
    def context(self) -> int:
        """How many tokens a prompt and its answer may have together."""
        ...

    @property
    def remote(self) -> bool:
        """Whether prompts leave this machine."""
        ...

    @property
    def counts_exactly(self) -> bool:
        """Whether token counts are the model's own; else they are estimates that err on the high side."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user should know of how the model is run, such as a template that had to be assumed."""
        ...

    @property
    def stats(self) -> GenerationStats | None:
        """The last generation that began to write or was cancelled; None before the first."""
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of a piece of text, without template and special tokens."""
        ...

    def prompt_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the whole prompt, through the chat template."""
        ...

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 512,
        stop: Stop | None = None,
        temperature: float = 0.0,
        seed: int = DEFAULT_SEED,
        begin: str = "",
    ) -> Iterator[str]:
        """Write the next message of the conversation, piece by piece; reasoning is never among the pieces.

        The stream ends early, without an error, when `stop` says so; `stats` then has the reason `cancelled`. Closing
        the iterator cancels too.

        `begin` is what the message begins with, and no part of the pieces; a server takes no such beginning, so that it
        must be asked for in the messages as well, and may then come among the pieces.

        Raises:
            GenerationFailed: the prompt does not fit, or llama.cpp failed.
            ModelTooLarge: the context that the prompt needs does not fit into the free memory.
            EndpointError: the server did not answer as it should.
        """
        ...

    def close(self) -> None:
        """Free the model; twice does no harm."""
        ...


def stop_check(stop: Stop | None) -> Callable[[], bool]:
    """The function that asks whether to stop."""
    if stop is None:
        return lambda: False
    if isinstance(stop, threading.Event):
        return stop.is_set
    return stop
