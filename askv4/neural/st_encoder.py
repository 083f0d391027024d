"""Any sentence-transformers model as an encoder, through sentence-transformers itself."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from askv4.errors import EncoderDamaged, EncoderUnsupported
from askv4.files import sha256_of
from askv4.neural.identity import identity_of
from askv4.neural.inputs import as_well_formed
from askv4.neural.scripts import known_scripts, known_share, readable
from askv4.offline import go_offline

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_UNLIMITED = 1_000_000
"""Stands for "no limit" in `max_tokens`: some models read a text of any length."""
_READ_BY_THE_MODEL = {".safetensors", ".json", ".txt", ".model"}


class SentenceTransformerEncoder:
    """An `Encoder` over a folder in sentence-transformers' format, with the model's own prompts.

    The model is loaded (torch, several seconds) when the first text is encoded or counted. What is known without it,
    such as the hash of its files, is kept in the data folder. Every text is encoded alone, for padding changes the last
    bits of a vector.
    """

    precision = "float32"

    def __init__(
        self,
        folder: Path,
        data_dir: Path,
        *,
        name: str | None = None,
        narrate: Callable[[str], None] | None = None,
        device: str | None = None,
    ) -> None:
        """`folder` has passed `check_model_folder`. `device` is torch's; None leaves the choice to the library."""
        self._folder = folder.resolve()
        self._narrate = narrate or (lambda _: None)
        self._device = device
        self._loading = threading.Lock()
        self._model: SentenceTransformer | None = None
        self._record = _Record(self._folder, data_dir)
        self.name = name or folder.name
        self.identity = identity_of(files=self._record.fingerprint, precision="float32")

    @property
    def dimension(self) -> int:
        """Length of a vector. Loads the model when it was never loaded before."""
        return self._known("dimension")

    @property
    def max_tokens(self) -> int:
        """How many tokens of a passage are read, its prompt not counted. Loads the model when it never was before."""
        return self._known("max_tokens")

    def load(self) -> None:
        """Loads the model ahead of its first use."""
        self._loaded()

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of questions under the model's prompt for them, [len(texts), dimension]."""
        return self._encode(texts, "encode_query")

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of passages under the model's prompt for them, [len(texts), dimension]."""
        return self._encode(texts, "encode_document")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The length of each text in the model's tokens: untruncated, without prompt and special tokens."""
        return _count_tokens(self._loaded(), as_well_formed(texts))

    def known_share(self, text: str) -> float:
        """Which share of a text's letters, 0 to 1, is in scripts that the model knows."""
        return 1.0 if text.isascii() else known_share(text, self._scripts)

    @cached_property
    def _scripts(self) -> frozenset[str]:
        return known_scripts(readable(self._loaded().tokenizer.get_vocab()))

    def _encode(self, texts: Sequence[str], method: str) -> NDArray[np.float32]:
        inputs = as_well_formed(texts)
        if not inputs:
            return np.empty((0, self.dimension), dtype=np.float32)
        encode = getattr(self._loaded(), method)
        vectors = encode(inputs, batch_size=1, normalize_embeddings=True, show_progress_bar=False)
        result: NDArray[np.float32] = np.asarray(vectors, dtype=np.float32)
        return result

    def _known(self, fact: str) -> int:
        value = self._record.facts.get(fact)
        if value is None:
            self._loaded()
            value = self._record.facts[fact]
        return value

    def _loaded(self) -> SentenceTransformer:
        if self._model is None:
            with self._loading:
                if self._model is None:
                    self._narrate(f"loading the encoder {self.name}")
                    model = _load(self._folder, self._device)
                    self._record.remember(
                        dimension=int(model.get_embedding_dimension() or 0), max_tokens=_max_tokens(model)
                    )
                    self._model = model
        return self._model


