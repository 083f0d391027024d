"""Text -> unit vectors: what an encoder is, and how the configured one is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from askv4.neural.exports import ensure_export
from askv4.neural.model_folders import find_model
from askv4.neural.packaged import MODEL_NAME, PACKAGED
from askv4.offline import go_offline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from askv4.neural.onnx_encoder import OnnxEncoder
    from askv4.neural.packaged import EncoderSource

Narrate = Callable[[str], None]


class Encoder(Protocol):
    """Text -> unit vectors. The same text always gets the same vector, to the last bit, whatever else is in the call."""

    @property
    def identity(self) -> str:
        """A hash over weights, prompts, pooling and precision; only vectors of one identity may be compared."""

    @property
    def name(self) -> str:
        """What to call it in front of a person."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def max_tokens(self) -> int:
        """How much of a text is read, in the tokens of `count_tokens`; the rest is ignored."""

    def load(self) -> None:
        """Loads the model ahead of its first use."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of questions, [len(texts), dimension]."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of passages, or of sentences, [len(texts), dimension]."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The length of each text in the encoder's own tokens: untruncated, without prompt and special tokens."""

    def known_share(self, text: str) -> float:
        """Which share of a text's letters, 0 to 1, is in scripts that the model knows: see `scripts`."""


def open_encoder(
    data_dir: Path,
    model: str | None = None,
    precision: Literal["int8", "float32"] = "int8",
    narrate: Callable[[str], None] | None = None,
) -> Encoder:
    """The encoder of that name.

    None, or all-MiniLM-L6-v2 by name, is the shipped one: exported in `data_dir` at the first use, which takes about
    20 seconds and is told to `narrate`; from then on opening it costs a few file looks, and its model is loaded when the
    first text is encoded. `precision` holds for it alone. Anything else is a sentence-transformers model: a folder, or
    a name on the hub that was downloaded before.

    Raises EncoderMissing, EncoderDamaged, EncoderUnsupported, EncoderExportFailed, DataFolderUnwritable.
    """
    go_offline()
    tell = narrate or (lambda _: None)
    if model is None or model in (MODEL_NAME, f"sentence-transformers/{MODEL_NAME}"):
        return open_shipped(data_dir, precision, tell)
    # torch, for the few who name a model of their own
    from askv4.neural.st_encoder import SentenceTransformerEncoder

    return SentenceTransformerEncoder(find_model(model, data_dir), data_dir, name=model, narrate=tell)


def open_shipped(
    data_dir: Path, precision: Literal["int8", "float32"] = "int8", narrate: Narrate = lambda _: None
) -> OnnxEncoder:
    """The encoder that comes with askv4, whichever the index is built with: evidence is judged by it.

    Raises EncoderMissing, EncoderDamaged, EncoderExportFailed, DataFolderUnwritable.
    """
    return open_exported(data_dir, PACKAGED, precision, narrate)


def open_exported(
    data_dir: Path, source: EncoderSource, precision: Literal["int8", "float32"], narrate: Narrate
) -> OnnxEncoder:
    """The encoder exported from `source`, exported first where that was not done yet."""
    from askv4.neural.onnx_encoder import OnnxEncoder  # numpy, which the public face does not load

    folder, manifest = ensure_export(data_dir, source, narrate)

    def repair() -> Path:
        return ensure_export(data_dir, source, narrate, thoroughly=True)[0]

    return OnnxEncoder(folder, manifest, precision, repair=repair)
