"""What a reasoning model thinks aloud: asked not to come, closed where a template opens it, and never let through."""

from __future__ import annotations

from typing import Final

_BLOCKS: Final = (
    ("<think>", "</think>"),  # DeepSeek, Qwen, SmolLM, Granite
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("[THINK]", "[/THINK]"),  # Magistral
    ("<seed:think>", "</seed:think>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),  # Command
    ("<|inner_prefix|>", "<|inner_suffix|>"),  # Apertus
    ("<|channel>", "<channel|>"),  # Gemma 4
    ("<|channel|>analysis<|message|>", "<|end|>"),  # gpt-oss
    ("<|channel|>commentary<|message|>", "<|end|>"),
)
_SILENT: Final = (
    "<|start|>assistant",
    "<|channel|>final<|message|>",
    "<|return|>",
    "<|START_RESPONSE|>",
    "<|END_RESPONSE|>",
    *dict.fromkeys(close for _, close in _BLOCKS),
)
"""What stands around an answer and is no part of it."""

TEMPLATE_OPTIONS: Final = {"enable_thinking": False, "thinking": False, "reasoning_effort": "low"}
"""Switches that chat templates know, one family each: Qwen and most others; Granite and DeepSeek; gpt-oss."""

_CLOSING: Final = dict(_BLOCKS)
_ALL: Final = (*(open_ for open_, _ in _BLOCKS), *_SILENT)
_FIRST: Final = frozenset(mark[0] for mark in _ALL)
_LONGEST: Final = max(map(len, _ALL))
_JOINED: Final = "\n".join(_ALL)


def is_mark(token: str) -> bool:
    """Whether a special token is (part of) what delimits reasoning, so that the filter must see it."""
    return bool(token) and token in _JOINED


def without_reasoning(prompt: str) -> str:
    """The prompt, made to end where the answer begins, though its template has no switch.

    A template that opens the reasoning itself gets it closed at once, empty; gpt-oss gets its final channel opened.
    """
    bare = prompt.rstrip()
    for open_, close in _BLOCKS:
        if bare.endswith(open_):
            return f"{bare}\n\n{close}\n\n"
    if bare.endswith("<|start|>assistant"):
        return bare + "<|channel|>final<|message|>"
    return prompt


class ReasoningFilter:
    """Takes a stream of text and gives back what is not reasoning."""

    def __init__(self) -> None:
        self._held = ""
        self._close: str | None = None
        self._started = False

    def feed(self, text: str) -> str:
        """What of the text so far can be shown now."""
        self._held += text
        shown: list[str] = []
        while self._step(shown):
            pass
        return "".join(shown)

    def finish(self) -> str:
        """What was held back as the possible beginning of a mark, and was none."""
        rest, self._held = self._held, ""
        if self._close is not None:
            return ""
        return rest if self._started else rest.lstrip()

    def _step(self, shown: list[str]) -> bool:
        """Take one decision about the held text; False when it takes more text to decide."""
        if self._close is not None:
            return self._skip_block(self._close)
        if not self._started:
            self._held = self._held.lstrip()
        at, mark = self._next_mark()
        if mark is None:
            keep = _undecided(self._held)
            return self._show(len(self._held) - keep, shown)
        if at > 0:
            return self._show(at, shown)
        self._held = self._held[len(mark) :]
        self._close = _CLOSING.get(mark)
        return True

    def _show(self, length: int, shown: list[str]) -> bool:
        if length:
            shown.append(self._held[:length])
            self._held = self._held[length:]
            self._started = True
        return bool(length and self._held)

    def _skip_block(self, close: str) -> bool:
        at = self._held.find(close)
        if at < 0:
            self._held = self._held[-(len(close) - 1) :]
            return False
        self._held = self._held[at + len(close) :]
        self._close = None
        return True

    def _next_mark(self) -> tuple[int, str | None]:
        marks = [(at, mark) for mark in _ALL if (at := self._held.find(mark)) >= 0]
        return min(marks, key=lambda pair: pair[0], default=(0, None))


def _undecided(text: str) -> int:
    """Length of the longest end of the text that could be the beginning of a mark."""
    for length in range(min(_LONGEST - 1, len(text)), 0, -1):
        if text[-length] in _FIRST and any(mark.startswith(text[-length:]) for mark in _ALL):
            return length
    return 0
