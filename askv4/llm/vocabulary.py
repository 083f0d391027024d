"""A model's tokens: cutting text into them, and putting it together again.

The llama_cpp module comes in as an argument: `engine.py` is the only one that imports it.
"""

from __future__ import annotations

import ctypes
from functools import cached_property
from typing import Any

from askv4.errors import GenerationFailed
from askv4.llm.reasoning import is_mark


class Vocabulary:
    """The tokens of one loaded model."""

    def __init__(self, lib: Any, handle: Any) -> None:
        self._lib = lib
        self.handle = handle
        self.size: int = lib.llama_vocab_n_tokens(handle)

    @cached_property
    def special_texts(self) -> frozenset[str]:
        """The letters of all tokens that are no text: control tokens, unknown and unused ones, reasoning marks."""
        lib = self._lib
        no_text = lib.LLAMA_TOKEN_ATTR_CONTROL | lib.LLAMA_TOKEN_ATTR_UNKNOWN | lib.LLAMA_TOKEN_ATTR_UNUSED
        own = lib.LLAMA_TOKEN_ATTR_USER_DEFINED
        # 0.1 s for 150,000 tokens, which only a model that chats has to pay.
        attributes = ((token, lib.llama_vocab_get_attr(self.handle, token)) for token in range(self.size))
        special = ((self.text(token), bits & no_text) for token, bits in attributes if bits & (no_text | own))
        return frozenset(text for text, certain in special if certain or is_mark(text))

    def text(self, token: int) -> str:
        """The token as the vocabulary spells it."""
        return bytes(self._lib.llama_vocab_get_text(self.handle, token) or b"").decode("utf-8", "replace")

    def ends(self, token: int) -> bool:
        """Whether the token ends an answer."""
        return bool(self._lib.llama_vocab_is_eog(self.handle, token))

    def piece(self, token: int) -> bytes:
        """The bytes that the token adds to a text; those of a control token only where it delimits reasoning."""
        visible = self._piece(token, special=False)
        if visible or not is_mark(self.text(token)):
            return visible
        return self._piece(token, special=True)

    def _piece(self, token: int, *, special: bool) -> bytes:
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            length = self._lib.llama_token_to_piece(self.handle, token, buffer, size, 0, special)
            if length >= 0:
                return buffer.raw[:length]
            size = -length

    def tokens(self, text: str, *, special: bool) -> list[int]:
        """Cut a text into tokens; with `special`, the letters of special tokens become those tokens."""
        raw = text.encode("utf-8", "replace")
        room = len(raw) + 8
        buffer = (self._lib.llama_token * room)()
        count = self._lib.llama_tokenize(self.handle, raw, len(raw), buffer, room, False, special)
        if count < 0:
            raise GenerationFailed(f"a text of {len(raw)} bytes could not be cut into tokens")
        return list(buffer[:count])

    def prompt_tokens(self, prompt: str) -> list[int]:
        """Cut a rendered prompt into tokens, with the one that begins a text where the model wants it, once."""
        tokens = self.tokens(prompt, special=True)
        first = self._lib.llama_vocab_bos(self.handle)
        if self._lib.llama_vocab_get_add_bos(self.handle) and first >= 0 and tokens[:1] != [first]:
            return [first, *tokens]
        return tokens
