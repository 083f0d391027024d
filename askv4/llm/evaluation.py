"""A llama.cpp context: what it has read, what of that can be kept, and stopping it while it reads.

All evaluation happens in one thread of its own. The caller waits for it in Python, so that Ctrl-C and a `stop` reach it
within 20 ms even in the middle of a long prompt; llama.cpp asks there, after each operation, whether to go on.

The llama_cpp module comes in as an argument: `engine.py` is the only one that imports it.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import dataclass
from typing import Any, Final

from askv4.errors import GenerationFailed
from askv4.llm.prefix import Prefix

_log = logging.getLogger("askv4.llm")

_STEP: Final = 1024
"""The context grows in steps of 1,024 tokens, so that a slightly longer prompt needs no new one."""
_POLL_SECONDS: Final = 0.02
_ABORTED: Final = 2
_WORTH_KEEPING: Final = 32
"""Tokens; a shorter beginning is sooner evaluated again than copied."""


NICENESS: Final = 10


def give_way() -> None:
    """The calling thread, and those that it starts, work when nobody else wants to. Only Linux knows that of a thread.

    llama.cpp keeps every core busy, even to wait: a screen that is to be drawn meanwhile, or a key, would stand in line.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


class Cancelled(Exception):
    """`stop` said so; what had been evaluated by then is kept."""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The state after the first tokens of a prompt."""

    tokens: tuple[int, ...]
    state: Any


class Evaluator:
    """The tokens that a model has read and can go on from. Not for two threads at once.

    The context is made when the first prompt comes, as large as that needs, and made anew when a longer one comes.
    """

    def __init__(
        self, lib: Any, model: Any, *, limit: int, batch: int, threads: int, before_growth: Callable[[int, int], None]
    ) -> None:
        """`limit`: the largest context in tokens; `batch`: tokens that are evaluated at once; `before_growth` is told
        (old, new) size of the context and raises to forbid it.
        """
        self._lib = lib
        self._model = model
        self._limit = limit
        self._batch = batch
        self._threads = threads
        self._before_growth = before_growth
        self._context: Any = None
        self._size = 0
        self.tokens_read: list[int] = []
        self._last_prompt: Sequence[int] = ()
        self._snapshot: _Snapshot | None = None
        self._cannot_roll_back = bool(lib.llama_model_is_recurrent(model) or lib.llama_model_is_hybrid(model))
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="llama.cpp", initializer=give_way)
        self._abort = False
        self.abort_callback = lib.ggml_abort_callback(lambda _: self._abort)
        self._no_callback = lib.ggml_abort_callback()

    @property
    def context(self) -> Any:
        """The native context; its logits are those after the last token that was read."""
        return self._context

    @property
    def size(self) -> int:
        """Tokens that the context has room for now; 0 before the first prompt."""
        return self._size

    def read_prompt(
        self, tokens: Sequence[int], room: int, should_stop: Callable[[], bool], prefix: Prefix | None = None
    ) -> int:
        """Read a prompt, with a context of at least `room` tokens, and return how many of it were already read.

        A `prefix` is taken from where it is kept, and kept once it has been read, if the prompt begins with it.

        Raises:
            Cancelled: `should_stop` became true.
            GenerationFailed: llama.cpp failed. ModelTooLarge: `before_growth` said so.
        """
        self._ensure(min(room, self._limit), tokens)
        kept = self._keep(tokens)
        self._lib.llama_set_abort_callback(self._context, self.abort_callback, None)
        try:
            if prefix is not None and kept < len(prefix.tokens) and prefix.begins(tokens):
                kept = self._begin_with(prefix, should_stop)
            boundary = self._snapshot_boundary(tokens)
            if boundary > len(self.tokens_read):
                self._read_on(tokens[len(self.tokens_read) : boundary], should_stop)
                self._snapshot = _Snapshot(tuple(tokens[:boundary]), self._save())
            self._read_on(tokens[len(self.tokens_read) :], should_stop)
        finally:
            # One token takes little time, and asking after each operation would cost a tenth of it.
            self._lib.llama_set_abort_callback(self._context, self._no_callback, None)
            self._last_prompt = tuple(tokens)
        return kept

    def _begin_with(self, prefix: Prefix, should_stop: Callable[[], bool]) -> int:
        """Have the prefix read, from disk or now; returns how much of it needed no reading."""
        state = prefix.load()
        if state is not None:
            self._truncate(0)
            self._restore(_Snapshot(prefix.tokens, (ctypes.c_uint8 * len(state)).from_buffer_copy(state)))
        kept = len(self.tokens_read)
        if kept < len(prefix.tokens):
            self._read_on(prefix.tokens[kept:], should_stop)
            prefix.save(bytes(self._save()))
        if self._cannot_roll_back:
            self._snapshot = _Snapshot(prefix.tokens, self._save())
        return kept

    def read_token(self, token: int, should_stop: Callable[[], bool]) -> None:
        """Read one more token."""
        self._read_on([token], should_stop)

    def close(self) -> None:
        """Free the context, once nothing is evaluated any more; twice does no harm."""
        self._abort = True
        self._worker.shutdown(wait=True)
        self._free()

    def _free(self) -> None:
        if self._context is not None:
            self._lib.llama_free(self._context)
        self._context, self._size, self.tokens_read = None, 0, []

    def _ensure(self, room: int, tokens: Sequence[int]) -> None:
        if room <= self._size:
            return
        size = min(self._limit, -(-room // _STEP) * _STEP)
        self._before_growth(self._size, size)
        shared = common_length(self.tokens_read, tokens)
        beginning = None
        if shared >= _WORTH_KEEPING and self._truncate(shared):
            beginning = _Snapshot(tuple(self.tokens_read), self._save())
        self._free()
        self._context = self._make(size)
        self._size = size
        if beginning is not None:
            self._restore(beginning)

    def _make(self, size: int) -> Any:
        lib = self._lib
        params = lib.llama_context_default_params()
        params.n_ctx = size
        params.n_batch = params.n_ubatch = self._batch
        # Only the last token's logits are ever asked for; the default keeps room for a whole batch of them.
        params.n_outputs_max = 1
        params.n_threads = params.n_threads_batch = self._threads
        context = lib.llama_init_from_model(self._model, params)
        if not context and params.offload_kqv and lib.llama_supports_gpu_offload():
            params.offload_kqv = False
            context = lib.llama_init_from_model(self._model, params)
        if not context:
            raise GenerationFailed(
                f"llama.cpp could not make a context of {size} tokens",
                "close other programs, or choose a smaller model (`askv4 models`)",
            )
        _log.debug("a context of %d tokens, %d threads", size, self._threads)
        return context

    def _keep(self, tokens: Sequence[int]) -> int:
        """Roll back to the longest beginning that `tokens` share with what was read, and return its length."""
        # The last token is always read again: its logits are needed.
        shared = min(common_length(self.tokens_read, tokens), len(tokens) - 1)
        snapshot = self._usable_snapshot(tokens)
        if (snapshot is None or len(snapshot.tokens) <= shared) and self._truncate(shared):
            return shared
        self._truncate(0)
        if snapshot is not None:
            self._restore(snapshot)
        return len(self.tokens_read)

    def _usable_snapshot(self, tokens: Sequence[int]) -> _Snapshot | None:
        """The snapshot, where a prompt of `tokens` goes on from it."""
        length = len(self._snapshot.tokens) if self._snapshot else 0
        if self._snapshot and length < len(tokens) and self._snapshot.tokens == tuple(tokens[:length]):
            return self._snapshot
        return None

    def _snapshot_boundary(self, tokens: Sequence[int]) -> int:
        """Where to take a snapshot while reading on in `tokens`; what is read already for nowhere.

        A recurrent state cannot be rolled back, so the beginning that two prompts share is set aside as it is passed.
        """
        shared = min(common_length(self._last_prompt, tokens), len(tokens) - 1)
        read = len(self.tokens_read)
        return shared if self._cannot_roll_back and shared >= read + _WORTH_KEEPING else read

    def _truncate(self, length: int) -> bool:
        """Forget all but the first `length` tokens; False, and nothing is forgotten, where the model cannot."""
        memory = self._lib.llama_get_memory(self._context)
        if length == 0:
            self._lib.llama_memory_clear(memory, True)
        elif length < len(self.tokens_read) and not self._lib.llama_memory_seq_rm(memory, 0, length, -1):
            return False
        del self.tokens_read[length:]
        return True

    def _save(self) -> Any:
        size = self._lib.llama_state_seq_get_size(self._context, 0)
        state = (ctypes.c_uint8 * size)()
        self._lib.llama_state_seq_get_data(self._context, state, size, 0)
        return state

    def _restore(self, snapshot: _Snapshot) -> None:
        if self._lib.llama_state_seq_set_data(self._context, snapshot.state, len(snapshot.state), 0):
            self.tokens_read = list(snapshot.tokens)
        else:
            self._truncate(0)

    def _read_on(self, tokens: Sequence[int], should_stop: Callable[[], bool]) -> None:
        for start in range(0, len(tokens), self._batch):
            if should_stop():
                raise Cancelled
            self._read_batch(tokens[start : start + self._batch], should_stop)

    def _read_batch(self, tokens: Sequence[int], should_stop: Callable[[], bool]) -> None:
        lib = self._lib
        array = (lib.llama_token * len(tokens))(*tokens)
        batch = lib.llama_batch_get_one(array, len(tokens))
        self._abort = False
        try:
            code = self._await(self._worker.submit(lib.llama_decode, self._context, batch), should_stop)
        except BaseException:
            self._repair()
            raise
        if code == 0:
            self.tokens_read.extend(tokens)
            return
        self._repair()
        if code == _ABORTED:
            raise Cancelled
        raise GenerationFailed(f"llama.cpp could not evaluate the prompt (llama_decode returned {code})")

    def _await(self, future: Future[int], should_stop: Callable[[], bool]) -> int:
        """The future's result; on `should_stop`, or any exception here, the evaluation is aborted and awaited."""
        try:
            while True:
                try:
                    return future.result(_POLL_SECONDS)
                except StillRunning:
                    self._abort = self._abort or should_stop()
        except BaseException:
            self._abort = True
            future.result()
            raise

    def _repair(self) -> None:
        """Forget the batch that was broken off, or everything where the model cannot forget a part."""
        memory = self._lib.llama_get_memory(self._context)
        if self.tokens_read and self._lib.llama_memory_seq_rm(memory, 0, len(self.tokens_read), -1):
            return
        self._truncate(0)


def common_length(first: Sequence[int], second: Sequence[int]) -> int:
    """How many tokens two sequences begin with alike."""
    for i, (a, b) in enumerate(zip(first, second, strict=False)):
        if a != b:
            return i
    return min(len(first), len(second))
