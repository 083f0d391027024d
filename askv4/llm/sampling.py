"""The next token, out of what a grammar allows.

llama.cpp's own order is kept: sample freely first, ask the grammar about that one token (0.01 ms), and only when it says
no, let it go through the whole vocabulary (65 to 95 ms at 150,000 tokens) and sample again.

The llama_cpp module comes in as an argument: `engine.py` is the only one that imports it.
"""

from __future__ import annotations

import ctypes
import logging
import os
import tempfile
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, TypeVar

from askv4.errors import GenerationFailed
from askv4.llm.reasoning import is_mark

_log = logging.getLogger("askv4.llm.llama_cpp")

T = TypeVar("T")

_TOP_K: Final = 40
_TOP_P: Final = 0.95
_MIN_P: Final = 0.05
_BANNED: Final = -1e30
"""Below this a logit says that the token must not come; llama.cpp writes minus infinity."""


class Vocabulary:
    """A model's tokens: cutting text into them, and putting it together again."""

    def __init__(self, lib: Any, handle: Any) -> None:
        self._lib = lib
        self.handle = handle
        self.size: int = lib.llama_vocab_n_tokens(handle)

    @cached_property
    def _attributes(self) -> list[int]:
        # 0.1 s for 150,000 tokens, which only a model that chats has to pay.
        return [self._lib.llama_vocab_get_attr(self.handle, token) for token in range(self.size)]

    @cached_property
    def banned(self) -> frozenset[int]:
        """Tokens that are no text and do not end an answer: control tokens, unknown and unused ones, reasoning marks.

        A grammar sees only letters, and would let the letters of "<|im_start|>" pass as text.
        """
        lib = self._lib
        no_text = lib.LLAMA_TOKEN_ATTR_CONTROL | lib.LLAMA_TOKEN_ATTR_UNKNOWN | lib.LLAMA_TOKEN_ATTR_UNUSED
        own = lib.LLAMA_TOKEN_ATTR_USER_DEFINED
        return frozenset(
            token
            for token, attributes in enumerate(self._attributes)
            if (attributes & no_text or (attributes & own and is_mark(self.text(token)))) and not self.ends(token)
        )

    @cached_property
    def special_texts(self) -> frozenset[str]:
        """The letters of all control tokens and reasoning marks."""
        control = self._lib.LLAMA_TOKEN_ATTR_CONTROL
        texts = (self.text(token) for token, attributes in enumerate(self._attributes) if attributes & control)
        return frozenset(texts) | {self.text(token) for token in self.banned}

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


class Sampler:
    """Chooses tokens for one answer. Close it."""

    def __init__(
        self, lib: Any, vocabulary: Vocabulary, *, grammar: str | None, temperature: float, seed: int
    ) -> None:
        """Raises GenerationFailed for a grammar that llama.cpp does not take."""
        self._lib = lib
        self._vocabulary = vocabulary
        self._grammar = _native_grammar(lib, vocabulary, grammar) if grammar is not None else None
        self._chain = _native_chain(lib, temperature, seed)

    def close(self) -> None:
        lib = self._lib
        if self._chain is not None:
            lib.llama_sampler_free(self._chain)
            self._chain = None
        if self._grammar is not None:
            lib.llama_sampler_free(self._grammar)
            self._grammar = None

    def sample(self, context: Any) -> int:
        """The next token after what `context` has evaluated last."""
        import numpy as np

        size = self._vocabulary.size
        logits = np.ctypeslib.as_array(self._lib.llama_get_logits_ith(context, -1), shape=(size,))
        candidates = np.zeros(size, dtype=[("id", np.int32), ("logit", np.float32), ("p", np.float32)])
        candidates["id"] = np.arange(size, dtype=np.int32)
        candidates["logit"] = logits
        token = self._choose(candidates)
        if self._grammar is not None and not self._allowed(token):
            candidates["id"] = np.arange(size, dtype=np.int32)
            candidates["logit"] = logits
            candidates["logit"][list(self._vocabulary.banned)] = -np.inf
            self._apply(self._grammar, candidates)
            if candidates["logit"].max() <= _BANNED:
                raise GenerationFailed("no token of the model fits the grammar", "choose another model (`askv4 models`)")
            token = self._choose(candidates)
        if self._grammar is not None:
            self._lib.llama_sampler_accept(self._grammar, token)
        self._lib.llama_sampler_accept(self._chain, token)
        return token

    def _allowed(self, token: int) -> bool:
        import numpy as np

        if token in self._vocabulary.banned:
            return False
        one = np.zeros(1, dtype=[("id", np.int32), ("logit", np.float32), ("p", np.float32)])
        one["id"] = token
        self._apply(self._grammar, one)
        return bool(one["logit"][0] > _BANNED)

    def _choose(self, candidates: Any) -> int:
        array = self._apply(self._chain, candidates)
        return int(array.data[array.selected].id)

    def _apply(self, sampler: Any, candidates: Any) -> Any:
        lib = self._lib
        data = candidates.ctypes.data_as(lib.llama_token_data_p)
        array = lib.llama_token_data_array(data=data, size=len(candidates), selected=-1, sorted=False)
        lib.llama_sampler_apply(sampler, ctypes.byref(array))
        return array


def _native_chain(lib: Any, temperature: float, seed: int) -> Any:
    chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
    if temperature <= 0:
        lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_greedy())
        return chain
    lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_top_k(_TOP_K))
    lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_top_p(_TOP_P, 1))
    lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_min_p(_MIN_P, 1))
    lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_temp(temperature))
    lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_dist(seed & 0xFFFFFFFF))
    return chain


def _native_grammar(lib: Any, vocabulary: Vocabulary, grammar: str) -> Any:
    """A sampler of the grammar. One that llama.cpp cannot parse must never reach a chain: it ends the process there."""
    sampler, written = _capturing_stderr(
        lambda: lib.llama_sampler_init_grammar(vocabulary.handle, grammar.encode("utf-8"), b"root")
    )
    if not sampler:
        reason = " ".join(written.decode("utf-8", "replace").split())
        _log.debug("invalid grammar: %s", reason)
        raise GenerationFailed(f"llama.cpp does not take the grammar: {reason[:200]}", "report this as a bug of askv4")
    if written:
        os.write(2, written)
    return sampler


def _capturing_stderr(call: Callable[[], T]) -> tuple[T, bytes]:
    """What `call` returns, and what was written to file descriptor 2 meanwhile.

    llama.cpp's grammar parser reports there, past the log callback. It writes nothing when it succeeds, so that what was
    caught then is somebody else's, to be written on.
    """
    try:
        saved = os.dup(2)
    except OSError:
        return call(), b""
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            result = call()
        finally:
            os.dup2(saved, 2)
            os.close(saved)
        file.seek(0)
        return result, file.read()
