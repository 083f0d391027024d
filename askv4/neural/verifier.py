"""The verifier: does a source carry a statement? By a model that sees both together.

Trained for that by scripts/training/train_verifier.py; docs/verifier.md says what it learned from and how well it does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from askv4.errors import VerifierMissing
from askv4.neural.cross_encoder import ABOUT_FILE, CrossEncoder, Files, PairInput, pair_input
from askv4.neural.inputs import well_formed

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WEIGHTS = Path(__file__).resolve().parent / "weights" / "verifier"
MODEL_FILE = "verifier.onnx"
MAX_TOKENS = 256
"""So much of source and statement together is read; what it was trained on had up to 192."""
MAX_STATEMENT_TOKENS = 128
"""As long as a lead of a model can be: what is cut off is not checked."""
VERDICTS = ("entailed", "neutral", "contradicted")

Checked = tuple[Sequence[str], str]
"""A statement, after the sentences that it is checked against."""


class Verifier:
    """Weighs statements against sources. Loads its model when the first is weighed; threads may share it."""

    def __init__(self, data_dir: Path, narrate: Callable[[str], None] = lambda _: None) -> None:
        """`data_dir` keeps a copy of the model, optimised for this machine's onnxruntime at the first use."""
        files = Files("verifier", WEIGHTS / ABOUT_FILE, MODEL_FILE, VerifierMissing)
        self._files = files
        self._model = CrossEncoder(files, data_dir, narrate)

    @property
    def identity(self) -> str:
        """Which weights it has. Raises VerifierMissing."""
        return self._files.sums()[self._files.about.with_name(MODEL_FILE)]

    def tokenizer(self) -> Tokenizer:
        """Which tokens it reads; loads the model, too. Raises VerifierMissing."""
        return self._model.tokenizer()

    def load(self) -> None:
        """Loads the model ahead of its first use. Raises VerifierMissing."""
        self._model.tokenizer()

    def probability(self, premises: Sequence[str], statement: str) -> float:
        """P(the premises, read in this order as one text, carry the statement), 0 to 1.

        Raises VerifierMissing.
        """
        return float(self.probabilities([(premises, statement)])[0])

    def probabilities(self, pairs: Sequence[Checked]) -> NDArray[np.float32]:
        """[len(pairs)]: `probability` of each. Raises VerifierMissing."""
        return self.verdicts(pairs)[:, 0]

    def verdicts(self, pairs: Sequence[Checked]) -> NDArray[np.float32]:
        """[len(pairs), len(VERDICTS)]: how likely each verdict is. Raises VerifierMissing."""
        if not len(pairs):
            return np.empty((0, len(VERDICTS)), dtype=np.float32)
        tokenizer = self._model.tokenizer()
        rows = self._model.run([premise_input(tokenizer, *pair) for pair in pairs], ["logits"])
        logits = np.array([row for (row,) in rows])
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances: NDArray[np.float32] = raised / raised.sum(axis=1, keepdims=True)
        return chances


def premise_input(tokenizer: Tokenizer, premises: Sequence[str], statement: str) -> PairInput:
    """The source loses its end before the statement does."""
    source = " ".join(well_formed(premise) for premise in premises)
    return pair_input(
        tokenizer, source, well_formed(statement), MAX_TOKENS, kept=MAX_STATEMENT_TOKENS, keep_first=False
    )
