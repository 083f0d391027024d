"""The exported encoder: text -> unit vectors through onnxruntime and tokenizers, without torch."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from askv4.errors import Askv4Error, EncoderDamaged, EncoderExportFailed
from askv4.neural.encoder import TokenStates
from askv4.neural.identity import identity_of
from askv4.neural.inputs import as_well_formed
from askv4.neural.manifest import MODEL_FILES, Manifest, Precision
from askv4.neural.packaged import TOKENIZER_FILE
from askv4.neural.scripts import known_scripts, known_share, readable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_SPECIAL_TOKENS = 2
_Loaded = TypeVar("_Loaded")


class OnnxEncoder:
    """An `Encoder` over an exported folder.

    Every text runs through the model alone, several texts at a time on as many threads. Dynamic quantisation scales by
    the largest activation of a run, and padding changes the last bits even without it: only alone does a text always
    get the same vector. It costs little, since one passage keeps a core busy.
    """

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        precision: Precision = "int8",
        *,
        repair: Callable[[], Path] | None = None,
        threads: int | None = None,
    ) -> None:
        """Loads nothing yet.

        `repair` is called when the model does not load or gives nonsense, and returns the folder of a good export.
        `threads` is the number of texts encoded at a time; None for one per usable core.
        """
        self._folder = folder
        self._manifest = manifest
        self._precision: Precision = precision
        self._repair = repair
        self._threads = threads or usable_cores()
        self._loading = threading.Lock()
        self._session: Any = None
        self._tokenizer: Tokenizer | None = None
        self.name = f"{manifest.model}, {precision}"
        self.identity = identity_of(
            weights=manifest.weights_sha256,
            recipe=manifest.recipe,
            pooling=manifest.pooling,
            max_sequence=manifest.max_sequence,
            prompts={"query": "", "document": ""},
            precision=precision,
        )
        self.dimension = manifest.dimension
        self.max_tokens = manifest.max_sequence - _SPECIAL_TOKENS

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of questions, [len(texts), dimension]. This model has no prompts: as `encode_passages`."""
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of passages, [len(texts), dimension]. What lies beyond `max_tokens` is not read.

        Raises EncoderExportFailed when the exported model does not run.
        """
        return self._encode(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The length of each text in the model's tokens, untruncated and without the two special tokens."""
        encodings = self._loaded_tokenizer().encode_batch_fast(as_well_formed(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    def known_share(self, text: str) -> float:
        """Which share of a text's letters, 0 to 1, is in scripts that the model knows."""
        return 1.0 if text.isascii() else known_share(text, self._scripts)

    @cached_property
    def _scripts(self) -> frozenset[str]:
        return known_scripts(readable(self._loaded_tokenizer().get_vocab()))

    def encode_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """Token states and unit vector of each text; what lies beyond `max_tokens` is not read.

        Raises EncoderExportFailed when the exported model does not run.
        """
        encodings = self._tokenized(texts)
        states = self._run([self._truncated(encoding.ids) for encoding in encodings])
        return [
            # Without the special tokens at both ends, which stand for no part of the text.
            TokenStates(self._pooled(found), found[1:-1], tuple(encoding.offsets[1 : len(found) - 1]))
            for encoding, found in zip(encodings, states, strict=True)
        ]

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        inputs = [self._truncated(encoding.ids) for encoding in self._tokenized(texts)]
        vectors = np.empty((len(inputs), self.dimension), dtype=np.float32)

        def pool(row: int, states: NDArray[np.float32]) -> None:
            vectors[row] = self._pooled(states)

        self._each(inputs, pool)
        return vectors

    def _run(self, inputs: list[list[int]]) -> list[NDArray[np.float32]]:
        """The last states of every input's tokens, [tokens, dimension] each."""
        found: list[NDArray[np.float32]] = [np.empty((0, self.dimension), dtype=np.float32)] * len(inputs)
        self._each(inputs, found.__setitem__)
        return found

    def _each(self, inputs: list[list[int]], take: Callable[[int, NDArray[np.float32]], None]) -> None:
        """Runs every input alone and hands its states to `take(row, states)`, from several threads."""
        if len(inputs) == 1 or self._threads == 1:
            for row, ids in enumerate(inputs):
                take(row, self._states(ids))
        elif inputs:
            self._loaded_session()
            self._each_in_parallel(inputs, take)

    def _each_in_parallel(self, inputs: list[list[int]], take: Callable[[int, NDArray[np.float32]], None]) -> None:
        # The longest first: with a long one last, the other threads would wait for it.
        rows = iter(sorted(range(len(inputs)), key=lambda row: -len(inputs[row])))
        stop = threading.Event()

        def work() -> None:
            # next() on a list's iterator is atomic.
            for row in rows:
                if stop.is_set():
                    return
                take(row, self._states(inputs[row]))

        workers = min(self._threads, len(inputs))
        with ThreadPoolExecutor(workers, thread_name_prefix="askv4-encoder") as pool:
            futures = [pool.submit(work) for _ in range(workers)]
            try:
                for future in futures:
                    future.result()
            finally:
                # An interrupted call ends after the texts in work, not after all.
                stop.set()

    def _truncated(self, ids: list[int]) -> list[int]:
        if len(ids) <= self._manifest.max_sequence:
            return ids
        return ids[: self._manifest.max_sequence - 1] + ids[-1:]

    def _states(self, ids: list[int]) -> NDArray[np.float32]:
        """The last states of one text's tokens, special ones included, [tokens, dimension]."""
        states = self._loaded_session().run(None, {"input_ids": np.asarray([ids], dtype=np.int64)})[0]
        found: NDArray[np.float32] = np.asarray(states, dtype=np.float32)[0]
        return found

    def _pooled(self, states: NDArray[np.float32]) -> NDArray[np.float32]:
        """The unit vector of one text: the mean of its tokens' last states, scaled to length 1."""
        mean: NDArray[np.float32] = states.mean(axis=0)
        length = float(np.linalg.norm(mean))
        if not (np.isfinite(length) and length > 0):
            raise EncoderExportFailed(
                f"the encoder in {self._folder} gave a vector of length {length}", "delete that folder and ask again"
            )
        return mean / np.float32(length)

    def _tokenized(self, texts: Sequence[str]) -> Sequence[Any]:
        encodings: Sequence[Any] = self._loaded_tokenizer().encode_batch(as_well_formed(texts))
        return encodings

    def _loaded_session(self) -> Any:
        if self._session is None:
            with self._loading:
                if self._session is None:
                    self._session = self._load_or_repair(self._open_session)
        return self._session

    def _loaded_tokenizer(self) -> Tokenizer:
        if self._tokenizer is None:
            with self._loading:
                if self._tokenizer is None:
                    self._tokenizer = self._load_or_repair(self._open_tokenizer)
        return self._tokenizer

    def _load_or_repair(self, load: Callable[[], _Loaded]) -> _Loaded:
        """Once more from a repaired folder, when the first attempt fails: files are only glanced at when opened."""
        try:
            return load()
        except Askv4Error:
            raise
        except Exception as error:
            # onnxruntime and tokenizers raise classes of their own, right below Exception.
            if self._repair is None:
                raise EncoderExportFailed(f"{self._folder} does not load: {error}") from error
        self._folder = self._repair()
        try:
            return load()
        except Exception as error:
            raise EncoderExportFailed(
                f"the exported encoder in {self._folder} does not load: {error}", "delete that folder and ask again"
            ) from error

    def _open_session(self) -> Any:
        onnxruntime = import_onnxruntime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The file was optimised when it was exported.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        path = self._folder / MODEL_FILES[self._precision]
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def _open_tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER_FILE))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def import_onnxruntime() -> Any:
    """The module; nothing else of askv4 imports it, so that its noise is kept off the terminal in one place."""
    with _quiet_device_discovery():
        try:
            import onnxruntime  # type: ignore[import-untyped]
        except ImportError as error:
            remedy = "reinstall it: pip install --force-reinstall onnxruntime"
            raise EncoderDamaged(f"onnxruntime does not load: {error}", remedy) from error
    # On Windows it reports through the system's event tracing, which no variable of the environment turns off.
    onnxruntime.disable_telemetry_events()
    return onnxruntime


@contextmanager
def _quiet_device_discovery(cards: Path = Path("/sys/class/drm")) -> Iterator[None]:
    """Keeps one warning of onnxruntime off the terminal.

    On Linux with a display card that is no GPU (WSL, Raspberry Pi), importing it prints to the descriptor of standard
    error that a file is missing; no setting prevents that (microsoft/onnxruntime#27092). Only there is the descriptor
    turned away, and only while the library is first imported.
    """
    affected = sys.platform == "linux" and any(
        "-" not in card.name and not (card / "device" / "vendor").exists() for card in cards.glob("card[0-9]*")
    )
    if not affected or "onnxruntime" in sys.modules:
        yield
        return
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)