class _Record:
    """What is known of a model's folder without loading it, kept until one of its files changes."""

    def __init__(self, folder: Path, data_dir: Path) -> None:
        self._path = data_dir / "encoders" / "known" / f"{hashlib.sha256(str(folder).encode()).hexdigest()[:32]}.json"
        self._files = [[name, *status] for name, status in sorted(_statuses(folder).items())]
        kept = self._read()
        if kept is None:
            self.fingerprint = _fingerprint(folder, [str(file[0]) for file in self._files])
            self.facts: dict[str, int] = {}
            self._write()
        else:
            self.fingerprint = kept["fingerprint"]
            self.facts = kept["facts"]

    def remember(self, **facts: int) -> None:
        if self.facts != facts:
            self.facts = facts
            self._write()

    def _read(self) -> dict[str, Any] | None:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            usable = kept["files"] == self._files and isinstance(kept["fingerprint"], str)
            usable = usable and all(isinstance(value, int) for value in kept["facts"].values())
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        return kept if usable else None

    def _write(self) -> None:
        content = {"files": self._files, "fingerprint": self.fingerprint, "facts": self.facts}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self._path.parent, suffix=".tmp", delete=False
            ) as file:
                json.dump(content, file)
            os.replace(file.name, self._path)  # noqa: PTH105
        except OSError:
            # Only saves time at the next start.
            return


def _statuses(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and modification time of every file that can change a vector, by its path inside the folder."""
    statuses = {}
    try:
        for path in folder.rglob("*"):
            relative = path.relative_to(folder)
            if path.suffix in _READ_BY_THE_MODEL and not relative.parts[0].startswith(".") and path.is_file():
                status = path.stat()
                statuses[relative.as_posix()] = (status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise EncoderDamaged(f"cannot read {folder}: {error}", "download the model again") from error
    return statuses


def _fingerprint(folder: Path, names: list[str]) -> str:
    try:
        return identity_of(**{name: sha256_of(folder / name) for name in names})
    except OSError as error:
        raise EncoderDamaged(f"cannot read {folder}: {error}", "download the model again") from error


def _load(folder: Path, device: str | None) -> SentenceTransformer:
    """Raises EncoderUnsupported when the model needs code of its own, EncoderDamaged when it does not load."""
    go_offline()
    with _quiet():
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(
                str(folder),
                device=device,
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, ValueError, RuntimeError, ImportError, LookupError, TypeError, AttributeError) as error:
            if "trust_remote_code" in str(error):
                raise EncoderUnsupported(
                    f"{folder} needs code of its own, which askv4 does not run", "name a model that needs none"
                ) from error
            raise EncoderDamaged(f"{folder} does not load: {error}", "download the model again") from error
        except SafetensorError as error:
            raise EncoderDamaged(f"the weights in {folder} cannot be read: {error}", "download it again") from error


def _max_tokens(model: SentenceTransformer) -> int:
    limit = model.max_seq_length
    if not isinstance(limit, int):
        return _UNLIMITED
    special = getattr(model.tokenizer, "num_special_tokens_to_add", lambda: 0)()
    prompts = model.prompts
    prompt = next((prompts[name] for name in ("document", "passage", "corpus") if name in prompts), None)
    return max(1, min(limit, _UNLIMITED) - special - _count_tokens(model, [prompt or ""])[0])


def _count_tokens(model: SentenceTransformer, texts: list[str]) -> list[int]:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerBase

    if not texts:
        return []
    tokenizer = model.tokenizer
    if isinstance(tokenizer, PreTrainedTokenizerBase):
        ids = tokenizer(texts, add_special_tokens=False, truncation=False, padding=False, verbose=False)["input_ids"]
        return [len(row) for row in ids]
    if isinstance(tokenizer, Tokenizer):
        return [len(encoding) for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
    raise EncoderUnsupported(
        f"the tokenizer of this model ({type(tokenizer).__name__}) cannot count tokens", "name another model"
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Loading warns and draws progress bars, neither of which says anything about the user's task."""
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    logging.getLogger("transformers").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
