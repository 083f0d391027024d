"""The reader: how well a text answers a question, by a model that sees both together.

A cross-encoder (Nogueira and Cho 2019) of the size of MiniLM-L12 (Wang et al. 2020), trained by scripts/train_reader.py to
tell a text that answers from one that only comes near. Its files come with askv4, in the folder weights beside this
one; about.json there says what it was made from.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from askv4.errors import DataFolderUnwritable, ReaderMissing
from askv4.index.folders import clear_unfinished, locked, new_unfinished, publish, remove_others
from askv4.index.inputs import as_well_formed, well_formed
from askv4.index.onnx_encoder import import_onnxruntime, usable_cores
from askv4.index.weights import otherwise

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WEIGHTS = Path(__file__).resolve().parent / "weights"
ABOUT_FILE, MODEL_FILE, TOKENIZER_FILE = "about.json", "reader.onnx", "tokenizer.json"
MAX_TOKENS = 256
"""So much of question and text together is read; the model knows 512, and twice as much costs more than twice the time."""
MAX_QUESTION_TOKENS = 64
PREPARED = "reader-{sum}-onnxruntime-{version}"
OTHERS_KEPT = 1
"""Two versions of askv4 or onnxruntime may share a data folder; what was prepared for a third is removed."""


class Reader:
    """Scores texts as answers to a question. Loads its model when the first text is read; threads may share it."""

    def __init__(self, data_dir: Path, narrate: Callable[[str], None] = lambda _: None) -> None:
        """`data_dir` keeps a copy of the model, optimised for this machine's onnxruntime at the first use."""
        self._data_dir = data_dir
        self._narrate = narrate
        self._loading = threading.Lock()
        self._loaded: tuple[Any, Tokenizer] | None = None

    def load(self) -> None:
        """Loads the model now, for whoever has the time. Raises ReaderMissing, DataFolderUnwritable."""
        self._parts()

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """[len(texts)] logits, higher for a better answer: about -11 for what has nothing to do with it, to 11.

        Every text is read alone, as the encoder does: a text's score does not depend on what else is in the call.
        Raises ReaderMissing, DataFolderUnwritable.
        """
        found = np.empty(len(texts), dtype=np.float32)
        if not len(texts):
            return found
        session, tokenizer = self._parts()
        inputs = [pair_input(tokenizer, question, text) for text in as_well_formed(texts)]

        def read(row: int) -> None:
            found[row] = session.run(None, inputs[row])[0][0, 0]

        # The longest first: with a long one last, the other threads would wait for it.
        rows = sorted(range(len(inputs)), key=lambda row: -inputs[row]["input_ids"].shape[1])
        workers = min(usable_cores(), len(rows))
        if workers == 1:
            for row in rows:
                read(row)
        else:
            with ThreadPoolExecutor(workers, thread_name_prefix="askv4-reader") as pool:
                list(pool.map(read, rows))
        return found

    def _parts(self) -> tuple[Any, Tokenizer]:
        if self._loaded is None:
            with self._loading:
                if self._loaded is None:
                    self._loaded = _open(self._data_dir, self._narrate)
        return self._loaded


def pair_input(tokenizer: Tokenizer, question: str, text: str) -> dict[str, NDArray[np.int64]]:
    """[1, tokens] each: one pair as the model takes it; a long question loses its end before the text does."""
    asked = tokenizer.encode(well_formed(question), add_special_tokens=False)
    asked.truncate(MAX_QUESTION_TOKENS)
    said = tokenizer.encode(text, add_special_tokens=False)
    said.truncate(MAX_TOKENS - 3 - len(asked.ids))
    encoding = tokenizer.post_process(asked, said)
    return {
        "input_ids": np.array([encoding.ids], dtype=np.int64),
        "attention_mask": np.ones((1, len(encoding.ids)), dtype=np.int64),
        "token_type_ids": np.array([encoding.type_ids], dtype=np.int64),
    }


def _open(data_dir: Path, narrate: Callable[[str], None]) -> tuple[Any, Tokenizer]:
    onnxruntime = import_onnxruntime()
    folder = prepared_folder(data_dir, onnxruntime.__version__)
    try:
        return _loaded(onnxruntime, folder)
    except Exception:  # noqa: BLE001 - absent or damaged: both libraries raise classes right below Exception
        _prepare(onnxruntime, folder, narrate)
    return _loaded(onnxruntime, folder)


def _sums() -> dict[str, str]:
    """The sha256 that the files of the model must have. Raises ReaderMissing."""
    try:
        about = json.loads((WEIGHTS / ABOUT_FILE).read_text(encoding="utf-8"))
        return {name: str(about["sha256"][name]) for name in (MODEL_FILE, TOKENIZER_FILE)}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ReaderMissing(f"cannot read {WEIGHTS / ABOUT_FILE}: {error}") from error


def _loaded(onnxruntime: Any, folder: Path) -> tuple[Any, Tokenizer]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return _session(onnxruntime, folder / MODEL_FILE), tokenizer


def prepared_folder(data_dir: Path, version: str) -> Path:
    """Where the model lies as onnxruntime `version` optimised it: beside the prepared encoders. Raises ReaderMissing."""
    return data_dir / "encoders" / PREPARED.format(sum=_sums()[MODEL_FILE][:16], version=version)


def _session(onnxruntime: Any, path: Path, optimised: Path | None = None) -> Any:
    """The model at `path`, which was optimised before; with `optimised` it is optimised now, and written there."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    levels = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = levels.ORT_DISABLE_ALL if optimised is None else levels.ORT_ENABLE_EXTENDED
    if optimised is not None:
        options.optimized_model_filepath = str(optimised)
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _prepare(onnxruntime: Any, folder: Path, narrate: Callable[[str], None]) -> None:
    """Makes `folder` from the files that come with askv4, whose sums are checked first."""
    with locked(folder, lambda: narrate("another askv4 is preparing the reader; waiting for it")):
        for name, expected in _sums().items():
            if wrong := otherwise(WEIGHTS / name, expected, "the reader"):
                raise ReaderMissing(wrong)
        try:
            unfinished = new_unfinished(folder)
            try:
                _session(onnxruntime, WEIGHTS / MODEL_FILE, unfinished / MODEL_FILE)
                (unfinished / TOKENIZER_FILE).write_bytes((WEIGHTS / TOKENIZER_FILE).read_bytes())
                publish(unfinished, folder)
                remove_others(folder, PREPARED.format(sum="*", version="*"), OTHERS_KEPT)
            finally:
                clear_unfinished(folder)
        except OSError as error:
            raise DataFolderUnwritable(f"cannot write the reader to {folder}: {error}") from error
