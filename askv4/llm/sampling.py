"""The next token, out of what a grammar allows.

llama.cpp's own order is kept: sample freely first, ask the grammar about that one token (0.01 ms), and only when it says
no, let it go through the whole vocabulary (65 to 95 ms at 150,000 tokens) and sample again.

The llama_cpp module comes in as an argument: `engine.py` is the only one that imports it.
"""

from __future__ import annotations

import codecs
import ctypes
import logging
import os
import tempfile
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from askv4.errors import GenerationFailed
from askv4.llm.vocabulary import Vocabulary

_log = logging.getLogger("askv4.llm.llama_cpp")

T = TypeVar("T")

_TOP_K: Final = 40
_TOP_P: Final = 0.95
_MIN_P: Final = 0.05
_BANNED: Final = -1e30
"""Below this a logit says that the token must not come; llama.cpp writes minus infinity."""
_CANDIDATE: Final = [("id", "i4"), ("logit", "f4"), ("p", "f4")]
"""llama_token_data as numpy lays it out."""
_AFTER_LEAD: Final = {b"\xe0": range(0xA0, 0xC0), b"\xf0": range(0x90, 0xC0)}
"""Second bytes of UTF-8 after the two first bytes that overlong sequences begin with."""


class Sampler:
    """Chooses tokens for one answer. Close it."""

    def __init__(self, lib: Any, vocabulary: Vocabulary, *, grammar: str | None, temperature: float, seed: int) -> None:
        """Raises GenerationFailed for a grammar that llama.cpp does not take."""
        self._lib = lib
        self._vocabulary = vocabulary
        self._grammar = _native_grammar(lib, vocabulary, grammar) if grammar is not None else None
        self._chain = _native_chain(lib, temperature, seed)
        self._text = codecs.getincrementaldecoder("utf-8")("strict")
        self._candidates: Any = None
        self._ids: Any = None

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
        logits = self._logits(context)
        token = self._choose(logits)
        if self._grammar is not None:
            if not self._allowed(token):
                token = self._choose_allowed(logits)
            self._lib.llama_sampler_accept(self._grammar, token)
            self._text.decode(self._vocabulary.piece(token))
        self._lib.llama_sampler_accept(self._chain, token)
        return token

    def _logits(self, context: Any) -> Any:
        import numpy as np

        native = self._lib.llama_get_logits_ith(context, -1)
        return np.ctypeslib.as_array(native, shape=(self._vocabulary.size,))

    def _choose(self, logits: Any) -> int:
        array = self._apply(self._chain, logits)
        return int(array.data[array.selected].id)

    def _allowed(self, token: int) -> bool:
        if token in self._vocabulary.banned or not self._goes_on(token):
            return False
        return bool(self._after_grammar(self._grammar, [token])[0])

    def _choose_allowed(self, logits: Any) -> int:
        """Choose among the tokens that the grammar allows, leaving out those that make no text."""
        import numpy as np

        logits = logits.copy()
        logits[list(self._vocabulary.banned)] = -np.inf
        self._apply(self._grammar, logits, keep=True)
        while logits.max() > _BANNED:
            token = self._choose(logits)
            if self._goes_on(token):
                return token
            logits[token] = -np.inf
        raise GenerationFailed("no token of the model fits the grammar", "choose another model (`askv4 models`)")

    def _goes_on(self, token: int) -> bool:
        """Whether the bytes so far, and the token's, are the beginning of UTF-8 that the grammar allows.

        llama.cpp reads overlong sequences, as in E0 80 AE for a full stop, which are no UTF-8. After E0 and F0 it may
        therefore have nothing else in mind, and the only way to know is to ask for what would follow.
        """
        state = self._text.getstate()
        try:
            self._text.decode(self._vocabulary.piece(token))
            pending = self._text.getstate()[0]
        except UnicodeDecodeError:
            return False
        finally:
            self._text.setstate(state)
        if pending[:1] == b"\xed" and pending[1:2] >= b"\xa0":
            # Half of a surrogate pair, which Python's decoder refuses one byte later.
            return False
        following = _AFTER_LEAD.get(pending)
        if following is None:
            return True
        probe = self._lib.llama_sampler_clone(self._grammar)
        try:
            if not self._after_grammar(probe, [token])[0]:
                return False
            self._lib.llama_sampler_accept(probe, token)
            continuations = [t for t in map(self._vocabulary.byte_tokens.get, following) if t is not None]
            return bool(continuations) and bool(self._after_grammar(probe, continuations).any())
        finally:
            self._lib.llama_sampler_free(probe)

    def _after_grammar(self, grammar: Any, tokens: Sequence[int]) -> Any:
        """Which of `tokens` a grammar allows next, as an array of truth values."""
        import numpy as np

        candidates = np.zeros(len(tokens), dtype=_CANDIDATE)
        candidates["id"] = tokens
        self._lib.llama_sampler_apply(grammar, ctypes.byref(self._array(candidates)))
        return candidates["logit"] > _BANNED

    def _apply(self, sampler: Any, logits: Any, *, keep: bool = False) -> Any:
        """Let a sampler see the whole vocabulary; with `keep`, `logits` become what it made of them."""
        import numpy as np

        if self._candidates is None:
            self._candidates = np.zeros(self._vocabulary.size, dtype=_CANDIDATE)
            self._ids = np.arange(self._vocabulary.size, dtype=np.int32)
        self._candidates["id"] = self._ids
        self._candidates["logit"] = logits
        array = self._array(self._candidates)
        self._lib.llama_sampler_apply(sampler, ctypes.byref(array))
        if keep:
            logits[:] = self._candidates["logit"]
        return array

    def _array(self, candidates: Any) -> Any:
        data = candidates.ctypes.data_as(self._lib.llama_token_data_p)
        return self._lib.llama_token_data_array(data=data, size=len(candidates), selected=-1, sorted=False)


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
