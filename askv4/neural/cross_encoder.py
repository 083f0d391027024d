"""A cross-encoder that comes with askv4: two texts, one pass, its figures, through onnxruntime without torch.

Of the size of MiniLM-L12 (Wang et al. 2020), with matrices of eight bits. Its files lie in a folder of the package, with
about.json, which says what they were made from and which sums they must have.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from askv4.errors import Askv4Error, DataFolderUnwritable, EncoderDamaged, EncoderMissing
from askv4.files import clear_unfinished, locked, new_unfinished, otherwise, publish, remove_others, sha256_of
from askv4.neural.packaged import TOKENIZER_FILE, TOKENIZER_SHA256, packaged_folder
from askv4.neural.sessions import (
    each_alone,
    has_vnni,
    import_onnxruntime,
    open_session,
    open_tokenizer,
    optimise,
    usable_cores,
)

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

ABOUT_FILE, SUM_FILE = "about.json", "sha256"
OTHERS_KEPT = 1
"""Two versions of askv4 or onnxruntime may share a data folder; what was prepared for a third is removed."""

PairInput = dict[str, NDArray[np.int64]]
"""[1, tokens] each: one pair as the model takes it."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where a model lies, and what is said when it does not."""

    name: str
    """As messages and the prepared folder call it."""
    about: Path
    """Its about.json, beside which the model lies."""
    model: str
    """File name."""
    missing: type[Askv4Error]

    @property
    def tokenizer(self) -> Path:
        """The shipped encoder's: of the same vocabulary and rules as that of the model these were made from. How it cuts and
        fills up differs, and is switched off. Raises `missing`.
        """
        try:
            return packaged_folder() / TOKENIZER_FILE
        except (EncoderMissing, EncoderDamaged) as error:
            raise self.missing(str(error), error.remedy) from error

    @property
    def prepared_name(self) -> str:
        """The prepared folder's name, to be filled in."""
        return self.name + "-{sum}-onnxruntime-{version}"

    def sums(self) -> dict[Path, str]:
        """File -> the sha256 that it must have. Raises `missing`."""
        try:
            listed = json.loads(self.about.read_text(encoding="utf-8"))["sha256"]
            return {
                self.about.with_name(self.model): str(listed[self.model]),
                self.tokenizer: TOKENIZER_SHA256,
            }
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise self.missing(f"cannot read {self.about}: {error}") from error

    def prepared_folder(self, data_dir: Path, version: str) -> Path:
        """Where the model lies as onnxruntime `version` optimised it for such a processor. Raises `missing`."""
        model_sum = self.sums()[self.about.with_name(self.model)]
        kind = "-vnni" if has_vnni() else ""  # a data folder may move to another machine
        return data_dir / "encoders" / self.prepared_name.format(sum=model_sum[:16], version=f"{version}{kind}")


class CrossEncoder:
    """Loads its model when the first pair is read; threads may share it."""

    def __init__(self, files: Files, data_dir: Path, narrate: Callable[[str], None] = lambda _: None) -> None:
        """`data_dir` keeps a copy of the model, optimised for this machine's onnxruntime at the first use."""
        self._files = files
        self._data_dir = data_dir
        self._narrate = narrate
        self._loading = threading.Lock()
        self._loaded: tuple[Any, Tokenizer] | None = None

    def tokenizer(self) -> Tokenizer:
        """Loads the model, too. Raises the `missing` of its files."""
        return self._parts()[1]

    def run(self, inputs: Sequence[PairInput], outputs: Sequence[str]) -> list[list[NDArray[np.float32]]]:
        """For every pair the model's row of each of `outputs`. Each pair is read alone, as the encoder does: company changes
        no figure.

        Raises the `missing` of its files.
        """
        session, _ = self._parts()
        rows: list[list[NDArray[np.float32]]] = [[]] * len(inputs)

        def read(place: int, given: PairInput) -> None:
            rows[place] = [output[0] for output in session.run(outputs, given)]

        each_alone(inputs, _tokens, read, threads=usable_cores(), name=self._files.name)
        return rows

    def _parts(self) -> tuple[Any, Tokenizer]:
        if self._loaded is None:
            with self._loading:
                if self._loaded is None:
                    self._loaded = _open(self._files, self._data_dir, self._narrate)
        return self._loaded


