"""Messages become the prompt that a model was trained on, through the template that its file brings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from askv4.errors import GenerationFailed, ModelUnsupported
from askv4.llm.chat import Message
from askv4.llm.reasoning import TEMPLATE_OPTIONS, without_reasoning

Render = Callable[..., str]
"""Renders a Jinja template: `messages` as dictionaries, further variables by name."""

CHATML: Final = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
"""For a model that knows ChatML's tokens and brings no template."""


_TEMPLATE_FAILURES: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""How a template, a little program that came with the file, can fail; Jinja's own errors arrive as ValueError."""


class ChatTemplate:
    """A model's chat template, made safe against what documents may contain.

    Special tokens are cut from the whole prompt, so that a document that contains the letters of one ("<|im_end|>")
    could end its own message and begin another; a space after the first letter makes plain text of them.
    """

    def __init__(self, render: Render, special_tokens: Iterable[str]) -> None:
        texts = sorted((text for text in special_tokens if len(text) > 1), key=len, reverse=True)
        self._render = render
        self._special = re.compile("|".join(map(re.escape, texts))) if texts else None

    def prompt(self, messages: Sequence[Message]) -> str:
        """The text to be cut into tokens, special ones included; it ends where the answer begins.

        Raises:
            GenerationFailed: the template refuses the conversation.
        """
        plain = [Message(message.role, self._plain(message.content)) for message in messages]
        try:
            text = self._rendered(plain)
        except ModelUnsupported:
            if not any(message.role == "system" for message in plain):
                raise
            # Some templates (Gemma 2, Mistral of old) know no system role.
            text = self._rendered(_without_system(plain))
        return without_reasoning(text)

    def _plain(self, content: str) -> str:
        if self._special is None:
            return content
        return self._special.sub(lambda match: f"{match[0][0]} {match[0][1:]}", content)

    def _rendered(self, messages: Sequence[Message]) -> str:
        dictionaries = [{"role": message.role, "content": message.content} for message in messages]
        try:
            return self._render(messages=dictionaries, **TEMPLATE_OPTIONS)
        except _TEMPLATE_FAILURES as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise ModelUnsupported(
                f"the model's chat template fails: {reason}", "choose another model (`askv4 models`)"
            ) from error


def _without_system(messages: Sequence[Message]) -> list[Message]:
    """The conversation with its system messages put before the first user's."""
    system = "\n\n".join(message.content for message in messages if message.role == "system")
    rest = [message for message in messages if message.role != "system"]
    if not rest:
        raise GenerationFailed("the conversation has no question", "ask one")
    return [Message(rest[0].role, f"{system}\n\n{rest[0].content}"), *rest[1:]]
