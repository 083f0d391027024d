"""A chat model whose wording is given; everything around it is real."""

# ruff: noqa: ARG002 - the parameters are those of the protocol

from __future__ import annotations

from collections.abc import Iterator, Sequence

from askv4.llm.chat import DEFAULT_SEED, Message, Stop, stop_check


class ScriptedModel:
    """Says its lines one after the other, a word at a time, and remembers what it was asked."""

    name = "scripted"
    remote = False
    counts_exactly = True
    notes: tuple[str, ...] = ()
    stats = None

    def __init__(self, *lines: str, context: int = 4096) -> None:
        self.context = context
        self._lines = list(lines)
        self.asked: list[Sequence[Message]] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def prompt_tokens(self, messages: Sequence[Message]) -> int:
        return sum(self.count_tokens(message.content) for message in messages)

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
        self.asked.append(messages)
        stopped = stop_check(stop)
        for word in self._lines.pop(0).split(" "):
            if stopped():
                return
            yield word + " "

    def close(self) -> None:
        return None