def pair_input(tokenizer: Tokenizer, first: str, second: str, most: int, *, kept: int, keep_first: bool) -> PairInput:
    """One pair as the model takes it; see `encoded_pair`."""
    return as_input(encoded_pair(tokenizer, first, second, most, kept=kept, keep_first=keep_first))


def encoded_pair(tokenizer: Tokenizer, first: str, second: str, most: int, *, kept: int, keep_first: bool) -> Encoding:
    """One pair of at most `most` tokens. The text that is kept has its first `kept` tokens, the other what is left."""
    left, right = (tokenizer.encode(text, add_special_tokens=False) for text in (first, second))
    whole, cut = (left, right) if keep_first else (right, left)
    whole.truncate(kept)
    cut.truncate(most - 3 - len(whole.ids))
    return tokenizer.post_process(left, right)


def as_input(encoding: Encoding) -> PairInput:
    """An encoded pair as the model takes it."""
    return {
        "input_ids": np.array([encoding.ids], dtype=np.int64),
        "attention_mask": np.ones((1, len(encoding.ids)), dtype=np.int64),
        "token_type_ids": np.array([encoding.type_ids], dtype=np.int64),
    }


def _tokens(given: PairInput) -> int:
    return int(given["input_ids"].shape[1])


def _open(files: Files, data_dir: Path, narrate: Callable[[str], None]) -> tuple[Any, Tokenizer]:
    folder = files.prepared_folder(data_dir, import_onnxruntime().__version__)
    try:
        return _loaded(files, folder)
    except Exception:  # noqa: BLE001 - absent or damaged: both libraries raise classes right below Exception
        try:
            _prepare(files, folder, narrate)
        except files.missing:
            raise
        except Exception as error:  # noqa: BLE001 - a full or read-only disk, as askv4 or onnxruntime tells of it
            narrate(f"the {files.name} is prepared for this run alone: {error}")
            return _prepared_in_memory(files)
    return _loaded(files, folder)


def _prepared_in_memory(files: Files) -> tuple[Any, Tokenizer]:
    """What `_prepare` makes, where it cannot be kept."""
    _check(files)
    session = optimise(files.about.with_name(files.model), None, eight_bits=True)
    return session, open_tokenizer(files.tokenizer)


def _check(files: Files) -> None:
    for path, expected in files.sums().items():
        if wrong := otherwise(path, expected, f"the {files.name}"):
            raise files.missing(wrong)


def _loaded(files: Files, folder: Path) -> tuple[Any, Tokenizer]:
    """The prepared model; the sums are taken while it loads. Raises ValueError for a damaged file."""
    model = folder / files.model
    expected = [(folder / SUM_FILE).read_text(encoding="ascii"), files.sums()[files.tokenizer]]
    with ThreadPoolExecutor(1, thread_name_prefix="askv4-sum") as pool:
        sums = pool.map(sha256_of, (model, files.tokenizer))
        session, tokenizer = open_session(model), open_tokenizer(files.tokenizer)
        if list(sums) != expected:
            raise ValueError(f"{model} or {files.tokenizer} changed since it was prepared")
    return session, tokenizer


def _prepare(files: Files, folder: Path, narrate: Callable[[str], None]) -> None:
    """Makes `folder` from the files that come with askv4, whose sums are checked first."""
    with locked(folder, lambda: narrate(f"another askv4 is preparing the {files.name}; waiting for it")):
        _check(files)
        try:
            unfinished = new_unfinished(folder)
            try:
                made = unfinished / files.model
                optimise(files.about.with_name(files.model), made, eight_bits=True)
                (unfinished / SUM_FILE).write_text(sha256_of(made), encoding="ascii")
                publish(unfinished, folder)
                remove_others(folder, files.prepared_name.format(sum="*", version="*"), OTHERS_KEPT)
            finally:
                clear_unfinished(folder)
        except OSError as error:
            raise DataFolderUnwritable(f"cannot write the {files.name} to {folder}: {error}") from error
