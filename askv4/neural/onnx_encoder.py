"""The exported encoder: text -> unit vectors through onnxruntime and tokenizers, without torch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from askv4.errors import Askv4Error, EncoderExportFailed
from askv4.neural.identity import identity_of
from askv4.neural.inputs import as_well_formed
from askv4.neural.manifest import MODEL_FILES, Manifest, Precision
from askv4.neural.packaged import TOKENIZER_FILE
from askv4.neural.scripts import known_scripts, known_share, readable
from askv4.neural.sessions import each_alone, open_session, open_tokenizer, usable_cores

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_SPECIAL_TOKENS = 2
_Loaded = TypeVar("_Loaded")


@dataclass(frozen=True, slots=True)
class TokenStates:
    """A text as the encoder sees it, token by token."""

    vector: NDArray[np.float32]
    """[dimension] unit: what `encode_passages` gives."""
    states: NDArray[np.float32]
    """[tokens, dimension] last hidden states, without special tokens; not scaled."""
    spans: tuple[tuple[int, int], ...]
    """[tokens] characters of the text that each token stands for."""


class OnnxEncoder:
    """An `Encoder` over an exported folder.

    Every text runs through the model alone, several texts at a time on as many threads: see `each_alone`.
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

    def load(self) -> None:
        """Loads the model ahead of its first use. Raises EncoderExportFailed, and what a repair raises."""
        self._loaded_tokenizer()
        self._loaded_session()

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
            TokenStates(self._pooled(of_tokens), of_tokens[1:-1], tuple(encoding.offsets[1 : len(of_tokens) - 1]))
            for encoding, of_tokens in zip(encodings, states, strict=True)
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
        states: list[NDArray[np.float32]] = [np.empty((0, self.dimension), dtype=np.float32)] * len(inputs)
        self._each(inputs, states.__setitem__)
        return states

    def _each(self, inputs: list[list[int]], take: Callable[[int, NDArray[np.float32]], None]) -> None:
        """Runs every input alone and hands its states to `take(row, states)`, from several threads."""
        if inputs:
            self._loaded_session()
        each_alone(inputs, len, lambda row, ids: take(row, self._states(ids)), threads=self._threads, name="encoder")

    def _truncated(self, ids: list[int]) -> list[int]:
        if len(ids) <= self._manifest.max_sequence:
            return ids
        return ids[: self._manifest.max_sequence - 1] + ids[-1:]

    def _states(self, ids: list[int]) -> NDArray[np.float32]:
        """The last states of one text's tokens, special ones included, [tokens, dimension]."""
        states = self._loaded_session().run(None, {"input_ids": np.asarray([ids], dtype=np.int64)})[0]
        of_tokens: NDArray[np.float32] = np.asarray(states, dtype=np.float32)[0]
        return of_tokens

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
        return open_session(self._folder / MODEL_FILES[self._precision])

    def _open_tokenizer(self) -> Tokenizer:
        return open_tokenizer(self._folder / TOKENIZER_FILE)
