"""llama.cpp in this process, through llama-cpp-python; no other module imports it.

The library's low-level functions are used rather than its `Llama` class: that one points the process's stdout and stderr
elsewhere while it loads (a terminal interface is drawing on them), cannot be stopped within a prompt, and loads the model
again for a larger context.
"""

from __future__ import annotations

import codecs
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from askv4.errors import GenerationFailed, ModelError, ModelUnsupported, RuntimeMissing
from askv4.llm.chat import DEFAULT_SEED, GenerationStats, Message, Stop, StopReason, stop_check
from askv4.llm.evaluation import Cancelled, Evaluator, common_length
from askv4.llm.gguf import GgufInfo
from askv4.llm.loading import OTHER_MODEL, checked, load_model, physical_cores
from askv4.llm.memory import CPU_BATCH, GPU_BATCH, FreeMemory, free_memory, require_growth
from askv4.llm.prefix import LEAST_TOKENS, Prefix, PrefixStates
from askv4.llm.reasoning import ReasoningFilter
from askv4.llm.sampling import Sampler
from askv4.llm.template import CHATML, ChatTemplate
from askv4.llm.vocabulary import Vocabulary

_native_log = logging.getLogger("askv4.llm.llama_cpp")
_recent: deque[str] = deque(maxlen=60)
"""The last warnings and errors of llama.cpp, to give the reason of a failure."""

_callbacks: list[Any] = []
_TROUBLE_LEVELS: Final = (3, 4)
"""ggml's numbers for warnings and errors."""
_DEFAULT_CONTEXT: Final = 4096


@lru_cache(maxsize=1)
def runtime() -> Any:
    """llama_cpp's low-level module, with its log turned to Python's logging.

    Raises:
        RuntimeMissing: it is not installed, or its library does not load.
    """
    try:
        import llama_cpp.llama_cpp as lib
    except ImportError as error:
        raise RuntimeMissing(
            f"llama-cpp-python is not installed ({error})",
            "run `pip install llama-cpp-python`, name a server with --llm-url, or answer with --mode extractive",
        ) from error
    except (OSError, RuntimeError) as error:
        raise RuntimeMissing(
            f"llama-cpp-python does not load: {error}",
            "run `pip install --force-reinstall --no-binary :all: --no-deps llama-cpp-python`, or name a server with --llm-url",
        ) from error

    @lib.llama_log_callback  # type: ignore[untyped-decorator]
    def log(level: int, text: bytes, _data: Any) -> None:
        troubling = level in _TROUBLE_LEVELS
        if troubling or _native_log.isEnabledFor(logging.DEBUG):
            line = text.decode("utf-8", "replace").rstrip()
            if line:
                _native_log.debug("%s", line)
            if line and troubling:
                _recent.append(line)

    lib.llama_log_set(log, None)
    # llama.cpp holds the pointer only; this holds what it points to.
    _callbacks.append(log)
    lib.llama_backend_init()
    return lib


