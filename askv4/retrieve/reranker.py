"""Cross-encoders read question and passage together and put the best passages in order.

The program's own reader reads the few among which fusion leaves the choice open. Another is optional, and slow: only
models that lie on this machine are taken, with safetensors weights and without code of their own.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from askv4.errors import EncoderDamaged, EncoderUnsupported
from askv4.language.short_forms import read_as
from askv4.neural.model_folders import find_cross_encoder
from askv4.offline import go_offline
from askv4.types import Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import CrossEncoder

OWN_READER = "reader"
"""Names the model that comes along and weighs sentences (`reader`), as a reranker of passages."""
DEPTH = 10
"""How many of the passages that were found are read again when that was asked for."""
OPEN_DEPTH = 3
"""How many are read when it was not, at some 40 ms of a core each: two gave 0.002 less nDCG, five and eight no more."""
CLEAR_LEAD = 2.0
"""Standard deviations by which the best passage is ahead for good: reading the others there, too, changed no figure."""


class Reranker(Protocol):
    """Judges passages against a question."""

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float] | NDArray[np.float32]:
        """How well each text answers; higher is better, comparable within one call only."""


def reranked(reranker: Reranker, question: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits in the reranker's order; the first `DEPTH` of them are read, the others stay behind them.

    Scores keep their scale: the best place has the score that the best place had, and so on.
    """
    first, rest = hits[:DEPTH], hits[DEPTH:]
    texts = [titled(hit, "\n".join(filter(None, (hit.heading, hit.text)))) for hit in first]
    return [*_placed(first, reranker.scores(question, texts)), *rest]


def decided(reader: Reranker, question: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits with their head in the reader's order where fusion leaves it open, which is the best; else as they are.

    Of those that were read, `reading` is what the reader said, so that nobody needs to ask it again. Scores keep their
    scale, as in `reranked`.
    """
    first, rest = hits[:OPEN_DEPTH], hits[OPEN_DEPTH:]
    if len(first) < 2 or first[0].score - first[1].score >= CLEAR_LEAD:
        return list(hits)
    scores = reader.scores(question, [titled(hit, read_as(hit.text, hit.short_forms)) for hit in first])
    read = [replace(hit, reading=float(score)) for hit, score in zip(first, scores, strict=True)]
    return [*_placed(read, scores), *rest]


def titled(hit: Hit, text: str) -> str:
    """A text of the hit after its document's title, without which many a text does not say what it speaks of."""
    return f"{hit.document.title}. {text}" if hit.document.title else text


def _placed(hits: Sequence[Hit], scores: Sequence[float] | NDArray[np.float32]) -> list[Hit]:
    """The hits by what was found of each, best first; ranks and scores stay with the places."""
    order = sorted(range(len(hits)), key=lambda place: -float(scores[place]))
    return [replace(hits[old], rank=hit.rank, score=hit.score) for old, hit in zip(order, hits, strict=True)]


def open_reranker(name: str | None, reader: Reranker) -> Reranker | None:
    """The reranker of that name: None for none, "reader" for askv4's own, else a cross-encoder on this machine.

    Raises EncoderMissing, EncoderUnsupported, EncoderDamaged.
    """
    if name is None or name == OWN_READER:
        return None if name is None else reader
    return CrossEncoderReranker(find_cross_encoder(name))


class CrossEncoderReranker:
    """A cross-encoder in sentence-transformers' format. It is loaded (torch, several seconds) at the first question."""

    def __init__(self, folder: Path) -> None:
        """`folder` comes from `index.model_folders.find_cross_encoder`."""
        self._folder = folder
        self._loading = threading.Lock()
        self._model: CrossEncoder | None = None

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """See `Reranker`. Raises EncoderDamaged, EncoderUnsupported."""
        if not texts:
            return []
        scores = self._loaded().predict([(question, text) for text in texts], batch_size=8, show_progress_bar=False)
        if scores.ndim != 1:
            raise EncoderUnsupported(
                f"{self._folder} gives {scores.shape[-1]} figures for a passage", "name a cross-encoder for ranking"
            )
        return [float(score) for score in scores]

    def _loaded(self) -> CrossEncoder:
        with self._loading:
            if self._model is None:
                self._model = _load(self._folder)
            return self._model


def _load(folder: Path) -> CrossEncoder:
    go_offline()
    from safetensors import SafetensorError
    from sentence_transformers import CrossEncoder
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model: CrossEncoder = CrossEncoder(
            str(folder), local_files_only=True, trust_remote_code=False, model_kwargs={"use_safetensors": True}
        )
    except (OSError, ValueError, RuntimeError, ImportError, LookupError, TypeError, SafetensorError) as error:
        raise EncoderDamaged(f"the cross-encoder {folder} does not load: {error}", "download it again") from error
    return model
