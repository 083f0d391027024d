"""The model's plain sentences, taken down until they are enough, or until it goes astray."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from askv4.language.guess import script_of
from askv4.language.words import capital, words
from askv4.llm.chat import ChatModel, Message, Stop, stop_check
from askv4.text.safe import safe_line
from askv4.text.sentences import split_sentences
from askv4.types import Block

MAX_TOKENS = 128
"""Two long sentences in any language; what goes on is running in circles."""
MOST_SENTENCES = 2
_CIRCLE = 5
_ROUNDS = 3
"""The same five words three times are a circle."""
_ECHO_WORDS = 8
"""Eight words in a row from the instructions are an echo of the prompt."""
_STRANGE = 8
"""Letters of another script than that of question and evidence; fewer may be a name."""
_MARKS = re.compile(r"\s*\[\d+\]|(?<!\w)[*_`#]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?!\w)")
"""What models put into plain text: markers, Markdown's emphasis."""
_PREFIX = re.compile(r"^\s*(?:[-*•]\s+|(?:answer|a)\s*:\s*)", re.I)


@dataclass(frozen=True, slots=True)
class Written:
    """What the model wrote: whole sentences, none of them checked yet."""

    sentences: tuple[str, ...]
    stopped: bool = False
    """Whether the user stopped it."""
    astray: str | None = None
    """Why it was stopped early: another script, an echo of the prompt, a circle."""


def draft(model: ChatModel, messages: Sequence[Message], begin: str = "", stop: Stop | None = None) -> Written:
    """Let the model write until `MOST_SENTENCES` sentences are complete; `begin`, with which it begins, is taken off.

    Raises ModelError as the model does.
    """
    watch = _Watch(messages)
    text = ""
    pieces = model.stream(messages, max_tokens=MAX_TOKENS, stop=stop, begin=begin)
    for piece in pieces:
        text += piece
        if watch.astray(text, piece):
            break
        line, more, _ = text.lstrip().partition("\n")
        if more and line.strip():
            # One paragraph is asked for: what follows is a list of reasons, or another question.
            text = line
            break
        if any(mark in piece for mark in ".!?。！？") and len(_sentences(text)) > MOST_SENTENCES:
            break
    else:
        if stop_check(stop)():
            return Written((), stopped=True)
        if model.stats is not None and model.stats.stop_reason == "length":
            text = " ".join(_sentences(text)[:-1])
    if isinstance(pieces, Generator):
        pieces.close()
    if watch.reason:
        return Written((), astray=watch.reason)
    return Written(tuple(dict.fromkeys(_sentences(_bare(text, begin))[:MOST_SENTENCES])))


def _bare(text: str, begin: str) -> str:
    """What is said, without its beginning and without marks."""
    said = _PREFIX.sub("", _MARKS.sub("", text)).lstrip(" ,:")
    if begin and said.lower().startswith(begin.lower()):
        said = said[len(begin) :].lstrip(" ,:")
    return capital(said)


def _sentences(text: str) -> list[str]:
    line = " ".join(safe_line(text).split())
    return [span.of(line) for span in split_sentences(line, [Block(0, len(line))])]


class _Watch:
    """Looks for a model that has gone astray."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._scripts = {script_of(line) for message in messages for line in message.content.split("\n")}
        self._instructions = _runs(words(messages[0].content), _ECHO_WORDS)
        self._strange = 0
        self.reason: str | None = None

    def astray(self, text: str, piece: str) -> bool:
        """Whether `text`, which ends in `piece`, shows it; `reason` then says what."""
        self._strange += sum(letter.isalpha() and script_of(letter) not in self._scripts for letter in piece)
        said = words(text)
        if self._strange >= _STRANGE:
            self.reason = "it went over into another script"
        elif not _runs(said, _ECHO_WORDS).isdisjoint(self._instructions):
            self.reason = "it repeated its instructions"
        elif max(Counter(_in_order(said, _CIRCLE)).values(), default=0) >= _ROUNDS:
            self.reason = "it ran in circles"
        return self.reason is not None


def _runs(of: Sequence[str], length: int) -> set[tuple[str, ...]]:
    return set(_in_order(of, length))


def _in_order(of: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(of[at : at + length]) for at in range(len(of) - length + 1))