class Engine:
    """A GGUF model, loaded and ready to write; implements `askv4.llm.chat.ChatModel`.

    The weights are memory-mapped. The context is as large as the prompts so far needed, in steps of 1024 tokens, and may
    grow to what the model was trained for. What a prompt has in common with the one before it is not read again.
    One answer is written at a time: a second thread waits.
    """

    remote = False
    counts_exactly = True

    def __init__(
        self,
        path: Path,
        *,
        name: str | None = None,
        context: int = _DEFAULT_CONTEXT,
        threads: int | None = None,
        gpu: bool = True,
        free: FreeMemory = free_memory,
        states: Path | None = None,
    ) -> None:
        """Load the model at `path`.

        Args:
            name: what to call it; the file's name without its suffix when None.
            context: how many tokens the caller plans with, prompt and answer together; checked against the memory now,
                and cut to what the model was trained for.
            threads: for evaluation; the physical cores that this process may use when None.
            gpu: put the layers on the GPU where the build can.
            free: tells how many bytes of memory are free.
            states: the folder that keeps what all prompts begin with, read, for the next process; None for none.

        Raises:
            ModelMissing: no such file. ModelDamaged: not a GGUF, or not a whole one.
            ModelUnsupported: an architecture that llama.cpp does not know, or no chat model.
            ModelTooLarge: the memory does not suffice. RuntimeMissing: there is no llama-cpp-python.
        """
        self.info = checked(path)
        self.name = name or path.name.removesuffix(".gguf")
        self._free_memory = free
        self._lib = runtime()
        self._turn = threading.Lock()
        self._turn_of: int | None = None
        self._counting = threading.Lock()
        self._closed = False
        self._stats: GenerationStats | None = None
        self.context = min(context, self.info.context_length or context)
        self._states = self._states_in(states) if states is not None else None
        self._prefixes: dict[str, Prefix | None] = {}
        gpu = gpu and bool(self._lib.llama_supports_gpu_offload())
        self._model, gpu = load_model(self._lib, self.info, self.context, gpu=gpu, free=free, recent=_recent)
        try:
            self._prepare(threads or physical_cores(), GPU_BATCH if gpu else CPU_BATCH)
        except ModelError:
            self._lib.llama_model_free(self._model)
            raise

    def _states_in(self, folder: Path) -> PrefixStates | None:
        from llama_cpp import __version__

        with suppress(OSError):
            return PrefixStates(folder, self.info.parts, __version__)
        return None

    def _prepare(self, threads: int, batch: int) -> None:
        lib = self._lib
        if lib.llama_model_has_encoder(self._model) or lib.llama_model_is_diffusion(self._model):
            raise ModelUnsupported(
                f"{self.info.path.name} ({self.info.architecture}) does not write from left to right", OTHER_MODEL
            )
        self.vocabulary = Vocabulary(lib, lib.llama_model_get_vocab(self._model))
        self.template, self.notes = _chat_template(lib, self.info, self.vocabulary)
        self._limit = self.info.context_length or int(lib.llama_model_n_ctx_train(self._model))
        self.context = min(self.context, self._limit)
        self.evaluator = Evaluator(
            lib, self._model, limit=self._limit, batch=batch, threads=threads, before_growth=self._check_growth
        )

    def _check_growth(self, old: int, new: int) -> None:
        # What was planned with was checked before loading, and part of it may be in use by now.
        if new > self.context:
            require_growth(self.info, old, new, self._free_memory)

    @property
    def stats(self) -> GenerationStats | None:
        return self._stats

    @property
    def context_size(self) -> int:
        """Tokens that the KV cache has room for now; 0 before the first prompt."""
        return self.evaluator.size

    def count_tokens(self, text: str) -> int:
        with self._counting:
            self._require_open()
            return len(self.vocabulary.tokens(text, special=False))

    def prompt_tokens(self, messages: Sequence[Message]) -> int:
        return len(self.prompt(messages))

    def prompt(self, messages: Sequence[Message], begin: str = "") -> list[int]:
        """The tokens of a conversation as the model's template lays it out, with `begin` as the answer's first words."""
        with self._counting:
            self._require_open()
            tokens = self.vocabulary.prompt_tokens(self.template.prompt(messages))
            return [*tokens, *self.vocabulary.tokens(begin, special=False)] if begin else tokens

    def prefix(self, messages: Sequence[Message]) -> Prefix | None:
        """What prompts of the same instructions begin with. Nothing that a user or a document says is in it."""
        if self._states is None or not messages or messages[0].role != "system":
            return None
        system = messages[0]
        if system.content not in self._prefixes:
            one, other = (self.prompt([system, Message("user", text)]) for text in ("From", "1"))
            shared = common_length(one, other)
            self._prefixes[system.content] = self._states.prefix(one[:shared]) if shared >= LEAST_TOKENS else None
        return self._prefixes[system.content]

    def _require_open(self) -> None:
        if self._closed:
            raise GenerationFailed("the model was closed", "load it again")

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
        """See `ChatModel.stream`.

        Raises:
            GenerationFailed: at once for a prompt over the context, else while writing.
        """
        tokens = self.prompt(messages, begin)
        if not tokens:
            raise GenerationFailed("the model's chat template makes nothing of the conversation", OTHER_MODEL)
        if len(tokens) >= self._limit:
            raise GenerationFailed(
                f"the prompt has {len(tokens)} tokens, and the model takes {self._limit} with the answer",
                "ask with less evidence, or choose a model with a longer context",
            )
        prefix = self.prefix(messages)
        return self._stream(tokens, prefix, max_tokens, stop_check(stop), temperature, seed)

    def _stream(
        self,
        prompt: list[int],
        prefix: Prefix | None,
        max_tokens: int,
        should_stop: Callable[[], bool],
        temperature: float,
        seed: int,
    ) -> Iterator[str]:
        with self._my_turn():
            sampler = Sampler(self._lib, temperature=temperature, seed=seed)
            run = _Run(len(prompt))
            try:
                yield from self._write(prompt, prefix, sampler, run, max_tokens, lambda: self._closed or should_stop())
            except Cancelled:
                run.reason = "cancelled"
            except GeneratorExit:
                run.reason = "cancelled"
                raise
            finally:
                sampler.close()
                self._stats = run.stats()

    def _write(
        self,
        prompt: list[int],
        prefix: Prefix | None,
        sampler: Sampler,
        run: _Run,
        max_tokens: int,
        should_stop: Callable[[], bool],
    ) -> Iterator[str]:
        evaluator, vocabulary = self.evaluator, self.vocabulary
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        reasoning = ReasoningFilter()
        room = min(max_tokens, self._limit - len(prompt))
        run.cached = evaluator.read_prompt(prompt, len(prompt) + room, should_stop, prefix)
        run.reason = "length"
        for written in range(room):
            if should_stop():
                raise Cancelled
            token = sampler.sample(evaluator.context)
            run.sampled()
            if vocabulary.ends(token):
                run.reason = "end"
                break
            run.generated += 1
            text = reasoning.feed(decoder.decode(vocabulary.piece(token)))
            if text:
                yield text
            if written + 1 < room:
                evaluator.read_token(token, should_stop)
        # Bytes of a character that was cut off are no text, and are left in the decoder.
        rest = reasoning.finish()
        if rest:
            yield rest

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        me = threading.get_ident()
        if self._turn.locked() and self._turn_of == me:
            raise GenerationFailed("the model is still writing another answer", "close that one first")
        with self._turn:
            self._require_open()
            self._turn_of = me
            try:
                yield
            finally:
                self._turn_of = None

    def close(self) -> None:
        """End the answer that is being written, as if cancelled, and free the model."""
        if self._closed:
            return
        self._closed = True
        mine = self._turn_of == threading.get_ident()
        if not mine:
            self._turn.acquire()
        try:
            self.evaluator.close()
            with self._counting:
                self._lib.llama_model_free(self._model)
        finally:
            if not mine:
                self._turn.release()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Run:
    """The figures of one generation while it runs."""

    def __init__(self, prompt: int) -> None:
        self.prompt = prompt
        self.cached = 0
        self.generated = 0
        self.reason: StopReason = "cancelled"
        self._begun = time.perf_counter()
        self._first = self._last = 0.0

    def sampled(self) -> None:
        self._last = time.perf_counter()
        self._first = self._first or self._last

    def stats(self) -> GenerationStats:
        return GenerationStats(
            prompt_tokens=self.prompt,
            cached_tokens=self.cached,
            generated_tokens=self.generated,
            prompt_seconds=(self._first or time.perf_counter()) - self._begun,
            generation_seconds=self._last - self._first,
            stop_reason=self.reason,
        )


