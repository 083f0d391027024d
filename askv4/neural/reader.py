"""The reader: how well a text answers a question, and with which words, by a model that sees both together.

A cross-encoder (Nogueira and Cho 2019), trained by scripts/training/train_reader.py to tell a text that answers from one that only
comes near, with a second head that points at the answer's first and last token (Devlin et al. 2019). Its files come with askv4, in the folder weights beside this one; about.json there says what it was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from askv4.errors import ReaderMissing
from askv4.neural import cross_encoder
from askv4.neural.cross_encoder import ABOUT_FILE, CrossEncoder, Files, PairInput, as_input
from askv4.neural.inputs import as_well_formed, well_formed
from askv4.neural.spans import best_span, characters
from askv4.types import Judgement

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

WEIGHTS = Path(__file__).resolve().parent / "weights" / "reader"
MODEL_FILE = "reader.onnx"
MAX_TOKENS = 256
"""So much of question and text together is read; the model knows 512, and twice as much costs more than twice the time."""
MAX_QUESTION_TOKENS = 64
OUTPUTS = ("logits", "spans")
"""[pairs, 1], whether the text answers; [pairs, tokens, 2], whether the answer starts, and ends, at a token."""


class Reader:
    """Scores texts as answers to a question. Loads its model when the first text is read; threads may share it."""

    def __init__(self, data_dir: Path, narrate: Callable[[str], None] = lambda _: None) -> None:
        """`data_dir` keeps a copy of the model, optimised for this machine's onnxruntime at the first use."""
        self._model = CrossEncoder(_files(), data_dir, narrate)

    def tokenizer(self) -> Tokenizer:
        """Which tokens it reads; loads the model, too. Raises ReaderMissing."""
        return self._model.tokenizer()

    def load(self) -> None:
        """Loads the model ahead of its first use. Raises ReaderMissing."""
        self._model.tokenizer()

    def is_word(self, text: str) -> bool:
        """Whether it is a word of its vocabulary, in small letters. Raises ReaderMissing."""
        return self._model.tokenizer().token_to_id(text) is not None

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """[len(texts)] the logits of `read`."""
        return np.array([one.logit for one in self.read(question, texts)], dtype=np.float32)

    def read(self, question: str, texts: Sequence[str]) -> list[Judgement]:
        """What the reader says of each text; logits are higher for a better answer: about -11 for what has nothing to do
        with it, to 11.

        Every text is read alone, as the encoder does: a judgement does not depend on what else is in the call.
        Raises ReaderMissing.
        """
        if not len(texts):
            return []
        tokenizer = self._model.tokenizer()
        pairs = [encoded(tokenizer, question, text) for text in as_well_formed(texts)]
        rows = self._model.run([as_input(pair) for pair in pairs], OUTPUTS)
        return [judgement(text, pair, *row) for text, pair, row in zip(texts, pairs, rows, strict=True)]


def judgement(text: str, pair: Encoding, logit: NDArray[np.float32], spans: NDArray[np.float32]) -> Judgement:
    """One pair's row as a judgement; the text's tokens are the last but one that separates."""
    first, last = pair.type_ids.index(1), len(pair.ids) - 1
    best = best_span(spans, first, last)
    if best is None:
        return Judgement(float(logit[0]))
    start, end, score = best
    return Judgement(float(logit[0]), characters(text, pair.offsets, start, end), score)


def pair_input(tokenizer: Tokenizer, question: str, text: str) -> PairInput:
    """One pair as the model takes it; a long question loses its end before the text does."""
    return as_input(encoded(tokenizer, question, text))


def encoded(tokenizer: Tokenizer, question: str, text: str) -> Encoding:
    asked = well_formed(question)
    return cross_encoder.encoded_pair(tokenizer, asked, text, MAX_TOKENS, kept=MAX_QUESTION_TOKENS, keep_first=True)


def prepared_folder(data_dir: Path, version: str) -> Path:
    """Where the model lies as onnxruntime `version` optimised it: beside the prepared encoders. Raises ReaderMissing."""
    return _files().prepared_folder(data_dir, version)


def _files() -> Files:
    return Files("reader", WEIGHTS / ABOUT_FILE, MODEL_FILE, ReaderMissing)