def _chat_template(lib: Any, info: GgufInfo, vocabulary: Vocabulary) -> tuple[ChatTemplate, tuple[str, ...]]:
    """The model's template and notes on it."""
    import jinja2
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    special = vocabulary.special_texts
    source = info.chat_template
    notes: tuple[str, ...] = ()
    if source is None:
        if not {"<|im_start|>", "<|im_end|>"} <= special:
            raise ModelUnsupported(
                f"{info.path.name} brings no chat template: it is a base model", "choose one that says instruct or chat"
            )
        source, notes = CHATML, (f"{info.path.name} brings no chat template; ChatML is assumed",)
    first, last = lib.llama_vocab_bos(vocabulary.handle), lib.llama_vocab_eos(vocabulary.handle)
    try:
        formatter = Jinja2ChatFormatter(
            source,
            eos_token=vocabulary.text(last) if last >= 0 else "",
            bos_token=vocabulary.text(first) if first >= 0 else "",
        )
    except jinja2.TemplateError as error:
        raise ModelUnsupported(f"{info.path.name}'s chat template cannot be read: {error}", OTHER_MODEL) from error

    def render(**variables: Any) -> str:
        try:
            return formatter(**variables).prompt
        except jinja2.TemplateError as error:
            raise ValueError(str(error)) from error

    return ChatTemplate(render, special), notes
